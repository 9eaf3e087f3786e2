{{ config(unique_key='unit_cost_key') }}

{{ newest_version('unit_costs') }}
