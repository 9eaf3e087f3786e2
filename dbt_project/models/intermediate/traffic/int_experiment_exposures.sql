{{ config(unique_key='experiment_exposure_key') }}

{{ newest_version('experiment_exposures') }}
