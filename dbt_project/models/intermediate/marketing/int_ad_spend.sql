{{ config(unique_key='ad_spend_key') }}

{{ newest_version('ad_spend') }}
