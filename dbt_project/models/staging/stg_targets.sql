{{ config(enabled=mappings('targets') | length > 0) }}

{{ staged('targets') }}
