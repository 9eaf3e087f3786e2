{{ config(enabled=mappings('fx_rates') | length > 0) }}

{{ staged('fx_rates') }}
