{{ config(enabled=mappings('inventory_movements') | length > 0) }}

{{ staged('inventory_movements') }}
