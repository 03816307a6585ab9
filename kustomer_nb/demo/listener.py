"""Runs uvicorn in a thread of this process."""

from __future__ import annotations

import socket
import sys
import threading

import uvicorn
from starlette.applications import Starlette

HOST = "127.0.0.1"
# Seconds to wait for the server to start and to stop.
PATIENCE = 5.0


def bind(port: int) -> socket.socket:
    """Return a socket that already listens, so that its port is known and reserved.

    Raises:
        OSError: the port is in use or not permitted.
        OverflowError: there is no such port.
    """
    # With the protocol named, asyncio turns Nagle's algorithm off; otherwise each response is 40 ms late.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            # Allows a port that was closed a moment ago. On Windows it would allow even a port in use.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen(2048)
    except BaseException:
        listening.close()
        raise
    return listening


def configuration(app: Starlette) -> uvicorn.Config:
    """Return how uvicorn serves the store, on a socket or in a page."""
    return uvicorn.Config(
        app,
        # Other installed packages (httptools, uvloop, websockets) must not change what is received.
        http="h11",
        loop="asyncio",
        ws="none",
        lifespan="off",
        proxy_headers=False,
        # Responses are compared: nothing in them may depend on the time or the version.
        date_header=False,
        server_header=False,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_settled = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_settled.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Do not wait: a response that takes two minutes would keep the interpreter alive that long.
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await super().shutdown(sockets)


class Listener:
    """Serves an app on a socket until stopped; does not touch signal handlers and logging of this process."""

    def __init__(self, app: Starlette, listening: socket.socket) -> None:
        self.port: int = listening.getsockname()[1]
        self._app = app
        self._server = _Server(configuration(app))
        self._listening = listening
        self._failure: OSError | None = None
        self._thread = threading.Thread(target=self._serve, name="E-comm Store", daemon=True)

    def _serve(self) -> None:
        try:
            self._server.run([self._listening])
        except OSError as error:
            self._failure = error
        finally:
            self._listening.close()
            self._server.is_settled.set()

    def start(self) -> None:
        """Start, and return when the server accepts requests.

        Raises:
            OSError: the server did not start; nothing is left running.
        """
        self._thread.start()
        self._server.is_settled.wait(PATIENCE)
        if not self._server.started:
            self.stop()
            msg = f"the server did not start ({self._failure})"
            raise OSError(msg) from self._failure

    def stop(self) -> None:
        """Stop, and return when the port is free; calling it again does nothing."""
        self._server.should_exit = True
        # The server's own thread may drop the last reference, and it cannot join itself.
        if self._thread is not threading.current_thread():
            self._thread.join(PATIENCE)
        self._app.state.catalogue.close()
