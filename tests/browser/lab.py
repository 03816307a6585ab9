"""A real JupyterLab, started by our own command, and a real Chromium: for the tests and for benchmarks."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
}
FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
}
OPEN_AND_READY = """(theme) => Promise.race([(async () => {
  const app = window.jupyterapp;
  await app.restored;
  const find = () => [...app.shell.widgets('main')].find((one) => one.sessionContext && one.content.widgets);
  while (!find()) await new Promise((go) => setTimeout(go, 50));
  const panel = find();
  // Notebook 7 has no side bar that is open.
  app.shell.collapseLeft?.();
  if (theme) await app.commands.execute('apputils:change-theme', { theme });
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.revealed;
  await panel.sessionContext.session.kernel.info;
})(), new Promise((_, refuse) => setTimeout(() => refuse(new Error('not ready in 30 s')), 30000))])"""

# In a JupyterLab where nothing is open; what it shows in place of nothing, a launcher, is closed.
OPEN_IN_EMPTY = """async (path) => {
  const app = window.jupyterapp;
  const others = [...(app?.shell.widgets('main') ?? [])];
  if (!app || others.some((one) => one.context)) return false;
  await app.commands.execute('docmanager:open', { path });
  for (const other of others) other.dispose();
  return true;
}"""
# Nothing is saved and nobody is asked.
CLOSE_ALL = """async (theme) => {
  const app = window.jupyterapp;
  for (const one of [...app.shell.widgets('main')]) one.dispose();
  if (document.body.dataset.jpThemeName !== theme) {
    await app.commands.execute('apputils:change-theme', { theme });
  }
}"""
# What a host shows in place of a widget whose kernel is gone, and while it looks for it.
NO_WIDGET = "text=/Error displaying widget|model not found|Loading widget/"
LIGHT = "JupyterLab Light"
THEMES = ("Light", "Dark")
WINDOW = {"width": 1400, "height": 1000}

RUN = """async ({ from, to }) => {
  const app = window.jupyterapp;
  const panel = [...app.shell.widgets('main')].find((one) => one.content?.widgets);
  const late = new Promise((_, refuse) => setTimeout(() => refuse(new Error('cells ran over 60 s')), 60000));
  const cells = panel.content.widgets.slice(from, to ?? undefined);
  for (const cell of cells) {
    panel.content.activeCellIndex = panel.content.widgets.indexOf(cell);
    await Promise.race([app.commands.execute('notebook:run-cell'), late]);
  }
}"""


class Host(StrEnum):
    """The pages of one server in which a notebook is shown, by their address."""

    JUPYTERLAB = "lab/tree/{}?reset&"
    NOTEBOOK = "notebooks/{}?"
    VOILA = "voila/render/{}?"


@dataclass
class Lab:
    """A running `kustomer-nb lab` in a folder of its own."""

    url: str
    token: str
    folder: Path
    process: subprocess.Popen[bytes]
    keeps_widget_state: bool = False

    def address(self, notebook: str, host: Host = Host.JUPYTERLAB) -> str:
        return f"{self.url}/{host.format(notebook)}token={self.token}"

    def ask(self, path: str, method: str = "GET") -> Any:
        request = urllib.request.Request(
            f"{self.url}/api/{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def end_kernels(self) -> None:
        # Two windows may have a session each with one kernel, and both end with it.
        while sessions := self.ask("sessions"):
            self.ask(f"sessions/{sessions[0]['id']}", "DELETE")
        # Those of Voila belong to no session.
        for kernel in self.ask("kernels"):
            self.ask(f"kernels/{kernel['id']}", "DELETE")

    def reset(self) -> None:
        """End what a test started, and forget what it chose, such as a theme."""
        self.end_kernels()
        self.keeps_widget_state = False
        write_settings(self.folder.parent)

    def keep_widget_state(self, page: Page) -> None:
        """Save the state of widgets with each notebook, in a JupyterLab that the page is to load."""
        page.goto("about:blank")
        self.keeps_widget_state = True
        write_settings(
            self.folder.parent, {"@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True}}
        )


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


@contextmanager
def started_lab(
    home: Path, python: str = sys.executable, *, has_extension: bool = False, python_path: str | None = None
) -> Iterator[Lab]:
    """Start `kustomer-nb lab` of that Python with all that it keeps in ``home``, and end it.

    Without our extension, results are shown as in any front end that has it not. ``python_path`` is what
    PYTHONPATH has for it; None leaves it as it is.
    """
    work = home / "work"
    work.mkdir(parents=True)
    # Without the projects that somebody's work on the tutorials left beside them.
    for path in (ROOT / "notebooks").glob("*.*"):
        if path.is_file():
            shutil.copy(path, work)
    write_settings(home)
    if not has_extension:
        write_json(home / "config/labconfig/page_config.json", {"disabledExtensions": {"kustomer-nb": True}})
    port, token = free_port(), secrets.token_hex(8)
    command = [python, "-m", "kustomer_nb", "lab", ".", "--no-browser", f"--ServerApp.port={port}"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", "--expose-app-in-browser"]
    command += ["--JupyterNotebookApp.expose_app_in_browser=True"]
    folders = {name: str(home / folder) for name, folder in FOLDERS.items()}
    # The tests turn the history off for themselves, and here it is looked at.
    environment = os.environ | folders | {"KUSTOMER_NB_HISTORY": "on"}
    if python_path is not None:
        environment["PYTHONPATH"] = python_path
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=work, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    running = Lab(f"http://127.0.0.1:{port}", token, work, process)
    try:
        wait_for(running, home / "log")
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def write_settings(home: Path, more: dict[str, Any] | None = None) -> None:
    """Write the settings of a user who wants no news, in place of all that JupyterLab has written."""
    shutil.rmtree(home / "settings", ignore_errors=True)
    for name, value in {**SETTINGS, **(more or {})}.items():
        write_json(home / "settings" / f"{name}.jupyterlab-settings", value)


def write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(value))


def wait_for(lab: Lab, log: Path) -> None:
    deadline = time.monotonic() + 100
    while time.monotonic() < deadline:
        try:
            lab.ask("status")
        except OSError:
            if lab.process.poll() is not None:
                break
            time.sleep(0.2)
        else:
            return
    msg = f"JupyterLab did not answer: {log.read_text()}"
    raise RuntimeError(msg)


@contextmanager
def started_chromium(program: str) -> Iterator[Browser]:
    """Start a Chromium without a window, and end it."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield running
        running.close()


def new_page(browser: Browser) -> Page:
    """Return a page of a context of its own."""
    context = browser.new_context(viewport=WINDOW, device_scale_factor=1)
    page = context.new_page()
    page.set_default_timeout(100_000)
    return page


def is_usual(page: Page, lab: Lab) -> bool:
    """Return whether a page shows a JupyterLab that asks nothing."""
    return page.url.startswith(f"{lab.url}/lab") and not page.locator(".jp-Dialog").count()


def clear(page: Page) -> None:
    """Close what is open in a JupyterLab, and forget what was chosen for its page."""
    page.evaluate(CLOSE_ALL, LIGHT)
    page.set_viewport_size(WINDOW)
    page.emulate_media(color_scheme="null", forced_colors="null", reduced_motion="null")
    page.context.clear_permissions()
    page.mouse.move(0, 0)


def use_theme(page: Page, theme: str) -> None:
    """Change to one of THEMES, and come back when the page has it."""
    name = f"JupyterLab {theme}"
    page.evaluate("(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", name)
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", name)


def open_notebook(
    page: Page, lab: Lab, notebook: str, *, theme: str = "", host: Host = Host.JUPYTERLAB
) -> None:
    """Open a notebook and come back when its kernel is ready; this order of waits makes it reliable.

    It is opened in the JupyterLab that the page shows if nothing else is open in it, else in a new one.
    """
    is_kept = host is Host.JUPYTERLAB and is_usual(page, lab)
    if not (is_kept and page.evaluate(OPEN_IN_EMPTY, notebook)):
        page.goto(lab.address(notebook, host))
        page.wait_for_function("window.jupyterapp !== undefined")
    try:
        page.evaluate(OPEN_AND_READY, theme)
    except Error as error:
        # JupyterLab goes on to a workspace of its own where another page still has the usual one.
        if "context was destroyed" not in str(error):
            raise
        page.wait_for_function("window.jupyterapp !== undefined")
        page.evaluate(OPEN_AND_READY, theme)


def run_all(page: Page, *, stop_before_last: bool = False, only_last: bool = False) -> None:
    """Run the cells and come back when they have finished."""
    page.evaluate(RUN, {"from": -1 if only_last else 0, "to": -1 if stop_before_last else None})


def save(page: Page) -> None:
    """Save the notebook and come back when it is on disk."""
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
