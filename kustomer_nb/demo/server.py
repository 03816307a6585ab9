"""The running E-comm Store."""

from __future__ import annotations

import base64
import http.client
import json
import weakref
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from kustomer_nb.codes import Code
from kustomer_nb.errors import TransportError
from kustomer_nb.faces import for_face
from kustomer_nb.in_browser import IN_BROWSER
from kustomer_nb.near_names import suggests_options

from .catalogue import fixed_now
from .service import TOKEN, not_installed, service

ORIGIN = "https://api.ecommstore.com"
SETTING = "authToken"
# Seconds to wait for a response of a store in another process.
PATIENCE = 2.0


class Store:
    """The E-comm Store on loopback, in a thread of this process; it stops when closed, dropped or at exit.

    In a browser it is in the page itself, and only runs in that page reach it.

    ``port`` 0 means any free port; ``token``, ``database`` and ``now`` are passed to `service`.

    Raises:
        TransportError: the port is in use or out of range, or the extra ``demo`` is not installed.

    Example:
        >>> with Store() as store:
        ...     store, list(store.hosts), store.is_running()
        (<Store: the E-comm Store on loopback>, ['https://api.ecommstore.com'], True)
    """

    @suggests_options
    def __init__(
        self,
        *,
        port: int = 0,
        token: str = TOKEN,
        database: str | Path | None = None,
        now: Callable[[], datetime] = fixed_now,
    ) -> None:
        try:
            # Late: uvicorn comes with the extra "demo".
            from .listener import Listener, bind
            from .page_listener import PageListener
        except ModuleNotFoundError as error:
            raise not_installed(error) from error
        app = service(token=token, database=database, now=now)
        listener: Listener | PageListener
        try:
            listener = PageListener(app) if IN_BROWSER else Listener(app, bind(port))
            listener.start()
        except (OSError, OverflowError) as error:
            raise _no_port(port, error) from error
        self.url = f"http://127.0.0.1:{listener.port}"
        self.token = token
        self._journal = app.state.journal
        # Without sockets nothing can be asked of it, and its parts are here.
        self._in_page = listener if isinstance(listener, PageListener) else None
        # Calls `stop` once, when the store is closed, collected or the interpreter exits.
        self._closing: weakref.finalize[[], Store] | None = weakref.finalize(self, listener.stop)

    @classmethod
    def from_url(cls, url: str, token: str) -> Self:
        """Return a handle of a store that runs in another process; closing it does nothing.

        Example:
            >>> Store.from_url("http://127.0.0.1:8123/", "demo").hosts
            {'https://api.ecommstore.com': 'http://127.0.0.1:8123'}
        """
        store = cls.__new__(cls)
        store.url = url.rstrip("/")
        store.token = token
        store._journal = None
        store._in_page = None
        store._closing = None
        return store

    @property
    def hosts(self) -> dict[str, str]:
        """The redirection of the documented origin to this store, for ``hosts=`` of a run."""
        return {ORIGIN: self.url}

    @property
    def settings(self) -> dict[str, str]:
        """The token by the last part of its key, which fits any app, for ``settings=`` of a run."""
        return {SETTING: self.token}

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The latest 1,000 requests, oldest first: method, target, raw_path, headers and body.

        Raises:
            TransportError: the store runs in another process and does not respond.
        """
        if self._journal is not None:
            entries: list[dict[str, Any]] = self._journal.entries()
            return entries
        return [
            {
                **entry,
                "raw_path": entry["raw_path"].encode("latin-1"),
                "body": base64.b64decode(entry["body"]),
            }
            for entry in self._ask("GET", "/requests")["requests"]
        ]

    def reset(self) -> None:
        """Restore the initial rows and delete the recorded requests.

        Raises:
            TransportError: the store is closed or does not respond.
        """
        if self._in_page is None:
            self._ask("POST", "/reset")
        else:
            self._in_page.reset()

    def is_running(self) -> bool:
        """Return whether the store responds."""
        if self._in_page is not None:
            return not self.closed
        try:
            return bool(self._ask("GET", "/health")["status"] == "ok")
        except (TransportError, KeyError, TypeError):
            return False

    def close(self) -> None:
        """Stop, and free the port; calling it again does nothing."""
        if self._closing is not None:
            self._closing()

    @property
    def closed(self) -> bool:
        """Whether this process has stopped it; a handle is never closed."""
        return self._closing is not None and not self._closing.alive

    def _ask(self, method: str, path: str) -> Any:
        try:
            # Not urllib, which would use a proxy, and not httpx, which only `transport` imports.
            address = urlsplit(self.url)
            connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
            try:
                connection.request(method, path, headers={"authorization": f"Bearer {self.token}"})
                response = connection.getresponse()
                if response.status == http.HTTPStatus.OK:
                    return json.loads(response.read())
            finally:
                connection.close()
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise _no_response(error) from error
        raise _no_response(f"{path} returned {response.status}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return "<Store: the E-comm Store on loopback>"

    def _repr_html_(self) -> str:
        return (
            "<p><strong>E-comm Store</strong>: a small real service on loopback. Pass "
            "<code>hosts=store.hosts</code> and <code>settings=store.settings</code> to a run.</p>"
        )


def _no_port(port: int, error: Exception) -> TransportError:
    message = f"The E-comm Store cannot listen on port {port} of 127.0.0.1: {error}."
    fix = "choose a free port from 1024 to 65535, or 0 for any free port."
    return TransportError.from_code(Code.DEMO_NOT_STARTED, message, fix, pointer="/port")


def _no_response(why: object) -> TransportError:
    message = f"The E-comm Store does not respond: {why}."
    again = for_face(python="demo.start()", command_line="kustomer-nb demo")
    return TransportError.from_code(Code.DEMO_NOT_STARTED, message, f"start it again with {again}.")
