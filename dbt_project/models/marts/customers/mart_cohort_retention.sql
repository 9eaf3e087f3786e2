{{ config(unique_key=['shop_id', 'first_channel', 'cohort_month', 'period_number']) }}

{{ cohort_retention('month') }}
