"""Starts one store per process, or finds the one that is running."""

from __future__ import annotations

import os
import threading

from .server import Store

URL_VARIABLE = "KUSTOMER_NB_DEMO_URL"
TOKEN_VARIABLE = "KUSTOMER_NB_DEMO_TOKEN"  # noqa: S105 - the name of a variable

# Two cells may start it at once.
_lock = threading.Lock()
_started: list[Store] = []


def start(port: int = 0) -> Store:
    """Return the store that `kustomer-nb lab` runs, or else the store of this process.

    The first call starts it, on ``port``; later calls return the same store until it is closed. The store of
    the lab is found by KUSTOMER_NB_DEMO_URL and KUSTOMER_NB_DEMO_TOKEN, and used if it responds.

    Raises:
        TransportError: the port is in use or out of range, or the extra ``demo`` is not installed.

    Example:
        >>> store = start()
        >>> store, store.is_running()
        (<Store: the E-comm Store on loopback>, True)
        >>> store.close()
    """
    url, token = os.environ.get(URL_VARIABLE), os.environ.get(TOKEN_VARIABLE)
    if url and token:
        store = Store.from_url(url, token)
        if store.is_running():
            return store
    with _lock:
        if not _started or _started[0].closed:
            _started[:] = [Store(port=port)]
        return _started[0]
