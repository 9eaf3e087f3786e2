{{ config(unique_key='fx_rate_key') }}

{{ newest_version('fx_rates') }}
