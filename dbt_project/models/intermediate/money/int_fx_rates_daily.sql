{{ config(unique_key=['date', 'currency']) }}

{% set reporting = "'" ~ var('reporting_currency') ~ "'" %}
{% set days = date_spine("date '1990-01-01'", latest_date(as_of(), 0)) %}
{% set max_age = var('thresholds').fx_max_age_days %}

{# A rate serves the days after it, too: a change of one is a change of those. #}
{% call touched() %}
select spine.date_day as date
from (select distinct date from {{ changed('int_fx_rates') }}) as rates
join {{ days }} as spine on spine.date_day between rates.date and rates.date + interval '{{ max_age }}' day
union
select date_day as date from {{ days }} as spine
where date_day >= {{ latest_date(previous_as_of(), 0) }}
{% endcall %}

with given as (
    select * from {{ ref('int_fx_rates') }}
    where date <= {{ latest_date(as_of(), 0) }} and rate > 0
    {%- if is_increment() %}
    and date >= (select min(date) from {{ touched_rows() }}) - interval '{{ max_age }}' day
    {%- endif %}
),

{# Every rate can be read both ways; `inversions` says how far it is from what was given. #}
legs as (
    select date, upper(from_currency) as from_currency, upper(to_currency) as to_currency, rate, 0 as inversions, fx_rate_key
    from given
    union all
    select date, upper(to_currency), upper(from_currency), cast(1 / rate as decimal(20, 10)), 1, fx_rate_key
    from given
),

{# As given, else turned round, else through one other currency. #}
quotes as (
    select from_currency as currency, date, rate, inversions as detour, fx_rate_key
    from legs
    where to_currency = {{ reporting }} and from_currency <> {{ reporting }}
    union all
    select
        near.from_currency,
        near.date,
        cast(cast(near.rate as decimal(18, 9)) * cast(far.rate as decimal(18, 9)) as decimal(20, 10)),
        2 + near.inversions + far.inversions,
        near.fx_rate_key || ' ' || far.fx_rate_key
    from legs as near
    join legs as far on far.date = near.date and far.from_currency = near.to_currency
    where far.to_currency = {{ reporting }}
        and near.from_currency <> {{ reporting }}
        and near.to_currency not in ({{ reporting }}, near.from_currency)
),

chosen as (
    select currency, date, rate
    from quotes
    qualify row_number() over (partition by currency, date order by detour, fx_rate_key) = 1
),

final as (
    select
        spine.date_day as date,
        chosen.currency,
        cast({{ reporting }} as string) as reporting_currency,
        chosen.rate,
        chosen.date as rate_date,
        chosen.date < spine.date_day as is_carried_forward
    from chosen
    join {{ days }} as spine on spine.date_day between chosen.date and chosen.date + interval '{{ max_age }}' day
    {%- if is_increment() %}
    where spine.date_day in (select date from {{ touched_rows() }})
    {%- endif %}
    qualify row_number() over (partition by chosen.currency, spine.date_day order by chosen.date desc) = 1
)

select * from final
