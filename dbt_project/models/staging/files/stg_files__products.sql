{{ config(enabled=mappings('products', 'files') | length > 0) }}

{{ staged('files', 'products') }}
