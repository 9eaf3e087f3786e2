"""Databases of shops: PostgreSQL, MySQL, MariaDB and SQLite, read in one consistent, read-only transaction."""
