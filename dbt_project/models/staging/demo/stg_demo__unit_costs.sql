{{ config(enabled=mappings('unit_costs', 'demo') | length > 0) }}

{{ staged('demo', 'unit_costs') }}
