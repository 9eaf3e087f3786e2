-- models: int_paid_days
create table int_paid_days as
select
    'main' as shop_id,
    paid_date as date,
    count(*) as orders,
    cast(sum(gross_sales) as decimal(18, 4)) as gross_sales,
    cast(
        if(bool_or(units <> 0 and cogs is null), null, sum(gross_sales - discounts_seller - coalesce(cogs, 0))) as decimal(18, 4)
    ) as margin_before_returns
from fct_orders
where is_valid and paid_date is not null
group by paid_date;
