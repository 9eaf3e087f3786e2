{{ config(unique_key='link_key') }}

{% call touched() %}
with sessions as (
    select distinct shop_id, live_id from {{ changed('int_live_sessions') }}
)

select 'order:' || order_key as link_key from {{ changed('int_orders') }}
union
select 'cost:' || cost_key from {{ changed('fct_order_costs') }}
union
select 'order:' || orders.order_key from {{ ref('int_orders') }} as orders semi join sessions using (shop_id, live_id)
union
select 'cost:' || costs.cost_key from {{ ref('fct_order_costs') }} as costs semi join sessions using (shop_id, live_id)
{% endcall %}

with links as (
    select
        'order:' || order_key as link_key, order_key, cast(null as string) as cost_key, shop_id, live_id, creator_id, created_at as at
    from {{ ref('int_orders') }}
    where (live_id is not null or creator_id is not null)
    {%- if is_increment() %}
        and order_key in (select substr(link_key, 7) from {{ touched_rows() }} where link_key like 'order:%')
    {%- endif %}
    union all
    select 'cost:' || cost_key, cast(null as string), cost_key, shop_id, live_id, creator_id, incurred_at
    from {{ ref('fct_order_costs') }}
    where order_key is null and (live_id is not null or creator_id is not null) and is_counted
    {%- if is_increment() %}
        and cost_key in (select substr(link_key, 6) from {{ touched_rows() }} where link_key like 'cost:%')
    {%- endif %}
),

final as (
    select
        links.link_key,
        links.order_key,
        links.cost_key,
        links.shop_id,
        links.live_id,
        coalesce(links.creator_id, sessions.creator_id, 'none') as creator_id,
        {{ local_date('coalesce(sessions.started_at, sessions.ended_at, links.at)', 'shops.timezone') }} as date,
        cast(date_trunc(
            'month', {{ local_date('coalesce(sessions.started_at, sessions.ended_at, links.at)', 'shops.timezone') }}
        ) as date) as month
    from links
    join {{ ref('int_shops') }} as shops on shops.shop_id = links.shop_id
    left join {{ ref('int_live_sessions') }} as sessions
        on sessions.shop_id = links.shop_id and sessions.live_id = links.live_id
)

select * from final
