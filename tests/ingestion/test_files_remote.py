"""Files of an S3-compatible store and of an SFTP server land like those of a folder, and are fetched once."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion import lake
from ingestion.config_errors import ConfigError
from ingestion.files import stores, taking
from ingestion.source import SourceError
from tests.ingestion.landing import HEADER, configured, raw, reasons
from tests.ingestion.remote import PASSWORD, S3Store, SftpServer, s3_store, sftp_server

LINES = "1,A,1,1\n2,B,1,1\n"
OLD = 1_700_000_000


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "WAITS", (0.0, 0.05, 0.1))
    monkeypatch.setenv("SFTP_PASSWORD", PASSWORD)
    monkeypatch.setenv("S3_KEY", "k")
    monkeypatch.setenv("S3_SECRET", "secret-of-s3")


@pytest.fixture
def sftp(shop: Path) -> Iterator[SftpServer]:
    (shop / "served").mkdir()
    with sftp_server(shop / "served") as server:
        yield server


@pytest.fixture(scope="module")
def store() -> Iterator[S3Store]:
    with s3_store() as server:
        yield server


def serve(server: SftpServer, name: str, content: str | bytes = LINES, changed: int = OLD) -> Path:
    path = server.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else (HEADER + content).encode())
    os.utime(path, (changed, changed))
    return path


def by_sftp(shop: Path, server: SftpServer, pattern: str = "*.csv", more: str = "", key: str | None = None):
    storage = f'storage: {{password: "${{SFTP_PASSWORD}}", host_key: "{key or server.host_key}"}}'
    return configured(shop, f'path: "{server.url(pattern)}", {storage}{more}')


def test_files_of_an_sftp_server_land_and_are_fetched_once(shop, sftp):
    serve(sftp, "a.csv")
    serve(sftp, "b.csv", "3,C,1,1\n")
    config = by_sftp(shop, sftp)
    assert lake.land(config, "retail").rows == 3
    assert [(row["InvoiceNo"], row["_file"]) for row in raw(config)] == [
        ("1", "a.csv"),
        ("2", "a.csv"),
        ("3", "b.csv"),
    ]
    fetched = len(sftp.opened)
    again = lake.land(config, "retail")
    assert (again.load_id, again.unchanged, len(sftp.opened)) == (None, 2, fetched)
    serve(sftp, "b.csv", "4,D,1,1\n", OLD + 60)
    assert lake.land(config, "retail").rows == 1
    assert sftp.opened[fetched:] == ["b.csv"]


def test_what_was_only_touched_is_fetched_and_does_not_land_again(shop, sftp):
    serve(sftp, "a.csv")
    config = by_sftp(shop, sftp)
    lake.land(config, "retail")
    serve(sftp, "a.csv", changed=OLD + 60)
    assert lake.land(config, "retail").load_id is None
    fetched = len(sftp.opened)
    assert lake.land(config, "retail").unchanged == 1
    assert len(sftp.opened) == fetched
    assert len(lake.completed_loads(config)) == 1


def test_patterns_folders_gzip_and_versions(shop, sftp):
    serve(sftp, "2026/a.csv.gz", gzip.compress((HEADER + LINES).encode()))
    serve(sftp, "2027/b.csv.gz", gzip.compress((HEADER + LINES).encode()), OLD + 5)
    serve(sftp, "2027/.hidden.csv.gz")
    serve(sftp, "2027/note.txt")
    config = by_sftp(shop, sftp, "20*/*.csv.gz", ", file_version: modified")
    lake.land(config, "retail")
    found = {row["_file"]: row["_file_version"] for row in raw(config)}
    assert found == {"2026/a.csv.gz": OLD * 1_000_000, "2027/b.csv.gz": (OLD + 5) * 1_000_000}


def test_nothing_of_a_remote_file_is_written_down_but_what_lands(shop, sftp):
    serve(sftp, "a.csv", HEADER.replace("UnitPrice", "Email").encode() + b"1,A,1,ann@example.com\n")
    config = by_sftp(shop, sftp, more=", personal: {Email: email}")
    assert lake.land(config, "retail").rows == 1
    written = [path for path in config.warehouse.rglob("*") if path.is_file()]
    assert written
    assert all(b"ann@example.com" not in path.read_bytes() for path in written)
    assert all(PASSWORD.encode() not in path.read_bytes() for path in written)


def test_a_connection_that_breaks_goes_on_where_it_stopped(shop, sftp):
    many = "".join(f"{n},A,1,1\n" for n in range(60_000))
    serve(sftp, "a.csv", many)
    config = by_sftp(shop, sftp)
    sftp.hang_up_after = [3, 7]
    result = lake.land(config, "retail")
    assert (result.rows, reasons(result)) == (60_000, {})
    assert sftp.hang_up_after == []


def test_a_large_file_is_read_as_it_comes(shop, sftp, monkeypatch):
    monkeypatch.setattr(taking, "MEMORY_FILE", 1_000)
    monkeypatch.setattr(taking, "MEMORY_ROWS", 1_000)
    serve(sftp, "a.csv", "".join(f"{n},A,1,1\n" for n in range(20_000)))
    config = by_sftp(shop, sftp)
    assert lake.land(config, "retail").rows == 20_000
    (row,) = lake.completed_loads(config)
    assert row.content_hash == taking.digest_of(sftp.folder / "a.csv")
    assert lake.land(config, "retail").unchanged == 1


def test_a_file_that_cannot_be_fetched_is_tried_again(shop, sftp):
    path = serve(sftp, "a.csv")
    serve(sftp, "b.csv")
    path.chmod(0)
    config = by_sftp(shop, sftp)
    sftp.hang_up_after = [0] * 20
    result = lake.land(config, "retail")
    assert set(reasons(result)) == {"a.csv", "b.csv"}
    assert all(str(reason).startswith("cannot be fetched: ") for reason in reasons(result).values())
    path.chmod(0o644)
    sftp.hang_up_after = []
    assert lake.land(config, "retail").rows == 4


def test_a_bad_remote_file_is_not_fetched_again_until_it_changes(shop, sftp):
    serve(sftp, "a.csv", b"<html>")
    serve(sftp, "b.csv")
    config = by_sftp(shop, sftp)
    assert set(reasons(lake.land(config, "retail"))) == {"a.csv"}
    fetched = len(sftp.opened)
    again = lake.land(config, "retail")
    assert (again.load_id, len(again.problems), len(sftp.opened)) == (None, 1, fetched)
    serve(sftp, "a.csv", changed=OLD + 60)
    assert lake.land(config, "retail").rows == 2


def test_a_file_that_may_still_be_written_is_read_again(shop, sftp):
    path = serve(sftp, "a.csv")
    os.utime(path)
    config = by_sftp(shop, sftp)
    assert lake.land(config, "retail").rows == 2
    fetched = len(sftp.opened)
    assert lake.land(config, "retail").load_id is None
    assert len(sftp.opened) > fetched


def test_an_unknown_server_gets_no_password(shop, sftp):
    serve(sftp, "a.csv")
    config = configured(shop, f'path: "{sftp.url("*.csv")}", storage: {{password: "${{SFTP_PASSWORD}}"}}')
    with pytest.raises(SourceError) as caught:
        lake.land(config, "retail")
    assert "nobody has said that" in str(caught.value)
    assert f'host_key: "{sftp.host_key}"' in str(caught.value)


def test_a_wrong_password_is_told_without_it(shop, sftp, monkeypatch):
    monkeypatch.setenv("SFTP_PASSWORD", "wrong-password")
    with pytest.raises(SourceError, match="cannot be listed: AuthenticationException") as caught:
        lake.land(by_sftp(shop, sftp), "retail")
    assert "wrong-password" not in str(caught.value)


def test_a_server_that_is_not_there_is_told(shop, sftp):
    config = by_sftp(shop, sftp)
    config.path.write_text(config.path.read_text().replace(f":{sftp.port}/", ":1/"))
    from ingestion.config import load_config

    with pytest.raises(SourceError, match=r"inputs\.lines: sftp://.* cannot be listed: "):
        lake.land(load_config(config.path), "retail")


def test_no_file_in_a_store_is_told(shop, sftp):
    with pytest.raises(SourceError, match=r"no file matches sftp://"):
        lake.land(by_sftp(shop, sftp), "retail")


def test_files_of_an_s3_store_land_and_are_fetched_once(shop, store, monkeypatch):
    store.put("daily/2026-11-23/lines.csv", (HEADER + LINES).encode())
    store.put("daily/2026-11-24/lines.csv", (HEADER + "3,C,1,1\n").encode())
    store.put("daily/2026-11-24/lines.json", b"{}")
    config = configured(shop, f'path: "s3://{store.bucket}/daily/*/*.csv", storage: {{{store.options}}}')
    assert lake.land(config, "retail").rows == 3
    assert {row["_file"] for row in raw(config)} == {"2026-11-23/lines.csv", "2026-11-24/lines.csv"}
    fetched: list[str] = []
    plain = stores.Store.open
    monkeypatch.setattr(
        stores.Store, "open", lambda self, path, size: fetched.append(path) or plain(self, path, size)
    )
    assert lake.land(config, "retail").unchanged == 2
    assert fetched == []
    store.put(
        "daily/2026-11-24/lines.csv", (HEADER + "4,C,1,1\n").encode()
    )  # the same size, in the same second
    assert lake.land(config, "retail").rows == 1
    assert fetched == [f"{store.bucket}/daily/2026-11-24/lines.csv"]


def test_parquet_and_workbooks_of_an_s3_store(shop, store):
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = pa.BufferOutputStream()
    pq.write_table(pa.table({"InvoiceNo": [1, 2], "StockCode": ["A", "B"]}), out)
    store.put("typed/a.parquet", out.getvalue().to_pybytes())
    config = configured(shop, f'path: "s3://{store.bucket}/typed/*", storage: {{{store.options}}}')
    assert lake.land(config, "retail").rows == 2
    assert [row["InvoiceNo"] for row in raw(config)] == [1, 2]


def test_an_s3_store_that_refuses_is_told(shop, store):
    config = configured(shop, f"s3://nowhere/{'x'}.csv".join(['path: "', f'", storage: {{{store.options}}}']))
    with pytest.raises(SourceError, match="nowhere"):
        lake.land(config, "retail")


def test_any_other_store_that_fsspec_knows(shop, monkeypatch):
    import fsspec

    monkeypatch.setattr(stores, "_SETTLED_SECONDS", 0)
    memory = fsspec.filesystem("memory")
    memory.pipe("/exports/a.csv", (HEADER + LINES).encode())
    config = configured(shop, 'path: "memory://exports/*.csv"')
    assert lake.land(config, "retail").rows == 2
    assert lake.plan(config, "retail").unchanged == 1


def test_a_password_in_the_path_is_refused(shop):
    with pytest.raises(ConfigError, match="path should hold no password"):
        configured(shop, 'path: "sftp://user:secret@host/x.csv"')
