{{ config(unique_key='promotion_key') }}

{#
  A day is compared with the mean of the same weekday in the four weeks before the promotion began: of those of these days
  on which no dated promotion ran, if there are any, else of all of them; days before the shop's first do not count.
  Orders count when they are paid, so that a pre-sale is of the day of its balance and not of the weeks before.
#}
{% set weeks = baseline_weeks() %}
{% set measures = promotion_measures() %}

{% call touched() %}
with changed_days as (
    select shop_id, date from {{ changed('int_paid_days') }}
),

first_days as (
    select shop_id, min(date) as first_day from {{ ref('int_paid_days') }} group by shop_id
),

{# Where the shop's first day has moved, so have the days that anything can be compared with. #}
shops_touched as (
    select shop_id from {{ changed('int_promotions') }}
    union
    select changed_days.shop_id from changed_days
    left join first_days on first_days.shop_id = changed_days.shop_id
    where coalesce(changed_days.date <= first_days.first_day, true)
),

dated as (
    {{ dated_promotions() }}
)

select promotion_key from {{ changed('int_promotions') }}
union
select dated.promotion_key from dated semi join shops_touched using (shop_id)
union
select dated.promotion_key from dated
join {{ ref('int_shops') }} as shops on shops.shop_id = dated.shop_id
where dated.first_date <= dated.as_of_date
    and dated.last_date + dated.length * interval '1' day >= {{ local_date(previous_as_of(), 'shops.timezone') }}
union
select dated.promotion_key from dated
join changed_days
    on changed_days.shop_id = dated.shop_id
    and changed_days.date >= dated.first_date - interval '{{ 7 * weeks }}' day
    and changed_days.date <= dated.last_date + dated.length * interval '1' day
{% endcall %}

with dated as (
    {{ dated_promotions() }}
),

days_of_promotions as (
    select promotion_key, shop_id, {{ each_day('first_date', 'last_date') }} as date from dated
),

promotion_days as (
    select distinct shop_id, date from days_of_promotions
),

begun as (
    select * from dated
    where first_date < as_of_date
    {%- if is_increment() %}
        and promotion_key in (select promotion_key from {{ touched_rows() }})
    {%- endif %}
),

overlapping as (
    select own.promotion_key, count(distinct other.promotion_key) as promotions
    from days_of_promotions as own
    join days_of_promotions as other
        on other.shop_id = own.shop_id and other.date = own.date and other.promotion_key <> own.promotion_key
    where own.promotion_key in (select promotion_key from begun)
    group by own.promotion_key
),

shop_days as (
    select *, min(date) over (partition by shop_id) as first_day from {{ ref('int_paid_days') }}
    where shop_id in (select shop_id from begun)
),

first_days as (
    select distinct shop_id, first_day from shop_days
),

{# Days that are over: of the promotion, as many after it, and those before. #}
{%- set yesterday = "cast(as_of_date - interval '1' day as date)" %}
days as (
    select promotion_key, shop_id, 'during' as phase, {{ each_day('first_date', 'least(last_date, ' ~ yesterday ~ ')') }} as date
    from begun
    union all
    select
        promotion_key, shop_id, 'after',
        {{ each_day(
            "cast(last_date + interval '1' day as date)",
            "least(cast(last_date + length * interval '1' day as date), " ~ yesterday ~ ")"
        ) }}
    from begun
    where last_date + interval '1' day < as_of_date
    union all
    select
        promotion_key, shop_id, 'before',
        {{ each_day("cast(first_date - interval '" ~ 7 * weeks ~ "' day as date)", "cast(first_date - interval '1' day as date)") }}
    from begun
),

sold as (
    select
        days.promotion_key,
        days.phase,
        {{ iso_weekday('days.date') }} as weekday,
        promotion_days.date is null as is_free,
        {%- for name in measures %}
        case when shop_days.date is null then 0 else shop_days.{{ name }} end as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from days
    join first_days on first_days.shop_id = days.shop_id and days.date >= first_days.first_day
    left join shop_days on shop_days.shop_id = days.shop_id and shop_days.date = days.date
    left join promotion_days on promotion_days.shop_id = days.shop_id and promotion_days.date = days.date
),

before as (
    select *, is_free or not bool_or(is_free) over (partition by promotion_key, weekday) as is_matched
    from sold
    where phase = 'before'
),

{# One day whose margin is unknown leaves the mean unknown. #}
matched as (
    select
        promotion_key,
        weekday,
        count(*) as days,
        bool_and(is_free) as is_free
        {%- for name, type in measures.items() %},
        case when count({{ name }}) = count(*) then cast(cast(sum({{ name }}) as double) / count(*) as {{ type }}) end as {{ name }}
        {%- endfor %}
    from before
    where is_matched
    group by promotion_key, weekday
),

{# A day of another promotion says nothing of what this one pulled forward. #}
compared as (
    select
        sold.promotion_key
        {%- for phase in ['during', 'after'] %},
        count(*) filter (where sold.phase = '{{ phase }}') as days_{{ phase }}
        {%- for name in measures %},
        case
            when count(*) filter (where sold.phase = '{{ phase }}' and (sold.{{ name }} is null or matched.{{ name }} is null)) = 0
                then sum(sold.{{ name }}) filter (where sold.phase = '{{ phase }}')
        end as {{ name }}_{{ phase }},
        case
            when count(*) filter (where sold.phase = '{{ phase }}' and (sold.{{ name }} is null or matched.{{ name }} is null)) = 0
                then sum(matched.{{ name }}) filter (where sold.phase = '{{ phase }}')
        end as {{ name }}_{{ phase }}_baseline
        {%- endfor %}
        {%- endfor %}
    from sold
    join matched on matched.promotion_key = sold.promotion_key and matched.weekday = sold.weekday
    where sold.phase = 'during' or (sold.phase = 'after' and sold.is_free)
    group by sold.promotion_key
),

baselines as (
    select promotion_key, sum(days) as days, bool_and(is_free) as is_free from matched group by promotion_key
),

final as (
    select
        begun.promotion_key,
        begun.shop_id,
        cast(coalesce(overlapping.promotions, 0) as bigint) as overlapping_promotions,
        cast(coalesce(baselines.days, 0) as bigint) as baseline_days,
        baselines.is_free as is_baseline_promotion_free,
        {%- for phase in ['during', 'after'] %}
        cast(coalesce(compared.days_{{ phase }}, 0) as bigint) as days_{{ phase }},
        {%- for name, type in measures.items() %}
        cast(compared.{{ name }}_{{ phase }} as {{ 'bigint' if name == 'orders' else type }}) as {{ name }}_{{ phase }},
        cast(compared.{{ name }}_{{ phase }}_baseline as {{ type }}) as {{ name }}_{{ phase }}_baseline,
        {%- endfor %}
        {%- endfor %}
        begun.last_date + begun.length * interval '1' day < begun.as_of_date as is_after_closed
    from begun
    left join overlapping on overlapping.promotion_key = begun.promotion_key
    left join baselines on baselines.promotion_key = begun.promotion_key
    left join compared on compared.promotion_key = begun.promotion_key
)

select * from final
