{{ config(unique_key=['order_key', 'attribution_model', 'touch_number']) }}

{% call touched() %}
select order_key, order_date from {{ changed('fct_touches') }}
union
select order_key, created_date as order_date from {{ changed('fct_orders') }}
{% endcall %}

{# Every order with what led to it; one that nothing is known to have led to stands by itself. #}
with paths as (
    select
        orders.order_key,
        orders.shop_id,
        orders.platform,
        orders.customer_key,
        orders.is_first_order,
        orders.currency,
        orders.reporting_rate,
        orders.created_at,
        orders.created_date,
        cast(orders.gross_sales - orders.discounts_seller as decimal(18, 4)) as revenue,
        orders.net_sales as revenue_after_refunds,
        orders.gross_margin,
        orders.contribution_margin,
        touches.order_key is null as is_unattributed,
        coalesce(touches.touch_number, 0) as touch_number,
        coalesce(touches.touches, 0) as touches,
        touches.session_key,
        touches.channel,
        touches.ad_platform,
        touches.campaign_id,
        touches.touched_at,
        touches.touch_date,
        coalesce(touches.days_before_order, 0) as days_before_order,
        max(case when touches.channel <> 'direct' then touches.touch_number end) over (partition by orders.order_key) as last_non_direct,
        coalesce(min(touches.days_before_order) over (partition by orders.order_key), 0) as days_before_last
    from {{ ref('fct_orders') }} as orders
    left join {{ ref('fct_touches') }} as touches
        on touches.order_key = orders.order_key
        {%- if is_increment() %}
        and {{ in_touched_days('touches.order_date', 'order_date', 'order_date') }}
        {%- endif %}
    where orders.is_valid
    {%- if is_increment() %}
        and orders.order_key in (select order_key from {{ touched_rows() }})
        and {{ in_touched_days('orders.created_date', 'order_date', 'order_date') }}
    {%- endif %}
),

weighted as (
    select
        paths.*,
        models.attribution_model,
        cast(case
            when is_unattributed then 1
            {%- for name, weight in attribution_models().items() %}
            when models.attribution_model = '{{ name }}' then {{ weight }}
            {%- endfor %}
        end as bigint) as weight
    from paths
    cross join (
        {%- for name in attribution_models() %}
        select '{{ name }}' as attribution_model {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as models
),

{# The last touch with a weight takes what rounding leaves. #}
parts as (
    select
        *,
        cast(sum(weight) over (partition by order_key, attribution_model) as bigint) as whole,
        touch_number = max(touch_number) over (partition by order_key, attribution_model) as is_last
    from weighted
    where weight > 0
),

{# A share to the nearest cent; where that is more than the share, a cent less, so that the last one is never owed any. #}
shares as (
    select
        *,
        cast(case when is_last then 0 else cast(weight as double) / whole end as decimal(18, 12)) as share,
        {%- for name in attributed_money() %}
        cast(case when is_last then 0 else cast({{ name }} * weight as double) / whole end as decimal(18, 2))
            as nearest_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from parts
),

rounded as (
    select
        *,
        {%- for name in attributed_money() %}
        case
            when nearest_{{ name }} * whole > {{ name }} * weight and not is_last then nearest_{{ name }} - 0.01
            else nearest_{{ name }}
        end as part_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from shares
),

credited as (
    select
        *,
        case when is_last then 1 - sum(share) over path else share end as credited_share,
        {%- for name in attributed_money() %}
        case when is_last then {{ name }} - sum(part_{{ name }}) over path else part_{{ name }} end
            as credited_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from rounded
    window path as (partition by order_key, attribution_model)
),

final as (
    select
        order_key,
        attribution_model,
        cast(touch_number as integer) as touch_number,
        shop_id,
        platform,
        customer_key,
        session_key,
        coalesce(channel, 'unattributed') as channel,
        case when is_unattributed then 'unattributed' else coalesce(ad_platform, 'none') end as ad_platform,
        case when is_unattributed then 'unattributed' else coalesce(campaign_id, 'none') end as campaign_id,
        is_first_order as is_new_customer,
        cast(credited_share as decimal(18, 12)) as credit,
        cast(case when is_first_order then credited_share else 0 end as decimal(18, 12)) as new_customers,
        currency,
        {%- for name in attributed_money() %}
        cast(credited_{{ name }} as decimal(18, 4)) as {{ name }},
        {%- endfor %}
        reporting_rate,
        touched_at,
        touch_date,
        created_at as ordered_at,
        created_date as order_date
    from credited
)

select * from final
