{{ config(unique_key='promotion_key') }}

{{ newest_version('promotions') }}
