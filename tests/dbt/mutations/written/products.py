# ruff: noqa: E501 - a fault quotes the model's own lines
"""Faults in what is told of products: articles, performance, reviews and returns."""

from __future__ import annotations

from tests.dbt.mutations.fault import Fault

FAULTS = [
    Fault("dim_products", "codes as they are written", "nullif(upper(trim(known.sku)), '')", "known.sku"),
    Fault("dim_products", "the code before the map", "mapped.sku_key, nullif(upper(trim(known.sku)), '')", "nullif(upper(trim(known.sku)), ''), mapped.sku_key"),
    Fault("dim_skus", "called as the last of its variants", "min_by(title, variant_key)", "max_by(title, variant_key)"),
    Fault("dim_skus", "variants instead of shops", "count(distinct shop_id) as shops", "count(shop_id) as shops"),
    Fault("fct_reviews", "postage is a product", "and coalesce(lines.line_type, 'merchandise') = 'merchandise'", ""),
    Fault("fct_reviews", "replies of tomorrow are given", "reviews.replied_at <= {{ as_of() }} as is_replied", "reviews.replied_at is not null as is_replied"),
    Fault("fct_reviews", "reviews of tomorrow are there", "where created_at <= {{ as_of() }}\n", "where true\n"),
    Fault("fct_reviews", "reviews of unknown products vanish", "    left join variants on variants.variant_key = reviews.article_key", "    join variants on variants.variant_key = reviews.article_key"),
    Fault("fct_reviews", "words inside of words", "else contains(reviews.words, ' ' || lower(keywords.keyword) || ' ')", "else contains(reviews.sentence, lower(keywords.keyword))"),
    Fault("is_off_sale", "status as it is written", "lower(trim({{ status }}))", "{{ status }}"),
    Fault("mart_product_performance", "a rate on days", "case when dated.period_type <> 'day' then dated.items_on_sale end", "dated.items_on_sale"),
    Fault("mart_reviews", "a prior of the product's own", "* priors.prior_rating)", "* cast(summed.rating_sum as double) / summed.review_count)"),
    Fault("mart_reviews", "replies over all replies", "cast(summed.replied_reviews as double) / summed.review_count as reply_rate", "cast(summed.replied_reviews as double) / summed.verified_reviews as reply_rate"),
    Fault("mart_reviews", "the mean of all time", "rows between unbounded preceding and current row", "rows between unbounded preceding and unbounded following"),
    Fault("mart_variant_performance", "products instead of articles", "variants.sku_key", "variants.product_id as sku_key"),
    Fault("next_period", "weeks of six days", "interval '7' day", "interval '6' day"),
    Fault("performance", "lines instead of orders", "count(distinct facts.order_key) as orders", "count(facts.order_key) as orders"),
    Fault("items_on_sale", "on sale are those on sale all the time", "coalesce(listings.delisted_date >= periods.period_start, true)", "listings.delisted_date is null"),
    Fault("performance", "restocked goods still cost", "lines.cogs - lines.restocked_cogs as cogs", "lines.cogs as cogs"),
    Fault("performance", "return windows close a day early", "day < shops.as_of_date then lines.units", "day <= shops.as_of_date then lines.units"),
    Fault("items_on_sale", "every article sold", "count(*) filter (where is_sold) as skus_sold", "count(*) as skus_sold"),
    Fault("items_on_sale", "what did not sell was not on sale", "where periods.period_type <> 'day'\n),", "where false\n),"),
    Fault("items_on_sale", "what is on sale from tomorrow on counts", "and coalesce(listings.listed_date <= least(", "and coalesce(listings.listed_date <= greatest("),
    Fault("performance", "what was not sold counts", "where lines.is_counted\n", "where true\n"),
    Fault("performance_columns", "a part of a month against a whole one", "dated.units * dated.days_before * 4 >= dated.units_before * dated.days_elapsed * 5", "dated.units * 4 >= dated.units_before * 5"),
    Fault("abc_class", "an A begins at 79 percent", "sales_of_all * 80", "sales_of_all * 79"),
    Fault("abc_ranking", "the best seller stands before itself", ") - sum(greatest({{ sales }}, 0)) over (partition by {{ partition }}, {{ sales }}) as sales_before", ") as sales_before"),
    Fault("performance_columns", "the mean over products sold", "{{ rate('dated.rating_sum', 'dated.review_count') }} as rating", "{{ rate('dated.rating_sum', 'dated.units') }} as rating"),
    Fault("performance_touched", "reviews of a product that moved stay where they were", "on changed_products.shop_id = reviews.shop_id and changed_products.product_id = reviews.product_id", "on false"),
    Fault("mart_returns", "by the week of the return", "cast(date_trunc('week', lines.created_date) as date)\" %}", "cast(date_trunc('week', lines.created_date + interval '7' day) as date)\" %}"),
    Fault("mart_returns", "refunds that do not count do", "where is_counted and order_created_date is not null", "where order_created_date is not null"),
    Fault("mart_returns", "no reason is a reason of its own spelling", "coalesce(nullif(trim(reason), ''), 'unknown')", "coalesce(reason, 'unknown')"),
    Fault("mart_returns", "windows close a day early", "interval '{{ 6 + window }}' day < shops", "interval '{{ 6 + window }}' day <= shops"),
    Fault("mart_returns", "days up to the window", "lag_days <= {{ window }}", "lag_days < {{ window }}"),
    Fault("mart_returns", "lines of a refund are refunds", "count(distinct refund_id) as refunds", "count(refund_id) as refunds"),
    Fault("performance_touched", "deaf to return windows that close", "as closing\n", "as closing where false\n"),
    Fault("performance_touched", "deaf to products", "where variant_key in (select variant_key from variants_of_them)", "where false"),
]  # fmt: skip
