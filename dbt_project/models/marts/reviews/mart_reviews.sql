{{ config(unique_key=['shop_id', 'level', 'product_id', 'brand', 'week_start']) }}

{% set prior_reviews = var('thresholds').rating_prior_reviews %}

{# A week is computed again when a review written in it changed, when a product reviewed in it changed its brand and when
   it may have become complete; and so are the weeks after it, since what the shop's reviews say pulls their ratings. #}
{% call touched() %}
with other_brands as (
    select variant_key, shop_id, product_id from {{ changed('int_variant_listings') }}
    qualify count(*) over (partition by variant_key) = 1
        or min(coalesce(brand, '')) over (partition by variant_key) <> max(coalesce(brand, '')) over (partition by variant_key)
        or min(product_id) over (partition by variant_key) <> max(product_id) over (partition by variant_key)
),

changed_weeks as (
    select shop_id, cast(date_trunc('week', created_date) as date) as week_start from {{ changed('fct_reviews') }}
    union
    select reviews.shop_id, cast(date_trunc('week', reviews.created_date) as date)
    from {{ ref('fct_reviews') }} as reviews
    semi join other_brands on other_brands.shop_id = reviews.shop_id and other_brands.product_id = reviews.product_id
),

first_changes as (
    select shop_id, min(week_start) as week_start from changed_weeks group by shop_id
)

select shop_id, week_start from changed_weeks
union
select shop_id, cast(date_trunc('week', day) as date) as week_start from ({{ days_since_previous_as_of() }}) as days
union
select standing.shop_id, standing.week_start
from {{ this }} as standing
join first_changes on first_changes.shop_id = standing.shop_id and first_changes.week_start < standing.week_start
{% endcall %}

with products as (
    select shop_id, product_id, min_by(brand, variant_key) filter (where brand is not null) as brand
    from {{ ref('int_variant_listings') }}
    group by shop_id, product_id
),

reviews as (
    select
        reviews.*,
        cast(date_trunc('week', reviews.created_date) as date) as week_start,
        coalesce(products.brand, 'unknown') as brand
    from {{ ref('fct_reviews') }} as reviews
    left join products on products.shop_id = reviews.shop_id and products.product_id = reviews.product_id
    {%- if is_increment() %}
    where {{ in_touched_days('reviews.created_date', 'week_start', period_last_day("'week'", 'week_start')) }}
        and (reviews.shop_id, cast(date_trunc('week', reviews.created_date) as date)) in (
            select (shop_id, week_start) from {{ touched_rows() }}
        )
    {%- endif %}
),

summed as (
    select
        shop_id,
        week_start,
        case when grouping(product_id) = 0 then 'product' when grouping(brand) = 0 then 'brand' else 'shop' end as level,
        case when grouping(product_id) = 1 then 'all' else product_id end as product_or_all,
        case when grouping(brand) = 1 then 'all' else brand end as brand_or_all,
        count(*) as review_count,
        sum(rating) as rating_sum,
        count(*) filter (where is_negative) as negative_reviews,
        count(*) filter (where is_verified) as verified_reviews,
        count(*) filter (where has_text) as reviews_with_text,
        count(*) filter (where is_replied) as replied_reviews,
        {# whole microseconds add up to the same in any order #}
        cast(sum(greatest({{ epoch_microseconds('replied_at') }} - {{ epoch_microseconds('created_at') }}, 0)) as double) / 3600000000.0
            as reply_hours_sum,
        {%- for topic in review_topics() %}
        count(*) filter (where mentions_{{ topic }}) as topic_{{ topic }}{{ ',' if not loop.last }}
        {%- endfor %}
    from reviews
    group by grouping sets ( -- noqa: PRS
        (shop_id, week_start, product_id, brand),
        (shop_id, week_start, brand),
        (shop_id, week_start)
    )
),

{# All reviews of the shop up to the end of a week. #}
shop_weeks as (
    select shop_id, week_start, review_count, rating_sum from summed where level = 'shop'
    {%- if is_increment() %}
    union all
    select shop_id, week_start, review_count, rating_sum from {{ this }}
    where level = 'shop' and (shop_id, week_start) not in (select (shop_id, week_start) from {{ touched_rows() }})
    {%- endif %}
),

priors as (
    select
        shop_id,
        week_start,
        cast(sum(rating_sum) over until_then as double) / sum(review_count) over until_then as prior_rating
    from shop_weeks
    window until_then as (partition by shop_id order by week_start rows between unbounded preceding and current row)
),

final as (
    select
        summed.shop_id,
        shops.platform,
        summed.level,
        summed.product_or_all as product_id,
        summed.brand_or_all as brand,
        summed.week_start,
        summed.week_start + interval '6' day < shops.as_of_date as is_complete_period,
        summed.review_count,
        cast(summed.rating_sum as decimal(18, 4)) as rating_sum,
        cast(summed.rating_sum as double) / summed.review_count as rating,
        priors.prior_rating,
        cast({{ prior_reviews }} as bigint) as prior_reviews,
        (cast(summed.rating_sum as double) + {{ prior_reviews }} * priors.prior_rating) / (summed.review_count + {{ prior_reviews }})
            as shrunk_rating,
        summed.negative_reviews,
        cast(summed.negative_reviews as double) / summed.review_count as negative_share,
        summed.verified_reviews,
        summed.reviews_with_text,
        summed.replied_reviews,
        cast(summed.replied_reviews as double) / summed.review_count as reply_rate,
        summed.reply_hours_sum,
        summed.reply_hours_sum / nullif(summed.replied_reviews, 0) as reply_hours,
        {%- for topic in review_topics() %}
        summed.topic_{{ topic }}{{ ',' if not loop.last }}
        {%- endfor %}
    from summed
    join {{ ref('int_shops') }} as shops on shops.shop_id = summed.shop_id
    join priors on priors.shop_id = summed.shop_id and priors.week_start = summed.week_start
)

select * from final
