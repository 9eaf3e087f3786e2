{# Common table expression `medians` of mart_funnel_daily: seconds between the steps in days, weeks and months, in each roll-up. #}
{% macro funnel_medians(gaps) %}
carts_of_shops as (
    select * from sessions where cart_at is not null
    {%- if several_shops() %}
    union all
    select
        session_key, 'all', day, channel, device, visitor_type, visitor_id, product_view_at, cart_at, checkout_at,
        purchase_at, is_bounce, page_views, duration_seconds, orders, has_order, purchase_events_without_order
    from sessions
    where cart_at is not null
    {%- endif %}
),

carts as (
    {%- for type in ['day', 'week', 'month'] %}
    select
        shop_id, '{{ type }}' as period_type, cast(date_trunc('{{ type }}', day) as date) as date, channel, device, visitor_type
        {%- for step, before, after in gaps %},
        cast({{ epoch_microseconds(after) }} - {{ epoch_microseconds(before) }} as double) / 1000000 as seconds_to_{{ step }}
        {%- endfor %}
    from carts_of_shops
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

medians as (
    select
        shop_id, period_type, date,
        {{ rolled_up_dimensions() }},
        {%- for step, before, after in gaps %}
        median(seconds_to_{{ step }}) as median_seconds_to_{{ step }}{{ ',' if not loop.last }}
        {%- endfor %}
    from carts
    {{ group_by_rollups(['shop_id', 'period_type', 'date']) }}
),
{% endmacro %}

{# Common table expressions `measured` and `final` of it: what is known of each row, and the rates. #}
{% macro funnel_figures(counts, beside, kinds, gaps) %}
{%- set cell = ['shop_id', 'period_type', 'date'] + funnel_dimensions() -%}
{%- set whole = "sums.channel = 'all' and sums.device = 'all' and sums.visitor_type = 'all'" -%}
shops as (
    select known.*, coalesce(int_shops.platform, 'all') as platform
    from ({{ shops_and_all() }}) as known
    left join {{ ref('int_shops') }} as int_shops on int_shops.shop_id = known.shop_id
),

of_events as (
    select
        {%- for name in cell %}
        sums.{{ name }},
        {%- endfor %}
        sums.is_of_events,
        {%- for name in counts %}
        case when sums.is_of_events then cast(sums.{{ name }} as bigint) end as {{ name }},
        {%- endfor %}
        {%- for name in beside %}
        case when {{ whole }} then cast(sums.{{ name }} as bigint) end as {{ name }},
        {%- endfor %}
        {%- for kind in kinds %}
        case when {{ whole if kind == 'buyers_without_session' else 'sums.is_of_events' }} then cast(coalesce(distinct_counts.{{ kind }}, 0) as bigint) end
            as {{ kind }},
        {%- endfor %}
        {%- for step, before, after in gaps %}
        medians.median_seconds_to_{{ step }}{{ ',' if not loop.last }}
        {%- endfor %}
    from sums
    left join distinct_counts
        on {% for name in cell %}distinct_counts.{{ name }} = sums.{{ name }}{{ ' and ' if not loop.last }}{% endfor %}
    left join medians
        on {% for name in cell[:3] %}medians.{{ name }} = sums.{{ name }} and {% endfor -%}
        {% for name in cell[3:] %}medians.{{ name }}_or_all = sums.{{ name }}{{ ' and ' if not loop.last }}{% endfor %}
),

of_totals as (
    select *, 'day' as period_type, 'all' as channel, 'all' as visitor_type, true as is_of_totals from totals
),

measured as (
    select
        {{ cell | join(', ') }},
        case when of_events.is_of_events then 'events' when of_totals.is_of_totals then 'platform_totals' end as measured_by,
        {%- for name in counts | list + kinds %}
        {%- if name in ('page_views', 'visitors', 'cart_visitors', 'paying_buyers') %}
        case when of_totals.is_of_totals then cast(of_totals.{{ name }} as bigint) else of_events.{{ name }} end as {{ name }},
        {%- else %}
        of_events.{{ name }},
        {%- endif %}
        {%- endfor %}
        {%- for name in beside %}
        of_events.{{ name }},
        {%- endfor %}
        {%- for step, before, after in gaps %}
        of_events.median_seconds_to_{{ step }}{{ ',' if not loop.last }}
        {%- endfor %}
    from of_events
    full join of_totals using ({{ cell | join(', ') }})
),

final as (
    select
        measured.date,
        measured.period_type,
        measured.shop_id,
        shops.platform,
        measured.channel,
        measured.device,
        measured.visitor_type,
        measured.measured_by,
        {{ period_last_day('measured.period_type', 'measured.date') }} < shops.first_date as is_complete_period,
        {%- for name in counts | list + kinds + beside %}
        measured.{{ name }},
        {%- endfor %}
        {%- for step, before, after in gaps %}
        measured.median_seconds_to_{{ step }},
        {%- endfor %}
        measured.cart_sessions - measured.purchase_sessions as abandoned_carts,
        {%- for name, part, of in [
            ('product_view_rate', 'product_view_sessions', 'sessions'), ('cart_rate', 'cart_sessions', 'product_view_sessions'),
            ('checkout_rate', 'checkout_sessions', 'cart_sessions'), ('purchase_rate', 'purchase_sessions', 'checkout_sessions'),
            ('overall_rate', 'purchase_sessions', 'sessions'), ('cart_abandonment_rate', 'cart_sessions - measured.purchase_sessions', 'cart_sessions'),
            ('bounce_rate', 'bounces', 'sessions'), ('pages_per_session', 'page_views', 'sessions'),
            ('seconds_per_session', 'session_seconds', 'sessions'), ('session_cvr', 'orders', 'sessions'),
            ('buyer_cvr', 'paying_buyers', 'visitors')
        ] %}
        {{ rate('(measured.' ~ part ~ ')', 'measured.' ~ of) }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from measured
    join shops on shops.shop_id = measured.shop_id
)
{% endmacro %}
