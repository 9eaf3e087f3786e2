-- Per model, shop and day: what is credited to channels and campaigns and what is not is the orders', to the cent, in the facts
-- and in the mart. By the dates of touches the same money lies on other days.
with models as (
    select distinct attribution_model from {{ ref('fct_attribution') }}
),

ordered as (
    select
        orders.shop_id,
        orders.created_date as date,
        models.attribution_model,
        count(*) as orders,
        sum(orders.gross_sales - orders.discounts_seller) as revenue,
        sum(orders.net_sales) as revenue_after_refunds,
        sum(orders.contribution_margin) as margin,
        count(*) filter (where orders.is_first_order) as new_customers
    from {{ ref('fct_orders') }} as orders
    cross join models
    where orders.is_valid
    group by orders.shop_id, orders.created_date, models.attribution_model
),

credited as (
    select
        shop_id,
        order_date as date,
        attribution_model,
        sum(credit) as orders,
        sum(revenue) as revenue,
        sum(revenue_after_refunds) as revenue_after_refunds,
        sum(contribution_margin) as margin,
        sum(new_customers) as new_customers
    from {{ ref('fct_attribution') }}
    group by shop_id, order_date, attribution_model
),

mart as (
    select
        shop_id,
        date,
        attribution_model,
        sum(orders) as orders,
        sum(revenue) as revenue,
        sum(revenue_after_refunds) as revenue_after_refunds,
        sum(margin) as margin,
        sum(new_customers) as new_customers
    from {{ ref('mart_marketing_roi') }}
    group by shop_id, date, attribution_model
),

{%- for name in ['credited', 'mart'] %}
wrong_{{ name }} as (
    select
        '{{ name }}' as part,
        coalesce(ordered.shop_id, {{ name }}.shop_id) as shop_id,
        coalesce(ordered.date, {{ name }}.date) as date,
        coalesce(ordered.attribution_model, {{ name }}.attribution_model) as attribution_model,
        ordered.revenue as of_orders,
        {{ name }}.revenue as said
    from ordered
    full join {{ name }}
        on {{ name }}.shop_id = ordered.shop_id
        and {{ name }}.date = ordered.date
        and {{ name }}.attribution_model = ordered.attribution_model
    where coalesce({{ name }}.orders, 0) <> coalesce(ordered.orders, 0)
        or coalesce({{ name }}.revenue, 0) <> coalesce(ordered.revenue, 0)
        or coalesce({{ name }}.revenue_after_refunds, 0) <> coalesce(ordered.revenue_after_refunds, 0)
        or coalesce({{ name }}.margin, 0) <> coalesce(ordered.margin, 0)
        or coalesce({{ name }}.new_customers, 0) <> coalesce(ordered.new_customers, 0)
),
{%- endfor %}

by_touch as (
    select shop_id, attribution_model, sum(revenue) as revenue, sum(revenue_by_touch_date) as revenue_by_touch_date
    from {{ ref('mart_marketing_roi') }}
    group by shop_id, attribution_model
)

select part, shop_id, date, attribution_model, of_orders, said from wrong_credited
union all
select part, shop_id, date, attribution_model, of_orders, said from wrong_mart
union all
select 'by touch', shop_id, null, attribution_model, revenue, revenue_by_touch_date from by_touch
where revenue <> revenue_by_touch_date
