-- models: int_order_rates int_order_lines_priced int_refund_matches int_refunds_matched int_selling_costs int_orders_summed fct_orders
-- In these files every line has its own discount, every refund names its order and line, and nothing is a bundle.
create temp table known_refunds as
select * from int_refunds where refunded_at <= getvariable('as_of');

create temp table lines as
select
    sold.*,
    orders.created_at,
    costs.unit_cost,
    cast(sold.quantity * sold.unit_price as decimal(18, 4)) as value,
    sold.line_type = 'merchandise' and not sold.is_gift_card and not sold.is_giveaway as is_sale,
    coalesce(given_back.units, 0) as returned_units,
    coalesce(given_back.restocked, 0) as restocked_units,
    coalesce(given_back.returns, 0) as returns
from int_order_lines as sold
join int_orders as orders using (order_id)
asof left join int_unit_costs as costs on costs.variant_id = sold.variant_id and costs.valid_from <= orders.created_at
left join (
    select
        order_id,
        order_line_id,
        sum(quantity) as units,
        sum(quantity) filter (where restocked) as restocked,
        sum(merchandise_amount) as returns
    from known_refunds
    where status = 'success'
    group by order_id, order_line_id
) as given_back on given_back.order_id = sold.order_id and given_back.order_line_id = sold.order_line_id;

create table fct_orders as
with of_lines as (
    select
        order_id,
        count(*) as line_count,
        coalesce(sum(quantity) filter (where is_sale), 0) as units,
        coalesce(sum(quantity) filter (where is_sale and unit_cost is not null), 0) as units_with_cost,
        coalesce(sum(returned_units) filter (where is_sale), 0) as returned_units,
        coalesce(sum(value) filter (where is_sale), 0) as gross_sales,
        coalesce(sum(discount) filter (where is_sale), 0) as discounts,
        sum(quantity * unit_cost) filter (where is_sale) as cogs,
        coalesce(sum(restocked_units * unit_cost) filter (where is_sale), 0) as restocked_cogs,
        coalesce(sum(value) filter (where is_gift_card), 0) as gift_card_sales,
        bool_or(line_type = 'merchandise') as has_goods
    from lines
    group by order_id
),

of_payments as (
    select
        order_id,
        min(processed_at) filter (where kind in ('sale', 'capture')) as paid_at,
        sum(amount) filter (where kind in ('sale', 'capture')) as taken,
        sum(fee) as payment_fees
    from int_payments
    where status = 'success' and processed_at <= getvariable('as_of')
    group by order_id
),

of_refunds as (
    select order_id, sum(amount) as refunded_amount, sum(merchandise_amount) as returns
    from known_refunds
    where status = 'success'
    group by order_id
),

paid as (
    select
        orders.*,
        case when orders.cancelled_at <= getvariable('as_of') then orders.cancelled_at end as known_cancelled_at,
        coalesce(case when orders.paid_at <= getvariable('as_of') then orders.paid_at end, of_payments.paid_at) as settled_at,
        of_payments.taken,
        of_payments.payment_fees
    from int_orders as orders
    left join of_payments using (order_id)
    where orders.created_at <= getvariable('as_of')
),

judged as (
    select
        paid.*,
        'main:' || order_id as order_key,
        coalesce(accounts.customer_key, emails.customer_key, md5('email:' || email_hash)) as person,
        coalesce(paid.is_test, false) or coalesce(tested.is_test, false) as is_test_order,
        financial_status = 'voided' as is_voided,
        cast(timezone(getvariable('timezone'), timezone('UTC', paid.created_at)) as date) as created_date,
        cast(timezone(getvariable('timezone'), timezone('UTC', settled_at)) as date) as paid_date,
        settled_at is not null and not is_test_order and not is_voided and coalesce(known_cancelled_at >= settled_at, true)
            and coalesce(has_goods, true) and total > 0 as is_valid,
        of_lines.* exclude (order_id, has_goods),
        coalesce(of_refunds.refunded_amount, 0) as given_back,
        coalesce(of_refunds.returns, 0) as returns
    from paid
    left join of_lines using (order_id)
    left join of_refunds using (order_id)
    left join (select customer_id, is_test from int_customers where is_test) as tested using (customer_id)
    left join people as accounts on accounts.name = 'account:main:' || paid.customer_id
    left join people as emails on emails.name = 'email:' || paid.email_hash
),

numbered as (
    select
        order_id,
        row_number() over buyer as number,
        first_value(created_date) over buyer as first_date,
        first_value(sales_channel) over buyer as first_channel,
        lag(created_date) over buyer as date_before
    from judged
    where is_valid and person is not null
    window buyer as (partition by person order by created_at, order_id)
)

select
    order_key,
    coalesce(person, 'anonymous:' || order_key) as customer_key,
    'export' as source_name,
    'main' as shop_id,
    order_id,
    getvariable('platform') as platform,
    sales_channel,
    currency,
    currency as order_currency,
    financial_status,
    fulfillment_status,
    country,
    region,
    is_valid,
    person is null as is_anonymous,
    is_test_order as is_test,
    is_voided,
    settled_at is not null as is_paid,
    coalesce(number = 1, false) as is_first_order,
    number is not null and coalesce(created_date - date_before > 365, true) as is_new_buyer_365d,
    is_new_buyer_365d as is_new_buyer_365d_anywhere,
    number as customer_order_number,
    number as order_number_anywhere,
    first_channel,
    first_channel as first_channel_anywhere,
    line_count,
    cast(if(is_valid, units, 0) as bigint) as units,
    cast(if(is_valid, units_with_cost, 0) as bigint) as units_with_cost,
    cast(if(is_valid, returned_units, 0) as bigint) as returned_units,
    cast(if(is_valid, gross_sales, 0) as decimal(18, 4)) as gross_sales,
    cast(if(is_valid, discounts, 0) as decimal(18, 4)) as discounts,
    cast(if(is_valid, discounts, 0) as decimal(18, 4)) as discounts_seller,
    cast(0 as decimal(18, 4)) as discounts_platform,
    cast(0 as decimal(18, 4)) as discounts_creator,
    cast(if(is_valid, returns, 0) as decimal(18, 4)) as returns,
    cast(if(is_valid, gross_sales - discounts - returns, 0) as decimal(18, 4)) as net_sales,
    cast(if(is_valid, gross_sales, 0) as decimal(18, 4)) as gross_sales_reporting,
    cast(if(is_valid, gross_sales - discounts - returns, 0) as decimal(18, 4)) as net_sales_reporting,
    cast(1 as decimal(20, 10)) as reporting_rate,
    cast(if(is_valid, shipping_total, 0) as decimal(18, 4)) as shipping,
    cast(if(is_valid, tax_total, 0) as decimal(18, 4)) as tax,
    cast(if(is_valid, cogs, null) as decimal(18, 4)) as cogs,
    cast(if(is_valid, restocked_cogs, 0) as decimal(18, 4)) as restocked_cogs,
    cast(if(is_valid, gross_sales - discounts - returns - cogs + restocked_cogs, 0) as decimal(18, 4)) as gross_margin,
    cast(if(is_valid, gross_sales - discounts - returns - cogs + restocked_cogs, 0) as decimal(18, 4)) as gross_margin_reporting,
    cast(if(is_valid, coalesce(taken, total), 0) as decimal(18, 4)) as paid_amount,
    cast(if(is_valid, given_back, 0) as decimal(18, 4)) as refunded_amount,
    cast(if(is_valid, gift_card_sales, 0) as decimal(18, 4)) as gift_card_sales,
    cast(if(is_valid, coalesce(payment_fees, 0), 0) as decimal(18, 4)) as payment_fees,
    cast(0 as decimal(18, 4)) as commission,
    cast(0 as decimal(18, 4)) as creator_fees,
    cast(0 as decimal(18, 4)) as freight,
    cast(0 as decimal(18, 4)) as return_freight,
    cast(0 as decimal(18, 4)) as insurance,
    cast(0 as decimal(18, 4)) as other_costs,
    cast(if(is_valid, gross_sales - discounts - returns - cogs + restocked_cogs - coalesce(payment_fees, 0), 0) as decimal(18, 4))
        as contribution_margin,
    cast(if(is_valid, gross_sales - discounts - returns - cogs + restocked_cogs - coalesce(payment_fees, 0), 0) as decimal(18, 4))
        as contribution_margin_reporting,
    total as order_total,
    cast(coalesce(gross_sales, 0) as decimal(18, 4)) as placed_gross_sales,
    cast(coalesce(discounts, 0) as decimal(18, 4)) as placed_discounts,
    created_at,
    settled_at as paid_at,
    known_cancelled_at as cancelled_at,
    cast(null as timestamp) as first_shipped_at,
    cast(null as timestamp) as fulfilled_at,
    cast(null as date) as fulfilled_date,
    if(is_valid and (known_cancelled_at is null
        or cast(timezone(getvariable('timezone'), timezone('UTC', known_cancelled_at)) as date) <> paid_date), paid_date, null) as deal_date,
    created_date,
    paid_date,
    cast(date_trunc('month', created_date) as date) as created_month,
    first_date as first_order_date,
    first_date as first_order_date_anywhere,
    cast(date_trunc('month', first_date) as date) as cohort_month
from judged
left join numbered using (order_id);
