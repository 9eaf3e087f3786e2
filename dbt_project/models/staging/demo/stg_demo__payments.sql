{{ config(enabled=mappings('payments', 'demo') | length > 0) }}

{{ staged('demo', 'payments') }}
