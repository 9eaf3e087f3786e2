{{ config(unique_key='payment_key') }}

{{ newest_version('payments') }}
