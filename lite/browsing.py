"""The site in a Chromium that reaches nothing else: for its tests and its benchmark."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route

# To start Python takes 10 to 30 seconds of CPU.
PATIENCE = 180_000
PANEL = "[...window.jupyterapp.shell.widgets('main')].find((widget) => widget.content?.widgets)"
KERNEL_RUNS = f"""async () => {{
  const panel = {PANEL};
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.requestExecute({{ code: "1" }}).done;
}}"""
RUN = f"""async (code) => {{
  const panel = {PANEL};
  const {{ content }} = panel;
  content.activeCellIndex = content.widgets.length - 1;
  await window.jupyterapp.commands.execute("notebook:insert-cell-below");
  content.activeCell.model.sharedModel.setSource(code);
  await window.jupyterapp.commands.execute("notebook:run-cell");
  return content.activeCell.model.outputs.toJSON();
}}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


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


def open_notebook(page: Page, address: str, name: str) -> None:
    """Open a notebook of the site, and return when its kernel has run something."""
    page.goto(f"{address}/lab/index.html?path={name}")
    page.wait_for_function(f"() => window.jupyterapp && {PANEL}", timeout=PATIENCE)
    page.evaluate(KERNEL_RUNS)


def run(page: Page, code: str) -> list[dict[str, Any]]:
    """Return the outputs of code in a new cell at the end of the notebook, which stays there."""
    outputs: list[dict[str, Any]] = page.evaluate(RUN, code)
    return outputs
