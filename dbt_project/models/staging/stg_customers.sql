{{ config(enabled=mappings('customers') | length > 0) }}

{{ staged('customers') }}
