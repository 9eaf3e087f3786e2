{{ config(materialized='table') }}

{# One row per customer is read and all are written: recency and the cut points move for everybody every day. #}
with customers as (
    select
        windows.customer_key,
        as_of.as_of_date,
        {{ days_between('windows.last_order_date', 'as_of.as_of_date') }} as recency_days,
        windows.frequency,
        windows.monetary
    from {{ ref('int_customer_windows') }} as windows
    cross join (select max(as_of_date) as as_of_date from {{ ref('int_shops') }}) as as_of
),

cut_points as (
    select
        {%- for measure in ['- recency_days', 'frequency', 'monetary'] %}
        {%- set name = measure | replace('- ', '') %}
        {%- for share in [20, 40, 60, 80] %}
        percentile_cont({{ share / 100 }}) within group (order by cast({{ measure }} as double)) as {{ name }}_p{{ share }}
        {{- ',' if not (loop.last and name == 'monetary') }}
        {%- endfor %}
        {%- endfor %}
    from customers
),

{# 1 + how many cut points lie below the value: equal values get equal scores, and 5 is best in all three. #}
scored as (
    select
        customers.*,
        {%- for measure in ['- recency_days', 'frequency', 'monetary'] %}
        {%- set name = measure | replace('- ', '') %}
        {%- set score = 'recency_score' if name == 'recency_days' else name ~ '_score' %}
        1
        {%- for share in [20, 40, 60, 80] %}
            + case when cut_points.{{ name }}_p{{ share }} < cast({{ measure }} as double) then 1 else 0 end
        {%- endfor %} as {{ score }}{{ ',' if not loop.last }}
        {%- endfor %}
    from customers
    cross join cut_points
),

final as (
    select
        scored.customer_key,
        scored.as_of_date,
        cast(scored.recency_days as integer) as recency_days,
        scored.frequency,
        scored.monetary,
        scored.recency_score,
        scored.frequency_score,
        scored.monetary_score,
        segments.segment
    from scored
    join {{ ref('rfm_segments') }} as segments
        on segments.recency_score = scored.recency_score
        and segments.frequency_score = scored.frequency_score
        and segments.monetary_score = scored.monetary_score
)

select * from final
