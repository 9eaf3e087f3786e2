{# A step has never more sessions, or visitors, than the one before it. #}
select shop_id, date, channel as part, 'sessions' as of
from {{ ref('mart_funnel_daily') }}
where product_view_sessions > sessions or cart_sessions > product_view_sessions or checkout_sessions > cart_sessions
    or purchase_sessions > checkout_sessions or order_sessions > sessions or (measured_by = 'events' and visitors > sessions)
union all
select shop_id, date, conversion_window, 'visitors'
from {{ ref('mart_funnel_steps') }}
where visitors > previous_visitors or previous_visitors > entered_visitors
