{{ config(enabled=mappings('traffic_daily') | length > 0) }}

{{ staged('traffic_daily') }}
