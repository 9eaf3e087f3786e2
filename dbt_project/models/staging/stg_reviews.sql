{{ config(enabled=mappings('reviews') | length > 0) }}

{{ staged('reviews') }}
