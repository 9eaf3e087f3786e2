"""The landing gate on files that really landed, through the lake and the mapping of a configuration."""

from __future__ import annotations

from quality import people
from quality.acceptance import Key
from tests.quality.shop import CONFIG, HEADER, Shop, good


def test_bad_files_among_good_ones(shop: Shop) -> None:
    for day in range(5):
        shop.write(f"{day}.csv", *[good(day * 200 + n) for n in range(200)])
    shop.write("few.csv", *[good(n) for n in range(199)], good(199, units="1.5"))
    shop.write("many.csv", *[good(n, at="01/07/2024") for n in range(20)])
    shop.write("renamed.csv", good(1), header=HEADER.replace("Units", "Unit"))
    (shop.root / "in" / "other.csv").write_bytes(b"\x00\x01\x02 not text \xff\xfe")
    decisions = shop.run()
    refused = {file: d.message for file, d in decisions.items() if not d.is_accepted}
    assert sorted(refused) == ["many.csv", "other.csv", "renamed.csv"]
    assert "20 of 20 rows cannot be used because of At" in refused["many.csv"]
    assert "column orders.created_at is '01/07/2024', expected a time such as" in refused["many.csv"]
    assert (
        "column Units is missing, which order_lines.quantity is mapped from (nearest: Unit)"
        in refused["renamed.csv"]
    )
    assert decisions["few.csv"].examples == (
        "row 200, column order_lines.quantity is '1.5', expected a whole number",
    )
    assert shop.query("select file, row, entity, entity_key from staging.rejects where file = 'few.csv'") == [
        ("few.csv", 200, "order_lines", "O199:L199")
    ]
    assert str(decisions["few.csv"].newest_at) == "2024-07-01 09:00:00", "UTC of London's summer time"


def test_a_mended_mapping_takes_the_refused_files_back(shop: Shop) -> None:
    shop.write("a.csv", *[good(n, at="01/07/2024 10:00") for n in range(20)])
    assert shop.run()["a.csv"].status == "refused"
    shop.configure(CONFIG.replace("created_at: At", 'created_at: {column: At, format: "%d/%m/%Y %H:%M"}'))
    assert shop.run()["a.csv"].status == "accepted"
    assert shop.query("select count(*) from staging.rejects") == [(0,)]


def test_a_corrected_file_counts_instead_of_the_refused_one(shop: Shop) -> None:
    shop.write("a.csv", good(1, units="one"))
    assert shop.run()["a.csv"].status == "refused"
    shop.write("a.csv", good(1))
    assert shop.run()["a.csv"].status == "accepted"
    assert shop.query("select load_seq, status, is_current from staging.accepted_loads order by 1") == [
        (1, "refused", False),
        (2, "accepted", True),
    ]


def test_a_reject_shows_no_address_even_of_a_column_declared_harmless(shop: Shop) -> None:
    shop.configure(CONFIG.replace("{Buyer: email}", "{Buyer: email, Units: keep}"))
    shop.write("a.csv", good(1, buyer="bob@example.com"), good(2, units="bob@example.com"))
    decision = shop.run()["a.csv"]
    people.accept(shop.config, Key("shop", "lines", decision.key.load_id, "a.csv"), who="ann")
    said = decision.message + "".join(decision.examples)
    assert "‹email›" in said
    assert "bob@" not in said
    assert b"bob@" not in shop.config.build_db.read_bytes()
