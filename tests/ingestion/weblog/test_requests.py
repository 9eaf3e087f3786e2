"""What lines of logs say: pages, steps, campaigns, machines; in every format that servers write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingestion.config import ConfigError
from tests.ingestion.memory_lake import MemoryLake
from tests.ingestion.weblog_kit import CHROME, GOOGLEBOT, IPAD, IPHONE, ROUTES, configured, line, write


def events(shop: Path, *lines: str, more: str = ROUTES) -> list[dict]:
    write(shop, *lines)
    lake, config = MemoryLake("web"), configured(shop, more)
    lake.land(config)
    return lake.canonical(config)


def brief(rows: list[dict], *columns: str) -> list[tuple]:
    return [tuple(row.get(column) for column in columns) for row in rows]


def test_what_is_a_page_and_what_is_more(shop: Path) -> None:
    rows = events(
        shop,
        line("/", 0),
        line("/style.css?v=3", 0),
        line("/product/P-1", 1, status=304),
        line("/api/stock", 1),
        line("/search?page=1&q=red+cup%21", 2),
        line("/search", 3),
        line("/cart/add", 4, method="POST", status=302),
        line("/newsletter", 4, method="POST", status=302),
        line("/?add-to-cart=P-7", 5),
        line("/gone", 6, status=404),
        line("/old", 6, status=301),
        line("/", 6, method="HEAD"),
        line("/checkout/", 7),
        line("/order-received/A-77?key=s3cr3t", 8),
        line("/login", 9, method="POST", status=303),
    )
    assert brief(rows, "event_type", "variant_id", "search_term", "order_id", "page_path") == [
        ("page_view", None, None, None, "/"),
        ("product_view", "P-1", None, None, "/product/P-1"),
        ("search", None, "red cup!", None, "/search"),
        ("page_view", None, None, None, "/search"),
        ("add_to_cart", None, None, None, "/cart/add"),
        ("add_to_cart", "P-7", None, None, "/"),
        ("begin_checkout", None, None, None, "/checkout/"),
        ("purchase", None, None, "A-77", "/order-received/A-77"),
        ("login", None, None, None, "/login"),
    ]
    assert str(rows[0]["event_at"]) == "2026-01-01 12:00:00"  # the server's 13:00 +01:00
    assert [row["event_id"] for row in rows] == sorted(row["event_id"] for row in rows)


def test_where_visits_come_from(shop: Path) -> None:
    rows = events(
        shop,
        line("/?utm_source=News&utm_medium=e-mail&utm_campaign=New%20Year&utm_content=a&utm_term=x+y", 0),
        line("/?gclid=abc", 1),
        line("/?fbclid=abc&a=b", 2),
        line("/?utm_source=x&msclkid=abc", 3),
        line("/", 4, referrer="https://www.google.com/search?q=ann"),
        line("/", 5, referrer="https://shop.example/product/1"),
        line("/?utm_source=%ff", 6),
    )
    assert brief(rows, "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "referrer") == [
        ("News", "e-mail", "New Year", "a", "x y", None),
        ("google", "cpc", None, None, None, None),
        ("facebook", None, None, None, None, None),
        ("x", None, None, None, None, None),
        (None, None, None, None, None, "https://www.google.com/search"),
        (None, None, None, None, None, None),
        ("%ff", None, None, None, None, None),
    ]


def test_machines_stay_as_machines_and_devices_are_told(shop: Path) -> None:
    agents = [CHROME, IPHONE, IPAD, GOOGLEBOT, "curl/8.5.0", "python-requests/2.32", "GPTBot/1.2", "-"]
    rows = events(shop, *(line("/", at, agent=agent) for at, agent in enumerate(agents)))
    assert brief(rows, "user_agent_class", "device") == [
        ("browser", "desktop"), ("browser", "mobile"), ("browser", "tablet"), *[("bot", None)] * 5
    ]  # fmt: skip


def test_how_many_lines_were_what_is_told_and_remembered(shop: Path) -> None:
    write(shop, line("/"), line("/a.css"), line("/", agent=GOOGLEBOT), "nonsense")
    lake, config = MemoryLake("web"), configured(shop)
    landed = lake.land(config)
    told = "4 lines: 1 pages by people, 1 by bots that say so, 1 left out (files of pages, errors, other requests), "
    assert landed.plan.problems == [told + "1 that cannot be read"]
    assert [row.ignored for row in landed.rows] == [1]
    assert lake.land(config).plan.note == (
        "1 logs, 4 lines read, 2 pages, 1 of them by bots, 1 lines that cannot be read"
    )


SEEN = f'"https://g.example/x" "{IPHONE}"'
AT = "[01/Jan/2026:13:00:00 +0100]"
ASKED = f'192.0.2.1 - - {AT} "GET /a?b=c HTTP/1.1" 200'
NGINX = '$remote_addr [$time_local] $host "$request" $status $request_time "$http_referer" "$http_user_agent"'
FORMATS = {
    "nginx with host and time": (
        NGINX,
        f'192.0.2.1 {AT} www.shop.example "GET /a?b=c HTTP/2.0" 200 0.003 "https://g.example/x?y" "{IPHONE}"',
    ),
    "nginx in its own order": (
        "$msec|$status|$request_method|$uri|$args|$remote_addr|$http_user_agent|$http_referer",
        f"1767268800.000|200|GET|/a|b=c|192.0.2.1|{IPHONE}|https://g.example/x",
    ),
    "nginx, times as ISO 8601": (
        '$time_iso8601 $remote_addr "$request" $status "$http_referer" "$http_user_agent"',
        f'2026-01-01T13:00:00+01:00 192.0.2.1 "GET /a?b=c HTTP/1.1" 200 {SEEN}',
    ),
    "apache combined": (r"%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"", f"{ASKED} - {SEEN}"),
    "apache with host": (
        '%v:%p %h %l %u %t "%m %U%q %H" %s %O "%{Referer}i" "%{User-Agent}i" %D',
        f"www.shop.example:443 {ASKED} 99 {SEEN} 1234",
    ),
    "vhost_combined": ("vhost_combined", f"www.shop.example:80 {ASKED} 9 {SEEN}"),
    "combined with more behind it": ("combined", f'{ASKED} 9 {SEEN} "-" 0.1'),
    "json": (
        "json",
        json.dumps({
            "time_iso8601": "2026-01-01T12:00:00+00:00", "remote_addr": "192.0.2.1", "request": "GET /a?b=c HTTP/1.1",
            "status": 200, "http_referer": "https://g.example/x", "http_user_agent": IPHONE,
        }),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_formats_say_the_same(shop: Path, name: str) -> None:
    spelled, text = FORMATS[name]
    (row,) = events(shop, text, more=f"    format: {json.dumps(spelled)}\n")
    assert (str(row["event_at"]), row["page_path"], row["referrer"], row["device"]) == (
        "2026-01-01 12:00:00", "/a", "https://g.example/x", "mobile"
    )  # fmt: skip


def test_json_with_names_of_its_own(shop: Path) -> None:
    row = {"when": 1767268800123, "who": "::1", "what": "/a", "how": "GET", "code": "200", "ua": CHROME}
    more = """    format: json
    fields: {time: when, address: who, target: what, method: how, status: code, agent: ua}
"""
    (found,) = events(shop, json.dumps(row), more=more)
    assert (str(found["event_at"]), found["page_path"]) == ("2026-01-01 12:00:00.123000", "/a")


def test_without_an_agent_nobody_is_called_a_machine(shop: Path) -> None:
    text = '192.0.2.1 - - [01/Jan/2026:13:00:00 +0100] "GET / HTTP/1.1" 200 9'
    (row,) = events(shop, text, more="    format: common\n")
    assert brief([row], "user_agent_class", "device") == [(None, None)]


def test_what_servers_escape_and_bytes_that_are_no_text(shop: Path) -> None:
    path = write(shop, line(r"/caf\xC3\xA9", 0), line(r"/say\"it", 1))
    with path.open("ab") as out:
        out.write(line("/b\udce4r", 2).encode("utf-8", "surrogateescape") + b"\n")
    assert [row["page_path"] for row in events(shop)] == ["/café", '/say"it', "/b\ufffdr"]


def test_lines_that_cannot_be_read_are_rejected_with_their_number_and_the_rest_lands(shop: Path) -> None:
    write(
        shop,
        line("/", 0),
        'ann@x.example said "hello',
        line("/", 1).replace("Jan", "Foo"),
        line("/", 1).replace(" 200 ", " abc "),
        line("/" + "x" * 1_100_000, 1),
        "",
        line("/", 2),
    )
    lake, config = MemoryLake("web"), configured(shop)
    lake.land(config)
    assert len(lake.canonical(config)) == 2
    assert [(row, why) for _, row, why in lake.rejected(config)] == [
        (2, "the line does not fit the format"),
        (3, "its time cannot be read"),
        (4, "its status is no number"),
        (5, "the line is longer than 1 MB"),
    ]
    assert not any("ann@" in str(value) for row in lake.raw("requests") for value in row.values())


def test_json_lines_that_are_none(shop: Path) -> None:
    write(shop, "not json", "[1, 2]", '{"remote_addr": "192.0.2.1", "status": 200}')
    lake, config = MemoryLake("web"), configured(shop, "    format: json\n")
    lake.land(config)
    assert [why for _, _, why in lake.rejected(config)] == [
        "the line is no JSON object", "the line is no JSON object", "it has no time"
    ]  # fmt: skip


def test_only_these_are_pages(shop: Path) -> None:
    rows = events(
        shop,
        line("/shop/a", 0),
        line("/blog/b", 1),
        line("/product/P-1", 2),
        more=ROUTES + "    pages: ['^/shop/']\n",
    )
    assert brief(rows, "event_type", "page_path") == [
        ("page_view", "/shop/a"),
        ("product_view", "/product/P-1"),
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("    format: nonsense", "'nonsense' is neither combined, common, vhost_combined, json"),
        ('    format: "$remote_addr $request"', "the format has no time and no status"),
        ("    visitor_cookie: sid", "visitor_cookie is given, but the format has no cookie"),
        ("    routes: {prodct: /p}", "routes.prodct is no kind of event"),
        ("    routes: {product: p}", "should be a path that begins with /"),
        ("    trusted_proxies: [10.0.0.0/99]", "is neither an address nor a network"),
        ("    fields: {time: t}", "fields says which keys of JSON lines are what"),
    ],
)
def test_mistakes_in_the_configuration(shop: Path, more: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        configured(shop, more + "\n")
    assert said in str(caught.value)
