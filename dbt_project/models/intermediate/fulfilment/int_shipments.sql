{{ config(unique_key='shipment_key') }}

{{ newest_version('shipments') }}
