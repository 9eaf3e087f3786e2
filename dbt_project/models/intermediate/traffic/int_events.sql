{{ config(unique_key='event_key') }}

{{ newest_version('events') }}
