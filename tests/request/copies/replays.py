"""A loopback server that records bytes, and what runs a copy of a request against it."""

from __future__ import annotations

import asyncio
import base64
import html
import json
import os
import re
import socket
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kustomer_nb import Action, load
from kustomer_nb.request import Request
from kustomer_nb.request.copies.message import Message
from tests.transport.wires import Serving, an_answer, request_of, serving

SHELLS = ("bash", "sh")
FORMS = (*SHELLS, "httpx", "http")
LONGEST_ARGUMENT = 100_000
PYTHON_FOLDER = str(Path(sys.executable).parent)
# Neither the configuration of curl nor a proxy of this computer is part of a copy.
_FOREIGN = re.compile("_proxy$|^CURL_|^HOME$|^BASH_ENV$|^ENV$", re.IGNORECASE)


@dataclass
class Recorder:
    """The heads and bodies that a server received."""

    server: Serving
    received: list[tuple[bytes, bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.server.url

    def take(self) -> tuple[bytes, bytes]:
        """Return the one request that came since the last call."""
        (received,) = self.received
        self.received.clear()
        return received


@contextmanager
def recording() -> Iterator[Recorder]:
    """Record each request, and answer it."""
    received: list[tuple[bytes, bytes]] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await request_of(reader))
        writer.write(an_answer())
        await writer.drain()

    with serving(handle) as server:
        yield Recorder(server, received)


def an_action(template: Mapping[str, Any], settings: Mapping[str, str], **more: Any) -> Action:
    """Return an action that declares nothing but settings: name to key."""
    declared = {name: {"key": key} for name, key in settings.items()}
    properties = {name: {} for name in ("a", "b", "c", "id")}
    schema = {"type": "object", "properties": properties}
    action = {"appSettings": declared, "inputSchema": schema, "inputTemplate": dict(template), **more}
    return load(action).action()


def replay(form: str, request: Request, environment: Mapping[str, str]) -> None:
    """Send a copy of a request: a command by its shell, a program by Python, a message by a socket."""
    variables = {name: value for name, value in os.environ.items() if not _FOREIGN.search(name)}
    path = f"{PYTHON_FOLDER}{os.pathsep}{variables['PATH']}"
    variables |= {"HOME": "/nonexistent", "PATH": path, **environment}
    if form == "http":
        send_message(request, environment)
        return
    source = request.to_httpx() if form == "httpx" else request.to_curl()
    # No system takes a command of any length as an argument: a shell reads a long one, as a pasted one.
    is_read = form == "httpx" or len(source) > LONGEST_ARGUMENT
    command = [sys.executable, "-"] if form == "httpx" else [form] if is_read else [form, "-c", source]
    done = subprocess.run(
        command,
        env=variables,
        input=source.encode() if is_read else b"",
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, (done.stderr.decode(), source)


def send_message(request: Request, environment: Mapping[str, str]) -> None:
    """Send the HTTP message with the values of its names."""
    values = values_of(request, environment)
    names = "|".join(sorted(map(re.escape, values), key=len, reverse=True)) or r"(?!)"
    in_text = re.compile(rf"\$(?:\{{({names})\}}|({names})(?![A-Za-z0-9_]))")
    message = in_text.sub(lambda match: values[match[1] or match[2]], request.to_http())
    head, _, body = message.partition("\r\n\r\n")
    charset = "utf-8" if body else "latin-1"
    wire = request.wire()
    with socket.create_connection((wire.host, wire.port or 80), timeout=60) as connection:
        connection.sendall(f"{head}\r\n\r\n".encode(charset) + body.encode())
        connection.recv(1000)


def values_of(request: Request, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the value of each name in a copy, computed from the environment by its source."""
    modules = {"os": SimpleNamespace(environ=environment), "urllib": urllib}
    modules |= {"base64": base64, "html": html, "json": json}
    return {name.name: eval(name.source, modules) for name in Message.from_request(request).names.names}


def comparable(form: str, head: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Return the request line and the headers of a head, without what a copy may change.

    That is the position of the host and the content-length, the case of the names that a client writes
    itself, white space around a value, and the connection that the platform adds. HTTP has nothing of it.
    """
    if form == "http":
        return head, []
    line, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    headers = [(name, value.strip(b" \t")) for name, _, value in (line.partition(b":") for line in lines)]
    framing = [(name.lower(), value) for name, value in headers if name.lower() in OWN]
    others = [header for header in headers if header[0].lower() not in OWN]
    return line, sorted(framing) + [header for header in others if header != (b"Connection", b"keep-alive")]


OWN = (b"host", b"content-length")


def assert_replayed(
    recorder: Recorder,
    action: Action,
    inputs: Mapping[str, Any],
    environment: Mapping[str, str],
    forms: tuple[str, ...] = FORMS,
    **options: Any,
) -> None:
    """Assert that each copy of a request sends what a run sends."""
    action.run(inputs, mode="live", **options)
    head, body = recorder.take()
    request = action.render(inputs, **options)
    for form in forms:
        replay(form, request, environment)
        copied_head, copied_body = recorder.take()
        assert copied_body == body, form
        assert comparable(form, copied_head) == comparable(form, head), form
