{{ config(enabled=mappings('live_sessions') | length > 0) }}

{{ staged('live_sessions') }}
