{{ config(enabled=mappings('shipments') | length > 0) }}

{{ staged('shipments') }}
