{{ config(unique_key='variant_key') }}

{# Of lines only those can matter that are of the day of the first sale or before it, where nothing else dates an article. #}
{% call touched() %}
select variant_key from {{ changed('dim_products') }}
union
select lines.variant_key
from {{ changed('fct_order_lines') }} as lines
left join {{ this }} as standing on standing.variant_key = lines.variant_key
where not coalesce(standing.is_dated, false) and coalesce(lines.created_date <= standing.first_sold_date, true)
{% endcall %}

with products as (
    select * from {{ ref('dim_products') }}
    {%- if is_increment() %}
    where variant_key in (select variant_key from {{ touched_rows() }})
    {%- endif %}
),

first_sales as (
    select variant_key, min(created_date) as first_sold_date from {{ ref('fct_order_lines') }}
    where is_counted and units > 0
    {%- if is_increment() %}
    and variant_key in (select variant_key from {{ touched_rows() }})
    {%- endif %}
    group by variant_key
),

final as (
    select
        products.variant_key,
        products.shop_id,
        products.variant_id,
        products.product_id,
        products.sku_key,
        products.category,
        products.brand,
        case when products.listed_at is null then first_sales.first_sold_date end as first_sold_date,
        coalesce({{ local_date('products.listed_at', 'shops.timezone') }}, first_sales.first_sold_date) as listed_date,
        {{ local_date('products.delisted_at', 'shops.timezone') }} as delisted_date,
        products.is_in_catalogue and not ({{ is_off_sale('products.status') }} and products.delisted_at is null) as is_listed,
        products.listed_at is not null as is_dated
    from products
    join {{ ref('int_shops') }} as shops on shops.shop_id = products.shop_id
    left join first_sales on first_sales.variant_key = products.variant_key
)

select * from final
