"""A small shop of exported files whose figures can be worked out in the head."""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.shop import Shop

CONFIG = """
warehouse: ./warehouse
as_of: latest
shops:
  - {id: main, name: Small shop, timezone: Europe/London, currency: GBP}
sources:
  - name: export
    type: files
    shop: main
    inputs:
      lines: {path: "exports/*.csv"}
    entities:
      order_lines:
        from: lines
        columns:
          order_id: order
          order_line_id: line
          variant_id: article
          quantity: quantity
          unit_price: price
          discount: discount
          created_at: placed
          customer_id: customer
"""
HEADER = "order,line,article,quantity,price,discount,placed,customer"


def small_shop(folder: Path) -> Shop:
    """A shop with one good day: orders A1 (2 × 10, Ann) and A2 (1 × 5 − 1, Bob), 24 gross."""
    (folder / "exports").mkdir(parents=True)
    (folder / "opsmart.yml").write_text(CONFIG, encoding="utf-8")
    shop = Shop(folder)
    export(
        shop,
        "2026-03-01.csv",
        "A1,1,cup,2,10.00,0,2026-03-01 10:00:00,ann",
        "A2,1,jug,1,5.00,1.00,2026-03-01 11:00:00,bob",
    )
    return shop


def export(shop: Shop, name: str, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> None:
    """Put a file into the shop's folder of exports."""
    text = "\n".join([header, *rows]) + "\n"
    (shop.folder / "exports" / name).write_bytes(text.encode(encoding))


def day(shop: Shop) -> dict[str, object]:
    """What the newest release says of everything sold so far."""
    return shop.ask(
        "select sum(orders)::int as orders, sum(units)::int as units, sum(gross_sales)::double as gross, "
        "sum(net_sales)::double as net from mart_sales_daily "
        "where period_type = 'day' and platform = 'all' and sales_channel = 'all'"
    ).row(0, named=True)
