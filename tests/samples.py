"""Definitions, and a server that misbehaves, which several tests share."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb import Action, load
from kustomer_nb.errors import KustomerNbError

FIXTURES = Path(__file__).parent / "fixtures"
ECOMMSTORE = FIXTURES / "ecommstore.json"
SETTING = "ecommstore.default.authToken"
VARIABLE = "ECOMMSTORE_DEFAULT_AUTHTOKEN"


def refund_order() -> Action:
    return load(ECOMMSTORE).action()


def an_action(**properties: Any) -> dict[str, Any]:
    """Return an action that gets orders of api.shop.com, with properties put in place of its own."""
    return {
        "name": "kustomer.app.shop.find",
        "description": "Find orders.",
        "type": "rest_api",
        "inputTemplate": {"uri": "https://api.shop.com/orders", "method": "get", "json": True},
        **properties,
    }


def an_app(*actions: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"app": "shop", "version": "1.0.0", "title": "Shop", **properties, "actions": list(actions)}


def asking(uri: str, method: str = "get", **properties: Any) -> Action:
    """Return an action whose request needs nothing but its uri."""
    template = {"uri": uri, "method": method, "json": True, **properties.pop("template", {})}
    return load(an_action(inputTemplate=template, **properties)).action()


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RawServer:
    """Reads one request a connection, keeps its bytes, and answers with what it was given."""

    def __init__(self, answers: Iterable[Iterable[bytes]]) -> None:
        self._answers = iter(answers)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.received: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                with connection, suppress(OSError):
                    received = _request(connection)
                    if not received:
                        # Opened and given up: that asks for no answer.
                        continue
                    self.received.append(received)
                    for part in next(self._answers, ()):
                        connection.sendall(part)

    def close(self) -> None:
        # Closing alone does not wake a thread that waits in accept().
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(60)


def _request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65536)
        if not part:
            return received
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [
        line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    ]
    while lengths and len(body) < int(lengths[0]):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def raw_server(*answers: Iterable[bytes]) -> Iterator[RawServer]:
    server = RawServer(answers)
    try:
        yield server
    finally:
        server.close()


def answer(body: bytes = b"{}", status: bytes = b"200 OK", *headers: bytes) -> list[bytes]:
    head = [b"HTTP/1.1 " + status, b"content-length: %d" % len(body), *headers]
    return [b"\r\n".join(head) + b"\r\n\r\n" + body]


@contextmanager
def interrupted_when(is_met: Callable[[], object]) -> Iterator[None]:
    """Press Ctrl+C once a condition is met, unless the block has ended."""
    is_over = threading.Event()

    def press() -> None:
        while not is_met():
            if is_over.wait(0.01):
                return
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


@contextmanager
def silent_server() -> Iterator[tuple[str, threading.Event]]:
    """Serve a port that never responds: its URL, and an event that is set when a request arrives."""
    arrived = threading.Event()
    connections = []

    def accept() -> None:
        with suppress(OSError):
            connections.append(listening.accept()[0])
            connections[0].recv(1)
            arrived.set()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/", arrived
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            for connection in connections:
                connection.close()
            thread.join()


def timed_out(send: Callable[[float], object]) -> tuple[KustomerNbError, float]:
    """Return the error of the shortest timeout that ends after the request was sent, and that timeout.

    On a busy machine a short timeout may end before anything is sent.
    """
    for seconds in (0.3, 3.0, 30.0):
        with pytest.raises(KustomerNbError) as caught:
            send(seconds)
        if "nothing was sent" not in str(caught.value):
            break
    return caught.value, seconds
