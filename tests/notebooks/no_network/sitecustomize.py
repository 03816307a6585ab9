"""Keeps a process, and each Python that it starts, from every machine but this one."""

from __future__ import annotations

import os
import sys


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else "localhost"
        if str(host) not in {"127.0.0.1", "::1", "localhost"}:
            msg = f"no network: {host}"
            raise OSError(msg)
    if event == "socket.getaddrinfo" and str(arguments[0]) not in {
        "127.0.0.1",
        "::1",
        "localhost",
        "None",
        "",
    }:
        msg = f"no network: {arguments[0]}"
        raise OSError(msg)


# Not where this module is only imported, as by pytest that looks for doctests.
if os.environ.get("NO_NETWORK"):
    sys.addaudithook(_refuse)
