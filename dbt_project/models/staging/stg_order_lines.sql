{{ config(enabled=mappings('order_lines') | length > 0) }}

{{ staged('order_lines') }}
