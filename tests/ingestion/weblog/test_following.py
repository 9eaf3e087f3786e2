"""A log is read once, wherever it goes: growing, renamed, gzipped, copied, truncated."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import duckdb
import pytest

from ingestion import lake
from tests.ingestion.landing import CHILD, kill_at
from tests.ingestion.memory_lake import Landed, MemoryLake
from tests.ingestion.weblog_kit import configured, line, write


class Server:
    """A server's folder of logs, and the lake that they land in."""

    def __init__(self, shop: Path) -> None:
        self.shop, self.lake, self._asked = shop, MemoryLake("web"), 0
        self.log = shop / "logs" / "access.log"

    def ask(self, count: int = 1, name: str = "access.log") -> None:
        """So many requests, each for another page: /1, /2 …"""
        for _ in range(count):
            self._asked += 1
            write(self.shop, line(f"/{self._asked}", self._asked), name=name)

    def land(self, more: str = "") -> Landed:
        return self.lake.land(configured(self.shop, more))

    def pages(self) -> list[int]:
        """What has landed: each page that was asked for once, or a test fails."""
        return [
            int(row["path"][1:]) for row in sorted(self.lake.raw("requests"), key=lambda row: row["time"])
        ]


@pytest.fixture
def server(shop: Path) -> Server:
    return Server(shop)


def test_only_what_is_new_of_a_growing_log_is_read(server: Server) -> None:
    server.ask(3)
    assert server.land().count == 3
    assert server.land().rows == []
    server.ask(2)
    assert server.land().count == 2
    assert server.pages() == [1, 2, 3, 4, 5]
    assert [row["_row"] for row in server.lake.raw("requests")] == [1, 2, 3, 4, 5]


def test_a_line_that_is_half_written_waits(server: Server) -> None:
    server.ask(2)
    whole = line("/3", 3)
    with server.log.open("a") as out:
        out.write(whole[:40])
    assert server.land().count == 2
    assert server.land().rows == []
    with server.log.open("a") as out:
        out.write(whole[40:] + "\n")
    server.land()
    assert server.pages() == [1, 2, 3]


def test_rotated_by_renaming_it_is_read_on_under_its_new_name(server: Server) -> None:
    server.ask(3)
    server.land()
    server.ask(1)
    server.log.rename(server.log.with_name("access.log.1"))
    server.ask(1, "access.log.1")  # the server still holds the old file
    server.ask(2)
    server.land()
    assert server.pages() == [1, 2, 3, 4, 5, 6, 7]
    assert server.land().rows == []


def test_gzipped_afterwards_it_is_read_on(server: Server) -> None:
    server.ask(3)
    server.land()
    server.ask(2)
    zipped = server.log.with_name("access.log.2.gz")
    zipped.write_bytes(gzip.compress(server.log.read_bytes()))
    server.log.unlink()
    server.ask(2)
    server.land()
    assert server.pages() == [1, 2, 3, 4, 5, 6, 7]
    server.land()
    assert server.land().rows == []


def test_copied_and_truncated_it_counts_once(server: Server) -> None:
    server.ask(3)
    server.land()
    server.ask(1)
    shutil.copy(server.log, server.log.with_name("access.log.1"))
    server.land()  # both are there, and the same
    server.log.write_text("")
    server.ask(2)
    server.land()
    assert server.pages() == [1, 2, 3, 4, 5, 6]


def test_a_copy_beside_its_gzip_counts_once_from_the_first_time(server: Server) -> None:
    server.ask(3)
    for name in ("access.log.1", "access.log.1.gz"):
        content = server.log.read_bytes()
        server.log.with_name(name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    server.log.unlink()
    server.land()
    assert server.pages() == [1, 2, 3]


def test_logs_that_begin_with_the_same_line_are_two(server: Server) -> None:
    first = line("/1", 1)
    write(server.shop, first, line("/2", 2), name="access.log.a")
    write(server.shop, first, line("/3", 3), name="access.log.b")
    server.land()
    assert server.pages() == [1, 1, 2, 3]
    write(server.shop, line("/4", 4), name="access.log.a")
    write(server.shop, line("/5", 5), name="access.log.b")
    server.land()
    assert server.pages() == [1, 1, 2, 3, 4, 5]


def test_a_log_that_began_with_one_line_is_known_when_it_has_grown(server: Server) -> None:
    server.ask(1)
    server.land()
    server.ask(40)  # far beyond what it is known by
    server.land()
    assert server.pages() == list(range(1, 42))


def test_the_last_line_of_a_gzip_need_not_end(server: Server) -> None:
    server.ask(2)
    server.log.with_name("access.log.1.gz").write_bytes(gzip.compress(server.log.read_bytes().rstrip(b"\n")))
    server.log.unlink()
    server.land()
    assert server.pages() == [1, 2]
    assert server.land().rows == []


def test_a_gzip_that_is_cut_off_gives_what_is_there_and_is_told(server: Server) -> None:
    server.ask(400)
    content = gzip.compress(server.log.read_bytes())
    server.log.unlink()
    zipped = server.log.with_name("access.log.1.gz")
    zipped.write_bytes(content[: len(content) // 2])
    server.ask(1)
    told = server.land().plan.problems
    assert any("access.log.1.gz: cannot be read" in one for one in told)
    assert 401 in server.pages()
    zipped.write_bytes(content)
    server.land()
    assert server.pages() == list(range(1, 402))


def test_an_empty_folder_and_an_empty_log(server: Server) -> None:
    with pytest.raises(lake.SourceError, match=r"source web: no log matches logs/access\.log\*"):
        server.land()
    server.log.parent.mkdir()
    server.log.write_text("")
    with pytest.raises(lake.SourceError, match="no log matches"):
        server.land()
    server.ask(1)
    server.land()
    server.log.unlink()
    assert server.land().plan.problems == ["no log matches logs/access.log*"]
    assert server.pages() == [1]


def test_other_rules_read_again_what_is_still_there(server: Server) -> None:
    server.ask(2)
    server.land()
    server.ask(2)
    server.land()
    again = server.land("    ignore: ['^/2$']\n")
    assert [row.rows for row in again.rows] == [1, 2]
    assert server.pages() == [1, 3, 4]
    assert len({row.file for row in again.rows} - {row.file for row in server.lake.manifest[:2]}) == 0


def test_a_large_log_is_read_in_parts_and_loads(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingestion.weblog import lines, reading, source

    monkeypatch.setattr(lines, "BLOCK", 1000)
    monkeypatch.setattr(reading, "PART_BYTES", 3000)
    monkeypatch.setattr(source, "SLICE_BYTES", 10_000)
    server.ask(150)
    landed = server.land()
    assert server.pages() == list(range(1, 151))
    assert len(landed.rows) > 8
    assert len({row.load_seq for row in landed.rows}) > 2
    assert [row["_row"] for row in sorted(server.lake.raw("requests"), key=lambda row: row["time"])] == [
        *range(1, 151)
    ]


@pytest.mark.parametrize("point", ["extracted", "landed"])
def test_a_run_that_is_killed_is_taken_up_and_counted_once(shop: Path, repository: Path, point: str) -> None:
    write(shop, line("/1", 1), line("/2", 2))
    configured(shop)
    kill_at(point, shop, repository, CHILD.replace('"retail"', '"web"'))
    write(shop, line("/3", 3))
    config = configured(shop)
    lake.land(config, "web")
    assert lake.land(config, "web").load_id is None
    files = [str(path) for path in (config.raw / "web" / "requests").glob("*/*.parquet")]
    paths = duckdb.execute("select path from read_parquet(?) order by time", [files]).fetchall()
    assert paths == [("/1",), ("/2",), ("/3",)]
