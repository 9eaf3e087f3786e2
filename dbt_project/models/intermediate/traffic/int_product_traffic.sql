{{ config(unique_key=['shop_id', 'date', 'level', 'item']) }}

{% set counts, visits = traffic_counts(), traffic_visits() %}

{# A day is computed again when an event of its sessions, an order placed in one of them or the platform's own figures
   changed, and when an article of it is another product's now. #}
{% call touched() %}
with sessions_of_orders as (
    select session_key from {{ changed('int_order_sessions') }}
    union
    select session_key from {{ ref('int_order_sessions') }}
    where order_key in (
        select {{ entity_key(['shop_id', 'order_id']) }} from {{ changed('int_order_lines') }}
    )
),

days as (
    {{ changed_session_days() | indent(4) }}
    union
    select shop_id, session_date from {{ ref('int_sessions') }}
    where session_key in (select session_key from sessions_of_orders)
    union
    select standing.shop_id, standing.date
    from {{ this }} as standing
    left join {{ ref('int_variant_listings') }} as listings on listings.variant_key = standing.item
    where standing.level = 'variant'
        and standing.item in (select variant_key from {{ changed('int_variant_listings') }})
        and listings.product_id is distinct from standing.product_id
    union
    select shop_id, date from {{ changed('int_traffic_daily') }}
    union
    select shop_id, day from ({{ days_since_previous_as_of() }}) as days_since
)

select shop_id, session_date as date from days
{% endcall %}

with {{ events_in_sessions(['impression', 'click', 'product_view', 'add_to_cart'], ['variant_id', 'product_id'], day='date') }}

listings as (
    select variant_key, product_id from {{ ref('int_variant_listings') }}
),

{# A variant that nobody knows is a product of its own, unless the tracker says of which product it is. #}
of_variants as (
    select
        events.session_key,
        events.shop_id,
        events.session_date,
        {{ entity_key(['events.shop_id', 'events.variant_id']) }} as variant_key,
        events.variant_id,
        events.product_id,
        count(case when events.event_type = 'impression' then 1 end) as impressions,
        count(case when events.event_type = 'click' then 1 end) as clicks,
        count(case when events.event_type = 'product_view' then 1 end) as views,
        count(case when events.event_type = 'add_to_cart' then 1 end) as cart_adds,
        min(case when events.event_type = 'product_view' then events.event_at end) as viewed_at,
        max(case when events.event_type = 'add_to_cart' then events.event_at end) as carted_at
    from session_events as events
    where coalesce(events.variant_id, events.product_id) is not null
    group by events.session_key, events.shop_id, events.session_date, events.variant_id, events.product_id
),

of_products as (
    select of_variants.*, coalesce(listings.product_id, of_variants.product_id, of_variants.variant_id) as product
    from of_variants
    left join listings on listings.variant_key = of_variants.variant_key and of_variants.variant_id is not null
),

in_sessions as (
    select
        session_key, shop_id, session_date, 'variant' as level, variant_key as item, max(product) as product_id,
        {%- for name in counts %}
        sum({{ name }}) as {{ name }},
        {%- endfor %}
        min(viewed_at) as viewed_at,
        max(carted_at) as carted_at
    from of_products
    where variant_id is not null
    group by session_key, shop_id, session_date, variant_key
    union all
    select
        session_key, shop_id, session_date, 'product', product, product,
        {%- for name in counts %}
        sum({{ name }}),
        {%- endfor %}
        min(viewed_at),
        max(carted_at)
    from of_products
    group by session_key, shop_id, session_date, product
),

orders as (
    select session_key, shop_id, order_key, substr(order_key, length(shop_id) + 2) as order_id
    from {{ ref('int_order_sessions') }}
    {%- if is_increment() %}
    where session_key in (select session_key from sessions)
    {%- endif %}
),

lines as (
    select shop_id, order_id, variant_id, {{ entity_key(['shop_id', 'variant_id']) }} as variant_key
    from {{ ref('int_order_lines') }}
    {%- if is_increment() %}
    where (shop_id, order_id) in (select (shop_id, order_id) from orders)
    {%- endif %}
),

ordered as (
    select orders.session_key, lines.variant_key, coalesce(listings.product_id, lines.variant_id) as product_id
    from orders
    join lines on lines.shop_id = orders.shop_id and lines.order_id = orders.order_id
    left join listings on listings.variant_key = lines.variant_key
),

ordered_items as (
    select distinct session_key, 'variant' as level, variant_key as item from ordered
    union all
    select distinct session_key, 'product', product_id from ordered
),

of_events as (
    select
        visits.shop_id,
        visits.session_date as date,
        visits.level,
        visits.item,
        max(visits.product_id) as product_id,
        {%- for name in counts %}
        sum(visits.{{ name }}) as {{ name }},
        {%- endfor %}
        count(visits.viewed_at) as view_visits,
        count(case when visits.carted_at >= visits.viewed_at then 1 end) as cart_visits,
        count(case when visits.carted_at >= visits.viewed_at then ordered_items.item end) as order_visits,
        'events' as measured_by
    from in_sessions as visits
    left join ordered_items
        on ordered_items.session_key = visits.session_key
        and ordered_items.level = visits.level
        and ordered_items.item = visits.item
    group by visits.shop_id, visits.session_date, visits.level, visits.item
),

{# A day of a shop of which there is no event: the platform's totals, of all devices together where it gives them. #}
told_days as (
    select distinct shop_id, session_date from {{ ref('int_sessions') }}
    {%- if is_increment() %}
    where {{ in_touched_days('session_date', 'date', 'date') }}
    {%- endif %}
),

of_totals as (
    select
        totals.shop_id,
        totals.date,
        'product' as level,
        totals.scope_id as item,
        totals.scope_id as product_id,
        cast(null as bigint) as impressions,
        cast(null as bigint) as clicks,
        coalesce(max(case when totals.device is null then totals.pv end), sum(totals.pv)) as views,
        cast(null as bigint) as cart_adds,
        {%- for name in ['uv', 'cart_uv', 'paying_buyers'] %}
        max(case when totals.device is null or totals.devices = 1 then totals.{{ name }} end) as {{ visits[loop.index0] }},
        {%- endfor %}
        'platform_totals' as measured_by
    from (
        select *, count(*) over (partition by shop_id, date, scope_id) as devices
        from {{ ref('int_traffic_daily') }}
        where scope = 'product' and scope_id is not null
        {%- if is_increment() %}
            and {{ in_touched_days('date', 'date', 'date') }}
        {%- endif %}
    ) as totals
    join {{ ref('int_shops') }} as shops on shops.shop_id = totals.shop_id and totals.date <= shops.as_of_date
    anti join told_days on told_days.shop_id = totals.shop_id and told_days.session_date = totals.date
    {%- if is_increment() %}
    semi join {{ touched_rows() }} as touched on touched.shop_id = totals.shop_id and touched.date = totals.date
    {%- endif %}
    group by totals.shop_id, totals.date, totals.scope_id
),

final as (
    select * from of_events
    union all
    select * from of_totals
)

select
    shop_id,
    date,
    level,
    item,
    product_id,
    {%- for name in counts + visits %}
    cast({{ name }} as bigint) as {{ name }},
    {%- endfor %}
    measured_by
from final
