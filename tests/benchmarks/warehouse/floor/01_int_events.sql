-- models: int_events
-- Few events are in the files more than once: only those are put in order.
create table int_events as
with files as (
    select * from read_parquet(getvariable('files') || '/events/*.parquet', filename = true, file_row_number = true)
),

again as (
    select event_id from files group by event_id having count(*) > 1
),

kept as (
    select * from files anti join again using (event_id)
    union all by name
    select * from files semi join again using (event_id)
    qualify row_number() over (partition by event_id order by updated_at desc, filename desc, file_row_number desc) = 1
)

select
    event_id, visitor_id, customer_id, variant_id, product_id, order_id, event_type, page_path, search_term, search_results, referrer,
    utm_source, utm_medium, utm_campaign, utm_content, utm_term, device, user_agent_class, country, engaged_ms,
    event_at at time zone 'UTC' as event_at,
    received_at at time zone 'UTC' as received_at
from kept;
