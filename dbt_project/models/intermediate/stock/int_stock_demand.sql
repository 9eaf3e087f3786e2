{{ config(unique_key=['order_line_key', 'variant_key', 'location_id']) }}

{% call touched() %}
with orders as (
    select shop_id, order_id from {{ changed('fct_order_lines') }}
    union
    select shop_id, order_id from {{ changed('int_order_lines') }}
    union
    select shop_id, order_id from {{ changed('int_shipments') }}
    union
    select parcels.shop_id, parcels.order_id from {{ ref('int_shipments') }} as parcels
    semi join {{ changed('int_shipment_lines') }} as parts using (shop_id, shipment_id)
    union
    select lines.shop_id, lines.order_id from {{ ref('int_order_lines') }} as lines
    semi join {{ changed('int_bundle_components') }} as bundles
        on bundles.shop_id = lines.shop_id and bundles.bundle_variant_id = lines.variant_id
)

select shop_id, order_id, {{ entity_key(['shop_id', 'order_id']) }} as order_key from orders
{% endcall %}

with lines as (
    select
        order_line_key, order_key, variant_key, shop_id, order_id, order_line_id, variant_id, sales_channel, is_counted, quantity,
        returned_units,
        gross_sales - discounts_seller as sales, net_sales - cogs + restocked_cogs as gross_margin, created_date
    from {{ ref('fct_order_lines') }}
    {%- if is_increment() %}
    where order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
),

parts as (
    select {{ entity_key(['lines.shop_id', 'lines.order_id']) }} as order_key, lines.order_line_key, lines.bundle_parent_id
    from {{ ref('int_order_lines') }} as lines
    {%- if is_increment() %}
    semi join {{ touched_rows() }} as touched on touched.shop_id = lines.shop_id and touched.order_id = lines.order_id
    {%- endif %}
    where lines.bundle_parent_id is not null
),

bundles as (
    select distinct order_key, bundle_parent_id from parts
),

{# Of a set the articles in it leave the shelf: those that the order lists, else those that the set is made of. #}
taking as (
    select
        lines.*,
        case
            when bundles.order_key is not null then 0
            when lines.is_counted or wholes.is_counted then lines.quantity
            else 0
        end as taken
    from lines
    left join parts on parts.order_line_key = lines.order_line_key
    left join lines as wholes on wholes.order_key = parts.order_key and wholes.order_line_id = parts.bundle_parent_id
    left join bundles on bundles.order_key = lines.order_key and bundles.bundle_parent_id = lines.order_line_id
),

parcels as (
    select parcels.* from {{ ref('int_shipments') }} as parcels
    {%- if is_increment() %}
    semi join {{ touched_rows() }} as touched on touched.shop_id = parcels.shop_id and touched.order_id = parcels.order_id
    {%- endif %}
    where parcels.location_id is not null
),

shipped as (
    select
        {{ entity_key(['parcels.shop_id', 'parcels.order_id', 'packed.order_line_id']) }} as order_line_key,
        {{ location('parcels.location_id') }} as location_id,
        sum(packed.quantity) as quantity
    from {{ ref('int_shipment_lines') }} as packed
    join parcels on parcels.shop_id = packed.shop_id and parcels.shipment_id = packed.shipment_id
    where packed.quantity > 0
    group by 1, 2
),

{# What was sent, place after place, until all that was sold is there: what is sent once more was not sold once more. #}
sent as (
    select order_line_key, location_id, quantity, sum(quantity) over (partition by order_line_key order by location_id) as quantity_so_far
    from shipped
),

placed as (
    select
        taking.*,
        sent.location_id,
        least(sent.quantity_so_far, taking.taken) - least(sent.quantity_so_far - sent.quantity, taking.taken) as units
    from taking
    join sent on sent.order_line_key = taking.order_line_key
    union all
    select taking.*, '', taking.taken - least(coalesce(totals.quantity, 0), taking.taken)
    from taking
    left join (select order_line_key, sum(quantity) as quantity from sent group by order_line_key) as totals
        on totals.order_line_key = taking.order_line_key
),

{# What a line came to stands where most of it left from. #}
ranked as (
    select
        placed.*,
        row_number() over (
            partition by placed.order_line_key order by placed.units desc, placed.location_id desc
        ) = 1 as is_main
    from placed
    where placed.units > 0
),

final as (
    select
        ranked.order_line_key,
        ranked.order_key,
        case
            when components.quantity is null then ranked.variant_key
            else {{ entity_key(['components.shop_id', 'components.component_variant_id']) }}
        end as variant_key,
        ranked.shop_id,
        ranked.location_id,
        ranked.sales_channel,
        cast(ranked.units * coalesce(components.quantity, 1) as bigint) as units,
        cast(case when ranked.is_main then ranked.returned_units * coalesce(components.quantity, 1) else 0 end as bigint) as returned_units,
        cast(case when ranked.is_main and components.quantity is null then ranked.sales else 0 end as decimal(18, 4)) as sales,
        cast(case when components.quantity is null then case when ranked.is_main then ranked.gross_margin else 0 end end as decimal(18, 4))
            as gross_margin,
        ranked.created_date
    from ranked
    left join {{ ref('int_bundle_components') }} as components
        on components.shop_id = ranked.shop_id
        and components.bundle_variant_id = ranked.variant_id
        and components.quantity > 0
)

select * from final
