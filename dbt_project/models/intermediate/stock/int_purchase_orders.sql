{{ config(unique_key='purchase_order_line_key') }}

{{ newest_version('purchase_orders') }}
