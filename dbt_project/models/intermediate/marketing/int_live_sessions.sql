{{ config(unique_key='live_session_key') }}

{{ newest_version('live_sessions') }}
