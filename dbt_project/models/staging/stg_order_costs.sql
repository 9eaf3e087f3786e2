{{ config(enabled=mappings('order_costs') | length > 0) }}

{{ staged('order_costs') }}
