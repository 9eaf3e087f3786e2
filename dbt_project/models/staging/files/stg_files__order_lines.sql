{{ config(enabled=mappings('order_lines', 'files') | length > 0) }}

{{ staged('files', 'order_lines') }}
