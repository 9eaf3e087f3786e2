{{ config(unique_key='refund_key') }}

{% call touched() %}
select refund_key from {{ changed('int_refunds_matched') }}
union
select refund_key from {{ ref('int_refunds_matched') }}
where order_key in (
    select order_key from {{ changed('fct_orders') }}
    union
    select order_key from {{ changed('fct_order_lines') }}
)
union
select refund_key from {{ ref('int_refunds_matched') }}
where refunded_at > {{ previous_as_of() }} and refunded_at <= {{ as_of() }}
union
select refunds.refund_key from {{ this }} as refunds
semi join {{ changed('int_fx_rates_daily') }} as rates on rates.date = refunds.refunded_date
where refunds.order_created_date is null
union
select refund_key from {{ ref('int_refunds_matched') }}
where {{ entity_key(['shop_id', 'customer_id']) }} in (
    select identity_value from {{ changed('int_people') }} where identity_kind = 'account'
)
{% endcall %}

with refunds as (
    select * from {{ ref('int_refunds_matched') }}
    where refunded_at <= {{ as_of() }}
    {%- if is_increment() %}
    and refund_key in (select refund_key from {{ touched_rows() }})
    {%- endif %}
),

orders as (
    select * from {{ ref('fct_orders') }} where order_key in (select order_key from refunds)
),

lines as (
    select order_line_key, variant_id, unit_cost from {{ ref('fct_order_lines') }}
    where order_key in (select order_key from refunds)
),

accounts as (
    select identity, customer_key from {{ ref('int_people') }}
    where identity in (select {{ account_identity('shop_id', 'customer_id') }} from refunds)
),

joined as (
    select
        refunds.*,
        orders.customer_key as order_customer_key,
        coalesce(orders.platform, shops.platform) as platform,
        coalesce(orders.sales_channel, 'unknown') as sales_channel,
        orders.created_date as order_created_date,
        coalesce(lines.variant_id, refunds.variant_id) as sold_variant_id,
        lines.unit_cost as cost_when_sold,
        coalesce(orders.reporting_rate, {{ reporting_rate_of_day() }}) as reporting_rate,
        coalesce(orders.is_test, false) as is_of_test_order,
        lower(trim(refunds.reason)) in (select reason from {{ ref('quality_reasons') }}) as is_quality_reason,
        refunds.status = 'success' and coalesce(orders.is_valid, true) as is_counted,
        coalesce(
            accounts.customer_key, {{ lone_key(account_identity('refunds.shop_id', 'refunds.customer_id')) }}
        ) as person_key,
        {{ local_date('refunds.refunded_at', 'shops.timezone') }} as refunded_date
    from refunds
    join {{ ref('int_shops') }} as shops on shops.shop_id = refunds.shop_id
    left join orders on orders.order_key = refunds.order_key
    left join lines on lines.order_line_key = refunds.order_line_key
    left join accounts on accounts.identity = {{ account_identity('refunds.shop_id', 'refunds.customer_id') }}
    {{ join_reporting_rates('refunds.refunded_at') }}
),

final as (
    select
        refund_key,
        order_key,
        order_line_key,
        case when sold_variant_id is not null then {{ entity_key(['shop_id', 'sold_variant_id']) }} end as variant_key,
        coalesce(order_customer_key, person_key) as customer_key,
        shop_id,
        refund_id,
        order_id,
        platform,
        sales_channel,
        kind,
        reason,
        status,
        order_match,
        is_counted,
        is_restocked,
        is_before_shipment,
        coalesce(is_quality_reason, false) as is_quality,
        quantity,
        unmatched_quantity,
        amount,
        cast(case when is_counted then amount else 0 end as decimal(18, 4)) as refunded_amount,
        cast(case when is_counted then merchandise_amount else 0 end as decimal(18, 4)) as returns,
        cast(case when is_counted then shipping_amount else 0 end as decimal(18, 4)) as returned_shipping,
        cast(case when is_counted then tax_amount else 0 end as decimal(18, 4)) as returned_tax,
        cast(case when status = 'success' and not is_of_test_order then merchandise_amount else 0 end as decimal(18, 4))
            as merchandise_amount,
        cast(reporting_rate as decimal(20, 10)) as reporting_rate,
        {# A cost comes back only where it was counted: for goods that were sold. #}
        cast(case when is_counted and is_restocked and is_of_sale then quantity * cost_when_sold else 0 end as decimal(18, 4))
            as restocked_cogs,
        requested_at,
        refunded_at,
        refunded_date,
        order_created_date
    from joined
)

select * from final
