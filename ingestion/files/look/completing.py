"""What a file lacks of an entity and can be had from the rest of it: ids, prices of one piece, a platform's name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.contracts import Contract
from ingestion.files.look.arithmetic import numbers_of, takes_off
from ingestion.files.look.made import Entry, Made
from ingestion.files.look.naming import lexicon, plain
from ingestion.files.look.placing import Placement
from ingestion.files.look.profile import Column, Profile
from ingestion.mapping.casts import identifier
from ingestion.personal.kinds import Kind
from ingestion.value_format import ValueFormat

if TYPE_CHECKING:
    from ingestion.files.look.proposal import Proposal

_FIXED: Mapping[str, Mapping[str, str]] = {
    "traffic_daily": {"scope": "shop"},
    "payments": {"kind": "sale", "status": "success"},
    "refunds": {"status": "success"},
    "fx_rates": {},
}
_DAYS_IN_NAMES = {
    "20[0-9]{2}-[01][0-9]-[0-3][0-9]": "%Y-%m-%d",
    "20[0-9]{2}_[01][0-9]_[0-3][0-9]": "%Y_%m_%d",
    "20[0-9]{2}[01][0-9][0-3][0-9]": "%Y%m%d",
    "[0-3][0-9][.][01][0-9][.]20[0-9]{2}": "%d.%m.%Y",
    "[0-3][0-9]-[01][0-9]-20[0-9]{2}": "%d-%m-%Y",
}
_DIGESTS = {
    "order_lines": (
        "order_line_id",
        ("order_id", "variant_id", "title", "quantity", "unit_price", "line_total", "created_at"),
    ),
    "reviews": ("review_id", ("variant_id", "order_id", "customer_id", "review_created_at", "rating", "body")),
    "events": ("event_id", ("visitor_id", "event_at", "event_type", "variant_id", "page_path")),
    "payments": ("payment_id", ("order_id", "gateway", "payment_amount", "processed_at")),
    "refunds": ("refund_id", ("order_id", "variant_id", "refund_amount", "refunded_at", "requested_at")),
    "purchase_orders": ("po_line_id", ("po_id", "variant_id")),
}  # fmt: skip
"""Id that a file may lack → what else makes a row."""


def judge_price(made: Made, placement: Placement, proposal: Proposal) -> None:
    """A price that grows with the quantity is the value of the line, whatever it is called."""
    price, quantity = placement.found.get("unit_price"), placement.found.get("quantity")
    article = placement.found.get("variant_id") or placement.found.get("title")
    if price is None or quantity is None or article is None or "line_total" in placement.found:
        return
    proof = grows(proposal.rows_of(article.column, quantity.column, price.column))
    if proof is None:
        return
    made.entries = [one for one in made.entries if one.target != "unit_price"]
    sql = f"{number(price.column, proposal.values)} / nullif({number(quantity.column, proposal.values)}, 0)"
    said = f"{price.column.name!r} is the value of the line: it grows with the quantity ({proof})"
    made.entries.append(Entry("unit_price", {"sql": sql}, 0.85, [said]))


def grows(rows: list[list[str]]) -> str | None:
    """(article, quantity, price): is the price that of all pieces? An example of it, or None."""
    by_article: dict[str, dict[float, set[float]]] = {}
    for article, *numbers_ in rows:
        try:
            quantity, price = (float(re.sub(r"[^0-9.-]", "", one)) for one in numbers_)
        except ValueError:
            continue
        if quantity > 0 and price > 0:
            by_article.setdefault(article, {}).setdefault(quantity, set()).add(price)
    each, whole, proof = 0, 0, None
    for article, prices in by_article.items():
        if len(prices) < 2:
            continue
        (low, of_low), (high, of_high) = min(prices.items()), max(prices.items())
        each += bool(of_low & of_high)
        alike = {round(p / low, 2) for p in of_low} & {round(p / high, 2) for p in of_high}
        if alike and not of_low & of_high:
            whole += 1
            proof = proof or f"{article}: {min(of_low):g} for {low:g}, {min(of_high):g} for {high:g}"
    return proof if whole > 2 * each else None


def complete_lines(made: Made, placement: Placement, profile: Profile, rows: list[list[str]]) -> None:
    """What lines of orders lack and can be had from the rest."""
    has = {one.target for one in made.entries}
    values = profile.values
    title = placement.found.get("title") or placement.found.get("category")
    if "variant_id" not in has and title is not None:
        made.entries.append(
            Entry(
                "variant_id",
                {"column": title.column.name},
                0.6,
                [f"no code of the article: {title.column.name!r} is its id"],
            )
        )
    if "quantity" not in has:
        made.entries.append(Entry("quantity", {"value": "1"}, 0.6, ["no quantity: each row is one piece"]))
    if "unit_price" not in has and (total := placement.found.get("line_total")):
        quantity = placement.column("quantity")
        sql = number(total.column, values) + (f" / nullif({number(quantity, values)}, 0)" if quantity else "")
        said = f"{total.column.name!r} taken for the value of the line, after discount"
        made.entries.append(Entry("unit_price", {"sql": sql}, min(0.8, total.confidence), [said]))
        made.used.add(total.column.name)
    _discounts(made, placement, profile, rows)
    profit, total = placement.column("profit"), placement.found.get("line_total")
    if profit is not None and total is not None and "unit_cost" not in has:
        quantity = placement.column("quantity")
        cost = f"({number(total.column, values)} - {number(profit, values)})"
        sql = cost + (f" / nullif({number(quantity, values)}, 0)" if quantity else "")
        made.entries.append(Entry("unit_cost", {"sql": sql}, 0.7, [f"from {profit.name!r}"]))
        made.used.add(profit.name)


def _discounts(made: Made, placement: Placement, profile: Profile, rows: list[list[str]]) -> None:
    """A discount that is a share is no amount; and one that the price has in it already is none to take off again."""
    entry = next((one for one in made.entries if one.target == "discount"), None)
    values = profile.values
    column = placement.column("discount") if entry else placement.column("discount_rate")
    if column is None:
        return
    numbers_ = [float(v) for v in column.values if re.fullmatch(r"\d*\.?\d+", v)]
    is_rate = column.is_percent or (bool(numbers_) and max(numbers_) <= 1 and any(n % 1 for n in numbers_))
    if entry is not None and not is_rate and _has_taken_off(placement, column, profile, rows):
        made.entries.remove(entry)
        made.checks.append(f"{column.name!r} is taken off in the line's value already: not mapped")
        return
    if entry is not None and not is_rate and any(value.startswith(("-", "(")) for value in column.values):
        entry.settings = {"sql": f"abs({number(column, values)})"}
        entry.checks.append(f"{column.name!r} is written as a negative amount")
    if entry is None or is_rate:
        if entry is not None:
            made.entries.remove(entry)
            made.used.discard(column.name)
        price, quantity = placement.column("unit_price"), placement.column("quantity")
        if price is None:
            made.checks.append(f"{column.name!r} is a share, and the line's value has it in it: not mapped")
            return
        share = number(column, values) + (" / 100" if column.is_percent else "")
        sql = f"{number(price, values)}{f' * {number(quantity, values)}' if quantity else ''} * {share}"
        made.entries.append(
            Entry("discount", {"sql": sql}, 0.7, [f"{column.name!r} taken for a share of the price"])
        )
        made.used.add(column.name)


def _has_taken_off(placement: Placement, discount: Column, profile: Profile, rows: list[list[str]]) -> bool:
    """Is the line's value, which the price is made of, what another column is less the discount?"""
    total = placement.column("line_total")
    if total is None or placement.column("unit_price") is not None:
        return False
    numbers = numbers_of(profile.columns, rows, profile.values)
    if not {total.at, discount.at} <= numbers.keys():
        return False
    return any(
        takes_off(numbers[gross], numbers[discount.at], numbers[total.at])
        for gross in numbers.keys() - {total.at, discount.at}
    )


def number(column: Column, values: ValueFormat) -> str:
    """SQL of a raw column's number, by how the file writes numbers."""
    said = identifier(column.name)
    if column.currency or column.is_percent or values.thousands or values.decimal != ".":
        said = f"regexp_replace({said}, '[^0-9{values.decimal}-]', '', 'g')"
    if values.decimal == ",":
        said = f"replace({said}, ',', '.')"
    return f"try_cast({said} as decimal(18, 4))"


def complete(
    made: Made, placement: Placement, profile: Profile, personal: dict[str, Kind], proposal: Proposal
) -> None:
    """Add what each entity needs besides its columns: fixed values, ids made of the rest, the day of a snapshot."""
    has = {one.target for one in made.entries}
    entity = placement.entity
    for target, value in _FIXED.get(entity, {}).items():
        if target not in has:
            wanted = "source" if target == "scope" and "scope_id" in has else value
            made.entries.append(Entry(target, {"value": wanted}, 0.8))
    if entity == "ad_spend" and "platform" not in has:
        known = _platform(proposal)
        said: list[str] = [] if known else ["write which platform this is"]
        made.entries.append(Entry("platform", {"value": known or "unknown"}, 0.7 if known else 0.3, said))
    handle = placement.found.get("customer_handle")
    if handle is not None and "customer_id" not in has:
        made.entries.append(
            Entry(
                "customer_id", {"column": handle.column.name}, 0.7, ["the account's name, hashed, is the id"]
            )
        )
        made.used.add(handle.column.name)
        personal[handle.column.name] = "hash"
    if entity == "customers" and "customer_id" not in has and (email := placement.column("email")):
        made.entries.append(Entry("customer_id", {"column": email.name}, 0.8))
    if entity == "refunds" and "refunded_at" not in has and (asked := placement.column("requested_at")):
        made.entries.append(Entry("refunded_at", {"column": asked.name}, 0.5, ["the day it was asked for"]))
    if entity == "inventory_levels" and "snapshot_at" not in has:
        made.entries.append(_day_of(proposal.path))
    if entity == "events":
        _only_known_events(made)
    if entity == "payments" and (sequence := placement.column("payment_id")) and not sequence.is_unique:
        order = placement.found["order_id"].column
        entry = next(one for one in made.entries if one.target == "payment_id")
        entry.settings = {"sql": f"concat_ws('-', {identifier(order.name)}, {identifier(sequence.name)})"}
        entry.checks.append(f"{sequence.name!r} comes again in other orders")
    _add_digest(made, placement, proposal)


def _day_of(path: Path) -> Entry:
    """The day of a stock list that has none inside: of its name, else of its last change."""
    for pattern, form in _DAYS_IN_NAMES.items():
        if found := re.search(pattern, path.name):
            with suppress(ValueError):
                datetime.strptime(found.group(), form).replace(tzinfo=UTC)
                sql = f"strptime(regexp_extract(_file, '{pattern}'), '{form}')"
                return Entry("snapshot_at", {"sql": sql}, 0.85, [f"{found.group()} of the file's name"])
    day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    why = "the file does not say of which day it is: this is the day it was last changed"
    return Entry("snapshot_at", {"value": day}, 0.4, [why])


def leave_blanks_out(made: Made, placement: Placement, contract: Contract, proposal: Proposal) -> None:
    """A few rows with nothing in all columns that matter are no records: notes at the end, counts of rows."""
    concepts = lexicon().entities[placement.entity]["columns"]
    asked = [
        placement.column(concepts.get(name, "")) for name in contract.required if name not in contract.key
    ]
    columns = [one for one in asked if one is not None]
    rows = proposal.rows_of(*columns)
    blank = sum(not any(cell.strip() for cell in row) for row in rows)
    if columns and 0 < blank <= max(1, len(rows) // 20) and made.where is None:
        each = ", ".join(f"nullif(trim({identifier(one.name)}), '')" for one in columns)
        made.where = f"coalesce({each}) is not null" if len(columns) > 1 else f"{each} is not null"
        names = ", ".join(one.name for one in columns)
        made.checks.append(f"{blank:,} of {len(rows):,} rows have nothing in {names}: left out")


def _add_digest(made: Made, placement: Placement, proposal: Proposal) -> None:
    if placement.entity not in _DIGESTS:
        return
    target, parts = _DIGESTS[placement.entity]
    if target in {one.target for one in made.entries}:
        return
    columns = [placement.found[c].column for c in parts if c in placement.found]
    listed = ", ".join(f"coalesce({identifier(one.name)}, '')" for one in columns)
    sql = f"md5(concat_ws('|', {listed}))"
    names = ", ".join(one.name for one in columns)
    said = f"no id of a row: made of {names}; rows that are the same in these count once"
    made.entries.append(Entry(target, {"sql": sql}, 0.6, [said]))


def _platform(proposal: Proposal) -> str | None:
    said = plain(" ".join([proposal.path.name, *proposal.columns]))
    return next(
        (name for name, words in lexicon().platforms.items() if any(plain(word) in said for word in words)),
        None,
    )


def _only_known_events(made: Made) -> None:
    """Events that are none of ours would be refused one by one: they are left out by the mapping."""
    entry = next((one for one in made.entries if one.target == "event_type"), None)
    values = (entry.settings.get("values") or {}) if entry else {}
    others = [word for word, ours in values.items() if ours is None]
    if entry is None or not others:
        return
    for word in others:
        del values[word]
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in others)
    made.where = f"{identifier(entry.settings['column'])} not in ({listed})"
    entry.checks = [f"left out as no event of ours: {', '.join(others[:8])}"]
