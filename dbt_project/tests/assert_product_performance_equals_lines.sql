-- Each sold line reaches one product, and one period of each type.
with mart as (
    select
        period_type, sum(units) as units, sum(gross_sales) as gross_sales, sum(net_sales) as net_sales,
        sum(returned_units) as returned_units
    from {{ ref('mart_product_performance') }}
    group by period_type
),

lines as (
    select sum(units) as units, sum(gross_sales) as gross_sales, sum(net_sales) as net_sales, sum(returned_units) as returned_units
    from {{ ref('fct_order_lines') }} where is_counted
)

select * from mart cross join lines
where mart.units <> lines.units
    or mart.gross_sales <> lines.gross_sales
    or mart.net_sales <> lines.net_sales
    or mart.returned_units <> lines.returned_units
