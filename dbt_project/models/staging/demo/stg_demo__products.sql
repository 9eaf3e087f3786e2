{{ config(enabled=mappings('products', 'demo') | length > 0) }}

{{ staged('demo', 'products') }}
