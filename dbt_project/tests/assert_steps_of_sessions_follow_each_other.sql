select session_key from {{ ref('fct_sessions') }}
where (cart_at is not null and coalesce(cart_at < product_view_at, true))
    or (checkout_at is not null and coalesce(checkout_at < cart_at, true))
    or (purchase_at is not null and coalesce(purchase_at < checkout_at, true))
    or started_at > ended_at
    or product_view_at not between started_at and ended_at
