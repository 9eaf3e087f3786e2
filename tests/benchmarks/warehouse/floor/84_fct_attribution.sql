-- models: fct_attribution
create table fct_attribution as
with paths as (
    select
        *,
        max(touch_number) filter (where channel <> 'direct') over (partition by order_key) as last_spoken,
        min(days_before_order) over (partition by order_key) as youngest
    from fct_touches
),

weights as (
    select order_key, touch_number, unnest([
        {'model': 'first_touch', 'weight': (touch_number = 1)::bigint},
        {'model': 'last_touch', 'weight': (touch_number = touches)::bigint},
        {'model': 'last_non_direct', 'weight': (touch_number = coalesce(last_spoken, touches))::bigint},
        {'model': 'linear', 'weight': 1},
        {'model': 'position_based', 'weight': if(touches > 2 and touch_number in (1, touches), 2 * (touches - 2), 1)},
        {'model': 'time_decay', 'weight': round(1e9 * 0.5 ** ((days_before_order - youngest) / 7))::bigint}
    ], recursive := true)
    from paths
),

shared as (
    select
        weights.*,
        sum(weight) over (partition by order_key, model) as whole,
        touch_number = max(touch_number) over (partition by order_key, model) as is_last,
        {'revenue': (gross_sales - discounts_seller) * 100, 'after': net_sales * 100, 'gross': gross_margin * 100,
         'contribution': contribution_margin * 100} as cents
    from weights
    join fct_orders using (order_key)
    where weight > 0
),

-- Whole cents that a share comes to, downwards; the last touch has what is left.
parts as (
    select
        order_key, touch_number, model, is_last, cents,
        cast(weight / whole as decimal(18, 12)) as share,
        floor(cents.revenue * weight / whole + 1e-7) as revenue,
        floor(cents.after * weight / whole + 1e-7) as after,
        floor(cents.gross * weight / whole + 1e-7) as gross,
        floor(cents.contribution * weight / whole + 1e-7) as contribution
    from shared
),

credited as (
    select
        order_key,
        touch_number,
        model,
        if(is_last, 1 - coalesce(sum(share) filter (where not is_last) over path, 0), share) as credit,
        if(is_last, cents.revenue - coalesce(sum(revenue) filter (where not is_last) over path, 0), revenue) as revenue,
        if(is_last, cents.after - coalesce(sum(after) filter (where not is_last) over path, 0), after) as after,
        if(is_last, cents.gross - coalesce(sum(gross) filter (where not is_last) over path, 0), gross) as gross,
        if(is_last, cents.contribution - coalesce(sum(contribution) filter (where not is_last) over path, 0), contribution) as contribution
    from parts
    window path as (partition by order_key, model)
    union all
    select
        order_key, 0, unnest(['first_touch', 'last_touch', 'last_non_direct', 'linear', 'position_based', 'time_decay']), 1,
        (gross_sales - discounts_seller) * 100, net_sales * 100, gross_margin * 100, contribution_margin * 100
    from fct_orders
    where is_valid and order_key not in (select order_key from fct_touches)
)

select
    credited.order_key,
    credited.model as attribution_model,
    credited.touch_number,
    'main' as shop_id,
    getvariable('platform') as platform,
    orders.customer_key,
    touches.session_key,
    coalesce(touches.channel, 'unattributed') as channel,
    if(credited.touch_number = 0, 'unattributed', coalesce(touches.ad_platform, 'none')) as ad_platform,
    if(credited.touch_number = 0, 'unattributed', coalesce(touches.campaign_id, 'none')) as campaign_id,
    orders.is_first_order as is_new_customer,
    cast(credited.credit as decimal(18, 12)) as credit,
    cast(if(orders.is_first_order, credited.credit, 0) as decimal(18, 12)) as new_customers,
    orders.currency,
    cast(credited.revenue / 100 as decimal(18, 4)) as revenue,
    cast(credited.after / 100 as decimal(18, 4)) as revenue_after_refunds,
    cast(credited.gross / 100 as decimal(18, 4)) as gross_margin,
    cast(credited.contribution / 100 as decimal(18, 4)) as contribution_margin,
    orders.reporting_rate,
    touches.touched_at,
    touches.touch_date,
    orders.created_at as ordered_at,
    orders.created_date as order_date
from credited
join fct_orders as orders using (order_key)
left join fct_touches as touches on touches.order_key = credited.order_key and touches.touch_number = credited.touch_number;
