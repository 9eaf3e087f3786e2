{{ config(enabled=mappings('refunds', 'files') | length > 0) }}

{{ staged('files', 'refunds') }}
