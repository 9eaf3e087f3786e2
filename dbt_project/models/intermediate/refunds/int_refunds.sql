{{ config(unique_key='refund_key') }}

{{ newest_version('refunds') }}
