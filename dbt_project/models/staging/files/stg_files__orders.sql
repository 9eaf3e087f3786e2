{{ config(enabled=mappings('orders', 'files') | length > 0) }}

{{ staged('files', 'orders') }}
