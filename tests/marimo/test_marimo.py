"""The widgets in marimo, by what is seen in a real Chromium that reaches no other host."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect

from lite.browsing import alone
from tests.browser.lab import ROOT, started_chromium
from tests.conftest import require
from tests.work import SLOW

MARIMO = ROOT / ".venv-marimo/bin/marimo"
# Seconds until it serves a page.
PATIENCE = 60
# A form, what depends on its value, and a workbench.
NOTEBOOK = """
import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import kustomer_nb as knb

    action = knb.load("ecommstore.json").action()
    return action, knb, mo


@app.cell
def _(action, knb, mo):
    form = mo.ui.anywidget(knb.ActionForm(action))
    form
    return (form,)


@app.cell
def _(action, form, mo):
    request = action.render(form.value) if "orderId" in form.value else None
    mo.md(f"value {form.value!r}, url {request and request.url}")


@app.cell
def _(knb, mo):
    mo.ui.anywidget(knb.workbench("ecommstore.json", mode="sample"))
"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not SLOW, reason="make test-slow runs it, and installs marimo"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    require(MARIMO.exists(), "marimo (make test-slow installs it)")
    folder = tmp_path_factory.mktemp("marimo")
    (folder / "notebook.py").write_text(NOTEBOOK, encoding="utf-8")
    shutil.copy(ROOT / "notebooks/ecommstore.json", folder)
    at = f"127.0.0.1:{(port := free_port())}"
    command = [MARIMO, "run", "notebook.py", "--headless", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with suppress(OSError), urllib.request.urlopen(f"http://{at}/health", timeout=5):
                break
            time.sleep(0.2)
        yield f"http://{at}"
    finally:
        server.terminate()
        server.wait()
    assert "Traceback" not in (folder / "log").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(address: str, chromium: str) -> Iterator[Page]:
    with started_chromium(chromium) as browser, alone(browser, address) as (page, refused):
        page.goto(address)
        # The first page imports everything.
        expect(page.locator(".knb-shell")).to_be_visible(timeout=PATIENCE * 1000)
        yield page
        assert refused == []


def test_the_value_is_the_inputs_and_what_depends_on_it_runs_again(page: Page) -> None:
    value = page.get_by_text("value {")
    expect(value).to_have_text("value {}, url None")
    order = page.locator(".knb-formleaf").first.locator('[data-pointer="/orderId"] input')

    order.fill("42")
    expect(value).to_have_text("value {'orderId': 42}, url https://api.ecommstore.com/orders/42")
    order.fill("7")
    expect(value).to_have_text("value {'orderId': 7}, url https://api.ecommstore.com/orders/7")


def test_a_workbench_runs_there(page: Page) -> None:
    bench = page.locator(".knb-shell")

    bench.locator('[data-pointer="/orderId"] input').fill("43")
    expect(bench.locator(".knb-url")).to_contain_text("/orders/43")
    bench.locator(".knb-run").click()

    expect(bench.locator(".knb-bar .knb-status")).to_contain_text("Sample")
    expect(bench.locator(".knb-place-output")).to_contain_text("Same as sample")
