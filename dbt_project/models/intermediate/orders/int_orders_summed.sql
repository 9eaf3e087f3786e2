{{ config(unique_key='order_key') }}

{% set cost_sums = cost_kinds() %}
{% call touched() %}
{%- for upstream in ['int_orders', 'int_order_people', 'int_order_rates', 'int_order_lines_priced', 'int_refunds_matched',
    'int_selling_costs'] %}
select order_key from {{ changed(upstream) }} where order_key is not null
union
{%- endfor %}
select {{ entity_key(['shop_id', 'order_id']) }} from {{ changed('int_payments') }}
union
select orders.order_key from {{ ref('int_orders') }} as orders
semi join {{ changed('int_customers') }} as customers using (shop_id, customer_id)
union
select orders.order_key from {{ this }} as orders
semi join {{ changed('int_fx_rates_daily') }} as rates
    on rates.date = orders.created_date and rates.currency = upper(orders.currency)
{# what has been told before and happens now #}
{%- for upstream, instant in [
    ('int_orders', 'paid_at'), ('int_orders', 'cancelled_at'), ('int_refunds_matched', 'refunded_at'), ('int_selling_costs', 'incurred_at')
] %}
union
select order_key from {{ ref(upstream) }}
where {{ instant }} > {{ previous_as_of() }} and {{ instant }} <= {{ as_of() }} and order_key is not null
{%- endfor %}
union
select {{ entity_key(['shop_id', 'order_id']) }} from {{ ref('int_payments') }}
where processed_at > {{ previous_as_of() }} and processed_at <= {{ as_of() }}
{% endcall %}

with orders as (
    select given.*, {{ rate_of_order() }} as shop_rate
    from {{ ref('int_orders') }} as given
    left join {{ ref('int_order_rates') }} as rates on rates.order_key = given.order_key
    {%- if is_increment() %}
    where given.order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
),

lines as (
    select
        order_key,
        count(*) as line_count,
        coalesce(sum(value) filter (where is_sale), 0) as gross_sales,
        coalesce(sum(discount) filter (where is_sale), 0) as discounts,
        coalesce(sum(discount_platform) filter (where is_sale), 0) as discounts_platform,
        coalesce(sum(discount_creator) filter (where is_sale), 0) as discounts_creator,
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
        bool_or(is_money and is_known) as has_money,
        bool_or(is_money and not is_known) as has_later_money
    from transactions
    group by order_key
),

{# A cost comes back only with goods that were sold and go back on the shelf. #}
refunds as (
    select
        order_key,
        sum(amount) as refunded_amount,
        sum(merchandise_amount) as returns,
        sum(quantity) filter (where is_of_sale) as returned_units,
        sum(quantity * unit_cost) filter (where is_of_sale and is_restocked) as restocked_cogs
    from {{ ref('int_refunds_matched') }}
    where status = 'success' and refunded_at <= {{ as_of() }} and order_key in (select order_key from orders)
    group by order_key
),

costs as (
    select
        order_key,
        {%- for kind in cost_sums %}
        sum(amount) filter (where cost_kind = '{{ kind }}') as {{ kind }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_selling_costs') }}
    where coalesce(incurred_at <= {{ as_of() }}, true) and order_key in (select order_key from orders)
    group by order_key
),

people as (
    select order_key, customer_key from {{ ref('int_order_people') }} where order_key in (select order_key from orders)
),

customers as (
    select shop_id, customer_id, is_test from {{ ref('int_customers') }} where is_test
),

joined as (
    select
        orders.*,
        shops.platform,
        shops.timezone,
        {{ local_date('orders.created_at', 'shops.timezone') }} as created_date,
        coalesce(shops.currency, orders.currency) as shop_currency,
        upper(coalesce(orders.currency, shops.currency)) as order_currency,
        people.customer_key as person_key,
        coalesce(customers.is_test, false) as is_test_customer,
        coalesce({{ in_shop_currency('orders.total') }}, lines.total
            + case when lines.shipping = 0 then coalesce({{ in_shop_currency('orders.shipping_total') }}, 0) else 0 end
            + case when lines.tax is null then coalesce({{ in_shop_currency('orders.tax_total') }}, 0) else 0 end, 0) as order_total,
        coalesce({{ in_shop_currency('orders.shipping_total') }}, lines.shipping, 0) as shipping,
        coalesce({{ in_shop_currency('orders.tax_total') }}, lines.tax, 0) as tax,
        lines.gross_sales, lines.discounts, lines.discounts_platform, lines.discounts_creator,
        lines.units, lines.units_with_cost, lines.cogs, lines.line_count,
        lines.gift_card_sales, lines.has_goods, lines.has_sales,
        payments.order_key is not null as has_payments, payments.first_paid_at, payments.last_paid_at,
        {{ in_shop_currency('payments.captured') }} as captured, {{ in_shop_currency('payments.sold') }} as sold,
        payments.has_money, payments.has_later_money,
        refunds.refunded_amount, refunds.returns, refunds.returned_units, refunds.restocked_cogs,
        {%- for kind in cost_sums %}
        costs.{{ kind }}{{ ',' if not loop.last }}
        {%- endfor %}
    from orders
    left join {{ ref('int_shops') }} as shops on shops.shop_id = orders.shop_id
    left join people on people.order_key = orders.order_key
    left join customers
        on customers.shop_id = orders.shop_id and customers.customer_id = orders.customer_id
    left join lines on lines.order_key = orders.order_key
    left join payments on payments.order_key = orders.order_key
    left join refunds on refunds.order_key = orders.order_key
    left join costs on costs.order_key = orders.order_key
),

{# Captures that pay for all of the order beside sales, or the other way round, are the same money reported twice;
   otherwise each pays a part. A pre-sale's deposit is no payment yet: the order is paid when the balance is. #}
settled as (
    select
        joined.*,
        case
            when upper(joined.shop_currency) = '{{ var('reporting_currency') }}' then 1 else rates.rate
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
        on rates.date = joined.created_date and rates.currency = upper(joined.shop_currency)
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
        source_name, shop_id, order_id, customer_id, platform,
        coalesce(sales_channel, 'unknown') as sales_channel,
        shop_currency as currency, order_currency,
        financial_status, fulfillment_status, country, region,
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
        {%- for count in ['units', 'units_with_cost', 'returned_units'] %}
        cast(coalesce({{ count }}, 0) as bigint) as {{ count }},
        {%- endfor %}
        {%- for amount in [
            'gross_sales', 'discounts', 'discounts_platform', 'discounts_creator', 'returns', 'shipping', 'tax', 'refunded_amount',
            'gift_card_sales', 'restocked_cogs',
        ] + cost_sums %}
        cast(coalesce({{ amount }}, 0) as decimal(18, 4)) as {{ amount }},
        {%- endfor %}
        cast(coalesce(discounts - discounts_platform - discounts_creator, 0) as decimal(18, 4)) as discounts_seller,
        cast(order_total as decimal(18, 4)) as total,
        cast(case when is_paid then coalesce(taken, order_total) else 0 end as decimal(18, 4)) as paid_amount,
        cast(cogs as decimal(18, 4)) as cogs,
        cast(reporting_rate as decimal(20, 10)) as reporting_rate,
        created_at,
        settled_at as paid_at,
        known_cancelled_at as cancelled_at, created_date,
        {{ local_date('known_cancelled_at', 'timezone') }} as cancelled_date,
        {{ local_date('settled_at', 'timezone') }} as paid_date
    from judged
)

select * from final
