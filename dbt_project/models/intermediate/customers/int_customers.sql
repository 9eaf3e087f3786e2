{{ config(unique_key='customer_account_key') }}

{{ newest_version('customers') }}
