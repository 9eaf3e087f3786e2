{{ config(enabled=mappings('unit_costs') | length > 0) }}

{{ staged('unit_costs') }}
