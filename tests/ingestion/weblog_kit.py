"""Access logs as servers write them, and a shop that reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingestion.config import Config, load_config

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
CHROME = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/140.0.0.0 Safari/537.36"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0"
    " Mobile/15E148 Safari/604.1"
)
IPAD = f"Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X) {_WEBKIT} Version/16.0 Safari/604.1"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
START = datetime(2026, 1, 1, 12, tzinfo=UTC)
CONFIGURATION = """
warehouse: ./warehouse
as_of: latest
shops:
  - {{id: main, name: Shop, timezone: {zone}, currency: GBP}}
sources:
  - name: web
    type: weblog
    shop: main
    path: "logs/access.log*"
    hosts: [www.shop.example]
{more}
"""
ROUTES = """    routes:
      product: "/product/{variant_id}"
      search: "/search?q="
      add_to_cart: ["POST /cart/add", "/?add-to-cart={variant_id}"]
      begin_checkout: /checkout
      purchase: "/order-received/{order_id}"
      login: POST /login
"""


def line(
    target: str = "/",
    minutes: float = 0,
    *,
    address: str = "192.0.2.1",
    agent: str = CHROME,
    referrer: str = "-",
    status: int = 200,
    method: str = "GET",
    user: str = "-",
) -> str:
    """A line of a combined log, `minutes` after noon of 1 January 2026, in a server's zone of +01:00."""
    at = START + timedelta(minutes=minutes, hours=1)
    return (
        f'{address} - {user} [{at:%d/%b/%Y:%H:%M:%S} +0100] "{method} {target} HTTP/1.1" {status} 512'
        f' "{referrer}" "{agent}"'
    )


def write(folder: Path, *lines: str, name: str = "access.log") -> Path:
    """Append lines to a log."""
    path = folder / "logs" / name
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as out:
        out.writelines(one + "\n" for one in lines)
    return path


def configured(folder: Path, more: str = "", zone: str = "Europe/London") -> Config:
    """The configuration of a shop in `folder`."""
    path = folder / "opsmart.yml"
    path.write_text(CONFIGURATION.format(more=more, zone=zone))
    return load_config(path)
