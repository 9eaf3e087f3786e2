{{ config(unique_key='traffic_day_key') }}

{{ newest_version('traffic_daily') }}
