-- Each sold line and each review reaches one product, one category, one brand and the shop, in one period of each type;
-- and each sold line one variant.
with marts as (
    select
        level, period_type, sum(units) as units, sum(gross_sales) as gross_sales, sum(net_sales) as net_sales,
        sum(returned_units) as returned_units, sum(review_count) as reviews
    from {{ ref('mart_product_performance') }}
    group by level, period_type
    union all
    select 'variant', period_type, sum(units), sum(gross_sales), sum(net_sales), sum(returned_units), null
    from {{ ref('mart_variant_performance') }}
    group by period_type
),

lines as (
    select
        coalesce(sum(units), 0) as units, coalesce(sum(gross_sales), 0) as gross_sales, coalesce(sum(net_sales), 0) as net_sales,
        coalesce(sum(returned_units), 0) as returned_units
    from {{ ref('fct_order_lines') }} where is_counted
),

reviews as (
    select count(*) as reviews from {{ ref('fct_reviews') }}
)

select * from marts cross join lines cross join reviews
where marts.units <> lines.units
    or marts.gross_sales <> lines.gross_sales
    or marts.net_sales <> lines.net_sales
    or marts.returned_units <> lines.returned_units
    or marts.reviews <> reviews.reviews
