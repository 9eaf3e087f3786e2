-- Canonical orders, lines and refunds up to as_of stand in their fact exactly once (uniqueness is tested by key).
select 'orders' as entity, count(*) as missing from {{ ref('int_orders') }} as delivered
left join {{ ref('fct_orders') }} as facts on facts.order_key = delivered.order_key
where facts.order_key is null and delivered.created_at <= {{ as_of() }}
having count(*) > 0
union all
select 'refunds', count(*) from {{ ref('int_refunds') }} as delivered
left join {{ ref('fct_refunds') }} as facts on facts.refund_key = delivered.refund_key
where facts.refund_key is null and delivered.refunded_at <= {{ as_of() }}
having count(*) > 0
union all
select 'order_lines', count(*) from {{ ref('int_order_lines_priced') }} as delivered
join {{ ref('fct_orders') }} as orders on orders.order_key = delivered.order_key
left join {{ ref('fct_order_lines') }} as facts on facts.order_line_key = delivered.order_line_key
where facts.order_line_key is null
having count(*) > 0
