{{ config(unique_key='review_key') }}

{% call touched() %}
with changed_products as (
    select variant_key, shop_id, product_id from {{ changed('dim_products') }}
)

select review_key from {{ changed('int_reviews') }}
union
{# what time has brought into sight #}
select review_key from {{ ref('int_reviews') }}
where (created_at > {{ previous_as_of() }} and created_at <= {{ as_of() }})
    or (replied_at > {{ previous_as_of() }} and replied_at <= {{ as_of() }})
union
select reviews.review_key from {{ ref('int_reviews') }} as reviews
join changed_products as products
    on products.shop_id = reviews.shop_id and products.product_id = reviews.product_id
union
select review_key from {{ ref('int_reviews') }}
where {{ entity_key(['shop_id', 'coalesce(variant_id, product_id)']) }} in (select variant_key from changed_products)
union
select review_key from {{ ref('int_reviews') }}
where product_id is null and variant_id is null and (shop_id, order_id) in (
    select (shop_id, order_id) from {{ changed('int_order_lines') }}
    union
    select (lines.shop_id, lines.order_id) from {{ ref('int_order_lines') }} as lines
    where {{ entity_key(['lines.shop_id', 'lines.variant_id']) }} in (select variant_key from changed_products)
)
{% endcall %}

with reviews as (
    select
        *,
        {{ entity_key(['shop_id', 'coalesce(variant_id, product_id)']) }} as article_key,
        {# words with blanks around them, so that a keyword is found as a whole word #}
        lower(body) as sentence,
        ' ' || translate(lower(body), '.,;:!?()-/"' || chr(10), '            ') || ' ' as words
    from {{ ref('int_reviews') }}
    where created_at <= {{ as_of() }}
    {%- if is_increment() %}
    and review_key in (select review_key from {{ touched_rows() }})
    {%- endif %}
),

variants as (
    select variant_key, variant_id, shop_id, product_id from {{ ref('dim_products') }}
    where shop_id in (select shop_id from reviews)
),

products as (
    select distinct shop_id, product_id from variants
),

{# A review of an order, not of an article, is of what the order was for if that is one product. #}
of_orders as (
    select
        reviews.review_key,
        case when min(bought.product_id) = max(bought.product_id) then min(bought.product_id) end as product_id,
        case when min(bought.variant_key) = max(bought.variant_key) then min(bought.variant_key) end as variant_key
    from reviews
    join {{ ref('int_order_lines') }} as lines on lines.shop_id = reviews.shop_id and lines.order_id = reviews.order_id
    join variants as bought on bought.shop_id = lines.shop_id and bought.variant_id = lines.variant_id
    where reviews.product_id is null and reviews.variant_id is null and coalesce(lines.line_type, 'merchandise') = 'merchandise'
    group by reviews.review_key
),

topics as (
    select
        reviews.review_key,
        {%- for topic in review_topics() %}
        bool_or(keywords.topic = '{{ topic }}') as {{ topic }}{{ ',' if not loop.last }}
        {%- endfor %}
    from reviews
    join {{ ref('review_topics') }} as keywords
        on case
            when keywords.language = 'zh' then contains(reviews.sentence, keywords.keyword)
            else contains(reviews.words, ' ' || lower(keywords.keyword) || ' ')
        end
    group by reviews.review_key
),

placed as (
    select
        reviews.*,
        coalesce(variants.variant_key, of_orders.variant_key) as variant_key,
        {# The product as given, if there is such a one; what is given as a product may also be a variant. #}
        coalesce(
            products.product_id, variants.product_id, of_orders.product_id, reviews.product_id, reviews.variant_id, 'unknown'
        ) as known_product_id,
        coalesce(products.product_id, variants.product_id, of_orders.product_id) is not null as is_known_product,
        reviews.replied_at <= {{ as_of() }} as is_replied
    from reviews
    left join variants on variants.variant_key = reviews.article_key
    left join products on products.shop_id = reviews.shop_id and products.product_id = reviews.product_id
    left join of_orders on of_orders.review_key = reviews.review_key
),

final as (
    select
        placed.review_key,
        placed.shop_id,
        placed.review_id,
        placed.known_product_id as product_id,
        placed.variant_key,
        placed.order_id,
        placed.language,
        placed.rating,
        placed.rating <= {{ var('thresholds').negative_rating }} as is_negative,
        placed.is_known_product,
        coalesce(placed.is_verified, false) as is_verified,
        coalesce(trim(placed.body) <> '', false) as has_text,
        coalesce(placed.is_replied, false) as is_replied,
        {%- for topic in review_topics() %}
        coalesce(topics.{{ topic }}, false) as mentions_{{ topic }},
        {%- endfor %}
        placed.created_at,
        {{ local_date('placed.created_at', 'shops.timezone') }} as created_date,
        case when placed.is_replied then placed.replied_at end as replied_at,
        case when placed.is_replied
            then greatest({{ epoch_microseconds('placed.replied_at') }} - {{ epoch_microseconds('placed.created_at') }}, 0) / 3600000000.0
        end as reply_hours
    from placed
    join {{ ref('int_shops') }} as shops on shops.shop_id = placed.shop_id
    left join topics on topics.review_key = placed.review_key
)

select * from final
