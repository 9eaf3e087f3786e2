{{ config(unique_key='order_promotion_key') }}

{{ newest_version('order_promotions') }}
