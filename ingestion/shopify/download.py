"""Fetches the file of a bulk operation: from another server, without our token, whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from typing import IO, Any
from urllib.parse import urlsplit

from ingestion.api.client import Client
from ingestion.source import SourceError

_ATTEMPTS = 5
_CHUNK = 1 << 20


class Expired(Exception):
    """The file is not there (any more). The text says how the server put it."""


def downloaded(client: Client, state: Mapping[str, Any], timeout: float = 60) -> IO[bytes]:
    """The operation's file on our disk, at its beginning. It has no name there, so nothing of it stays after a crash.

    Raises Expired, and SourceError if it does not come whole after several attempts.
    """
    import requests  # takes a while

    url = state.get("url")
    kept = tempfile.TemporaryFile()  # noqa: SIM115  # whoever reads it closes it
    if not url:  # nothing fitted the query
        return kept
    size = int(state["fileSize"]) if state.get("fileSize") else None
    for _ in range(_ATTEMPTS):
        kept.seek(0)
        kept.truncate()
        try:
            with requests.get(url, stream=True, timeout=(10, timeout)) as response:
                if response.status_code in (400, 403, 404, 410):
                    raise Expired(f"its file is gone ({response.status_code})")
                response.raise_for_status()
                for chunk in response.iter_content(_CHUNK):
                    kept.write(chunk)
        except requests.RequestException:
            continue
        if size is None or kept.tell() == size:
            kept.seek(0)
            return kept
    kept.close()
    host = urlsplit(str(url)).hostname
    raise SourceError(
        f"source {client.name}: the file of a bulk operation does not come whole from {host}; run again later"
    )
