{{ config(materialized='table') }}

{# Whatever was once in stock somewhere is carried to the last day, so that one day knows all places. #}
with stocked as (
    select days.shop_id, days.location_id, count(*) as variants
    from {{ ref('fct_inventory_daily') }} as days
    join {{ ref('int_shops') }} as shops on shops.shop_id = days.shop_id and shops.as_of_date = days.date
    where days.date >= {{ earliest_date(as_of(), 0) }}
    group by days.shop_id, days.location_id
),

shipping as (
    select distinct shop_id, {{ location('location_id') }} as location_id from {{ ref('int_shipments') }}
    where location_id is not null
),

receiving as (
    select distinct shop_id, {{ location('location_id') }} as location_id from {{ ref('int_purchase_orders') }}
    where location_id is not null
),

places as (
    select shop_id, location_id from stocked
    union
    select shop_id, location_id from shipping
    union
    select shop_id, location_id from receiving
),

final as (
    select
        {{ entity_key(['places.shop_id', 'places.location_id']) }} as location_key,
        places.shop_id,
        places.location_id,
        places.location_id <> 'default' as is_named,
        stocked.location_id is not null as has_stock,
        shipping.location_id is not null as has_shipments,
        coalesce(stocked.variants, 0) as variants
    from places
    join {{ ref('int_shops') }} as shops on shops.shop_id = places.shop_id
    left join stocked on stocked.shop_id = places.shop_id and stocked.location_id = places.location_id
    left join shipping on shipping.shop_id = places.shop_id and shipping.location_id = places.location_id
)

select * from final
