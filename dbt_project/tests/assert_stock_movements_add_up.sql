-- Opening stock + movements + what only a snapshot knows = closing stock; each day opens as the day before closed; no day
-- between the first and the last is missing.
with days as (
    select
        *,
        lag(on_hand) over (partition by variant_key, location_id order by date) as closing_before,
        lag(date) over (partition by variant_key, location_id order by date) as day_before
    from {{ ref('fct_inventory_daily') }}
)

select variant_key, location_id, date, opening_on_hand, moved_units, unexplained_units, on_hand, closing_before
from days
where opening_on_hand + moved_units + unexplained_units <> on_hand
    or received_units - shipped_units + returned_units + adjusted_units <> moved_units
    or (day_before is not null and (closing_before is distinct from opening_on_hand or day_before <> date - interval '1' day))
    or (level_source <> 'snapshot' and unexplained_units <> 0)
