{{ config(unique_key=['shop_id', 'period_type', 'date', 'live_id', 'creator_id']) }}

{% set order_counts = ['orders', 'buyers', 'known_buyers', 'new_buyers', 'units', 'units_with_cost'] %}
{% set order_money = ['gross_sales', 'net_sales', 'paid_amount', 'refunded_amount', 'commission', 'creator_fees'] %}
{% set margins = ['gross_margin', 'contribution_margin'] %}
{% set fees = ['slot_fees', 'other_fees'] %}
{% set shown = ['impressions', 'viewers', 'watch_seconds', 'product_clicks'] %}
{% set cell = ['shop_id', 'month', 'period_type', 'live', 'creator'] %}

{# Months of a shop are computed again: sessions in them, and their creators. #}
{% call touched() %}
with months as (
    select shop_id, month from {{ changed('int_live_links') }}
    union
    select links.shop_id, links.month from {{ ref('int_live_links') }} as links
    semi join {{ changed('fct_orders') }} as orders using (order_key)
    union
    select links.shop_id, links.month from {{ ref('int_live_links') }} as links
    semi join {{ changed('fct_order_costs') }} as costs using (cost_key)
    union
    select sessions.shop_id, cast(date_trunc('month', {{ local_date('sessions.at', 'shops.timezone') }}) as date)
    from (
        select shop_id, coalesce(started_at, ended_at) as at from {{ changed('int_live_sessions') }}
        union all
        select shop_id, coalesce(started_at, ended_at) from {{ ref('int_live_sessions') }}
        where (started_at > {{ previous_as_of() }} and started_at <= {{ as_of() }})
            or (ended_at > {{ previous_as_of() }} and ended_at <= {{ as_of() }})
    ) as sessions
    join {{ ref('int_shops') }} as shops on shops.shop_id = sessions.shop_id
    union
    select shop_id, cast(date_trunc('month', day) as date) from ({{ days_since_previous_as_of() }}) as days
)

select shop_id, month from months where month is not null
{% endcall %}

with links as (
    select * from {{ ref('int_live_links') }}
    {%- if is_increment() %}
    semi join {{ touched_rows() }} using (shop_id, month)
    {%- endif %}
),

orders as (
    select * from {{ ref('fct_orders') }} where is_valid and order_key in (select order_key from links)
),

bills as (
    select * from {{ ref('fct_order_costs') }} where order_key is null and cost_key in (select cost_key from links)
),

dated as (
    select
        sessions.*,
        {{ local_date('coalesce(sessions.started_at, sessions.ended_at)', 'shops.timezone') }} as date,
        cast(date_trunc(
            'month', {{ local_date('coalesce(sessions.started_at, sessions.ended_at)', 'shops.timezone') }}
        ) as date) as month
    from {{ ref('int_live_sessions') }} as sessions
    join {{ ref('int_shops') }} as shops on shops.shop_id = sessions.shop_id
    where coalesce(sessions.started_at, sessions.ended_at) <= {{ as_of() }}
),

facts as (
    select
        links.shop_id,
        links.month,
        links.date,
        links.live_id,
        links.creator_id,
        dated.live_id is null as is_of_unknown_session,
        dated.impressions is not null as is_shown,
        orders.order_key,
        orders.customer_key,
        orders.is_anonymous,
        orders.is_first_order,
        {%- for name in ['units', 'units_with_cost'] + order_money + margins %}
        orders.{{ name }},
        {%- endfor %}
        case when bills.cost_kind = 'creator_fees' then bills.cost end as slot_fees,
        case when bills.cost_kind <> 'creator_fees' then bills.cost end as other_fees
    from links
    left join orders on orders.order_key = links.order_key
    left join bills on bills.cost_key = links.cost_key
    left join dated on dated.shop_id = links.shop_id and dated.live_id = links.live_id
    where orders.order_key is not null or bills.cost_key is not null
),

{# Also those that only orders and bills name: one in each month in which they do. #}
sessions as (
    select
        shop_id, month, date, live_id, coalesce(creator_id, 'none') as creator_id, account, started_at, ended_at,
        case
            when started_at <= ended_at
                then cast({{ epoch_microseconds('ended_at') }} - {{ epoch_microseconds('started_at') }} as double) / 1000000
        end as seconds_live,
        {%- for name in shown %}
        {{ name }},
        {%- endfor %}
        paid_amount as claimed_paid_amount
    from dated
    {%- if is_increment() %}
    semi join {{ touched_rows() }} using (shop_id, month)
    {%- endif %}
    union all
    select
        shop_id, month, min(date), live_id, max(creator_id), cast(null as string), cast(null as timestamp), cast(null as timestamp),
        cast(null as double),
        {%- for name in shown %}
        cast(null as bigint),
        {%- endfor %}
        cast(null as decimal(18, 4))
    from facts
    where is_of_unknown_session and live_id is not null
    group by shop_id, month, live_id
),

{# A session, its creator's month, and the month of all. #}
facts_of_cells as (
    select *, 'session' as period_type, live_id as live, 'of the session' as creator from facts where live_id is not null
    union all
    select *, 'month', 'all', creator_id from facts
    union all
    select *, 'month', 'all', 'all' from facts
),

sessions_of_cells as (
    select *, 'session' as period_type, live_id as live, 'of the session' as creator from sessions
    union all
    select *, 'month', 'all', creator_id from sessions
    union all
    select *, 'month', 'all', 'all' from sessions
),

sold as (
    select
        {{ cell | join(', ') }},
        count(order_key) as orders,
        count(distinct customer_key) as buyers,
        count(distinct customer_key) filter (where not is_anonymous) as known_buyers,
        count(distinct customer_key) filter (where is_first_order) as new_buyers,
        sum(paid_amount) filter (where is_shown) as shown_paid_amount,
        sum(paid_amount - refunded_amount) filter (where is_shown) as shown_paid_amount_after_refunds,
        {%- for name in ['units', 'units_with_cost'] + order_money + margins + fees %}
        sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from facts_of_cells
    group by {{ cell | join(', ') }}
),

streamed as (
    select
        {{ cell | join(', ') }},
        count(*) as sessions,
        {%- for name in ['date', 'creator_id', 'account', 'started_at', 'ended_at'] %}
        max(case when period_type = 'session' then {{ name }} end) as {{ name }},
        {%- endfor %}
        {%- for name in ['seconds_live', 'claimed_paid_amount'] + shown %}
        sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from sessions_of_cells
    group by {{ cell | join(', ') }}
),

cells as (
    select {{ cell | join(', ') }} from sold
    union
    select {{ cell | join(', ') }} from streamed
),

joined as (
    select
        cells.shop_id,
        shops.platform,
        shops.currency,
        cells.period_type,
        coalesce(streamed.date, cells.month) as date,
        cells.month,
        cells.live as live_id,
        coalesce(streamed.creator_id, cells.creator) as creator_id,
        streamed.account,
        streamed.started_at,
        streamed.ended_at,
        case
            when cells.period_type = 'session' then coalesce(streamed.ended_at <= {{ as_of() }}, streamed.date < shops.as_of_date)
            else {{ period_last_day("'month'", 'cells.month') }} < shops.as_of_date
        end as is_complete_period,
        cast(coalesce(streamed.sessions, 0) as bigint) as sessions,
        streamed.seconds_live,
        {%- for name in shown %}
        cast(streamed.{{ name }} as bigint) as {{ name }},
        {%- endfor %}
        cast(streamed.claimed_paid_amount as decimal(18, 4)) as claimed_paid_amount,
        {%- for name in order_counts %}
        cast(coalesce(sold.{{ name }}, 0) as bigint) as {{ name }},
        {%- endfor %}
        {%- for name in order_money + fees + ['shown_paid_amount', 'shown_paid_amount_after_refunds'] %}
        cast(coalesce(sold.{{ name }}, 0) as decimal(18, 4)) as {{ name }},
        {%- endfor %}
        {%- for name in margins %}
        cast(case when coalesce(sold.orders, 0) = 0 then 0 else sold.{{ name }} end as decimal(18, 4))
            as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from cells
    join {{ ref('int_shops') }} as shops on shops.shop_id = cells.shop_id
    {%- for side in ['sold', 'streamed'] %}
    left join {{ side }}
        on
            {%- for name in cell %}
            {{ side }}.{{ name }} = cells.{{ name }}{{ ' and' if not loop.last }}
            {%- endfor %}
    {%- endfor %}
),

final as (
    select
        shop_id, platform, currency, period_type, date, month, live_id, creator_id, account, started_at, ended_at, is_complete_period,
        sessions,
        seconds_live,
        {%- for name in shown %}
        {{ name }},
        {%- endfor %}
        {{ rate('viewers', 'impressions') }} as enter_rate,
        {{ rate('product_clicks', 'viewers') }} as click_rate,
        {{ rate('watch_seconds', 'viewers') }} as seconds_per_viewer,
        claimed_paid_amount,
        {%- for name in order_counts %}
        {{ name }},
        {%- endfor %}
        {{ rate('new_buyers', 'known_buyers') }} as new_buyer_share,
        {%- for name in order_money %}
        {{ name }},
        {%- endfor %}
        cast(paid_amount - refunded_amount as decimal(18, 4)) as paid_amount_after_refunds,
        {{ rate_of_money('refunded_amount', 'paid_amount') }} as refund_rate,
        slot_fees,
        other_fees,
        gross_margin,
        cast(contribution_margin - slot_fees - other_fees as decimal(18, 4)) as contribution_margin,
        shown_paid_amount,
        shown_paid_amount_after_refunds,
        cast(1000 * {{ rate('shown_paid_amount', 'impressions') }} as decimal(18, 4)) as gpm,
        cast(1000 * {{ rate('shown_paid_amount_after_refunds', 'impressions') }} as decimal(18, 4)) as gpm_after_refunds,
        cast(1000 * {{ rate('claimed_paid_amount', 'impressions') }} as decimal(18, 4)) as claimed_gpm
    from joined
)

select * from final
