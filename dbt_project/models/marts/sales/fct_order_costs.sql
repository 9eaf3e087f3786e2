{{ config(unique_key='cost_key') }}

{% call touched() %}
select cost_key from {{ changed('int_selling_costs') }}
union
select costs.cost_key from {{ ref('int_selling_costs') }} as costs
semi join {{ changed('fct_orders') }} as orders using (order_key)
union
select costs.cost_key from {{ this }} as costs
semi join {{ changed('int_fx_rates_daily') }} as rates on rates.date = costs.incurred_date
where costs.order_created_date is null
union
select cost_key from {{ ref('int_selling_costs') }}
where incurred_at > {{ previous_as_of() }} and incurred_at <= {{ as_of() }}
{% endcall %}

with costs as (
    select * from {{ ref('int_selling_costs') }}
    where coalesce(incurred_at <= {{ as_of() }}, true)
    {%- if is_increment() %}
    and cost_key in (select cost_key from {{ touched_rows() }})
    {%- endif %}
),

orders as (
    select * from {{ ref('fct_orders') }} where order_key in (select order_key from costs)
),

joined as (
    select
        costs.*,
        coalesce(orders.platform, shops.platform) as platform,
        coalesce(orders.sales_channel, 'unknown') as sales_channel,
        orders.created_date as order_created_date,
        coalesce(orders.is_valid, false) as is_of_valid_order,
        {# What a test order cost was never spent. An order that is not valid (a replacement, say) costs money all the same. #}
        not coalesce(orders.is_test, false) as is_counted,
        coalesce(costs.incurred_at, orders.created_at) as known_incurred_at,
        coalesce(orders.reporting_rate, {{ reporting_rate_of_day() }}) as reporting_rate,
        shops.timezone
    from costs
    join {{ ref('int_shops') }} as shops on shops.shop_id = costs.shop_id
    left join orders on orders.order_key = costs.order_key
    {{ join_reporting_rates('costs.incurred_at') }}
),

final as (
    select
        cost_key,
        order_key,
        shop_id,
        order_id,
        platform,
        sales_channel,
        cost_kind,
        kind,
        told_by,
        is_counted,
        is_of_valid_order,
        amount,
        cast(case when is_counted then amount else 0 end as decimal(18, 4)) as cost,
        cast(reporting_rate as decimal(20, 10)) as reporting_rate,
        live_id,
        creator_id,
        known_incurred_at as incurred_at,
        {{ local_date('known_incurred_at', 'timezone') }} as incurred_date,
        order_created_date
    from joined
    where known_incurred_at is not null
)

select * from final
