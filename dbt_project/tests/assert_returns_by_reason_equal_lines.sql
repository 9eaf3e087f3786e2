-- What came back of sold lines is in mart_returns once: in all reasons together, and in the reasons added up; and every
-- unit sold is in its product's week.
with marts as (
    select
        'all reasons' as law, sum(units_sold) as units, sum(returned_units) as returned_units, sum(returns) as returns
    from {{ ref('mart_returns') }} where product_id <> 'all' and reason = 'all'
    union all
    select 'reasons', null, sum(returned_units), sum(returns)
    from {{ ref('mart_returns') }} where product_id <> 'all' and reason <> 'all'
    union all
    select 'products together', sum(units_sold), sum(returned_units), sum(returns)
    from {{ ref('mart_returns') }} where product_id = 'all' and reason = 'all'
),

lines as (
    select
        coalesce(sum(units), 0) as units, coalesce(sum(returned_units), 0) as returned_units, coalesce(sum(returns), 0) as returns
    from {{ ref('fct_order_lines') }} where is_counted
)

select * from marts cross join lines
where coalesce(marts.units, lines.units) <> lines.units
    or coalesce(marts.returned_units, 0) <> lines.returned_units
    or coalesce(marts.returns, 0) <> lines.returns
