{{ config(enabled=mappings('payments', 'files') | length > 0) }}

{{ staged('files', 'payments') }}
