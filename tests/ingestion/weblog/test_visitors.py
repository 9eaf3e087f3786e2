"""Who a visitor is, and that neither address nor agent is written anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion import lake
from ingestion.config import ConfigError
from ingestion.personal.key import KEY_VARIABLE, key_from
from ingestion.weblog.formats import COMBINED
from ingestion.weblog.visitors import Clients
from tests.ingestion.landing import SECRET
from tests.ingestion.memory_lake import MemoryLake
from tests.ingestion.secrets import assert_nowhere
from tests.ingestion.weblog_kit import CHROME, IPHONE, configured, line, write


def visitors(shop: Path, *lines: str, more: str = "", zone: str = "UTC") -> list[str]:
    write(shop, *lines)
    there, config = MemoryLake("web"), configured(shop, more, zone)
    there.land(config)
    return [row["visitor_id"] for row in there.canonical(config)]


def test_a_keyed_hash_of_day_address_and_agent(shop: Path) -> None:
    found = visitors(
        shop,
        line("/", 0),
        line("/", 5),
        line("/", 6, agent=IPHONE),
        line("/", 7, address="2001:db8::7"),
        line("/", 13 * 60),  # after midnight
    )
    assert found[0] == found[1] == key_from(SECRET).hash(f"2026-01-01\n192.0.2.1\n{CHROME}")[:32]
    assert len(set(found)) == 4


def test_the_day_is_the_shop_s(shop: Path) -> None:
    """Midnight in Shanghai is 16:00 UTC, four hours after noon."""
    found = visitors(shop, line("/", 239), line("/", 240), line("/", 13 * 60), zone="Asia/Shanghai")
    assert found[0] != found[1]
    assert found[1] == found[2]


def test_another_key_makes_other_visitors_and_reads_again(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(shop, line("/"))
    there = MemoryLake("web")
    there.land(configured(shop))
    monkeypatch.setenv(KEY_VARIABLE, "another key for tests, of no use either")
    assert there.land(configured(shop)).count == 1
    assert len({row["visitor_id"] for row in there.raw("requests")}) == 1
    monkeypatch.delenv(KEY_VARIABLE)
    with pytest.raises(ConfigError, match=KEY_VARIABLE):
        there.land(configured(shop))


@pytest.mark.parametrize(
    ("variable", "written"),
    [("$cookie_vid", "V-1"), ("$http_cookie", "a=b; vid=V-1; c=d"), ("$http_cookie", "vid=V-1")],
)
def test_the_shop_s_own_cookie_outweighs_the_hash(shop: Path, variable: str, written: str) -> None:
    more = f"    format: '{COMBINED} \"{variable}\"'\n    visitor_cookie: vid\n"
    found = visitors(
        shop,
        line("/", 0) + f' "{written}"',
        line("/", 1, address="198.51.100.9") + f' "{written}"',
        line("/", 2) + ' "-"',
        line("/", 3) + f' "{written.replace("V-1", "ann@mail.example")}"',
        more=more,
    )
    assert found[:2] == ["V-1", "V-1"]
    assert len(found[2]) == 32
    assert found[3] == key_from(SECRET).hash("ann@mail.example")


@pytest.mark.parametrize(
    ("address", "forwarded", "client"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        (
            "10.0.0.1",
            "6.6.6.6, 203.0.113.9, 10.0.0.2",
            "203.0.113.9",
        ),  # the first is what the client says itself
        ("203.0.113.5", "1.2.3.4", "203.0.113.5"),  # nobody we trust says so
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("fd00::1", "[2001:db8::9]:4711", "2001:db8::9"),
        ("::ffff:10.0.0.1", "203.0.113.9:80", "203.0.113.9"),
        ("unix:", "203.0.113.9", "unix:"),
    ],
)
def test_the_client_behind_proxies(address: str, forwarded: str | None, client: str) -> None:
    assert Clients(["10.0.0.0/8", "fd00::/8"]).of(address, forwarded) == client


def test_forwarded_addresses_count_only_from_trusted_proxies(shop: Path) -> None:
    more = f"    format: '{COMBINED} \"$http_x_forwarded_for\"'\n"
    lines = [line("/", at, address="10.0.0.1") + f' "203.0.113.{at}"' for at in range(2)]
    assert len(set(visitors(shop, *lines, more=more))) == 1
    assert len(set(visitors(shop, more=more + "    trusted_proxies: 10.0.0.0/8\n"))) == 2


def test_nothing_personal_is_written(shop: Path) -> None:
    write(
        shop,
        line("/search?q=ann.baker7%40mail.example", 0, address="198.51.100.77", user="annabella"),
        line(
            "/?email=ann.baker7@mail.example&phone=%2B442079460958",
            1,
            referrer="https://o.example/?u=ann.baker7@mail.example",
        ),
        line("/account/ann.baker7@mail.example/orders", 2, address="2001:db8::abcd:77"),
        line("/?utm_content=ann.baker7@mail.example", 3),
        "198.51.100.77 ann.baker7@mail.example is no line of a log",
    )
    config = configured(shop)
    lake.land(config, "web")
    told = [
        "198.51.100.77",
        "2001:db8::abcd:77",
        "ann.baker7@mail",
        "2079460958",
        "annabella",
        "AppleWebKit",
        SECRET,
    ]
    assert_nowhere(config.warehouse, told, control="‹email›")
