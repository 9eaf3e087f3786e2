-- models: dim_customers
create table dim_customers as
with accounts as (
    select
        coalesce(people.customer_key, md5('account:main:' || customer_id)) as customer_key,
        arg_max(struct_pack(country, region, city), coalesce(epoch_us(created_at), 0) || customer_id) filter (where country is not null)
            as home,
        count(*) as account_count,
        min(created_at) as registered_at,
        bool_or(accepts_marketing) as accepts_marketing,
        coalesce(bool_or(is_test), false) as is_test
    from int_customers
    left join people on people.name = 'account:main:' || customer_id
    where coalesce(created_at <= getvariable('as_of'), true)
    group by 1
),

buyers as (
    select
        customer_key,
        arg_max(struct_pack(country, region), struct_pack(created_at, order_key)) filter (where country is not null) as destination,
        count(*) filter (where is_valid) as orders,
        min(created_at) filter (where is_valid) as first_order_at,
        max(created_at) filter (where is_valid) as last_order_at,
        min(created_date) filter (where is_valid) as first_order_date,
        max(created_date) filter (where is_valid) as last_order_date,
        sum(gross_sales_reporting) as gross_sales_reporting,
        sum(net_sales_reporting) as net_sales_reporting
    from fct_orders
    where not is_anonymous
    group by customer_key
)

select
    customer_key,
    coalesce(home.country, destination.country) as country,
    if(home is not null, home.region, destination.region) as region,
    home.city as city,
    'all' as identity_scope,
    accepts_marketing,
    coalesce(is_test, false) as is_test,
    account_count is not null as is_registered,
    coalesce(account_count, 0) as account_count,
    coalesce(orders, 0) as orders,
    cast(coalesce(gross_sales_reporting, 0) as decimal(18, 4)) as gross_sales_reporting,
    cast(coalesce(net_sales_reporting, 0) as decimal(18, 4)) as net_sales_reporting,
    registered_at,
    first_order_at,
    last_order_at,
    first_order_date,
    last_order_date
from accounts full join buyers using (customer_key);
