{{ config(enabled=mappings('orders') | length > 0) }}

{{ staged('orders') }}
