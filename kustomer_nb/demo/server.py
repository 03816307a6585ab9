"""The E-comm Store, running."""

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
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import TransportError

from .catalogue import fixed_now
from .service import TOKEN, not_installed, service

ORIGIN = "https://api.ecommstore.com"
SETTING = "authToken"
PATIENCE = 2.0


class Store:
    """The E-comm Store on loopback, in a thread of this process; stops when closed, dropped or at exit.

    ``port`` 0 means any free one; ``token``, ``database`` and ``now`` are those of `service`.

    Raises:
        TransportError: the port is taken or out of range, or the extra ``demo`` is not installed.

    Example:
        >>> with Store() as store:
        ...     store, list(store.hosts), store.answers()
        (<Store: the E-comm Store on loopback>, ['https://api.ecommstore.com'], True)
    """

    def __init__(
        self,
        *,
        port: int = 0,
        token: str = TOKEN,
        database: str | Path | None = None,
        now: Callable[[], datetime] = fixed_now,
    ) -> None:
        try:
            from .listener import Listener, bind
        except ModuleNotFoundError as error:
            raise not_installed(error) from error
        app = service(token=token, database=database, now=now)
        try:
            listener = Listener(app, bind(port))
            listener.start()
        except (OSError, OverflowError) as error:
            raise _no_port(port, error) from error
        self.url = f"http://127.0.0.1:{listener.port}"
        self.token = token
        self._journal = app.state.journal
        self._closing: weakref.finalize[[], Store] | None = weakref.finalize(self, listener.stop)

    @classmethod
    def at(cls, url: str, token: str) -> Self:
        """Return a handle to a store that runs elsewhere; closing it does nothing.

        Example:
            >>> Store.at("http://127.0.0.1:8123/", "demo").hosts
            {'https://api.ecommstore.com': 'http://127.0.0.1:8123'}
        """
        store = cls.__new__(cls)
        store.url = url.rstrip("/")
        store.token = token
        store._journal = None
        store._closing = None
        return store

    @property
    def hosts(self) -> dict[str, str]:
        """Where requests for the documented address go instead: the ``hosts=`` of a run."""
        return {ORIGIN: self.url}

    @property
    def settings(self) -> dict[str, str]:
        """The token under the last part of the key, so that it fits any app: the ``settings=`` of a run."""
        return {SETTING: self.token}

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The latest 1,000 requests, oldest first: method, target, raw_path, headers and body.

        Raises:
            TransportError: the store runs elsewhere and does not answer.
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
        """Bring back the first day: its rows, and no requests.

        Raises:
            TransportError: the store is closed, or runs elsewhere and does not answer.
        """
        self._ask("POST", "/reset")

    def answers(self) -> bool:
        """Whether a store is there now."""
        try:
            return bool(self._ask("GET", "/health")["status"] == "ok")
        except (TransportError, KeyError, TypeError):
            return False

    def close(self) -> None:
        """Stop, and free the port; twice is once."""
        if self._closing is not None:
            self._closing()

    @property
    def closed(self) -> bool:
        """Whether this process stopped it; a handle is never closed."""
        return self._closing is not None and not self._closing.alive

    def _ask(self, method: str, path: str) -> Any:
        try:
            # By hand: urllib would go by way of a proxy, and httpx is known to transport alone.
            address = urlsplit(self.url)
            line = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
            try:
                line.request(method, path, headers={"authorization": f"Bearer {self.token}"})
                answer = line.getresponse()
                if answer.status == http.HTTPStatus.OK:
                    return json.loads(answer.read())
            finally:
                line.close()
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise _no_answer(error) from error
        raise _no_answer(f"{path} answered {answer.status}")

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
    fix = "choose a free port from 1024 to 65535, or 0 for any."
    return TransportError([Diagnostic(Code.DEMO_NOT_STARTED, Severity.ERROR, "/port", message, fix)])


def _no_answer(why: object) -> TransportError:
    message = f"The E-comm Store does not answer: {why}."
    return TransportError(
        [Diagnostic(Code.DEMO_NOT_STARTED, Severity.ERROR, "", message, "start it again: demo.start().")]
    )
