"""A folder of CSV files that really land, through the lake and the mapping of a configuration."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingestion.config import Config, load_config
from ingestion.lake import land
from quality.acceptance import Decision
from quality.landing import decide

CONFIG = """
shops:
  - {id: main, name: Shop, timezone: Europe/London, currency: GBP}
sources:
  - name: shop
    type: files
    shop: main
    inputs:
      lines: {path: "in/*.csv", personal: {Buyer: email}}
    entities:
      order_lines:
        from: lines
        columns: {order_line_id: Line, order_id: Order, variant_id: Article, quantity: Units, unit_price: Price}
      orders:
        from: lines
        columns: {order_id: Order, email_hash: Buyer, created_at: At, currency: {value: GBP}}
"""
HEADER = "Line,Order,Article,Units,Price,At,Buyer"


class Shop:
    """A folder of CSV files and the warehouse they land in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "in").mkdir()
        self.configure(CONFIG)

    def configure(self, text: str) -> None:
        (self.root / "opsmart.yml").write_text(text)

    @property
    def config(self) -> Config:
        return load_config(self.root / "opsmart.yml")

    def write(self, name: str, *lines: str, header: str = HEADER) -> None:
        (self.root / "in" / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")

    def run(self) -> dict[str, Decision]:
        land(self.config, "shop")
        return {decision.key.file: decision for decision in decide(self.config)}

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.config.build_db), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def good(n: int, **changes: str) -> str:
    values = {"line": f"L{n}", "order": f"O{n}", "article": "A", "units": "1", "price": "2.50"}
    values |= {"at": "2024-07-01 10:00:00", "buyer": "ann@example.com"} | changes
    return ",".join(values.values())
