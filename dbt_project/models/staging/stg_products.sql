{{ config(enabled=mappings('products') | length > 0) }}

{{ staged('products') }}
