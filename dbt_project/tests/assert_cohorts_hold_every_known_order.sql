-- Each valid order of a known customer is in one cell; a whole cohort is active in period 0; activity never exceeds size.
select 'orders' as law, cast(cells.orders as bigint) as found, orders.orders as expected
from (select coalesce(sum(orders), 0) as orders from {{ ref('mart_cohort_retention') }}) as cells
cross join (
    select count(*) as orders from {{ ref('fct_orders') }} where is_valid and not is_anonymous
) as orders
where cells.orders <> orders.orders
union all
select 'period 0', active_customers, cohort_size from {{ ref('mart_cohort_retention') }}
where (period_number = 0 and active_customers <> cohort_size) or active_customers > cohort_size
