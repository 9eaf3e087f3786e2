"""A good configuration to spoil, and what comes of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingestion.config import ConfigError, load_config

GOOD = """\
shops:
  - {id: main, name: A shop, timezone: Asia/Shanghai, currency: CNY}
sources:
  - name: export
    type: files
    shop: main
    inputs:
      orders:
        path: data/*.csv
        personal: {邮箱: email, 收货人: drop}
    entities:
      orders:
        from: orders
        columns:
          order_id: {column: 订单编号, id: true}
          created_at: {column: 下单时间, format: "%Y/%m/%d %H:%M"}
          currency: {value: CNY}
        where: 状态 <> '测试'
        version: 更新时间
"""


def written(folder: Path, text: str, name: str = "opsmart.yml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    """The lines of the error that `text` raises, without the file's name."""
    with pytest.raises(ConfigError) as caught:
        load_config(written(folder, text))
    return [str(one).removeprefix("opsmart.yml:") for one in caught.value.problems]


def with_line(text: str, line: str, after: str) -> str:
    """`text` with `line` behind the one that contains `after`."""
    assert after in text
    return re.sub(f"(.*{re.escape(after)}.*\n)", lambda found: f"{found[1]}{line}\n", text, count=1)
