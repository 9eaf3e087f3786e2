-- What cohorts of all shops (or of the only one) have brought in each window is what their customers have.
with cohorts as (
    select
        sum(cohort_size) as customers
        {%- for days in ltv_windows() %},
        sum(orders_{{ days }}) as orders_{{ days }},
        sum(repurchasers_{{ days }}) as repurchasers_{{ days }},
        sum(net_sales_{{ days }}_reporting) as revenue_{{ days }},
        sum(contribution_margin_{{ days }}_reporting) as margin_{{ days }}
        {%- endfor %}
    from {{ ref('mart_cohort_ltv') }}
    where first_channel = 'all'
        {%- if several_shops() %}
        and shop_id = 'all'
        {%- endif %}
),

customers as (
    select
        count(*) as customers
        {%- for days in ltv_windows() %},
        sum(orders_{{ days }}) as orders_{{ days }},
        count(*) filter (where orders_{{ days }} > 1) as repurchasers_{{ days }},
        sum(revenue_ltv_{{ days }}) as revenue_{{ days }},
        sum(ltv_{{ days }}) as margin_{{ days }}
        {%- endfor %}
    from {{ ref('mart_customer_ltv') }}
)

select * from cohorts cross join customers
where coalesce(cohorts.customers, 0) <> customers.customers
    {%- for days in ltv_windows() %}
    or cohorts.orders_{{ days }} is distinct from customers.orders_{{ days }}
    {# Nobody bought: a sum over no cohorts, a count of no customers. #}
    or coalesce(cohorts.repurchasers_{{ days }}, 0) <> customers.repurchasers_{{ days }}
    or cohorts.revenue_{{ days }} is distinct from customers.revenue_{{ days }}
    or cohorts.margin_{{ days }} is distinct from customers.margin_{{ days }}
    {%- endfor %}
