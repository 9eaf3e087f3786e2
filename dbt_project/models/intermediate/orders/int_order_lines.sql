{{ config(unique_key='order_line_key') }}

{{ newest_version('order_lines') }}
