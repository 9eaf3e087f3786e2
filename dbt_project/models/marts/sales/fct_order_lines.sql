{{ config(unique_key='order_line_key') }}

{% call touched() %}
select order_key from {{ changed('int_order_lines_priced') }}
union
select order_key from {{ changed('fct_orders') }}
union
select order_key from {{ changed('int_refunds_matched') }} where order_key is not null
union
select order_key from {{ ref('int_refunds_matched') }}
where refunded_at > {{ previous_as_of() }} and refunded_at <= {{ as_of() }} and order_key is not null
{% endcall %}

with lines as (
    select * from {{ ref('int_order_lines_priced') }}
    {%- if is_increment() %}
    where order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
),

orders as (
    select * from {{ ref('fct_orders') }}
    {%- if is_increment() %}
    where order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
),

refunds as (
    select * from {{ ref('int_refunds_matched') }}
    where status = 'success' and refunded_at <= {{ as_of() }}
    {%- if is_increment() %}
    and order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
),

refunds_of_lines as (
    select
        order_line_key,
        sum(quantity) as returned_units,
        coalesce(sum(quantity) filter (where is_restocked), 0) as restocked_units,
        sum(merchandise_amount) as returns
    from refunds
    where order_line_key is not null
    group by order_line_key
),

{# Money given back for an order as a whole is shared by its sold lines by their value. #}
refunds_of_orders as (
    select order_key, sum(merchandise_amount) as returns from refunds
    where order_line_key is null and order_key is not null
    group by order_key
),

joined as (
    select
        lines.*,
        orders.customer_key,
        orders.platform,
        orders.sales_channel,
        orders.created_at,
        orders.created_date,
        orders.is_valid and lines.is_sale as is_counted,
        coalesce(refunds_of_lines.returned_units, 0) as returned_units,
        coalesce(refunds_of_lines.restocked_units, 0) as restocked_units,
        coalesce(refunds_of_lines.returns, 0) as line_returns,
        coalesce(refunds_of_orders.returns, 0) as order_returns,
        row_number() over (
            partition by lines.order_key order by lines.is_sale desc, lines.value desc, lines.order_line_key
        ) = 1 as is_dearest,
        case when lines.is_sale then lines.value else 0 end as weight
    from lines
    join orders on orders.order_key = lines.order_key
    left join refunds_of_lines on refunds_of_lines.order_line_key = lines.order_line_key
    left join refunds_of_orders on refunds_of_orders.order_key = lines.order_key
),

shared as (
    select
        *,
        cast(order_returns * cast(weight as double)
            / nullif(cast(sum(weight) over (partition by order_key) as double), 0) as decimal(18, 4)) as share
    from joined
),

returned as (
    select
        *,
        line_returns + coalesce(share, 0)
            + case when is_dearest then order_returns - coalesce(sum(share) over (partition by order_key), 0) else 0 end as returns
    from shared
),

final as (
    select
        order_line_key,
        order_key,
        variant_key,
        customer_key,
        shop_id,
        order_id,
        order_line_id,
        variant_id,
        platform,
        sales_channel,
        line_type,
        is_counted,
        is_gift_card,
        is_giveaway,
        quantity,
        cast(case when is_counted then quantity else 0 end as bigint) as units,
        cast(case when is_counted and unit_cost is not null then quantity else 0 end as bigint) as units_with_cost,
        cast(case when is_counted then returned_units else 0 end as bigint) as returned_units,
        cast(case when is_counted then restocked_units else 0 end as bigint) as restocked_units,
        unit_price,
        unit_cost,
        cast(case when is_counted then value else 0 end as decimal(18, 4)) as gross_sales,
        cast(case when is_counted then discount else 0 end as decimal(18, 4)) as discounts,
        cast(
            case when is_counted then discount - coalesce(discount_platform, 0) - coalesce(discount_creator, 0) else 0 end as decimal(18, 4)
        ) as discounts_seller,
        cast(case when is_counted then coalesce(discount_platform, 0) else 0 end as decimal(18, 4)) as discounts_platform,
        cast(case when is_counted then coalesce(discount_creator, 0) else 0 end as decimal(18, 4)) as discounts_creator,
        cast(case when is_counted then returns else 0 end as decimal(18, 4)) as returns,
        cast(
            case
                when is_counted then value - discount + coalesce(discount_platform, 0) + coalesce(discount_creator, 0) - returns
                else 0
            end as decimal(18, 4)
        ) as net_sales,
        cast(case when is_counted then quantity * unit_cost end as decimal(18, 4)) as cogs,
        cast(case when is_counted then restocked_units * unit_cost end as decimal(18, 4)) as restocked_cogs,
        created_at,
        created_date
    from returned
)

select * from final
