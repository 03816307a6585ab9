"""The extension of JupyterLab: saved results without a kernel, card or widget, and parts that are broken."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.bench_page import RESTART, a_notebook, box, open_shop, show, status, violations
from tests.browser.broken_parts import Broken, in_each_way
from tests.browser.conftest import picture
from tests.browser.lab import (
    NO_WIDGET,
    ROOT,
    THEMES,
    Host,
    Lab,
    clear,
    is_usual,
    new_page,
    open_notebook,
    run_all,
    save,
    started_lab,
    use_theme,
)
from tests.browser.shop import BENCH, START, write_shop
from tests.conftest import require
from tests.wheels import build_wheel, install, make_environment

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
LOWEST = ROOT / ".venv-lowest" / "bin" / "python"
ORDER = "action='getOrder', inputs={'orderId': 1042}"
RUN = (
    "run = knb.load('shop.json').action('getOrder')"
    ".run({'orderId': 1042}, hosts=store.hosts, settings=store.settings)"
)
VALUES = [
    "run",
    "run.request",
    "run.response",
    "run.diff",
    "knb.load('shop.json').lint()",
    "knb.coverage(knb.load('shop.json'))",
]
DEAD = """async () => {
  const panel = [...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.widgets);
  const { kernel } = panel.sessionContext.session;
  kernel.requestExecute({ code: 'import os; os._exit(1)', store_history: false });
}"""
SHUT_DOWN = """async () => {
  const panel = [...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.widgets);
  await panel.sessionContext.shutdown();
  if (panel.sessionContext.session) throw new Error('there is a session');
}"""


@pytest.fixture(scope="module")
def extended_page(browser: Browser) -> Iterator[Page]:
    page = new_page(browser)
    yield page
    page.context.close()


@pytest.fixture
def opened(extended_page: Page, extended: Lab) -> Iterator[Page]:
    """A page in which JupyterLab stays open from test to test."""
    yield extended_page
    if is_usual(extended_page, extended):
        clear(extended_page)
    else:
        extended_page.goto("about:blank")
    extended.reset()


def card(page: Page) -> Locator:
    return page.locator(".knb-card")


def shows_widget(page: Page) -> None:
    expect(page.locator(".knb-shell")).to_be_visible()
    expect(card(page).locator("visible=true")).to_have_count(0)
    expect(page.locator(NO_WIDGET).locator("visible=true")).to_have_count(0)


def shows_card(page: Page, *words: str) -> None:
    """Check that the card of the latest run is all that is seen of the workbench."""
    expect(card(page).locator("visible=true")).to_have_count(1)
    expect(page.locator(".knb-shell").locator("visible=true")).to_have_count(0)
    for word in words:
        expect(card(page)).to_contain_text(word)
    expect(page.locator(NO_WIDGET).locator("visible=true")).to_have_count(0)


def reload(page: Page, lab: Lab, notebook: str) -> None:
    page.goto("about:blank")
    open_notebook(page, lab, notebook)


def send(page: Page) -> None:
    box(page, "/orderId").fill("1004")
    box(page, "/orderId").press("Control+Enter")
    expect(status(page)).to_contain_text("200 OK")
    # It is updated after the widget.
    expect(page.locator(".knb-lab-record")).to_contain_text("/orders/1004")


def a_copy(lab: Lab, notebook: str, kernel: str) -> str:
    """Write a copy of a notebook as somebody else's: for a kernel of that name, and without a signature."""
    copied = nbformat.read(lab.folder / notebook, as_version=4)
    copied.cells[0].source = f"# {kernel}\n{copied.cells[0].source}"
    copied.metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": "python"}
    for cell in copied.cells:
        cell.metadata.pop("trusted", None)
    target = Path(notebook).with_stem(kernel).as_posix()
    nbformat.write(copied, lab.folder / target)
    return target


def test_the_widget_and_the_card_of_its_latest_run_change_places(opened: Page, extended: Lab) -> None:
    page, notebook = opened, "places/shop.ipynb"
    run = ("Last run, saved", "sandbox", "200 OK", "/orders/1004", "Output beside sample")

    # Run, and save.
    open_shop(page, extended, "places", ORDER)
    shows_widget(page)
    send(page)
    save(page)
    picture(page, "extension-widget")
    # Reload: the card until the widget is there, with what was typed.
    reload(page, extended, notebook)
    show(page)
    shows_widget(page)
    expect(box(page, "/orderId")).to_have_value("1004")
    # The kernel is restarted: no widget that looks alive.
    page.evaluate(RESTART)
    shows_card(page, *run)
    picture(page, "extension-restarted")
    # Run again.
    run_all(page)
    show(page)
    shows_widget(page)
    send(page)
    # The kernel dies, and comes back without the widget.
    page.evaluate(DEAD)
    shows_card(page, *run)
    # Opened again, with a kernel that knows nothing of it.
    save(page)
    extended.end_kernels()
    reload(page, extended, notebook)
    shows_card(page, *run)
    # Without any kernel.
    page.evaluate(SHUT_DOWN)
    shows_card(page, *run)
    # Somebody else's notebook: not trusted, and seen all the same.
    page.goto(extended.address(a_copy(extended, notebook, "gone"), Host.JUPYTERLAB))
    shows_card(page, *run)
    assert not violations(page)
    picture(page, "extension-no-kernel")


def test_values_are_drawn_folded_searched_and_copied(opened: Page, extended: Lab) -> None:
    page, notebook = opened, "values/shop.ipynb"
    write_shop(extended.folder / "values")
    a_notebook(extended, notebook, START, RUN, *VALUES)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    open_notebook(page, extended, notebook)
    run_all(page)
    page.set_viewport_size({"width": 1400, "height": 3000})

    expect(card(page)).to_have_count(len(VALUES))
    response = card(page).nth(2)
    expect(response).to_contain_text('"status": "SHIPPED"')
    # An author's or a service's text is text.
    expect(response).to_contain_text("<b>42</b>")
    assert page.locator(".knb-card b").count() == 0
    response.get_by_role("button", name="lines: 2 items").click()
    expect(response.get_by_text("MUG-42")).to_be_hidden()
    response.get_by_role("button", name="Copy").first.click()
    assert json.loads(page.evaluate("navigator.clipboard.readText()"))["status"] == "SHIPPED"
    run = card(page).first
    run.get_by_role("button", name="Find").first.click()
    page.keyboard.type("assum")
    expect(run.get_by_role("status").first).to_contain_text("1 of")
    expect(run.get_by_text("Platform assumptions")).to_be_visible()
    page.keyboard.press("Escape")
    for theme in THEMES:
        use_theme(page, theme)
        scheme = run.evaluate("(element) => getComputedStyle(element).colorScheme")
        assert scheme == theme.lower()
        assert not violations(page)
        picture(page, f"extension-values-{theme.lower()}")


@in_each_way
def test_a_broken_part_keeps_jupyterlab_from_nothing(browser: Browser, extended: Lab, broken: Broken) -> None:
    page, warnings = new_page(browser), []
    page.on(
        "console", lambda message: warnings.append(message.text) if "kustomer-nb" in message.text else None
    )
    page.route("**/kustomer-nb/**/results.js", broken)
    write_shop(extended.folder / broken.__name__)
    cells = [START, RUN, "run", BENCH.format(more=f", {ORDER}")]
    notebook = a_notebook(extended, f"{broken.__name__}/shop.ipynb", *cells)

    open_notebook(page, extended, notebook)
    run_all(page)
    show(page)

    # As without the extension: the HTML of the run, and the widget.
    expect(page.locator(".knb-html").filter(has_text="200 OK").first).to_be_visible()
    expect(card(page)).to_have_count(0)
    assert page.evaluate("window.jupyterapp.isPluginActivated('kustomer-nb:results')")
    assert len([text for text in warnings if text.startswith("kustomer-nb: the part")]) == 1, warnings
    page.unroute_all(behavior="ignoreErrors")
    page.context.close()
    extended.reset()


def shows_and_loses(page: Page, lab: Lab, folder: str, host: Host) -> None:
    """Run an action in a workbench, restart the kernel, and open the saved notebook without it."""
    open_shop(page, lab, folder, ORDER, host=host)
    shows_widget(page)
    send(page)
    save(page)
    page.evaluate(RESTART)
    shows_card(page, "Last run, saved", "200 OK")
    lab.end_kernels()
    page.goto("about:blank")
    open_notebook(page, lab, f"{folder}/shop.ipynb", host=host)
    shows_card(page, "Last run, saved", "200 OK")
    assert not violations(page)
    picture(page, f"extension-{folder}")


def test_notebook_7_has_the_same_results(browser: Browser, extended: Lab) -> None:
    require(importlib.util.find_spec("notebook"), "notebook (make test installs it)")
    page = new_page(browser)

    shows_and_loses(page, extended, "notebook-7", Host.NOTEBOOK)

    assert page.evaluate("window.jupyterapp.name") == "Jupyter Notebook"
    page.context.close()
    extended.reset()


def test_the_oldest_jupyterlab_has_the_same_results(browser: Browser, tmp_path: Path) -> None:
    require(LOWEST.exists(), f"{LOWEST} (make lowest installs it)")
    page = new_page(browser)

    with started_lab(tmp_path, str(LOWEST), has_extension=True) as oldest:
        shows_and_loses(page, oldest, "oldest-lab", Host.JUPYTERLAB)

    assert page.evaluate("window.jupyterapp.version").startswith("4.2.")
    page.context.close()


def test_the_wheel_alone_shows_a_saved_result(browser: Browser, tmp_path: Path) -> None:
    require(importlib.util.find_spec("hatchling"), "hatchling (make test installs it)")
    python = make_environment(tmp_path / "env")
    install(python, build_wheel(tmp_path / "wheel"))
    page, headers = new_page(browser), {}
    page.on("response", lambda answer: headers.update({answer.url: (answer.status, answer.headers)}))

    with started_lab(tmp_path / "home", str(python), has_extension=True, python_path="") as running:
        notebook = a_notebook(running, "saved.ipynb", "run")
        saved = nbformat.read(running.folder / notebook, as_version=4)
        data = {"application/vnd.kustomer.run+json": {"card": {"title": "200 OK"}}, "text/plain": "<Run>"}
        saved.cells[0].outputs = [nbformat.v4.new_output("display_data", data)]
        nbformat.write(saved, running.folder / notebook)
        open_notebook(page, running, notebook)
        shows_card(page, "200 OK")
        # Its server extension too: what is in a definition is known by Python alone.
        page.keyboard.press("Control+Alt+k")
        expect(page.locator("#kustomer-nb-workspace")).to_contain_text("store.refundOrder")

    ours = {url: answer for url, answer in headers.items() if "/extensions/kustomer-nb/" in url}
    assert any(url.endswith("/widgets/lib/base.css") for url in ours)
    # A style sheet of two others is asked for again.
    assert {status for status, _ in ours.values()} <= {200, 304}
    # Of an older version, a browser must keep nothing.
    assert {answer["cache-control"] for _, answer in ours.values()} == {"no-cache"}
    page.context.close()
