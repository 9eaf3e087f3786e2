{{ config(unique_key='order_key') }}

{% call touched() %}
select order_key from {{ changed('int_orders') }}
union
select order_key from {{ changed('int_order_lines_priced') }}
union
select {{ entity_key(['shop_id', 'order_id']) }} from {{ changed('int_payments') }}
union
select order_key from {{ changed('int_refunds_matched') }} where order_key is not null
union
select orders.order_key from {{ ref('int_orders') }} as orders
semi join {{ changed('int_customers') }} as customers using (shop_id, customer_id)
union
select orders.order_key from {{ this }} as orders
semi join {{ changed('int_fx_rates_daily') }} as rates
    on rates.date = orders.created_date and rates.currency = upper(orders.currency)
union
select order_key from {{ ref('int_refunds_matched') }}
where refunded_at > {{ previous_as_of() }} and refunded_at <= {{ as_of() }} and order_key is not null
union
select order_key from {{ ref('int_orders') }} where paid_at > {{ previous_as_of() }} and paid_at <= {{ as_of() }}
union
select order_key from {{ ref('int_orders') }} where cancelled_at > {{ previous_as_of() }} and cancelled_at <= {{ as_of() }}
union
select {{ entity_key(['shop_id', 'order_id']) }} from {{ ref('int_payments') }}
where processed_at > {{ previous_as_of() }} and processed_at <= {{ as_of() }}
{% endcall %}

with orders as (
    select * from {{ ref('int_orders') }}
    {%- if is_increment() %}
    where order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
),

lines as (
    select
        order_key,
        count(*) as line_count,
        coalesce(sum(value) filter (where is_sale), 0) as gross_sales,
        coalesce(sum(discount) filter (where is_sale), 0) as discounts,
        coalesce(sum(quantity) filter (where is_sale), 0) as units,
        sum(quantity * unit_cost) filter (where is_sale) as cogs,
        coalesce(sum(quantity) filter (where is_sale and unit_cost is not null), 0) as units_with_cost,
        coalesce(sum(value) filter (where line_type = 'shipping'), 0) as shipping,
        coalesce(sum(value) filter (where is_gift_card), 0) as gift_card_sales,
        coalesce(sum(value - discount + coalesce(tax, 0)), 0) as total,
        sum(tax) as tax,
        bool_or(line_type = 'merchandise') as has_goods,
        bool_or(is_sale) as has_sales
    from {{ ref('int_order_lines_priced') }}
    where order_key in (select order_key from orders)
    group by order_key
),

{# Only captures and sales take money; an authorization only promises it. #}
transactions as (
    select
        *,
        {{ entity_key(['shop_id', 'order_id']) }} as order_key,
        coalesce(processed_at <= {{ as_of() }}, true) as is_known,
        kind in ('capture', 'sale') and status = 'success' as is_money
    from {{ ref('int_payments') }} as payments
    semi join orders on orders.shop_id = payments.shop_id and orders.order_id = payments.order_id
),

payments as (
    select
        order_key,
        min(processed_at) filter (where is_money and is_known) as first_paid_at,
        max(processed_at) filter (where is_money and is_known) as last_paid_at,
        coalesce(sum(amount) filter (where is_money and is_known and kind = 'capture'), 0) as captured,
        coalesce(sum(amount) filter (where is_money and is_known and kind = 'sale'), 0) as sold,
        coalesce(sum(fee) filter (where status = 'success' and is_known), 0) as payment_fees,
        bool_or(is_money and is_known) as has_money,
        bool_or(is_money and not is_known) as has_later_money
    from transactions
    group by order_key
),

refunds as (
    select
        order_key,
        sum(amount) as refunded_amount,
        sum(merchandise_amount) as returns,
        sum(quantity) filter (where is_of_sale) as returned_units
    from {{ ref('int_refunds_matched') }}
    where status = 'success' and refunded_at <= {{ as_of() }} and order_key in (select order_key from orders)
    group by order_key
),

customers as (
    select * from {{ ref('int_customers') }} as accounts
    semi join orders on orders.shop_id = accounts.shop_id and orders.customer_id = accounts.customer_id
),

joined as (
    select
        orders.*,
        shops.platform,
        shops.timezone,
        {{ local_date('orders.created_at', 'shops.timezone') }} as created_date,
        coalesce(orders.currency, shops.currency) as order_currency,
        case
            when customers.customer_account_key is not null
                then {{ customer_key('orders.shop_id', 'orders.customer_id', 'customers.email_hash', 'customers.phone_hash') }}
            else {{ customer_key('orders.shop_id', 'orders.customer_id', 'orders.email_hash', 'orders.phone_hash') }}
        end as person_key,
        coalesce(customers.is_test, false) as is_test_customer,
        coalesce(orders.total, lines.total
            + case when lines.shipping = 0 then coalesce(orders.shipping_total, 0) else 0 end
            + case when lines.tax is null then coalesce(orders.tax_total, 0) else 0 end, 0) as order_total,
        coalesce(orders.shipping_total, lines.shipping, 0) as shipping,
        coalesce(orders.tax_total, lines.tax, 0) as tax,
        lines.gross_sales, lines.discounts, lines.units, lines.units_with_cost, lines.cogs, lines.line_count,
        lines.gift_card_sales, lines.has_goods, lines.has_sales,
        payments.order_key is not null as has_payments, payments.first_paid_at, payments.last_paid_at,
        payments.captured, payments.sold, payments.has_money, payments.has_later_money, payments.payment_fees,
        refunds.refunded_amount, refunds.returns, refunds.returned_units
    from orders
    left join {{ ref('int_shops') }} as shops on shops.shop_id = orders.shop_id
    left join customers
        on customers.shop_id = orders.shop_id and customers.customer_id = orders.customer_id
    left join lines on lines.order_key = orders.order_key
    left join payments on payments.order_key = orders.order_key
    left join refunds on refunds.order_key = orders.order_key
),

{# Captures that pay for all of the order beside sales, or the other way round, are the same money reported twice;
   otherwise each pays a part. A pre-sale's deposit is no payment yet: the order is paid when the balance is. #}
settled as (
    select
        joined.*,
        case
            when upper(joined.order_currency) = '{{ var('reporting_currency') }}' then 1 else rates.rate
        end as reporting_rate,
        case
            when not has_money then null
            when least(captured, sold) > 0 and greatest(captured, sold) >= order_total then greatest(captured, sold)
            else captured + sold
        end as taken,
        case when paid_at <= {{ as_of() }} then paid_at end as stated_paid_at,
        case when cancelled_at <= {{ as_of() }} then cancelled_at end as known_cancelled_at,
        case when deposit_paid_at is null then first_paid_at else last_paid_at end as payment_at,
        has_money and (deposit_paid_at is null or captured + sold >= order_total) as is_settled
    from joined
    left join {{ ref('int_fx_rates_daily') }} as rates
        on rates.date = joined.created_date and rates.currency = upper(joined.order_currency)
),

{# Paid: the source says when, or money was taken, or the source says that it was. What happens after as_of has not
   happened. An order that nothing is known of the payment of counts as paid when it was placed, unless cancelled. #}
paid as (
    select
        *,
        case
            when stated_paid_at is not null or is_settled then true
            when paid_at is not null or has_later_money then false
            when financial_status is not null then financial_status in ('paid', 'partially_refunded', 'refunded')
            when has_payments then false
            else known_cancelled_at is null
        end as is_paid
    from settled
),

judged as (
    select
        *,
        case when is_paid then coalesce(stated_paid_at, payment_at, created_at) end as settled_at,
        coalesce(is_test, false) or is_test_customer as is_test_order,
        coalesce(financial_status = 'voided', false) as is_voided,
        coalesce(known_cancelled_at < coalesce(stated_paid_at, payment_at, created_at), false) as is_cancelled_before_payment,
        {# An order that consists of fees, postage or adjustments alone sold nothing. #}
        coalesce(has_goods, true) as is_of_goods
    from paid
),

final as (
    select
        order_key,
        coalesce(person_key, 'anonymous:' || order_key) as customer_key,
        source_name,
        shop_id,
        order_id,
        customer_id,
        platform,
        coalesce(sales_channel, 'unknown') as sales_channel,
        order_currency as currency,
        financial_status,
        fulfillment_status,
        country,
        region,
        person_key is null as is_anonymous,
        is_test_order as is_test,
        is_voided,
        is_paid,
        (
            is_paid and not is_test_order and not is_voided and not is_cancelled_before_payment and is_of_goods
            {%- if not var('thresholds').valid_orders.zero_value %}
            and order_total > 0
            {%- endif %}
            {%- if not var('thresholds').valid_orders.gift_card_only %}
            and (coalesce(has_sales, true) or coalesce(gift_card_sales, 0) = 0)
            {%- endif %}
        ) as is_valid,
        coalesce(line_count, 0) as line_count,
        cast(coalesce(units, 0) as bigint) as units,
        cast(coalesce(units_with_cost, 0) as bigint) as units_with_cost,
        cast(coalesce(returned_units, 0) as bigint) as returned_units,
        cast(coalesce(gross_sales, 0) as decimal(18, 4)) as gross_sales,
        cast(coalesce(discounts, 0) as decimal(18, 4)) as discounts,
        cast(coalesce(returns, 0) as decimal(18, 4)) as returns,
        cast(shipping as decimal(18, 4)) as shipping,
        cast(tax as decimal(18, 4)) as tax,
        cast(order_total as decimal(18, 4)) as total,
        cast(case when is_paid then coalesce(taken, order_total) else 0 end as decimal(18, 4)) as paid_amount,
        cast(coalesce(refunded_amount, 0) as decimal(18, 4)) as refunded_amount,
        cast(coalesce(gift_card_sales, 0) as decimal(18, 4)) as gift_card_sales,
        cast(coalesce(payment_fees, 0) as decimal(18, 4)) as payment_fees,
        cast(cogs as decimal(18, 4)) as cogs,
        cast(reporting_rate as decimal(20, 10)) as reporting_rate,
        created_at,
        settled_at as paid_at,
        known_cancelled_at as cancelled_at,
        created_date,
        {{ local_date('settled_at', 'timezone') }} as paid_date
    from judged
)

select * from final
