"""One store for a process, or the one that is already there."""

from __future__ import annotations

import os
import threading

from .server import Store

URL_VARIABLE = "KUSTOMER_NB_DEMO_URL"
TOKEN_VARIABLE = "KUSTOMER_NB_DEMO_TOKEN"  # noqa: S105 - the name of a variable

_lock = threading.Lock()
_started: list[Store] = []


def start(port: int = 0) -> Store:
    """Return the store that `kustomer-nb lab` runs, else the one of this process, started at the first call.

    ``port`` counts when one is started: a second call returns the same store, unless that was closed. The
    one of the lab is found by KUSTOMER_NB_DEMO_URL and KUSTOMER_NB_DEMO_TOKEN, and is there when it answers.

    Raises:
        TransportError: the port is taken or out of range, or the extra ``demo`` is not installed.

    Example:
        >>> store = start()
        >>> store, store.answers()
        (<Store: the E-comm Store on loopback>, True)
        >>> store.close()
    """
    url, token = os.environ.get(URL_VARIABLE), os.environ.get(TOKEN_VARIABLE)
    if url and token:
        store = Store.at(url, token)
        if store.answers():
            return store
    with _lock:
        if not _started or _started[0].closed:
            _started[:] = [Store(port=port)]
        return _started[0]
