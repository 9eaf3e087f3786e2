{{ config(unique_key='order_key') }}

{% call touched() %}
with orders as (
    select shop_id, order_id from {{ changed('int_shipments') }}
    union
    select shop_id, order_id from {{ ref('int_shipments') }}
    where shipped_at > {{ previous_as_of() }} and shipped_at <= {{ as_of() }}
)

select shop_id, order_id, {{ entity_key(['shop_id', 'order_id']) }} as order_key from orders
{% endcall %}

with parcels as (
    select * from {{ ref('int_shipments') }}
    {%- if is_increment() %}
    semi join {{ touched_rows() }} using (shop_id, order_id)
    {%- endif %}
),

final as (
    select
        {{ entity_key(['parcels.shop_id', 'parcels.order_id']) }} as order_key,
        parcels.shop_id,
        parcels.order_id,
        count(*) as parcels,
        min(parcels.shipped_at) as first_shipped_at,
        max(parcels.shipped_at) as last_shipped_at,
        {{ local_date('max(parcels.shipped_at)', 'max(shops.timezone)') }} as last_shipped_date
    from parcels
    join {{ ref('int_shops') }} as shops on shops.shop_id = parcels.shop_id
    where parcels.shipped_at <= {{ as_of() }}
    group by parcels.shop_id, parcels.order_id
)

select * from final
