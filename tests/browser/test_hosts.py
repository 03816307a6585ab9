"""The workbench where JupyterLab's newest version is not: the oldest supported one, Notebook 7 and Voila."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.bench_page import (
    RESTART,
    SOURCES,
    a_notebook,
    box,
    open_shop,
    pick,
    row,
    sent,
    show,
    status,
    violations,
)
from tests.browser.conftest import picture
from tests.browser.lab import NO_WIDGET, ROOT, Host, Lab, new_page, open_notebook, save, started_lab
from tests.browser.shop import cells_of_shop, write_shop
from tests.conftest import require

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
ORDER = "action='getOrder', inputs={'orderId': 1042}"
LOWEST = ROOT / ".venv-lowest" / "bin" / "python"
# As it is when somebody else's notebook is opened: what they changed has no signature of this machine.
FROM_ELSEWHERE = "# from somewhere else\n"
MOST_WIDTH = "(card) => getComputedStyle(card.parentNode).maxWidth"
RUNS = "(cells) => cells.map((cell) => cell.querySelector('.jp-InputPrompt').textContent)"


@pytest.fixture(scope="module")
def oldest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab in the lowest versions that pyproject.toml allows, of it and of all that it needs of us."""
    require(LOWEST.exists(), f"{LOWEST} (make lowest installs it)")
    with started_lab(tmp_path_factory.mktemp("oldest"), str(LOWEST)) as running:
        yield running


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    """A page that reaches nothing but this machine: Voila asks a CDN for fonts."""
    page = new_page(browser)

    def only_here(route: Route) -> None:
        is_here = "//127.0.0.1" in route.request.url or not route.request.url.startswith("http")
        return route.continue_() if is_here else route.abort()

    page.route("**/*", only_here)
    yield page
    page.context.close()


def runs_and_comes_back(page: Page, lab: Lab, folder: str, host: Host) -> None:
    """Fill in, run, save, lose the kernel during a run, and open the saved notebook again."""
    open_shop(page, lab, folder, ORDER, host=host)
    before, runs = page.evaluate(SOURCES), page.eval_on_selector_all(".jp-CodeCell", RUNS)
    box(page, "/orderId").fill("1004")
    box(page, "/orderId").press("Control+Enter")
    expect(status(page)).to_contain_text("200 OK")
    expect(row(page, "/body/id")).to_contain_text("1004")
    page.locator(".knb-mode").focus()
    for key in ["a", "b", "m", "x", "d", "d"]:
        page.keyboard.press(key)
    assert sent(page) == 1
    assert (page.evaluate(SOURCES), page.eval_on_selector_all(".jp-CodeCell", RUNS)) == (before, runs)
    card = page.locator(".knb-static")
    expect(card).to_contain_text("Last run, saved")
    expect(card).to_be_hidden()
    picture(page, f"host-{folder}")
    save(page)

    pick(page, "waitForStock")
    box(page, "/seconds").fill("60")
    page.locator(".knb-run").click()
    expect(status(page)).to_contain_text("Sending")
    page.evaluate(RESTART)
    expect(status(page)).to_contain_text("Kernel")
    expect(page.locator(".knb-run")).to_contain_text("Run")

    lab.end_kernels()
    again = page.context.new_page()
    again.set_default_timeout(100_000)
    open_notebook(again, lab, f"{folder}/shop.ipynb", host=host)
    shows_one_card(again)
    assert (
        again.locator(".knb-static").evaluate("(card) => getComputedStyle(card.parentNode).maxWidth")
        != "none"
    )
    path = lab.folder / folder / "shop.ipynb"
    saved = json.loads(path.read_text(encoding="utf-8"))
    assert "widgets" not in saved["metadata"]
    convert = [sys.executable, "-m", "nbconvert", "--to", "html", path.name]
    subprocess.run(convert, check=True, capture_output=True, cwd=path.parent)
    again.goto(path.with_suffix(".html").as_uri(), wait_until="domcontentloaded")
    shows_one_card(again)

    saved["cells"][1]["source"] = f"{FROM_ELSEWHERE}{''.join(saved['cells'][1]['source'])}"
    path.write_text(json.dumps(saved), encoding="utf-8")
    again.goto(lab.address(f"{folder}/shop.ipynb", host))
    again.wait_for_function("window.jupyterapp !== undefined")
    expect(again.get_by_text(FROM_ELSEWHERE.strip()).first).to_be_visible()
    shows_one_card(again)
    # Like a code host, it takes all styles from what it does not trust.
    assert (
        again.locator(".knb-static").evaluate("(card) => getComputedStyle(card.parentNode).maxWidth")
        == "none"
    )


def shows_one_card(page: Page) -> None:
    """Check that the card is what is seen of a workbench and its latest run, once."""
    card = page.locator(".knb-static")
    expect(card).to_have_count(1)
    expect(card).to_be_visible()
    for part in ("Last run, saved", "sandbox 200 OK", "/orders/1004", "Output beside sample"):
        expect(card).to_contain_text(part)
    expect(page.locator(NO_WIDGET).locator("visible=true")).to_have_count(0)
    expect(page.locator(".knb-shell")).to_have_count(0)


def test_a_run_is_saved_and_opened_again_in_the_oldest_jupyterlab(browser: Browser, oldest: Lab) -> None:
    page = new_page(browser)

    runs_and_comes_back(page, oldest, "oldest", Host.JUPYTERLAB)

    assert page.evaluate("window.jupyterapp.version").startswith("4.2.")
    page.context.close()


def test_a_run_is_saved_and_opened_again_in_notebook_7(page: Page, lab: Lab) -> None:
    require(importlib.util.find_spec("notebook"), "notebook (make test installs it)")

    runs_and_comes_back(page, lab, "notebook", Host.NOTEBOOK)

    assert page.evaluate("window.jupyterapp.name") == "Jupyter Notebook"


def test_a_reader_runs_an_action_in_voila_and_sees_no_token(narrow: Page, lab: Lab) -> None:
    require(importlib.util.find_spec("voila"), "voila (make test installs it)")
    page, frames = narrow, []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    token = "canary-0123456789-ZGVtbw=="
    write_shop(lab.folder / "voila")
    start, bench = cells_of_shop(ORDER)
    # Backwards, so that the page holds the token only if something leaks it.
    cells = [start.replace("Store()", f"Store(token={token[::-1]!r}[::-1])"), bench]
    page.goto(lab.address(a_notebook(lab, "voila/shop.ipynb", *cells), Host.VOILA))
    show(page)

    box(page, "/orderId").fill("1004")
    box(page, "/orderId").press("Control+Enter")

    expect(status(page)).to_contain_text("200 OK")
    expect(row(page, "/body/id")).to_contain_text("1004")
    expect(page.get_by_text("kustomer_nb.demo")).to_have_count(0)
    expect(page.locator(".knb-static")).to_be_hidden()
    assert not violations(page)
    picture(page, "host-voila")
    assert any("1004" in frame for frame in frames)
    assert token not in f"{page.content()}{frames}"
    lab.end_kernels()
    page.locator(".knb-run").click()
    expect(status(page)).to_contain_text("Kernel")
    page.goto(f"{lab.address('voila/shop.ipynb', Host.VOILA)}&theme=dark")
    show(page)
    assert page.locator(".knb-shell").evaluate("(shell) => getComputedStyle(shell).colorScheme") == "dark"
    assert not violations(page)
    picture(page, "host-voila-dark")
