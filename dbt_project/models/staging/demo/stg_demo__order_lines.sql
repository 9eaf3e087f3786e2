{{ config(enabled=mappings('order_lines', 'demo') | length > 0) }}

{{ staged('demo', 'order_lines') }}
