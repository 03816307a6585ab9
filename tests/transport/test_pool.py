"""A line over a real connection to a server on loopback."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from types import ModuleType

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
