"""Servers to fetch files from, on 127.0.0.1: an SFTP server and an S3-compatible store, both in this process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import paramiko

USER, PASSWORD = "exports", "secret-of-sftp"


@dataclass
class SftpServer:
    """Serves a folder to one user. What it is asked for is counted, and it can be told to hang up."""

    folder: Path
    port: int
    key: paramiko.PKey
    opened: list[str] = field(default_factory=list)
    """Paths that were opened, once for each time."""
    hang_up_after: list[int] = field(default_factory=list)
    """Reads of a file after which the connection breaks, one number for each time that this is to happen."""
    sockets: list[socket.socket] = field(default_factory=list)

    def url(self, pattern: str) -> str:
        return f"sftp://{USER}@127.0.0.1:{self.port}{self.folder}/{pattern}"

    @property
    def host_key(self) -> str:
        return f"{self.key.get_name()} {self.key.get_base64()}"

    def break_connections(self) -> None:
        for one in self.sockets:
            one.close()
        self.sockets.clear()


class _Login(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        good = (username, password) == (USER, PASSWORD)
        return paramiko.common.AUTH_SUCCESSFUL if good else paramiko.common.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.common.OPEN_SUCCEEDED


class _Handle(paramiko.SFTPHandle):
    server: SftpServer
    reads = 0

    def read(self, offset: int, length: int) -> bytes | int:
        self.reads += 1
        if self.server.hang_up_after and self.reads > self.server.hang_up_after[0]:
            self.server.hang_up_after.pop(0)
            self.server.break_connections()
        return super().read(offset, length)


class _Files(paramiko.SFTPServerInterface):
    def __init__(self, server: paramiko.ServerInterface, owner: SftpServer) -> None:
        super().__init__(server)
        self._owner = owner

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        try:
            return [
                paramiko.SFTPAttributes.from_stat(one.stat(), one.name)
                for one in sorted(Path(path).iterdir())
            ]
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(Path(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    lstat = stat

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        try:
            content = Path(path).open("rb")  # noqa: SIM115 -- the handle closes it
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        self._owner.opened.append(Path(path).name)
        handle = _Handle(flags)
        handle.server, handle.readfile = self._owner, content  # type: ignore[attr-defined]
        return handle


@contextmanager
def sftp_server(folder: Path) -> Iterator[SftpServer]:
    """A server for as long as the context lasts."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = SftpServer(folder, listening.getsockname()[1], paramiko.ECDSAKey.generate())
    transports: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            server.sockets.append(client)
            transport = paramiko.Transport(client)
            transport.add_server_key(server.key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files, server)
            transports.append(transport)
            try:
                transport.start_server(server=_Login())
            except (paramiko.SSHException, EOFError, OSError):
                continue  # the client went away: it does not know the key

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield server
    finally:
        listening.close()
        for transport in transports:
            transport.close()


@dataclass
class S3Store:
    """An S3-compatible store with one bucket."""

    endpoint: str
    bucket: str = "exports"

    @property
    def options(self) -> str:
        return f'key: "${{S3_KEY}}", secret: "${{S3_SECRET}}", endpoint_url: "{self.endpoint}"'

    def put(self, name: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=name, Body=content)

    @property
    def client(self):
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id="k",
            aws_secret_access_key="s",
            region_name="us-east-1",
        )


@contextmanager
def s3_store() -> Iterator[S3Store]:
    """A store for as long as the context lasts."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        store = S3Store(f"http://{host}:{port}")
        store.client.create_bucket(Bucket=store.bucket)
        yield store
    finally:
        server.stop()
