{{ config(unique_key='inventory_level_key') }}

{{ newest_version('inventory_levels') }}
