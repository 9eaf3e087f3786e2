{{ config(enabled=mappings('refunds') | length > 0) }}

{{ staged('refunds') }}
