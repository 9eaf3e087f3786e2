{{ config(unique_key=['shop_id', 'date']) }}

{% call touched() %}
select distinct shop_id, date from {{ changed('fct_ad_spend') }}
{% endcall %}

select
    spent.shop_id,
    spent.date,
    max(spent.platform) as platform,
    cast(sum(spent.spend) as decimal(18, 4)) as spend,
    max(spent.reporting_rate) as reporting_rate,
    cast(sum(spent.rows_without_rate) as bigint) as rows_without_rate
from {{ ref('fct_ad_spend') }} as spent
{%- if is_increment() %}
semi join {{ touched_rows() }} as touched on touched.shop_id = spent.shop_id and touched.date = spent.date
{%- endif %}
group by spent.shop_id, spent.date
