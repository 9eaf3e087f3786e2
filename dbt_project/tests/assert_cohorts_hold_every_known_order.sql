-- Each valid order of a known customer is in one cell of each kind of period, with all it sold; a whole cohort is active
-- in period 0; activity never exceeds size; everyone who ever bought is in one cohort of each shop. Channels and `all` agree.
with cells as (
    select
        'month' as period_type, shop_id, first_channel, period_number, cohort_size, active_customers, orders, net_sales_reporting
    from {{ ref('mart_cohort_retention') }}
    union all
    select 'week', shop_id, first_channel, period_number, cohort_size, active_customers, orders, net_sales_reporting
    from {{ ref('mart_cohort_retention_weekly') }}
),

found as (
    select
        period_type,
        shop_id,
        first_channel = 'all' as is_roll_up,
        sum(orders) as orders,
        sum(net_sales_reporting) as net_sales,
        sum(cohort_size) filter (where period_number = 0) as buyers
    from cells
    group by 1, 2, 3
),

bought as (
    select shop_id, customer_key, net_sales_reporting from {{ ref('fct_orders') }} where is_valid and not is_anonymous
    {%- if several_shops() %}
    union all
    select 'all', customer_key, net_sales_reporting from {{ ref('fct_orders') }} where is_valid and not is_anonymous
    {%- endif %}
),

expected as (
    select kinds.period_type, shop_id, kinds.is_roll_up, count(*) as orders, sum(net_sales_reporting) as net_sales,
        count(distinct customer_key) as buyers
    from bought
    cross join (values ('month', true), ('month', false), ('week', true), ('week', false)) as kinds (period_type, is_roll_up)
    group by 1, 2, 3
)

select 'orders, net sales and buyers' as law, coalesce(found.shop_id, expected.shop_id) as shop_id
from found
full join expected
    on expected.shop_id = found.shop_id and expected.period_type = found.period_type and expected.is_roll_up = found.is_roll_up
where found.orders is distinct from expected.orders
    or found.net_sales is distinct from expected.net_sales
    or found.buyers is distinct from expected.buyers
union all
select 'period 0', shop_id from cells
where (period_number = 0 and active_customers <> cohort_size) or active_customers > cohort_size
