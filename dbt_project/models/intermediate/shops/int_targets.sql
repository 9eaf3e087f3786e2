{{ config(unique_key='target_key') }}

{{ newest_version('targets') }}
