{{ config(enabled=mappings('events') | length > 0) }}

{{ staged('events') }}
