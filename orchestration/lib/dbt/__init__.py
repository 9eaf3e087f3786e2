"""dbt as this project runs it: its variables, its manifest, its child process, its documentation."""
