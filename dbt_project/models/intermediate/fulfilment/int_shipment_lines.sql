{{ config(unique_key='shipment_line_key') }}

{{ newest_version('shipment_lines') }}
