{{ config(enabled=mappings('tickets') | length > 0) }}

{{ staged('tickets') }}
