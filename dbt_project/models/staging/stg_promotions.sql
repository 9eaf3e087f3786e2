{{ config(enabled=mappings('promotions') | length > 0) }}

{{ staged('promotions') }}
