{{ config(enabled=mappings('ad_spend') | length > 0) }}

{{ staged('ad_spend') }}
