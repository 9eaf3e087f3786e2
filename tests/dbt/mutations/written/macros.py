# ruff: noqa: E501 - a fault quotes the model's own lines
"""Faults in the macros that all models share."""

from __future__ import annotations

from tests.dbt.mutations.fault import Fault

FAULTS = [
    Fault("newest_version", "versions do not count", "_version desc nulls last, _load_seq", "_load_seq"),
    Fault("newest_version", "the first delivery stays", "nulls last, _load_seq desc", "nulls last, _load_seq"),
    Fault("newest_version", "what was deleted stays", "where not _is_deleted", "where true"),
    Fault("newest_version", "what stands does not compete", "where {{ key_column }} in (select {{ key_column }} from delivered)\n    {%- if has_removed", "where false\n    {%- if has_removed"),
    Fault("newest_version", "deletions of earlier loads are forgotten", "{%- if deleting %}\n    union all\n    select * from deleted\n    {%- endif %}", ""),
    Fault("newest_version", "nothing comes back for a file that counts no more", "{%- if has_removed %}\n    union all\n    select * from redelivered\n    {%- endif %}", ""),
    Fault("get_incremental_recompute_sql", "what is no longer so stays", "delete from {{ target }} where rowid in (", "delete from {{ target }} where false and rowid in ("),
    Fault("get_incremental_recompute_sql", "only what is new is noted", "(select {{ values | join(', ') }} from old__{{ name }} except select {{ values | join(', ') }} from new__{{ name }})\n        union all\n", ""),
    Fault("is_increment", "as_of may go back", "worked_through().is_continued and", ""),
    Fault("own_load_states", "a deletion that is refused still deletes", "coalesce(accepted.deletions, known.deletions) > 0", "accepted.deletions > 0"),
    Fault("grouped_mapping_moved", "a mapping that groups is read row by row", "{% if grouped | length > 0 %}", "{% if false %}"),
    Fault("own_load_states", "a file of a load that is known is known", "as applied using (load_id, input, file)", "as applied using (load_id, input)"),
    Fault("accepted_loads", "replaced files count", "where is_current", "where true"),
    Fault("account_identity", "an account of any shop", "'account:' || {{ shop_id }} || ':' || {{ customer_id }}", "'account:' || {{ customer_id }}"),
    Fault("email_identity", "a masked address is anybody's", "coalesce({{ space }}, '') || {{ email_hash }}", "{{ email_hash }}"),
    Fault("phone_identity", "a masked phone is anybody's", "coalesce({{ space }}, '') || {{ phone_hash }}", "{{ phone_hash }}"),
    Fault("person_key", "what too many share speaks first", "case when not coalesce({{ one[1] }}.is_shared, false) then coalesce({{ one[1] }}.customer_key, {{ lone_key(one[0]) }}) end", "coalesce({{ one[1] }}.customer_key, {{ lone_key(one[0]) }})"),
    Fault("recursive_rounds", "the neighbours of neighbours' neighbours are strangers", "contracted where node_into <> neighbour_into)", "contracted where node_into <> neighbour_into and step < 1)"),
    Fault("components", "people are known by their first step", "order by step desc", "order by step"),
    Fault("identity_space", "a platform is a shop", "(shop.platform if scope == 'platform' else shop.shop_id)", "shop.shop_id"),
    Fault("duckdb__local_timestamp", "the other way round", "timezone({{ timezone }}, timezone('UTC', {{ instant }}))", "timezone('UTC', timezone({{ timezone }}, {{ instant }}))"),
    Fault("period_last_day", "weeks of eight days", "interval '6' day", "interval '7' day"),
    Fault("periods_of_days", "a month to date that never ends", "and spine.date_day >= days.first_day and spine.date_day <= shops.as_of_date", "and spine.date_day >= days.first_day"),
    Fault("days_since_previous_as_of", "the day of the last build is over", "between {{ local_date(previous_as_of(), 'shops.timezone') }} and", "between {{ local_date(previous_as_of(), 'shops.timezone') }} + interval '1' day and"),
    Fault("in_touched_days", "only the first of several ranges", "{% for range in ranges %}", "{% for range in ranges[:1] %}"),
    Fault("changed", "the newest change only", "where version > ' ~ worked_through()[upstream] ~ ')'", "where version > 1 + ' ~ worked_through()[upstream] ~ ')'"),
]  # fmt: skip
