{{ config(unique_key=['shop_id', 'product_id', 'reason', 'cohort_week']) }}

{% set windows = [7, 14, 30, 60, 90] %}
{% set week_of_line = "cast(date_trunc('week', lines.created_date) as date)" %}

{# A week of sales is computed again when a sale of it, or what came back of it, changed, when a product sold in it did, and
   when it, or a window after it, has ended. #}
{% call touched() %}
with products as (
    select variant_key from {{ changed('int_variant_listings') }}
    qualify count(*) over (partition by variant_key) = 1
        or min(product_id) over (partition by variant_key) <> max(product_id) over (partition by variant_key)
),

ended as (
    select shop_id, cast(day - interval '1' day as date) as day from ({{ days_since_previous_as_of() }}) as passed
),

days as (
    select shop_id, created_date as day from {{ changed('fct_order_lines') }}
    union
    select shop_id, order_created_date from {{ changed('fct_refunds') }} where order_created_date is not null
    union
    select lines.shop_id, lines.created_date from {{ ref('fct_order_lines') }} as lines
    semi join products on products.variant_key = lines.variant_key
    {%- for window in [0] + windows %}
    union
    select shop_id, cast(day - interval '{{ window }}' day as date) from ended
    where {{ iso_weekday("cast(day - interval '" ~ window ~ "' day as date)") }} = 7
    {%- endfor %}
)

select distinct shop_id, cast(date_trunc('week', day) as date) as cohort_week from days
{% endcall %}

with lines as (
    select
        lines.shop_id,
        lines.order_key,
        lines.order_line_key,
        coalesce(listings.product_id, lines.variant_id) as product_id,
        {{ week_of_line }} as cohort_week,
        lines.created_date,
        lines.units,
        lines.gross_sales - lines.discounts as sales,
        lines.returns
    from {{ ref('fct_order_lines') }} as lines
    left join {{ ref('int_variant_listings') }} as listings on listings.variant_key = lines.variant_key
    where lines.is_counted
    {%- if is_increment() %}
        and {{ in_touched_days('lines.created_date', 'cohort_week', period_last_day("'week'", 'cohort_week')) }}
        and (lines.shop_id, {{ week_of_line }}) in (select (shop_id, cohort_week) from {{ touched_rows() }})
    {%- endif %}
),

refunds as (
    select *, coalesce(nullif(trim(reason), ''), 'unknown') as reason_or_unknown
    from {{ ref('fct_refunds') }}
    where is_counted and order_created_date is not null
    {%- if is_increment() %}
    and {{ in_touched_days('order_created_date', 'cohort_week', period_last_day("'week'", 'cohort_week')) }}
    {%- endif %}
),

of_lines as (
    select order_line_key, sum(returns) as returns from refunds where order_line_key is not null group by order_line_key
),

{# What was given back for an order as a whole is shared by its lines; each refund of it has its share in each line. #}
left_over as (
    select
        lines.order_key,
        lines.order_line_key,
        lines.returns - coalesce(of_lines.returns, 0) as returns
    from lines
    left join of_lines on of_lines.order_line_key = lines.order_line_key
),

shares as (
    select
        refunds.refund_key,
        left_over.order_line_key,
        left_over.returns,
        cast(left_over.returns * cast(refunds.returns as double)
            / nullif(cast(sum(refunds.returns) over of_line as double), 0) as decimal(18, 4)) as share,
        row_number() over (partition by left_over.order_line_key order by refunds.returns desc, refunds.refund_key) = 1 as is_largest
    from left_over
    join refunds on refunds.order_key = left_over.order_key and refunds.order_line_key is null
    where left_over.returns <> 0
    window of_line as (partition by left_over.order_line_key)
),

went_back as (
    select refund_key, order_line_key, returns, quantity as units from refunds where order_line_key is not null
    union all
    select
        refund_key,
        order_line_key,
        coalesce(share, 0) + case when is_largest
            then returns - coalesce(sum(share) over (partition by order_line_key), 0) else 0 end,
        0
    from shares
),

returned as (
    select
        lines.shop_id,
        lines.cohort_week,
        lines.product_id,
        refunds.reason_or_unknown as reason,
        refunds.refund_id,
        went_back.units,
        case when refunds.is_before_shipment then went_back.units else 0 end as units_before_shipment,
        case when refunds.is_restocked then went_back.units else 0 end as restocked_units,
        went_back.returns,
        {{ days_between('lines.created_date', 'refunds.refunded_date') }} as lag_days
    from went_back
    join lines on lines.order_line_key = went_back.order_line_key
    join refunds on refunds.refund_key = went_back.refund_key
),

sold as (
    select
        shop_id,
        cohort_week,
        case when grouping(product_id) = 1 then 'all' else product_id end as product_or_all,
        sum(units) as units_sold,
        sum(sales) as sales
    from lines
    group by grouping sets ((shop_id, cohort_week, product_id), (shop_id, cohort_week)) -- noqa: PRS
),

returned_sums as (
    select
        shop_id,
        cohort_week,
        case when grouping(product_id) = 1 then 'all' else product_id end as product_or_all,
        case when grouping(reason) = 1 then 'all' else reason end as reason_or_all,
        count(distinct refund_id) as refunds,
        sum(units) as returned_units,
        sum(units_before_shipment) as returned_units_before_shipment,
        sum(restocked_units) as restocked_units,
        sum(returns) as returns,
        {%- for window in windows %}
        sum(case when lag_days <= {{ window }} then units else 0 end) as returned_units_{{ window }}d{{ ',' if not loop.last }}
        {%- endfor %}
    from returned
    group by grouping sets ( -- noqa: PRS
        (shop_id, cohort_week, product_id, reason),
        (shop_id, cohort_week, product_id),
        (shop_id, cohort_week, reason),
        (shop_id, cohort_week)
    )
),

{# Whatever was sold has a row of all reasons, and one of each reason for which any of it came back. #}
cells as (
    select shop_id, cohort_week, product_or_all, 'all' as reason_or_all from sold
    union
    select shop_id, cohort_week, product_or_all, reason_or_all from returned_sums
),

final as (
    select
        cells.shop_id,
        shops.platform,
        cells.product_or_all as product_id,
        cells.reason_or_all as reason,
        cells.cohort_week,
        cells.cohort_week + interval '6' day < shops.as_of_date as is_complete_period,
        cast(sold.units_sold as bigint) as units_sold,
        cast(sold.sales as decimal(18, 4)) as sales,
        cast(coalesce(back.refunds, 0) as bigint) as refunds,
        cast(coalesce(back.returned_units, 0) as bigint) as returned_units,
        cast(coalesce(back.returned_units_before_shipment, 0) as bigint) as returned_units_before_shipment,
        cast(coalesce(back.restocked_units, 0) as bigint) as restocked_units,
        cast(coalesce(back.returns, 0) as decimal(18, 4)) as returns,
        {{ rate('coalesce(back.returned_units, 0)', 'sold.units_sold') }} as return_rate,
        {{ rate_of_money('coalesce(back.returns, 0)', 'sold.sales') }} as return_value_rate,
        {{ rate('back.restocked_units', 'back.returned_units') }} as restocked_share,
        {%- for window in windows %}
        cast(coalesce(back.returned_units_{{ window }}d, 0) as bigint) as returned_units_{{ window }}d,
        {{ rate('coalesce(back.returned_units_' ~ window ~ 'd, 0)', 'sold.units_sold') }} as return_rate_{{ window }}d,
        cells.cohort_week + interval '{{ 6 + window }}' day < shops.as_of_date as is_window_closed_{{ window }}d{{ ',' if not loop.last }}
        {%- endfor %}
    from cells
    join {{ ref('int_shops') }} as shops on shops.shop_id = cells.shop_id
    join sold
        on sold.shop_id = cells.shop_id and sold.cohort_week = cells.cohort_week and sold.product_or_all = cells.product_or_all
    left join returned_sums as back
        on back.shop_id = cells.shop_id
        and back.cohort_week = cells.cohort_week
        and back.product_or_all = cells.product_or_all
        and back.reason_or_all = cells.reason_or_all
)

select * from final
