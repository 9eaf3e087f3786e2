{# What mart_funnel_daily adds up over sessions. #}
{% macro funnel_counts() %}
    {{ return({
        'sessions': 'count(*)', 'product_view_sessions': 'count(product_view_at)', 'cart_sessions': 'count(cart_at)',
        'checkout_sessions': 'count(checkout_at)', 'purchase_sessions': 'count(purchase_at)',
        'bounces': 'count(case when is_bounce then 1 end)', 'page_views': 'sum(page_views)', 'session_seconds': 'sum(duration_seconds)',
        'orders': 'sum(orders)', 'order_sessions': 'count(case when has_order then 1 end)',
        'purchase_events_without_order': 'sum(purchase_events_without_order)',
    }) }}
{% endmacro %}

{# What it adds up over shops only, on the rows of all channels, devices and visitors. #}
{% macro funnel_counts_beside() %}{{ return(['bot_sessions', 'orders_without_session']) }}{% endmacro %}

{#
  The periods whose funnel may have changed. Who signs in is from then on also the person of all earlier sessions of theirs:
  that moves no figure of these as long as no order is among them, and shows as two rows in the log of sessions that differ in
  the person alone.
#}
{% macro touched_funnel_periods(period_types) %}
with changed_sessions as (
    select shop_id, session_date
    from {{ changed('fct_sessions') }}
    group by session_key, shop_id, session_date
    having
        count(distinct coalesce(customer_key, '')) = 1
        or max(orders) > 0
        or count(distinct concat_ws('|', channel, visitor_type, cast(orders as string), coalesce(cast(purchase_at as string), ''))) > 1
),

changed_links as (
    select session_key from {{ changed('int_order_sessions') }}
    union
    select session_key from {{ changed('int_purchase_events') }}
),

days as (
    select shop_id, session_date as day from changed_sessions
    union
    select shop_id, session_date from {{ changed('int_sessions') }}
    union
    select shop_id, session_date from {{ ref('int_sessions') }}
    where session_key in (select session_key from changed_links)
    union
    select shop_id, created_date from {{ changed('int_order_visits') }}
    union
    select shop_id, session_date from {{ changed('int_order_visits') }} where session_date is not null
    union
    select shop_id, date from {{ changed('int_traffic_daily') }}
    union
    {{ days_since_previous_as_of() }}
)

{{ periods_of_shops_and_all('days', period_types) }}
{% endmacro %}

{# A condition on the days of the touched periods. #}
{% macro in_touched_periods(column) -%}
    {{ in_touched_days(column, period_first_day(), period_last_day()) }}
{%- endmacro %}

{# A condition on what lasts from one column to the other: it may count in mart_funnel_steps on a touched day. #}
{% macro in_days_near_touched(begins, ends) -%}
    {{ in_days_of(
        "(select date - interval '1' day as first_day, date + interval '9' day as last_day from " ~ touched_rows() ~ ") as days", begins, ends
    ) }}
{%- endmacro %}

{# What a funnel is told by, and the roll-ups of it: what is not among a roll-up's dimensions is `all` there. #}
{% macro funnel_dimensions() %}{{ return(['channel', 'device', 'visitor_type']) }}{% endmacro %}
{% macro funnel_rollups() %}
    {{ return([
        ['channel', 'device', 'visitor_type'],
        ['channel', 'device'], ['channel', 'visitor_type'], ['device', 'visitor_type'],
        ['channel'], ['device'], ['visitor_type'],
        [],
    ]) }}
{% endmacro %}

{# `group by` in all roll-ups, beside columns that every one has; and the dimensions of its rows. #}
{% macro group_by_rollups(columns) -%}
    group by grouping sets ( -- noqa: PRS
        {%- for rollup in funnel_rollups() %}
        ({{ (columns + rollup) | join(', ') }}){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
{% macro rolled_up_dimensions() -%}
    {%- for name in funnel_dimensions() -%}
    case when grouping({{ name }}) = 1 then 'all' else {{ name }} end as {{ name }}_or_all{{ ',\n        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#
  Common table expressions that count people by day, week and month in each roll-up. Distinct counts do not add up: everybody
  counts once in a period, on the day on which they first appear in it, so that a month to date is what its days add up to.
  Numbers stand for roll-ups and people: to sort and compare them is quicker. What is left of a person's number when it is
  divided by how many kinds there are says of which kind it is.
#}
{% macro counted_people(kinds) %}
cells as (
    select shop_id, channel, device, visitor_type, row_number() over (order by shop_id, channel, device, visitor_type) as cell
    from (select distinct shop_id, channel, device, visitor_type from people) as known
),

rollups_of_cells as (
    {%- for rollup in funnel_rollups() %}
    select cell, shop_id{% for name in funnel_dimensions() %}, {{ name if name in rollup else "'all'" }} as {{ name }}{% endfor %} from cells
    {{ 'union' if not loop.last }}
    {%- endfor %}
),

rollups as (
    select *, dense_rank() over (order by shop_id, channel, device, visitor_type) as rollup_number from rollups_of_cells
),

entities as (
    select
        kind, shop_id, entity,
        row_number() over (order by kind, shop_id, entity) * {{ kinds | length }}
        + case kind {% for kind in kinds %}when '{{ kind }}' then {{ loop.index0 }} {% endfor %}end as number
    from (select distinct kind, shop_id, entity from people) as known
),

visits as (
    select distinct people.day, cells.cell, entities.number
    from people
    join cells
        on cells.shop_id = people.shop_id
        and cells.channel = people.channel
        and cells.device = people.device
        and cells.visitor_type = people.visitor_type
    join entities on entities.kind = people.kind and entities.shop_id = people.shop_id and entities.entity = people.entity
),

spread as (
    select distinct visits.day, rollups.rollup_number, visits.number
    from visits
    join rollups on rollups.cell = visits.cell
),

appearances as (
    select 'day' as period_type, day as first_day, day, rollup_number, number % {{ kinds | length }} as kind_number, count(*) as people
    from spread
    group by day, rollup_number, number % {{ kinds | length }}
    {%- for type in ['week', 'month'] %}
    union all
    select '{{ type }}', first_day, day, rollup_number, number % {{ kinds | length }}, count(*)
    from (
        select cast(date_trunc('{{ type }}', day) as date) as first_day, min(day) as day, rollup_number, number
        from spread
        group by cast(date_trunc('{{ type }}', day) as date), rollup_number, number
    ) as firsts
    group by first_day, day, rollup_number, number % {{ kinds | length }}
    {%- endfor %}
),

appearances_in_shops as (
    select
        named.shop_id, named.channel, named.device, named.visitor_type,
        appearances.period_type, appearances.first_day, appearances.day, appearances.people,
        case appearances.kind_number {% for kind in kinds %}when {{ loop.index0 }} then '{{ kind }}' {% endfor %}end as kind
    from appearances
    join (select distinct rollup_number, shop_id, channel, device, visitor_type from rollups) as named
        on named.rollup_number = appearances.rollup_number
),
{% endmacro %}

{# Common table expression: the days of a relation in each of the `periods` that they count in. #}
{% macro days_of_periods(relation, period_types) %}
days_of_periods as (
    {%- for type in period_types %}
    select known.shop_id, known.day, periods.period_type, periods.date
    from (select distinct shop_id, day from {{ relation }}) as known
    join periods
        on periods.shop_id = known.shop_id
        and periods.period_type = '{{ type }}'
        {%- if type == 'month_to_date' %}
        and date_trunc('month', periods.date) = date_trunc('month', known.day)
        and periods.date >= known.day
        {%- else %}
        and periods.date = cast(date_trunc('{{ type }}', known.day) as date)
        {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),
{% endmacro %}
