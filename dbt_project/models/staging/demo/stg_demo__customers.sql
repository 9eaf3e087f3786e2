{{ config(enabled=mappings('customers', 'demo') | length > 0) }}

{{ staged('demo', 'customers') }}
