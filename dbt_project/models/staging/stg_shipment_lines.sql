{{ config(enabled=mappings('shipment_lines') | length > 0) }}

{{ staged('shipment_lines') }}
