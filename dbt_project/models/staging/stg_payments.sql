{{ config(enabled=mappings('payments') | length > 0) }}

{{ staged('payments') }}
