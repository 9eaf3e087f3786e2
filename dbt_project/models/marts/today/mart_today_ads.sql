{{ config(materialized='table') }}

{# Platforms report a day on the next morning, some after a weekend: a campaign runs that cost something on the newest of
   these days that its platform has reported, or costs something today. #}
{% set report_days = 3 %}
{# The visits that say where a campaign leads to. #}
{% set visit_days = 7 %}

with spent as (
    select ads.shop_id, ads.ad_platform, ads.campaign_id, ads.campaign, ads.date, ads.spend, shops.as_of_date
    from {{ ref('fct_ad_spend') }} as ads
    join {{ ref('int_shops') }} as shops on shops.shop_id = ads.shop_id
    where ads.date between {{ earliest_date(as_of(), visit_days) }} and {{ latest_date(as_of(), 0) }}
        and ads.date > shops.as_of_date - interval '{{ visit_days }}' day
        and ads.date <= shops.as_of_date
),

reported as (
    select *, max(case when date < as_of_date then date end) over (partition by shop_id, ad_platform) as last_day from spent
),

running as (
    select
        shop_id,
        ad_platform,
        campaign_id,
        as_of_date,
        max_by(campaign, date) as campaign,
        max(last_day) as last_day,
        coalesce(sum(case when date = last_day then spend end), 0) as spend_last_day,
        coalesce(sum(spend), 0) as spend_7_days
    from reported
    group by shop_id, ad_platform, campaign_id, as_of_date
    having coalesce(sum(case when date = as_of_date then spend end), 0) > 0
        or (
            coalesce(sum(case when date = last_day then spend end), 0) > 0
            and max(last_day) >= as_of_date - interval '{{ report_days }}' day
        )
),

visits as (
    select
        sessions.session_key, sessions.shop_id, sessions.visitor_id, sessions.ad_platform, sessions.campaign_id,
        sessions.product_view_at
    from {{ ref('fct_sessions') }} as sessions
    join running
        on running.shop_id = sessions.shop_id
        and running.ad_platform = sessions.ad_platform
        and running.campaign_id = sessions.campaign_id
        and sessions.session_date > running.as_of_date - interval '{{ visit_days }}' day
    where sessions.session_date between {{ earliest_date(as_of(), visit_days) }} and {{ latest_date(as_of(), 0) }}
),

{# The first article that each of them looked at; a page that tells of itself twice in one instant told once. #}
landed as (
    select visits.session_key, events.variant_id, events.product_id
    from visits
    join {{ ref('int_events') }} as events
        on events.shop_id = visits.shop_id
        and events.visitor_id = visits.visitor_id
        and events.event_at = visits.product_view_at
    where events.event_type = 'product_view'
        and events.event_at >= {{ as_of() }} - interval '{{ visit_days + 2 }}' day
        and events.event_at <= {{ as_of() }}
    qualify row_number() over (
        partition by visits.session_key
        order by case when coalesce(events.variant_id, events.product_id) is null then 1 else 0 end, events.event_id
    ) = 1
),

stock as (
    select days.variant_key, sum(days.on_hand) as on_hand
    from {{ ref('fct_inventory_daily') }} as days
    join {{ ref('int_shops') }} as shops on shops.shop_id = days.shop_id and shops.as_of_date = days.date
    where days.date between {{ earliest_date(as_of(), 0) }} and {{ latest_date(as_of(), 0) }}
    group by days.variant_key
),

products as (
    select
        products.shop_id,
        products.product_id,
        min(products.title) as title,
        count(stock.variant_key) as variants,
        count(case when stock.on_hand <= 0 then 1 end) as variants_out_of_stock,
        sum(stock.on_hand) as on_hand
    from {{ ref('dim_products') }} as products
    left join stock on stock.variant_key = products.variant_key
    group by products.shop_id, products.product_id
),

{# Out of stock is the variant where the event names one, else the product of which no variant is left. #}
looked as (
    select
        visits.shop_id,
        visits.ad_platform,
        visits.campaign_id,
        landed.session_key,
        coalesce(landed.product_id, of_variant.product_id, landed.variant_id) as product_id,
        case
            when landed.variant_id is not null then stock.on_hand <= 0
            when of_product.variants > 0 then of_product.variants_out_of_stock = of_product.variants
        end as is_out_of_stock
    from visits
    left join landed on landed.session_key = visits.session_key
    left join {{ ref('dim_products') }} as of_variant
        on of_variant.shop_id = visits.shop_id and of_variant.variant_id = landed.variant_id
    left join stock on stock.variant_key = {{ entity_key(['visits.shop_id', 'landed.variant_id']) }}
    left join products as of_product
        on of_product.shop_id = visits.shop_id and of_product.product_id = landed.product_id
),

counted as (
    select
        shop_id,
        ad_platform,
        campaign_id,
        case when grouping(product_id) = 1 then 'all' else product_id end as product_id,
        count(*) as sessions,
        count(session_key) as landed_sessions,
        count(is_out_of_stock) as known_sessions,
        count(case when is_out_of_stock then 1 end) as out_of_stock_sessions
    from looked
    group by grouping sets ( -- noqa: PRS
        (shop_id, ad_platform, campaign_id, product_id),
        (shop_id, ad_platform, campaign_id)
    )
),

cells as (
    select shop_id, ad_platform, campaign_id, 'all' as product_id from running
    union all
    select shop_id, ad_platform, campaign_id, product_id from counted
    where product_id <> 'all' and out_of_stock_sessions > 0
),

joined as (
    select
        cells.shop_id,
        shops.platform,
        running.as_of_date as date,
        cells.ad_platform,
        cells.campaign_id,
        running.campaign,
        cells.product_id,
        products.title,
        running.last_day,
        running.spend_last_day,
        running.spend_7_days,
        coalesce(campaigns.sessions, 0) as sessions,
        coalesce(campaigns.landed_sessions, 0) as landed_sessions,
        coalesce(campaigns.known_sessions, 0) as known_sessions,
        coalesce(counted.out_of_stock_sessions, 0) as out_of_stock_sessions,
        {{ rate('counted.out_of_stock_sessions', 'campaigns.known_sessions') }} as share,
        products.variants,
        products.variants_out_of_stock,
        products.on_hand
    from cells
    join {{ ref('int_shops') }} as shops on shops.shop_id = cells.shop_id
    join running
        on running.shop_id = cells.shop_id and running.ad_platform = cells.ad_platform and running.campaign_id = cells.campaign_id
    {%- for name, product in [('counted', 'cells.product_id'), ('campaigns', "'all'")] %}
    left join counted {{ 'as ' ~ name if name != 'counted' }}
        on {{ name }}.shop_id = cells.shop_id
        and {{ name }}.ad_platform = cells.ad_platform
        and {{ name }}.campaign_id = cells.campaign_id
        and {{ name }}.product_id = {{ product }}
    {%- endfor %}
    left join products on products.shop_id = cells.shop_id and products.product_id = cells.product_id
),

final as (
    select
        shop_id,
        platform,
        date,
        ad_platform,
        campaign_id,
        campaign,
        product_id,
        title,
        last_day as last_reported_date,
        cast(spend_last_day as decimal(18, 4)) as spend_last_day,
        cast(spend_7_days as decimal(18, 4)) as spend_7_days,
        cast(sessions as bigint) as sessions_7_days,
        cast(landed_sessions as bigint) as landed_sessions_7_days,
        cast(known_sessions as bigint) as known_sessions_7_days,
        cast(out_of_stock_sessions as bigint) as out_of_stock_sessions_7_days,
        share as out_of_stock_share,
        cast(cast(spend_last_day as double) * share as decimal(18, 4)) as spend_out_of_stock,
        cast(variants as bigint) as variants,
        cast(variants_out_of_stock as bigint) as variants_out_of_stock,
        cast(on_hand as bigint) as on_hand
    from joined
)

select * from final
