"""A line over a real connection to a server on loopback."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.abc import MetaPathFinder
from types import ModuleType

from kustomer_nb.transport import Connection
from tests.samples import answer, raw_server
from tests.transport.wires import a_wire, sent


class Missing(MetaPathFinder):
    """Stands last among the finders, and so is asked for modules that nobody else has found."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        self.names.append(fullname)


@contextmanager
def failed_imports() -> Iterator[list[str]]:
    missing = Missing()
    sys.meta_path.append(missing)
    try:
        yield missing.names
    finally:
        sys.meta_path.remove(missing)


def test_no_request_searches_for_a_module_that_is_not_installed() -> None:
    with raw_server(answer(), answer()) as server:
        # The first request of a process imports what it uses.
        sent(a_wire(server.url))
        with failed_imports() as names:
            sent(a_wire(server.url))

    assert names == []


def test_a_proxy_is_sent_the_same_head_with_the_whole_url_and_its_password_first() -> None:
    headers = ((b"X-A", b" a\xe9"), (b"host", b"shop.test"), (b"Connection", b"keep-alive"))
    wire = replace(a_wire("http://shop.test/"), target=b"/caf\xe9?a", headers=headers)
    with raw_server(answer()) as server:
        host = server.url.removeprefix("http://")
        sent(wire, connection=Connection(proxy=f"http://me:pw@{host}"))

    (received,) = server.received
    assert received == (
        b"GET http://shop.test/caf\xe9?a HTTP/1.1\r\nProxy-Authorization: Basic bWU6cHc=\r\n"
        b"X-A:  a\xe9\r\nhost: shop.test\r\nConnection: keep-alive\r\n\r\n"
    )


def test_each_redirect_and_attempt_has_a_head_of_its_own() -> None:
    moved = answer(b"", b"302 Found", b"location: /b")
    again = answer(b"", b"503 Busy", b"retry-after: 0")
    with raw_server(moved, again, moved, answer()) as server:
        sent(a_wire(f"{server.url}/a"), retry=1)

    assert [received.split(b" ")[1] for received in server.received] == [b"/a", b"/b", b"/a", b"/b"]
