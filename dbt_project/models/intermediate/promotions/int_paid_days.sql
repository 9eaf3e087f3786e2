{{ config(unique_key=['shop_id', 'date']) }}

{% call touched() %}
select distinct shop_id, paid_date as date from {{ changed('fct_orders') }} where paid_date is not null
{% endcall %}

with orders as (
    select * from {{ ref('fct_orders') }}
    where is_valid and paid_date is not null
    {%- if is_increment() %}
        and {{ in_touched_days('paid_date', 'date', 'date') }}
    {%- endif %}
),

final as (
    select
        orders.shop_id,
        orders.paid_date as date,
        count(*) as orders,
        cast(sum(orders.gross_sales) as decimal(18, 4)) as gross_sales,
        {# Nothing sold cost nothing; sold at a cost that nobody knows leaves the day without a margin. #}
        cast(case
            when count(*) filter (where orders.units <> 0 and orders.cogs is null) = 0
                then sum(orders.gross_sales - orders.discounts_seller - coalesce(orders.cogs, 0))
        end as decimal(18, 4)) as margin_before_returns
    from orders
    {%- if is_increment() %}
    semi join {{ touched_rows() }} as touched on touched.shop_id = orders.shop_id and touched.date = orders.paid_date
    {%- endif %}
    group by orders.shop_id, orders.paid_date
)

select * from final
