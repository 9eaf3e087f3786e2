"""A small shop whose business can be written as any platform's export: one line per column, `Header={field:format}`."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter
from ruamel.yaml import YAML

NOUNS = "Mug,Bowl,Lamp,Chair,Shelf,Vase,Rug,Clock,Plate,Desk".split(",")
FIRST = "Ann,Ben,Carla,Dirk,Eva,Finn,Greta,Hugo,Ida,Jan,Kim,Lea".split(",")
LAST = "Muster,Rossi,Novak,Silva,Dubois,Jansen,Smith".split(",")
PLACES = [("DE", "Berlin"), ("FR", "Paris"), ("NL", "Utrecht"), ("DE", "Hamburg")]
STATES = ("paid", "paid", "paid", "pending", "refunded", "cancelled")
START = datetime(2025, 1, 3, 8, 20, tzinfo=UTC)


class Money(float):
    """An amount, written `{:de}` 1.234,50, `{:us}` 1,234.50, `{:in}` 1,23,456.00, `{:fr}` 1 234,50 or `{:0}` 1235."""

    def __format__(self, spec: str) -> str:
        if spec == "0":
            return f"{round(self):d}"
        text = f"{float(self):,.2f}"
        if spec == "de":
            return text.translate(str.maketrans(",.", ".,"))
        if spec == "fr":
            return text.translate(str.maketrans(",.", "\u00a0,"))
        if spec == "in":
            whole, _, cents = f"{float(self):.2f}".partition(".")
            head, tail = whole[:-3], whole[-3:]
            groups = [head[max(0, at - 2) : at] for at in range(len(head), 0, -2)][::-1]
            return ",".join([*groups, tail]) + "." + cents
        return text if spec == "us" else f"{float(self):.2f}"


@dataclass(frozen=True)
class Case:
    """A file, and what has to be found in it: `entity: column=Header column=~part of its SQL …`, one entity a line."""

    name: str
    level: str
    """lines, orders, products, customers or days: what a row is of."""
    columns: str
    wanted: str
    delimiter: str = ","
    encoding: str = "utf-8"
    above: str = ""
    below: str = ""
    words: str = ""
    """What the states are called: paid,pending,refunded,cancelled."""

    def write(self, folder: Path) -> Path:
        """The file."""
        pairs = [one.strip().partition("=")[::2] for one in self.columns.split("|")]
        names = dict(
            zip(
                ("paid", "pending", "refunded", "cancelled"),
                self.words.split(",") if self.words else (),
                strict=False,
            )
        )
        rows = [[name for name, _ in pairs]]
        for row in business(self.level):
            state = names.get(row["state"], row["state"])
            rows.append([value.format(**(row | {"state": state})) for _, value in pairs])
        path = folder / self.name
        if path.suffix == ".xlsx":
            book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"})
            sheet = book.add_worksheet()
            for at, line in enumerate(rows):
                sheet.write_row(at, 0, [_typed(cell) for cell in line])
            book.close()
            return path
        text = io.StringIO()
        csv.writer(text, delimiter=self.delimiter, lineterminator="\n").writerows(rows)
        path.write_bytes((self.above + text.getvalue() + self.below).encode(self.encoding))
        return path


def cases() -> list[Case]:
    """All files, from the folder `unseen`."""
    folder = Path(__file__).with_name("unseen")
    read = YAML(typ="safe", pure=True).load
    return [Case(**one) for path in sorted(folder.glob("*.yml")) for one in read(path.read_text("utf-8"))]


def business(level: str) -> Iterator[dict[str, Any]]:
    """What happened, row by row: the same each time."""
    line = 0
    totals: dict[int, Money] = {}
    for wanted in (False, True):
        line = 0
        for o in range(90):
            c = _some("customer", o, 25)
            at = START + timedelta(hours=11 * o + _some("hour", o, 9), minutes=_some("minute", o, 60))
            country, city = PLACES[c % len(PLACES)]
            order = {
                "o": 10_001 + o,
                "c": 500 + c,
                "dt": at,
                "day": at.date(),
                "country": country,
                "city": city,
                "who": f"{FIRST[c % 12]} {LAST[c % 7]}",
                "state": STATES[_some("state", o, 6)],
                "ts": int(at.timestamp()),
                "ms": int(at.timestamp()) * 1000,
                "ship": at + timedelta(days=2),
                "mail": f"user{c}@example.com",
                "tel": f"+49 30 {1234500 + c}",
                "zip": f"{10115 + c}",
                "excel": 45_660 + o / 2,
                "fee": Money(0.3 + o % 5),
                "total": totals.get(o, Money(0)),
                "h": _some("h", o, 900) + 20,
                "stars": 1 + _some("stars", o, 5),
                "ref": hashlib.md5(str(o).encode()).hexdigest()[:12],
                "total_neg": Money(-totals.get(o, Money(0))),
            }
            total = 0.0
            for at_line in range(1 + _some("lines", o, 3)):
                p = (3 * at_line + _some("article", o, 10)) % 10
                q, price = 1 + _some("q", 7 * o + at_line, 4), Money(4.5 + 7.25 * p)
                rate = (0, 0, 0.1, 0.2)[_some("rate", 7 * o + at_line, 4)]
                full, off = Money(price * q), Money(round(price * q * rate, 2))
                net = Money(full - off)
                total += net
                line += 1
                if level == "lines" and wanted:
                    sign = -1 if o % 11 == 5 else 1
                    yield {
                        **order,
                        "l": at_line + 1,
                        "n": line,
                        "p": f"P{p:03d}",
                        "pn": 300 + p,
                        "ean": 4_006_381_333_900 + p,
                        "title": f"{NOUNS[p]} {p}",
                        "cat": NOUNS[p % 3] + "ware",
                        "q": q,
                        "price": price,
                        "rate": rate,
                        "pct": int(rate * 100),
                        "full": full,
                        "off": off,
                        "net": net,
                        "tax": Money(round(net * 0.19, 2)),
                        "cost": Money(price * 0.6),
                        "profit": Money(net - 0.6 * full),
                        "signed": sign * q,
                        "brand": LAST[p % 4],
                    }
            totals[o] = Money(total)
            if level == "orders" and wanted:
                yield {
                    **order,
                    "n": o + 1,
                    "items": at_line + 1,
                    "title": f"{NOUNS[p]} {p}",
                    "p": f"P{p:03d}",
                }
    if level in ("products", "customers", "days"):
        yield from _others(level)


def _others(level: str) -> Iterator[dict[str, Any]]:
    for n in range(40):
        at = START + timedelta(days=n)
        country, city = PLACES[n % 4]
        yield {
            "n": n + 1,
            "p": f"P{n:03d}",
            "pn": 300 + n,
            "title": f"{NOUNS[n % 10]} {n}",
            "price": Money(4.5 + 7.25 * n),
            "cat": NOUNS[n % 3] + "ware",
            "brand": LAST[n % 4],
            "cost": Money(2.5 + 4 * n),
            "stock": _some("stock", n, 200),
            "c": 500 + n,
            "who": f"{FIRST[n % 12]} {LAST[n % 7]}",
            "mail": f"user{n}@example.com",
            "dt": at,
            "day": at.date(),
            "tel": f"+49 30 {1234500 + n}",
            "country": country,
            "city": city,
            "state": STATES[n % 6],
            "ean": 4_006_381_333_900 + n,
            "big": 400 + _some("big", n, 4000),
            "mid": 20 + _some("mid", n, 200),
            "few": _some("few", n, 15),
            "h": n % 7,
            "money": Money(20 + _some("money", n, 9000) / 100),
            "camp": ("Brand", "Summer sale")[n % 2],
            "stars": 1 + n % 5,
            "opt": ("yes", "no")[n % 2],
        }


def _some(what: str, n: int, below: int) -> int:
    return int(hashlib.md5(f"{what}{n}".encode()).hexdigest()[:8], 16) % below


def _typed(cell: str) -> Any:
    for kind in (int, float):
        try:
            return kind(cell) if not cell.startswith("0") or cell == "0" else cell
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        return cell
