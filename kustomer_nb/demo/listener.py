"""One uvicorn in one thread of this process."""

from __future__ import annotations

import socket
import sys
import threading

import uvicorn
from starlette.applications import Starlette

HOST = "127.0.0.1"
PATIENCE = 5.0


def bind(port: int) -> socket.socket:
    """Return a socket that already listens: its port is known and nobody else's.

    Raises:
        OSError: the port is taken or not for us.
        OverflowError: there is no such port.
    """
    # Named as TCP, else asyncio does not turn Nagle's algorithm off, and each answer comes 40 ms late.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            # A port closed a moment ago can be had again. On Windows it would mean: even one in use.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen(2048)
    except BaseException:
        listening.close()
        raise
    return listening


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Nobody is waited for: an answer that takes two minutes would hold the interpreter as long.
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await super().shutdown(sockets)


class Listener:
    """Serves an app on a socket until told to stop; leaves signals and logging of this process alone."""

    def __init__(self, app: Starlette, listening: socket.socket) -> None:
        self.port: int = listening.getsockname()[1]
        self._app = app
        self._server = _Server(
            uvicorn.Config(
                app,
                # What is installed beside us must not change what is received.
                http="h11",
                loop="asyncio",
                ws="none",
                lifespan="off",
                proxy_headers=False,
                # Answers are compared: nothing in them may change with the time or the version.
                date_header=False,
                server_header=False,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
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
            self._server.ready.set()

    def start(self) -> None:
        """Return once requests are answered.

        Raises:
            OSError: nothing answers, for the reason it came from; nothing is left running.
        """
        self._thread.start()
        self._server.ready.wait(PATIENCE)
        if not self._server.started:
            self.stop()
            msg = f"the server did not start ({self._failure})"
            raise OSError(msg) from self._failure

    def stop(self) -> None:
        """Return once the port is free again; twice is once."""
        self._server.should_exit = True
        # The last reference can be dropped by the server's own thread, which cannot wait for itself.
        if self._thread is not threading.current_thread():
            self._thread.join(PATIENCE)
        self._app.state.catalogue.close()
