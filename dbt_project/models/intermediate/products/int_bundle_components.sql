{{ config(unique_key='bundle_component_key') }}

{{ newest_version('bundle_components') }}
