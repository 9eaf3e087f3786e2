{{ config(unique_key='order_key') }}

{% call touched() %}
select customer_key from {{ changed('int_orders_summed') }}
union
select customer_key from {{ ref('int_orders_summed') }}
where created_at > {{ previous_as_of() }} and created_at <= {{ as_of() }}
    or order_key in (select order_key from {{ changed('int_order_shipments') }})
{% endcall %}

with orders as (
    select * from {{ ref('int_orders_summed') }}
    where created_at <= {{ as_of() }}
    {%- if is_increment() %}
    and customer_key in (select customer_key from {{ touched_rows() }})
    {%- endif %}
),

{# A person's valid orders are numbered within the shop, and over all shops by the local date of each; orders without a
   known buyer are not anybody's first. #}
numbered as (
    select
        order_key,
        row_number() over (partition by shop_id, customer_key order by created_at, order_id) as customer_order_number,
        min(created_date) over (partition by shop_id, customer_key) as first_order_date,
        lag(created_date) over (partition by shop_id, customer_key order by created_at, order_id) as date_before,
        lag(created_date) over (partition by customer_key order by created_date, created_at, order_key) as date_before_anywhere,
        first_value(sales_channel) over (partition by shop_id, customer_key order by created_at, order_id) as first_channel,
        row_number() over (partition by customer_key order by created_date, created_at, order_key) as order_number_anywhere,
        min(created_date) over (partition by customer_key) as first_order_date_anywhere,
        first_value(sales_channel) over (partition by customer_key order by created_date, created_at, order_key) as first_channel_anywhere
    from orders
    where is_valid and not is_anonymous
),

{# What is not a valid order sold nothing: its amounts are 0 here, and only `order_total` says what was placed. Nothing
   sold cost nothing; sold at a cost that nobody knows has no margin. #}
counted as (
    select
        *,
        case when is_valid then gross_sales - discounts_seller - returns else 0 end as net_of_returns,
        case
            when not is_valid then 0
            else gross_sales - discounts_seller - returns - case when units = 0 then 0 else cogs end + coalesce(restocked_cogs, 0)
        end as margin,
        case when is_valid then {{ cost_kinds() | join(' + ') }} else 0 end as selling_costs
    from orders
),

final as (
    select
        orders.order_key,
        orders.customer_key,
        orders.source_name,
        orders.shop_id,
        orders.order_id,
        orders.platform,
        orders.sales_channel,
        orders.currency,
        orders.order_currency,
        orders.financial_status,
        orders.fulfillment_status,
        orders.country,
        orders.region,
        orders.is_valid,
        orders.is_anonymous,
        orders.is_test,
        orders.is_voided,
        orders.is_paid,
        coalesce(numbered.customer_order_number = 1, false) as is_first_order,
        numbered.customer_order_number,
        numbered.order_key is not null and coalesce({{ days_between('numbered.date_before', 'orders.created_date') }} > 365, true)
            as is_new_buyer_365d,
        numbered.order_key is not null and coalesce({{ days_between('numbered.date_before_anywhere', 'orders.created_date') }} > 365, true)
            as is_new_buyer_365d_anywhere,
        numbered.order_number_anywhere,
        numbered.first_channel,
        numbered.first_channel_anywhere,
        orders.line_count,
        case when orders.is_valid then orders.units else 0 end as units,
        case when orders.is_valid then orders.units_with_cost else 0 end as units_with_cost,
        case when orders.is_valid then orders.returned_units else 0 end as returned_units,
        cast(case when orders.is_valid then orders.gross_sales else 0 end as decimal(18, 4)) as gross_sales,
        cast(case when orders.is_valid then orders.discounts else 0 end as decimal(18, 4)) as discounts,
        cast(case when orders.is_valid then orders.discounts_seller else 0 end as decimal(18, 4)) as discounts_seller,
        cast(case when orders.is_valid then orders.discounts_platform else 0 end as decimal(18, 4)) as discounts_platform,
        cast(case when orders.is_valid then orders.discounts_creator else 0 end as decimal(18, 4)) as discounts_creator,
        cast(case when orders.is_valid then orders.returns else 0 end as decimal(18, 4)) as returns,
        cast(orders.net_of_returns as decimal(18, 4)) as net_sales,
        cast(case when orders.is_valid then orders.gross_sales * orders.reporting_rate else 0 end as decimal(18, 4))
            as gross_sales_reporting,
        cast(case when orders.is_valid then orders.net_of_returns * orders.reporting_rate else 0 end as decimal(18, 4))
            as net_sales_reporting,
        orders.reporting_rate,
        cast(case when orders.is_valid then orders.shipping else 0 end as decimal(18, 4)) as shipping,
        cast(case when orders.is_valid then orders.tax else 0 end as decimal(18, 4)) as tax,
        cast(case when orders.is_valid then orders.cogs end as decimal(18, 4)) as cogs,
        cast(case when orders.is_valid then orders.restocked_cogs else 0 end as decimal(18, 4)) as restocked_cogs,
        cast(orders.margin as decimal(18, 4)) as gross_margin,
        cast(case when orders.is_valid then orders.margin * orders.reporting_rate else 0 end as decimal(18, 4))
            as gross_margin_reporting,
        cast(case when orders.is_valid then orders.paid_amount else 0 end as decimal(18, 4)) as paid_amount,
        cast(case when orders.is_valid then orders.refunded_amount else 0 end as decimal(18, 4)) as refunded_amount,
        cast(case when orders.is_valid then orders.gift_card_sales else 0 end as decimal(18, 4)) as gift_card_sales,
        {%- for kind in cost_kinds() %}
        cast(case when orders.is_valid then orders.{{ kind }} else 0 end as decimal(18, 4)) as {{ kind }},
        {%- endfor %}
        cast(orders.margin - orders.selling_costs as decimal(18, 4)) as contribution_margin,
        cast(case when orders.is_valid then (orders.margin - orders.selling_costs) * orders.reporting_rate else 0 end as decimal(18, 4))
            as contribution_margin_reporting,
        orders.total as order_total,
        orders.gross_sales as placed_gross_sales,
        orders.discounts as placed_discounts,
        orders.created_at,
        orders.paid_at,
        orders.cancelled_at,
        orders.created_date,
        orders.paid_date,
        shipments.first_shipped_at,
        shipments.last_shipped_at as fulfilled_at,
        shipments.last_shipped_date as fulfilled_date,
        {# Paid after it left: bought on account, or paid for at the door. #}
        case
            when not orders.is_valid then null
            when orders.paid_at > shipments.first_shipped_at
                then case when orders.cancelled_date = orders.created_date then null else orders.created_date end
            when orders.cancelled_date = orders.paid_date then null
            else orders.paid_date
        end as deal_date,
        cast(date_trunc('month', orders.created_date) as date) as created_month,
        numbered.first_order_date,
        numbered.first_order_date_anywhere,
        cast(date_trunc('month', numbered.first_order_date) as date) as cohort_month
    from counted as orders
    left join numbered on numbered.order_key = orders.order_key
    left join {{ ref('int_order_shipments') }} as shipments on shipments.order_key = orders.order_key
)

select * from final
