{{ config(enabled=mappings('orders', 'demo') | length > 0) }}

{{ staged('demo', 'orders') }}
