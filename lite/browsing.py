"""The site in a Chromium that reaches nothing else: for its tests and its benchmark."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, Page, Route


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback, as any static server does; give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def alone(browser: Browser, address: str) -> Iterator[tuple[Page, list[str]]]:
    """Give a page that reaches one address only, and the list of the other URLs that it asked for.

    In the page the application is ``window.jupyterapp``, as in JupyterLab.
    """
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    refused: list[str] = []

    def decide(route: Route) -> None:
        if route.request.url.startswith((f"{address}/", "data:", "blob:")):
            route.continue_()
            return
        refused.append(route.request.url)
        route.abort()

    def expose(route: Route) -> None:
        response = route.fetch()
        settings = response.json()
        settings["jupyter-config-data"]["exposeAppInBrowser"] = True
        route.fulfill(response=response, json=settings)

    context.route("**/*", decide)
    context.route(f"{address}/jupyter-lite.json*", expose)
    yield context.new_page(), refused
    context.close()
