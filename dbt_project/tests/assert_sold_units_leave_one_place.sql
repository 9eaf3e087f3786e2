-- What is sold of a variant whose stock is known that day is taken from one of its places, and once.
with taken as (
    select variant_key, date, sum(units) as units, count(*) as places from {{ ref('mart_inventory_health') }} group by variant_key, date
),

sold as (
    select variant_key, created_date as date, sum(units) as units from {{ ref('int_stock_demand') }} group by variant_key, created_date
)

select taken.variant_key, taken.date, taken.units, sold.units as units_sold
from taken
left join sold on sold.variant_key = taken.variant_key and sold.date = taken.date
where taken.units <> coalesce(sold.units, 0)
