{{ config(enabled=mappings('inventory_levels') | length > 0) }}

{{ staged('inventory_levels') }}
