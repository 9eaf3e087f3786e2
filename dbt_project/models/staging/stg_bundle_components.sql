{{ config(enabled=mappings('bundle_components') | length > 0) }}

{{ staged('bundle_components') }}
