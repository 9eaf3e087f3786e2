{{ config(unique_key=['shop_id', 'first_channel', 'cohort_month']) }}

{# A cohort is computed again when one of its cells has changed and when one of its windows may have closed. #}
{% call touched() %}
select shop_id, cohort_start as cohort_month from {{ changed('int_cohort_cells') }} where period_type = 'month'
{% for days in ltv_windows() %}
union
select shop_id, cohort_month from {{ this }}
where {{ period_last_day("'month'", 'cohort_month') }} between {{ earliest_date(previous_as_of(), days) }} and {{ latest_date(as_of(), days) }}
{% endfor %}
{% endcall %}

with cells as (
    select * from {{ ref('int_cohort_cells') }}
    where period_type = 'month'
    {%- if is_increment() %}
    and (shop_id, cohort_start) in (select (shop_id, cohort_month) from {{ touched_rows() }})
    {%- endif %}
),

shops as ({{ shops_and_all() }}),

{# Everyone of a cohort is active in its first period. #}
cohorts as (
    select
        shop_id,
        first_channel,
        cohort_start as cohort_month,
        sum(active_customers) filter (where period_number = 0) as cohort_size
        {%- for days in ltv_windows() %}
        {%- for measure in ['orders', 'orders_with_margin', 'repurchasers', 'net_sales', 'contribution_margin'] %},
        sum({{ measure }}_{{ days }}) as {{ measure }}_{{ days }}
        {%- endfor %},
        sum(net_sales_{{ days }}_reporting) as net_sales_{{ days }}_reporting,
        sum(contribution_margin_{{ days }}_reporting) as contribution_margin_{{ days }}_reporting
        {%- endfor %}
    from cells
    group by shop_id, first_channel, cohort_start
),

final as (
    select
        cohorts.shop_id,
        cohorts.first_channel,
        cohorts.cohort_month,
        shops.currency,
        cast(cohorts.cohort_size as bigint) as cohort_size
        {%- for days in ltv_windows() %},
        {{ days_between(period_last_day("'month'", 'cohorts.cohort_month'), 'shops.first_date') }} > {{ days }}
            as is_window_{{ days }}_closed,
        cast(cohorts.orders_{{ days }} as bigint) as orders_{{ days }},
        cast(cohorts.orders_with_margin_{{ days }} as bigint) as orders_with_margin_{{ days }},
        cast(cohorts.repurchasers_{{ days }} as bigint) as repurchasers_{{ days }},
        cast(cohorts.repurchasers_{{ days }} as double) / cohorts.cohort_size as repurchase_rate_{{ days }}
        {%- for suffix in ['', '_reporting'] %},
        cast(cohorts.net_sales_{{ days }}{{ suffix }} as decimal(18, 4)) as net_sales_{{ days }}{{ suffix }},
        {{ per_customer('cohorts.net_sales_' ~ days ~ suffix) }} as revenue_ltv_{{ days }}{{ suffix }},
        cast(cohorts.contribution_margin_{{ days }}{{ suffix }} as decimal(18, 4)) as contribution_margin_{{ days }}{{ suffix }},
        {{ per_customer('cohorts.contribution_margin_' ~ days ~ suffix) }} as ltv_{{ days }}{{ suffix }}
        {%- endfor %}
        {%- endfor %}
    from cohorts
    join shops on shops.shop_id = cohorts.shop_id
)

select * from final
