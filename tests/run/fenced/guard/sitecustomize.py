"""Guards each Python process with this folder on its path: nothing beyond loopback is reached."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any

LOG = os.environ.get("KNB_TEST_NETWORK_LOG", "")
_LOCAL = {"localhost", "127.0.0.1", "::1", "", None}
_NAMING = {"socket.getaddrinfo": 0, "socket.gethostbyname": 0}
_REACHING = {"socket.connect", "socket.sendto"}


def _host(event: str, arguments: tuple[Any, ...]) -> Any:
    if event in _NAMING:
        return arguments[_NAMING[event]]
    address = arguments[1]
    # The path of a Unix socket stays on this machine.
    return address[0] if isinstance(address, tuple) else None


def _write(line: str) -> None:
    with Path(LOG).open("a", encoding="utf-8") as log:
        log.write(f"{line}\n")


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    # asyncio has a pair of Unix sockets, which reach nobody.
    if event == "socket.__new__" and arguments[1] in (socket.AF_INET, socket.AF_INET6):
        _write("a socket")
    if event not in _NAMING and event not in _REACHING:
        return
    host = _host(event, arguments)
    host = host.decode() if isinstance(host, bytes) else host
    if host in _LOCAL:
        return
    _write(f"{event} {host}")
    raise OSError(f"the test allows no {event} of {host}")


# Not where this module is only imported, as by pytest that looks for doctests.
if LOG:
    sys.addaudithook(_watch)
