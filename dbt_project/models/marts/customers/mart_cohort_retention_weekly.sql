{{ config(unique_key=['shop_id', 'first_channel', 'cohort_week', 'period_number']) }}

{{ cohort_retention('week') }}
