{{ config(unique_key='inventory_movement_key') }}

{{ newest_version('inventory_movements') }}
