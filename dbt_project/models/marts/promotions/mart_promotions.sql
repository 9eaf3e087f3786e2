{{ config(unique_key='promotion_key') }}

{% set order_counts = ['orders', 'buyers', 'known_buyers', 'new_buyers', 'units', 'units_with_cost'] %}
{% set order_money = ['gross_sales', 'net_sales', 'paid_amount', 'refunded_amount'] %}
{% set margins = ['gross_margin', 'contribution_margin'] %}
{% set presales = ['presale_orders', 'presale_paid_orders', 'presale_waiting_orders'] %}
{% set payers = ['seller', 'platform', 'creator'] %}

{% call touched() %}
select promotion_key from {{ changed('fct_order_promotions') }}
union
select promotion_key from {{ changed('int_promotions') }}
union
select promotion_key from {{ changed('int_promotion_uplift') }}
union
select applied.promotion_key from {{ ref('fct_order_promotions') }} as applied
semi join {{ changed('fct_orders') }} as orders using (order_key)
union
select promotion_key from {{ ref('int_promotions') }}
where (starts_at > {{ previous_as_of() }} and starts_at <= {{ as_of() }})
    or (ends_at > {{ previous_as_of() }} and ends_at <= {{ as_of() }})
{% endcall %}

with applied as (
    select * from {{ ref('fct_order_promotions') }}
    {%- if is_increment() %}
    where promotion_key in (select promotion_key from {{ touched_rows() }})
    {%- endif %}
),

{# Also those that orders name and nobody has announced. #}
promotions as (
    select promotion_key, shop_id, promotion_id, name, kind, funded_by, starts_at, ends_at, coupons_issued
    from {{ ref('int_promotions') }}
    {%- if is_increment() %}
    where promotion_key in (select promotion_key from {{ touched_rows() }})
    {%- endif %}
    union all
    select distinct
        applied.promotion_key,
        applied.shop_id,
        applied.promotion_id,
        cast(null as string),
        cast(null as string),
        cast(null as string),
        cast(null as timestamp),
        cast(null as timestamp),
        cast(null as bigint)
    from applied
    anti join {{ ref('int_promotions') }} as told on told.promotion_key = applied.promotion_key
),

discounts as (
    select
        promotion_key
        {%- for payer in payers %},
        coalesce(sum(discount) filter (where funded_by = '{{ payer }}'), 0) as discount_{{ payer }}
        {%- endfor %}
    from applied
    group by promotion_key
),

{# An order counts once, however many of its lines were reduced. #}
orders as (
    select
        reduced.promotion_key,
        count(*) filter (where orders.is_valid) as orders,
        count(distinct orders.customer_key) filter (where orders.is_valid) as buyers,
        count(distinct orders.customer_key) filter (where orders.is_valid and not orders.is_anonymous) as known_buyers,
        count(distinct orders.customer_key) filter (where orders.is_valid and orders.is_first_order) as new_buyers,
        {%- for name in ['units', 'units_with_cost'] + order_money %}
        sum(orders.{{ name }}) filter (where orders.is_valid) as {{ name }},
        {%- endfor %}
        {%- for name in margins %}
        sum(orders.{{ name }}) filter (where orders.is_valid) as {{ name }},
        {%- endfor %}
        count(*) filter (where reduced.is_presale) as presale_orders,
        count(*) filter (where reduced.is_presale and orders.is_valid) as presale_paid_orders,
        count(*) filter (
            where reduced.is_presale and not orders.is_paid and not orders.is_voided and orders.cancelled_at is null
        ) as presale_waiting_orders
    from (select distinct promotion_key, order_key, is_presale from applied) as reduced
    join {{ ref('fct_orders') }} as orders on orders.order_key = reduced.order_key
    where orders.order_key in (select order_key from applied)
    group by reduced.promotion_key
),

joined as (
    select
        promotions.promotion_key,
        promotions.shop_id,
        shops.platform,
        shops.currency,
        promotions.promotion_id,
        promotions.name,
        promotions.kind,
        promotions.funded_by,
        promotions.starts_at,
        promotions.ends_at,
        {{ local_date('promotions.starts_at', 'shops.timezone') }} as first_date,
        {{ last_date_of_promotion() }} as last_date,
        promotions.ends_at <= {{ as_of() }} as has_ended,
        promotions.starts_at <= {{ as_of() }} as has_begun,
        {%- for name in order_counts + presales %}
        cast(coalesce(orders.{{ name }}, 0) as bigint) as {{ name }},
        {%- endfor %}
        {%- for name in order_money %}
        cast(coalesce(orders.{{ name }}, 0) as decimal(18, 4)) as {{ name }},
        {%- endfor %}
        {%- for name in margins %}
        cast(case when coalesce(orders.orders, 0) = 0 then 0 else orders.{{ name }} end as decimal(18, 4)) as {{ name }},
        {%- endfor %}
        {%- for payer in payers %}
        cast(coalesce(discounts.discount_{{ payer }}, 0) as decimal(18, 4)) as discount_{{ payer }},
        {%- endfor %}
        promotions.coupons_issued
    from promotions
    join {{ ref('int_shops') }} as shops on shops.shop_id = promotions.shop_id
    left join discounts on discounts.promotion_key = promotions.promotion_key
    left join orders on orders.promotion_key = promotions.promotion_key
),

final as (
    select
        joined.promotion_key,
        joined.shop_id,
        joined.platform,
        joined.currency,
        joined.promotion_id,
        joined.name,
        joined.kind,
        joined.funded_by,
        joined.starts_at,
        joined.ends_at,
        joined.first_date,
        joined.last_date,
        case
            when joined.has_ended then 'ended'
            when joined.has_begun then 'running'
            when joined.starts_at is not null then 'planned'
            else 'unknown'
        end as status,
        coalesce(joined.has_ended, false) as is_complete_period,
        {%- for name in order_counts %}
        joined.{{ name }},
        {%- endfor %}
        {{ rate('joined.new_buyers', 'joined.known_buyers') }} as new_buyer_share,
        {%- for name in order_money + margins %}
        joined.{{ name }},
        {%- endfor %}
        cast(
            joined.discount_{{ payers | join(' + joined.discount_') }} as decimal(18, 4)
        ) as discount,
        {%- for payer in payers %}
        joined.discount_{{ payer }},
        {%- endfor %}
        {{ rate_of_money('joined.discount_seller', 'joined.gross_sales') }} as seller_discount_share,
        joined.coupons_issued,
        case when joined.kind = 'coupon' or joined.coupons_issued is not null then joined.orders end as coupons_redeemed,
        {{ rate('joined.orders', 'joined.coupons_issued') }} as coupon_redemption_rate,
        {%- for name in presales %}
        joined.{{ name }},
        {%- endfor %}
        {{ rate('joined.presale_paid_orders', 'joined.presale_orders') }} as presale_conversion_rate,
        uplift.overlapping_promotions,
        uplift.baseline_days,
        uplift.is_baseline_promotion_free,
        {%- for phase in ['during', 'after'] %}
        uplift.days_{{ phase }},
        {%- for name, type in promotion_measures().items() %}
        uplift.{{ name }}_{{ phase }},
        uplift.{{ name }}_{{ phase }}_baseline,
        cast(
            {%- if phase == 'during' %} uplift.{{ name }}_during - uplift.{{ name }}_during_baseline
            {%- else %} uplift.{{ name }}_after_baseline - uplift.{{ name }}_after
            {%- endif %} as {{ type }}) as {{ name }}_{{ 'uplift' if phase == 'during' else 'pulled_forward' }},
        {%- endfor %}
        {%- endfor %}
        {{ rate_of_money('uplift.gross_sales_during', 'uplift.gross_sales_during_baseline') }} - 1
            as gross_sales_uplift_rate,
        1 - {{ rate_of_money('uplift.gross_sales_after', 'uplift.gross_sales_after_baseline') }}
            as gross_sales_pulled_forward_rate,
        uplift.is_after_closed
    from joined
    left join {{ ref('int_promotion_uplift') }} as uplift on uplift.promotion_key = joined.promotion_key
)

select * from final
