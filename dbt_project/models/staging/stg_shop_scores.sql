{{ config(enabled=mappings('shop_scores') | length > 0) }}

{{ staged('shop_scores') }}
