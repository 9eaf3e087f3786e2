{{ config(enabled=mappings('customers', 'files') | length > 0) }}

{{ staged('files', 'customers') }}
