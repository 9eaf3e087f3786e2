{{ config(unique_key=['order_key', 'attribution_model', 'touch_number']) }}

{% call touched() %}
select order_key from {{ changed('fct_touches') }}
union
select order_key from {{ changed('fct_orders') }}
{% endcall %}

with orders as (
    select
        *,
        cast(gross_sales - discounts_seller as decimal(18, 4)) as revenue,
        net_sales as revenue_after_refunds
    from {{ ref('fct_orders') }}
    where is_valid
    {%- if is_increment() %}
        and order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
),

touches as (
    select
        *,
        max(case when channel <> 'direct' then touch_number end) over (partition by order_key) as last_non_direct,
        min(days_before_order) over (partition by order_key) as days_before_last
    from {{ ref('fct_touches') }}
    {%- if is_increment() %}
    where order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
),

weighted as (
    {%- for name, weight in attribution_models().items() %}
    select *, '{{ name }}' as attribution_model, cast({{ weight }} as bigint) as weight from touches
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

{# The last touch with a weight takes what rounding leaves. #}
parts as (
    select
        *,
        cast(sum(weight) over credited as bigint) as whole,
        row_number() over (partition by order_key, attribution_model order by touch_number desc) = 1 as is_last
    from weighted
    where weight > 0
    window credited as (partition by order_key, attribution_model)
),

{# A share to the nearest cent; where that is more than the share, a cent less, so that the last one is never owed any. #}
shares as (
    select
        parts.*,
        cast(cast(parts.weight as double) / parts.whole as decimal(18, 12)) as share,
        {%- for name in attributed_money() %}
        orders.{{ name }},
        cast(cast(orders.{{ name }} * parts.weight as double) / parts.whole as decimal(18, 2))
            as nearest_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from parts
    join orders on orders.order_key = parts.order_key
),

rounded as (
    select
        order_key,
        attribution_model,
        touch_number,
        is_last,
        share,
        {%- for name in attributed_money() %}
        {{ name }} as {{ name }}_of_order,
        case
            when nearest_{{ name }} * whole > {{ name }} * weight then nearest_{{ name }} - 0.01 else nearest_{{ name }}
        end as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from shares
),

credited as (
    select
        order_key,
        attribution_model,
        touch_number,
        case when is_last then 1 - coalesce(sum(share) filter (where not is_last) over path, 0) else share end as credit,
        {%- for name in attributed_money() %}
        case
            when is_last then {{ name }}_of_order - coalesce(sum({{ name }}) filter (where not is_last) over path, 0) else {{ name }}
        end as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from rounded
    window path as (partition by order_key, attribution_model)
    union all
    {# An order that nothing led to is told of, too. #}
    select
        orders.order_key,
        models.attribution_model,
        0,
        1,
        {%- for name in attributed_money() %}
        orders.{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from orders
    cross join (
        {%- for name in attribution_models() %}
        select '{{ name }}' as attribution_model {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as models
    where orders.order_key not in (select order_key from touches)
),

final as (
    select
        credited.order_key,
        credited.attribution_model,
        cast(credited.touch_number as integer) as touch_number,
        orders.shop_id,
        orders.platform,
        orders.customer_key,
        touches.session_key,
        coalesce(touches.channel, 'unattributed') as channel,
        case when touches.order_key is null then 'unattributed' else coalesce(touches.ad_platform, 'none') end as ad_platform,
        case when touches.order_key is null then 'unattributed' else coalesce(touches.campaign_id, 'none') end as campaign_id,
        orders.is_first_order as is_new_customer,
        cast(credited.credit as decimal(18, 12)) as credit,
        cast(case when orders.is_first_order then credited.credit else 0 end as decimal(18, 12)) as new_customers,
        orders.currency,
        {%- for name in attributed_money() %}
        cast(credited.{{ name }} as decimal(18, 4)) as {{ name }},
        {%- endfor %}
        orders.reporting_rate,
        touches.touched_at,
        touches.touch_date,
        orders.created_at as ordered_at,
        orders.created_date as order_date
    from credited
    join orders on orders.order_key = credited.order_key
    left join touches on touches.order_key = credited.order_key and touches.touch_number = credited.touch_number
)

select * from final
