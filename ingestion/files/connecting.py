"""How the stores are reached: time-outs, and whom an SSH client believes."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

CONNECT_SECONDS, READ_SECONDS = 20, 60


def connected(protocol: str, url: str, options: Mapping[str, Any]) -> Any:
    """fsspec's file system for a URL, not shared with anybody. Raises what its library raises."""
    import fsspec

    if protocol in ("sftp", "ssh"):
        return _sftp(url, options)
    kind = fsspec.get_filesystem_class(protocol)
    given = {**kind._get_kwargs_from_urls(url), **options}  # noqa: SLF001 -- fsspec's way
    if protocol in ("s3", "s3a"):
        limits = {"connect_timeout": CONNECT_SECONDS, "read_timeout": READ_SECONDS}
        given["config_kwargs"] = {**limits, "retries": {"max_attempts": 1}, **given.get("config_kwargs", {})}
        given.setdefault("use_listings_cache", False)
    return kind(skip_instance_cache=True, **given)


def _sftp(url: str, options: Mapping[str, Any]) -> Any:
    """A server is believed if ~/.ssh/known_hosts or the option `host_key` (`ssh-ed25519 AAAA…`) knows its key."""
    import paramiko
    from fsspec.implementations.sftp import SFTPFileSystem

    class Sftp(SFTPFileSystem):
        def _connect(self) -> None:
            key = self.ssh_kwargs.pop("host_key", None)
            self.client = paramiko.SSHClient()
            self.client.load_system_host_keys()
            self.client.set_missing_host_key_policy(_Refuse())
            if key is not None:
                name, _, coded = key.partition(" ")
                port = self.ssh_kwargs.get("port", 22)
                host = self.host if int(port) == 22 else f"[{self.host}]:{port}"
                known = paramiko.PKey.from_type_string(name, base64.b64decode(coded.split()[0]))
                self.client.get_host_keys().add(host, name, known)
            self.client.connect(self.host, **self.ssh_kwargs)
            self.ftp = self.client.open_sftp()
            self.ftp.get_channel().settimeout(READ_SECONDS)

    class _Refuse(paramiko.MissingHostKeyPolicy):
        def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:
            raise UnknownHostKeyError(
                f"nobody has said that {hostname} is to be trusted: add it to ~/.ssh/known_hosts, or write"
                f' `storage: {{host_key: "{key.get_name()} {key.get_base64()}"}}` if that is its key'
            )

    limits = dict.fromkeys(("timeout", "banner_timeout", "auth_timeout"), CONNECT_SECONDS)
    given = {**limits, **SFTPFileSystem._get_kwargs_from_urls(url), **options}  # noqa: SLF001 -- fsspec's way
    return Sftp(skip_instance_cache=True, **given)


class UnknownHostKeyError(Exception):
    """An SSH server whose key is not known. The text is one line for a person."""
