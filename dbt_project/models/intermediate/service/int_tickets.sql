{{ config(unique_key='ticket_key') }}

{{ newest_version('tickets') }}
