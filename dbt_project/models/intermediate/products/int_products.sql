{{ config(unique_key='variant_key') }}

{{ newest_version('products') }}
