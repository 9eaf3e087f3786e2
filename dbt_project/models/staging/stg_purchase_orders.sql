{{ config(enabled=mappings('purchase_orders') | length > 0) }}

{{ staged('purchase_orders') }}
