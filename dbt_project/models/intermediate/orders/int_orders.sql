{{ config(unique_key='order_key') }}

{{ newest_version('orders') }}
