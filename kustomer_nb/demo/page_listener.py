"""Serves the store in the page of a browser, which has neither threads nor sockets."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from kustomer_nb.transport import browser

from .listener import configuration


class PageListener:
    """Serves an app in memory until stopped, by what reads and writes HTTP on a socket elsewhere.

    Example:
        >>> from kustomer_nb.demo import service
        >>> listener = PageListener(service())
        >>> listener.start(), listener.port > 8000, listener.stop()
        (None, True, None)
    """

    def __init__(self, app: Starlette) -> None:
        self.port = 0
        self._app = app
        self._config = configuration(app)
        self._config.load()
        self._state = ServerState()

    def start(self) -> None:
        """Start; requests of this page are answered from now on."""
        self.port = browser.serve(self._protocol)

    def stop(self) -> None:
        """Stop; calling it again does nothing."""
        browser.stop(self.port)
        self._app.state.catalogue.close()

    def reset(self) -> None:
        """Restore the initial data and delete the recorded requests, as ``POST /reset`` does."""
        self._app.state.catalogue.reset()
        self._app.state.journal.clear()

    def _protocol(self) -> asyncio.Protocol:
        return H11Protocol(config=self._config, server_state=self._state, app_state={})
