{{ config(enabled=mappings('refunds', 'demo') | length > 0) }}

{{ staged('demo', 'refunds') }}
