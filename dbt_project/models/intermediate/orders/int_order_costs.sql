{{ config(unique_key='order_cost_key') }}

{{ newest_version('order_costs') }}
