"""The Django project of a django-oscar shop for tests."""
