{{ config(unique_key=['shop_id', 'period_type', 'cohort_start', 'first_channel', 'period_number']) }}

{% set period_types = ['month', 'week'] %}
{% set money = ['net_sales', 'returns', 'gross_margin', 'contribution_margin'] %}

{# What was bought in a period is in the cells of that period and in no other, whoever bought it: those that an order
   was placed in, or had been until it changed, are computed again. #}
{% call touched() %}
{% for type in period_types %}
select distinct shop_id, '{{ type }}' as period_type, cast(date_trunc('{{ type }}', created_date) as date) as activity_start
from {{ changed('fct_orders') }}
{%- if several_shops() %}
union
select distinct 'all', '{{ type }}', cast(date_trunc('{{ type }}', created_date) as date)
from {{ changed('fct_orders') }}
{%- endif %}
{{ 'union' if not loop.last }}
{% endfor %}
{% endcall %}

with sold as (
    select * from {{ ref('fct_orders') }}
    where is_valid and not is_anonymous
    {%- if is_increment() %}
    and {{ in_touched_days('created_date', 'activity_start', period_last_day('period_type', 'activity_start')) }}
    {%- endif %}
),

{# A buyer belongs to one cohort and one channel in each shop, and to one over all shops, whose money is converted. #}
orders as (
    select
        shop_id,
        customer_key,
        created_date,
        first_channel,
        first_order_date,
        customer_order_number as order_number,
        net_sales,
        returns,
        gross_margin,
        contribution_margin,
        net_sales_reporting,
        gross_margin_reporting,
        contribution_margin_reporting
    from sold
    {%- if several_shops() %}
    union all
    select
        'all',
        customer_key,
        created_date,
        first_channel_anywhere,
        first_order_date_anywhere,
        order_number_anywhere,
        net_sales_reporting,
        cast(returns * reporting_rate as decimal(18, 4)),
        gross_margin_reporting,
        contribution_margin_reporting,
        net_sales_reporting,
        gross_margin_reporting,
        contribution_margin_reporting
    from sold
    {%- endif %}
),

dated as (
    {%- for type in period_types %}
    select
        *,
        '{{ type }}' as period_type,
        cast(date_trunc('{{ type }}', first_order_date) as date) as cohort_start,
        cast(date_trunc('{{ type }}', created_date) as date) as activity_start,
        {{ days_between('first_order_date', 'created_date') }} as days_since_first
    from orders
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

placed as (
    select * from dated
    {%- if is_increment() %}
    where (shop_id, period_type, activity_start) in (select (shop_id, period_type, activity_start) from {{ touched_rows() }})
    {%- endif %}
),

{# Each buyer once: a buyer has one first channel, so that those of the channels add up to all. #}
buyers as (
    select shop_id, period_type, cohort_start, activity_start, first_channel, count(*) as active_customers
    from (
        select distinct shop_id, period_type, cohort_start, activity_start, first_channel, customer_key from placed
    ) as people
    group by shop_id, period_type, cohort_start, activity_start, first_channel
),

amounts as (
    select
        shop_id,
        period_type,
        cohort_start,
        activity_start,
        first_channel,
        count(*) as orders,
        count(contribution_margin) as orders_with_margin,
        {%- for measure in money %}
        sum({{ measure }}) as {{ measure }},
        {%- endfor %}
        {%- for measure in money if measure != 'returns' %}
        sum({{ measure }}_reporting) as {{ measure }}_reporting,
        {%- endfor %}
        {%- for days in ltv_windows() %}
        count(*) filter (where days_since_first <= {{ days }}) as orders_{{ days }},
        count(contribution_margin) filter (where days_since_first <= {{ days }}) as orders_with_margin_{{ days }},
        {#- Of each buyer the second order says whether and when they came again. #}
        count(*) filter (where days_since_first <= {{ days }} and order_number = 2) as repurchasers_{{ days }},
        {%- for measure in ['net_sales', 'contribution_margin'] %}
        {%- for suffix in ['', '_reporting'] %}
        sum({{ measure }}{{ suffix }}) filter (where days_since_first <= {{ days }}) as {{ measure }}_{{ days }}{{ suffix }}
        {{- ',' if not (loop.last and measure == 'contribution_margin' and days == ltv_windows() | last) }}
        {%- endfor %}
        {%- endfor %}
        {%- endfor %}
    from placed
    group by shop_id, period_type, cohort_start, activity_start, first_channel
),

summed as (
    select
        amounts.shop_id,
        amounts.period_type,
        amounts.cohort_start,
        case when grouping(amounts.first_channel) = 1 then 'all' else amounts.first_channel end as channel_or_all,
        cast(case
            when amounts.period_type = 'month' then {{ months_between('amounts.cohort_start', 'amounts.activity_start') }}
            else {{ periods_between('week', 'amounts.cohort_start', 'amounts.activity_start') }}
        end as integer) as period_number,
        amounts.activity_start,
        cast(sum(buyers.active_customers) as bigint) as active_customers,
        cast(sum(amounts.orders) as bigint) as orders,
        cast(sum(amounts.orders_with_margin) as bigint) as orders_with_margin,
        {%- for measure in money %}
        cast(sum(amounts.{{ measure }}) as decimal(18, 4)) as {{ measure }},
        {%- endfor %}
        {%- for measure in money if measure != 'returns' %}
        cast(sum(amounts.{{ measure }}_reporting) as decimal(18, 4)) as {{ measure }}_reporting,
        {%- endfor %}
        {%- for days in ltv_windows() %}
        {%- for measure in ['orders', 'orders_with_margin', 'repurchasers'] %}
        cast(sum(amounts.{{ measure }}_{{ days }}) as bigint) as {{ measure }}_{{ days }},
        {%- endfor %}
        {%- for measure in ['net_sales', 'contribution_margin'] %}
        {%- for suffix in ['', '_reporting'] %}
        cast(sum(amounts.{{ measure }}_{{ days }}{{ suffix }}) as decimal(18, 4)) as {{ measure }}_{{ days }}{{ suffix }}
        {{- ',' if not (loop.last and measure == 'contribution_margin' and days == ltv_windows() | last) }}
        {%- endfor %}
        {%- endfor %}
        {%- endfor %}
    from amounts
    join buyers
        on buyers.shop_id = amounts.shop_id
        and buyers.period_type = amounts.period_type
        and buyers.cohort_start = amounts.cohort_start
        and buyers.activity_start = amounts.activity_start
        and buyers.first_channel = amounts.first_channel
    group by grouping sets ( -- noqa: PRS
        (amounts.shop_id, amounts.period_type, amounts.cohort_start, amounts.activity_start, amounts.first_channel),
        (amounts.shop_id, amounts.period_type, amounts.cohort_start, amounts.activity_start)
    )
),

final as (
    select
        shop_id,
        period_type,
        cohort_start,
        channel_or_all as first_channel,
        period_number,
        activity_start,
        active_customers,
        orders,
        orders_with_margin,
        {%- for measure in money %}
        {{ measure }},
        {%- endfor %}
        {%- for measure in money if measure != 'returns' %}
        {{ measure }}_reporting,
        {%- endfor %}
        {%- for days in ltv_windows() %}
        orders_{{ days }},
        orders_with_margin_{{ days }},
        repurchasers_{{ days }},
        {%- for measure in ['net_sales', 'contribution_margin'] %}
        {{ measure }}_{{ days }},
        {{ measure }}_{{ days }}_reporting{{ ',' if not (loop.last and days == ltv_windows() | last) }}
        {%- endfor %}
        {%- endfor %}
    from summed
)

select * from final
