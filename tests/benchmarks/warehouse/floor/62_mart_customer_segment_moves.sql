-- models: mart_customer_segment_moves
create table mart_customer_segment_moves as
with moves as (
    select
        coalesce(later.month, earlier.month) as month,
        coalesce(earlier.segment, 'none') as from_segment,
        coalesce(later.segment, 'none') as to_segment,
        count(*) as customers
    from mart_customer_rfm_monthly as later
    full join (
        select customer_key, segment, cast(month + interval 1 month as date) as month from mart_customer_rfm_monthly
    ) as earlier using (customer_key, month)
    group by all
)

select
    month,
    from_segment,
    to_segment,
    last_day(month) < getvariable('today') as is_complete_period,
    customers,
    cast(if(from_segment <> 'none', sum(customers) over (partition by month, from_segment), null) as bigint) as from_customers,
    cast(if(to_segment <> 'none', sum(customers) over (partition by month, to_segment), null) as bigint) as to_customers,
    cast(customers as double) / from_customers as move_rate
from moves
where month <= getvariable('today');
