"""One definition in two windows of one JupyterLab: each person types, and saves, and loses nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.bench_page import box, pick
from tests.browser.conftest import picture
from tests.browser.lab import NO_WIDGET, Lab, clear, new_page
from tests.browser.shop import APP, write_shop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Windows = tuple[Page, Page, Path]
OPEN = """async (path) => {
  await window.jupyterapp.restored;
  await window.jupyterapp.commands.execute('docmanager:open', { path, factory: 'default' });
}"""
DOCUMENT = (
    "[...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.hasClass?.('knb-document'))"
)
TEXT = f"() => {DOCUMENT}.context.model.sharedModel.source"
DIRTY = f"() => {DOCUMENT}.context.model.dirty"
CLEAN = f"() => !{DOCUMENT}.context.model.dirty"
# Characters are typed one by one before some words, as by an editor of the document.
TYPE = f"""async ([words, typed]) => {{
  const {{ sharedModel }} = {DOCUMENT}.context.model;
  for (const character of typed) {{
    const at = sharedModel.source.indexOf(words);
    sharedModel.updateSource(at, at, character);
    await new Promise((go) => setTimeout(go, 15));
  }}
}}"""
# The same without waiting for its end.
BEGIN_TO_TYPE = f"(typing) => void ({TYPE})(typing)"
SAVE = f"""async () => {{
  window.jupyterapp.shell.activateById({DOCUMENT}.id);
  await window.jupyterapp.commands.execute('docmanager:save').catch(() => {{}});
}}"""
BEGIN_TO_SAVE = f"() => void ({SAVE})()"


@pytest.fixture(scope="module")
def both(browser: Browser, extended: Lab) -> Iterator[tuple[Page, Page]]:
    """Two windows of one browser, each with a workspace of its own."""
    first = new_page(browser)
    second = first.context.new_page()
    second.set_default_timeout(100_000)
    for page, name in ((first, "first"), (second, "second")):
        page.goto(f"{extended.url}/lab/workspaces/{name}?reset&token={extended.token}")
        page.wait_for_function("window.jupyterapp !== undefined")
    yield first, second
    first.context.close()
    extended.reset()


@pytest.fixture
def windows(both: tuple[Page, Page], extended: Lab, request: pytest.FixtureRequest) -> Iterator[Windows]:
    """Two windows that have one document open, and its file."""
    name = f"{request.node.name}.kustomer.json"
    path = write_shop(extended.folder / "two").rename(extended.folder / "two" / name)
    # One after the other: the second window joins the kernel of the first.
    for page in both:
        page.evaluate(OPEN, f"two/{name}")
        shows_workbench(page)
    yield *both, path
    for page in both:
        clear(page)
    extended.end_kernels()


def shows_workbench(page: Page) -> None:
    expect(page.locator(".knb-place-form .knb-formtools").first).to_be_visible()
    expect(page.locator(NO_WIDGET).locator("visible=true")).to_have_count(0)


def text_of(page: Page) -> str:
    return str(page.evaluate(TEXT))


def has(page: Page, *words: str) -> None:
    for each in words:
        page.wait_for_function(f"(words) => ({TEXT})().includes(words)", arg=each)


def test_both_type_and_save_and_nothing_is_lost(windows: Windows) -> None:
    first, second, path = windows

    # Both at once, in the same line and in another one.
    first.evaluate(BEGIN_TO_TYPE, ["{{{orderId}}}", "open/late/"])
    second.evaluate(TYPE, ['Read one order"', "Quickly: "])
    has(first, "orders/open/late/{{{orderId", "Quickly: Read one order")
    has(second, "orders/open/late/{{{orderId", "Quickly: Read one order")
    assert text_of(first) == text_of(second)
    assert (first.evaluate(DIRTY), second.evaluate(DIRTY)) == (True, True)
    # What is seen follows, and what is typed into the form of one is in that of the other.
    pick(first, "getOrder")
    box(first, "/orderId").fill("1042")
    expect(second.locator(".knb-place-preview")).to_contain_text("/orders/open/late/1042")

    # One saves: the other one has nothing to save any more, and is asked nothing.
    second.evaluate(SAVE)
    second.wait_for_function(CLEAN)
    first.wait_for_function(CLEAN)
    assert path.read_text() == text_of(first)
    first.evaluate(TYPE, ["{{{orderId}}}", "again/"])
    first.evaluate(SAVE)
    first.wait_for_function(CLEAN)
    second.wait_for_function(CLEAN)
    assert "late/again/" in path.read_text()
    for page in (first, second):
        expect(page.locator(".jp-Dialog")).to_have_count(0)


def test_a_change_on_disk_is_asked_about_once_and_in_one_window(windows: Windows, extended: Lab) -> None:
    first, second, path = windows
    first.evaluate(TYPE, ["{{{orderId}}}", "first/"])
    second.evaluate(TYPE, ["{{{orderId}}}", "second/"])
    has(first, "orders/first/second/")
    path.write_text(json.dumps(APP, indent=2).replace('"Shop"', '"Other"'))

    second.evaluate(BEGIN_TO_SAVE)
    dialog = second.locator(".jp-Dialog")
    expect(dialog).to_contain_text("File Changed")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    has(second, "orders/first/second/")
    assert second.evaluate(DIRTY)
    picture(second, "document-two-windows")
    second.evaluate(BEGIN_TO_SAVE)
    dialog.get_by_role("button", name="Overwrite").click()

    for page in (first, second):
        page.wait_for_function(CLEAN)
        has(page, "orders/first/second/")
    assert path.read_text() == text_of(first)
    expect(first.locator(".jp-Dialog")).to_have_count(0)


def test_two_windows_without_a_kernel_lose_nothing(windows: Windows, extended: Lab) -> None:
    first, second, path = windows
    extended.end_kernels()
    for page in (first, second):
        expect(page.locator(".knb-documentreport")).to_contain_text("The kernel")
    first.evaluate(TYPE, ["{{{orderId}}}", "first/"])
    second.evaluate(TYPE, ['Read one order"', "Second: "])
    first.evaluate(SAVE)
    first.wait_for_function(CLEAN)

    # Each starts it, one after the other: the first one joins the kernel of the second.
    for page in (second, first):
        page.locator(".knb-documentreport").get_by_role("button", name="Start Kernel Again").click()
        shows_workbench(page)
    for page in (first, second):
        has(page, "orders/first/", "Second: Read one order")

    assert text_of(first) == text_of(second)
    assert len({session["kernel"]["id"] for session in extended.ask("sessions")}) == 1
    assert "Second" not in path.read_text()
    # Its file has changed since this window read it, as JupyterLab says; nothing of it is overwritten.
    second.evaluate(BEGIN_TO_SAVE)
    second.locator(".jp-Dialog").get_by_role("button", name="Overwrite").click()
    for page in (first, second):
        page.wait_for_function(CLEAN)
    assert path.read_text() == text_of(first) == text_of(second)
    assert "orders/first/" in path.read_text()
