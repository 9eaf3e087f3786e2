{{ config(unique_key='cost_key') }}

{% call touched() %}
with told as (
    select shop_id, order_id, order_cost_key from {{ changed('int_order_costs') }}
    union all
    select shop_id, order_id, null from {{ changed('int_shipments') }}
    union all
    select shop_id, order_id, null from {{ changed('int_payments') }}
    union all
    select shop_id, order_id, null from {{ changed('int_order_rates') }}
)

select distinct
    shop_id,
    order_id,
    case when order_id is null then order_cost_key end as order_cost_key,
    {{ cost_owner() }} as owner_key
from told
{% endcall %}

{%- set of_touched_orders %}
    {%- if is_increment() %}
    semi join {{ touched_rows() }} using (shop_id, order_id)
    {%- endif %}
{%- endset %}

with booked as (
    select order_cost_key, shop_id, order_id, kind, amount, incurred_at, live_id, creator_id
    from {{ ref('int_order_costs') }}
    {{- of_touched_orders }}
    {%- if is_increment() %}
    union all
    select order_cost_key, shop_id, order_id, kind, amount, incurred_at, live_id, creator_id
    from {{ ref('int_order_costs') }}
    where order_id is null and order_cost_key in (select order_cost_key from {{ touched_rows() }})
    {%- endif %}
),

sent as (
    select * from {{ ref('int_shipments') }}
    {{- of_touched_orders }}
),

paid as (
    select * from {{ ref('int_payments') }}
    {{- of_touched_orders }}
),

told as (
    select
        'order_cost:' || order_cost_key as cost_key,
        {{ cost_owner() }} as owner_key,
        shop_id,
        order_id,
        'order_costs' as told_by,
        kind,
        {# The words that sources use, and what the marts call it. #}
        case lower(trim(kind))
            when 'commission' then 'commission'
            when 'creator' then 'creator_fees'
            when 'slot' then 'creator_fees'
            when 'freight' then 'freight'
            when 'return_freight' then 'return_freight'
            when 'insurance' then 'insurance'
            when 'payment' then 'payment_fees'
            when 'payment_fee' then 'payment_fees'
            else 'other_costs'
        end as cost_kind,
        amount,
        incurred_at,
        live_id,
        creator_id
    from booked
    union all
    select
        'shipment:' || shipment_key, {{ entity_key(['shop_id', 'order_id']) }}, shop_id, order_id, 'shipments', 'freight', 'freight',
        cost, shipped_at, null, null
    from sent
    where cost <> 0 and shipped_at is not null
    union all
    select
        'payment:' || paid.payment_key, {{ entity_key(['paid.shop_id', 'paid.order_id']) }}, paid.shop_id, paid.order_id, 'payments',
        paid.kind, 'payment_fees', {{ in_shop_currency('paid.fee', rate_of_order()) }}, paid.processed_at, null, null
    from paid
    left join {{ ref('int_order_rates') }} as rates on rates.shop_id = paid.shop_id and rates.order_id = paid.order_id
    where paid.fee <> 0 and paid.status = 'success'
),

{# A parcel's freight or a payment's fee that the order's costs say too is the same money: what is booked comes first. #}
once as (
    select
        *,
        told_by = 'order_costs'
            or bool_or(told_by = 'order_costs') over (partition by owner_key, cost_kind) is not true as is_counted_once
    from told
),

final as (
    select
        cost_key,
        owner_key,
        case when order_id is not null then owner_key end as order_key,
        shop_id,
        order_id,
        cost_kind,
        kind,
        told_by,
        cast(amount as decimal(18, 4)) as amount,
        live_id,
        creator_id,
        incurred_at
    from once
    where is_counted_once
)

select * from final
