{{ config(enabled=mappings('unit_costs', 'files') | length > 0) }}

{{ staged('files', 'unit_costs') }}
