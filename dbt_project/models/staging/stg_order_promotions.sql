{{ config(enabled=mappings('order_promotions') | length > 0) }}

{{ staged('order_promotions') }}
