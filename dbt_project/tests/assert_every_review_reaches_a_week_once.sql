-- Each review is of one product, one brand and the shop, in one week.
with marts as (
    select level, sum(review_count) as reviews, sum(rating_sum) as rating_sum from {{ ref('mart_reviews') }} group by level
),

facts as (
    select count(*) as reviews, coalesce(sum(rating), 0) as rating_sum from {{ ref('fct_reviews') }}
)

select marts.level, marts.reviews, facts.reviews as expected
from marts cross join facts
where marts.reviews <> facts.reviews or marts.rating_sum <> facts.rating_sum
