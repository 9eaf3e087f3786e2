{{ config(enabled=mappings('experiment_exposures') | length > 0) }}

{{ staged('experiment_exposures') }}
