"""A definition as a document of JupyterLab: beside an editor, over reloads, restarts and changes on disk."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.bench_page import box, pick, tab, toast, violations
from tests.browser.conftest import picture
from tests.browser.lab import (
    FOLDERS,
    NO_WIDGET,
    ROOT,
    THEMES,
    Lab,
    clear,
    free_port,
    is_usual,
    new_page,
    started_lab,
    use_theme,
    wait_for,
    write_settings,
)
from tests.browser.shop import APP, write_shop
from tests.conftest import require
from tests.wheels import build_wheel, install, make_environment

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
LOWEST = ROOT / ".venv-lowest" / "bin" / "python"
FACTORY = "Kustomer Workbench"
OPEN = """async ({ path, factory }) => {
  await window.jupyterapp.restored;
  await window.jupyterapp.commands.execute('docmanager:open', { path, factory });
}"""
# The panel of a document, its kernel and its text.
DOCUMENT = (
    "[...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.hasClass?.('knb-document'))"
)
TEXT_OF = f"{DOCUMENT}.context.model.sharedModel.source"
IS_DIRTY = f"{DOCUMENT}.context.model.dirty"
# The caret of the editor goes behind some words.
AFTER = """(words) => {
  const panel = [...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.editor);
  const { editor } = panel.content;
  const offset = editor.model.sharedModel.source.indexOf(words) + words.length;
  window.jupyterapp.shell.activateById(panel.id);
  editor.focus();
  editor.setCursorPosition(editor.getPositionAt(offset));
}"""
# The caret of the workbench's own editor goes behind some words.
CARET = """(field, words) => {
  const at = field.value.indexOf(words) + words.length;
  field.focus();
  field.setSelectionRange(at, at);
}"""
# Five characters of a URL are typed into the document, as an editor of it does.
TYPE = f"""() => {{
  const {{ sharedModel }} = {DOCUMENT}.context.model;
  const at = sharedModel.source.indexOf('/orders/{{') + 8;
  sharedModel.updateSource(at, at, 'open/');
}}"""
SHOW = """async (name) => {
  const panel = [...window.jupyterapp.shell.widgets('main')].find((one) => one.hasClass(name));
  await panel.sessionContext.ready;
  window.jupyterapp.shell.activateById(panel.id);
}"""
FOCUS = f"window.jupyterapp.shell.activateById({DOCUMENT}.id)"


@pytest.fixture(scope="module")
def extended_page(browser: Browser, extended: Lab) -> Iterator[Page]:
    page = new_page(browser)
    page.goto(f"{extended.url}/lab?reset&token={extended.token}")
    page.wait_for_function("window.jupyterapp !== undefined")
    yield page
    page.context.close()


@pytest.fixture
def page(extended_page: Page, extended: Lab) -> Iterator[Page]:
    """A page in which JupyterLab stays open from test to test."""
    yield extended_page
    if is_usual(extended_page, extended):
        clear(extended_page)
    else:
        extended_page.goto(f"{extended.url}/lab?reset&token={extended.token}")
        extended_page.wait_for_function("window.jupyterapp !== undefined")
    extended.reset()


def open_document(page: Page, path: str, factory: str = FACTORY) -> None:
    page.evaluate(OPEN, {"path": path, "factory": factory})


def open_shop(page: Page, lab: Lab, folder: str, name: str = "shop.kustomer.json") -> Path:
    """Open the app of the shop as a document in a folder of its own, and return its file."""
    path = write_shop(lab.folder / folder).rename(lab.folder / folder / name)
    open_document(page, f"{folder}/{name}", "default" if name.endswith(".kustomer.json") else FACTORY)
    shows_workbench(page)
    return path


def shows_workbench(page: Page) -> None:
    expect(page.locator(".knb-place-form .knb-formtools").first).to_be_visible()
    expect(page.locator(NO_WIDGET).locator("visible=true")).to_have_count(0)


def report(page: Page) -> Locator:
    """What is shown in place of a workbench."""
    return page.locator(".knb-documentreport")


def action_of(page: Page, name: str) -> Locator:
    """A button of the toolbar of the document."""
    return page.locator(".jp-Toolbar").get_by_text(name, exact=True)


def until(page: Page, expression: str, argument: object = None) -> None:
    page.wait_for_function(expression, arg=argument)


def test_the_panel_and_an_editor_have_one_text(page: Page, extended: Lab) -> None:
    path = open_shop(page, extended, "beside")
    # One of several actions, and what is typed for it.
    pick(page, "getOrder")
    box(page, "/orderId").fill("1042")
    action_of(page, "Open in Editor").click()
    expect(page.locator(".jp-FileEditor .cm-content")).to_be_visible()

    # From the editor to the workbench, unsaved.
    page.evaluate(AFTER, "https://api.ecommstore.com/orders/")
    page.keyboard.type("open/")
    expect(page.locator(".knb-place-preview")).to_contain_text("/orders/open/1042")
    assert page.evaluate(IS_DIRTY)
    assert "open/" not in path.read_text()
    # From the workbench to the editor.
    tab(page, "Definition").click()
    page.get_by_role("radio", name="JSON").click()
    code = page.get_by_role("textbox", name="Definition")
    code.evaluate(CARET, '"Shop')
    page.keyboard.type(" 🛒 of x")
    until(page, f"() => {TEXT_OF}.includes('\"Shop 🛒 of x\"')")
    picture(page, "document-beside-editor")
    # Saved by the workbench, through the document.
    page.keyboard.press("Control+s")
    until(page, f"() => !{IS_DIRTY}")
    saved = path.read_text()
    assert "🛒" in saved
    assert "orders/open/" in saved
    expect(page.locator(".knb-unsaved")).to_be_hidden()

    # The page is loaded again: both are restored, with what was typed and not saved.
    page.evaluate(AFTER, "https://api.ecommstore.com/orders/open/")
    page.keyboard.type("late/")
    tab(page, "Inputs").click()
    expect(page.locator(".knb-place-preview")).to_contain_text("/orders/open/late/1042")
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(f"{extended.url}/lab?token={extended.token}")
    shows_workbench(page)
    expect(box(page, "/orderId")).to_have_value("1042")
    expect(page.locator(".knb-place-preview")).to_contain_text("/orders/open/late/1042")
    until(page, f"() => {IS_DIRTY} && {TEXT_OF}.includes('open/late/')")
    page.evaluate(AFTER, "orders/open/late/")
    page.keyboard.type("again/")
    expect(page.locator(".knb-place-preview")).to_contain_text("/orders/open/late/again/1042")

    # The kernel restarts: the workbench comes back by itself, and nothing is lost.
    page.evaluate(FOCUS)
    page.evaluate("window.jupyterapp.commands.execute('kustomer-nb:restart-document-kernel')")
    expect(report(page)).to_be_visible()
    shows_workbench(page)
    expect(box(page, "/orderId")).to_have_value("1042")
    expect(page.locator(".knb-place-preview")).to_contain_text("/orders/open/late/again/1042")


def test_a_change_on_disk_is_taken_unless_there_are_unsaved_edits(page: Page, extended: Lab) -> None:
    # Any JSON file, by Open With.
    path = open_shop(page, extended, "disk", "shop.json")
    pick(page, "getOrder")
    box(page, "/orderId").fill("7")

    path.write_text(json.dumps(APP, indent=2).replace("ecommstore.com/orders/", "ecommstore.com/v2/orders/"))
    began = time.monotonic()
    expect(page.locator(".knb-place-preview")).to_contain_text("/v2/orders/7")
    seconds = time.monotonic() - began
    expect(toast(page)).to_contain_text("reloaded from disk")
    assert not page.evaluate(IS_DIRTY)
    # Two seconds on a quiet machine.
    assert seconds < 20

    # Both changed: JupyterLab asks.
    page.evaluate(f"{DOCUMENT}.context.model.sharedModel.updateSource(0, 0, ' ')")
    until(page, f"() => {IS_DIRTY}")
    time.sleep(0.6)
    path.write_text(json.dumps(APP, indent=2).replace('"Shop"', '"Other"'))
    expect(page.locator(".knb-unsaved")).to_be_visible()
    page.locator(".knb-unsaved").click()
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("File Changed")
    dialog.get_by_role("button", name="Revert").click()
    until(page, f"() => !{IS_DIRTY} && {TEXT_OF}.includes('\"Other\"')")
    expect(box(page, "/orderId")).to_have_value("7")
    expect(page.locator(".knb-unsaved")).to_be_hidden()
    expect(page.locator(".knb-place-preview")).to_contain_text("com/orders/7")

    # A notebook beside the file.
    action_of(page, "Open Notebook for This Action").click()
    expect(page.locator(".jp-NotebookPanel")).to_be_visible()
    notebook = nbformat.read(path.with_name("shop-getOrder.ipynb"), as_version=4)
    assert [cell.source for cell in notebook.cells] == [
        "# getOrder of shop.json",
        'import kustomer_nb as knb\n\napp = knb.load("shop.json")\napp',
        'knb.workbench(app, "getOrder")',
    ]
    page.evaluate(SHOW, "jp-NotebookPanel")
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    expect(page.locator(".jp-NotebookPanel .knb-shell")).to_be_visible()


def test_a_file_that_is_no_definition_says_what_to_do(page: Page, extended: Lab) -> None:
    folder = extended.folder / "others"
    folder.mkdir()
    (folder / "package.json").write_text('{"name": "web", "version": "1.0.0"}\n')
    (folder / "new-shop.kustomer.json").write_text("")

    open_document(page, "others/package.json")
    expect(report(page)).to_contain_text("package.json has no workbench")
    expect(report(page)).to_contain_text("Fix: open the file of a definition")
    for theme in THEMES:
        use_theme(page, theme)
        assert not violations(page, ".knb-document")
        picture(page, f"document-no-definition-{theme.lower()}")
    # Edited until it is one.
    report(page).get_by_role("button", name="Open in Editor").click()
    expect(page.locator(".jp-FileEditor .cm-content")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(json.dumps(APP))
    shows_workbench(page)
    page.evaluate("for (const one of [...window.jupyterapp.shell.widgets('main')]) one.dispose()")

    # Empty, as JupyterLab makes files.
    open_document(page, "others/new-shop.kustomer.json", "default")
    expect(report(page)).to_contain_text("empty")
    report(page).get_by_role("button", name="Write an Example").click()
    shows_workbench(page)
    until(page, f"() => {IS_DIRTY} && {TEXT_OF}.includes('new-shop')")
    for theme in reversed(THEMES):
        use_theme(page, theme)
        assert not violations(page, ".knb-document")
        picture(page, f"document-{theme.lower()}")


def test_a_kernel_that_is_gone_is_reported_and_starts_again(page: Page, extended: Lab) -> None:
    open_shop(page, extended, "gone")
    pick(page, "getOrder")
    box(page, "/orderId").fill("12")
    expect(page.locator(".knb-place-preview")).to_contain_text("/orders/12")
    # Until the page has what was typed; it is sent 0.3 seconds later, and nothing shows when.
    page.wait_for_timeout(3_000)

    extended.end_kernels()
    expect(report(page)).to_contain_text("The kernel")
    assert not violations(page, ".knb-document")
    picture(page, "document-no-kernel")
    report(page).get_by_role("button", name="Start Kernel Again").click()
    shows_workbench(page)
    expect(box(page, "/orderId")).to_have_value("12")

    # Another view of it shows the same workbench.
    page.evaluate(FOCUS)
    page.evaluate("window.jupyterapp.commands.execute('docmanager:clone')")
    expect(page.locator(".knb-place-form .knb-formtools")).to_have_count(2)
    expect(box(page, "/orderId")).to_have_value("12")
    page.evaluate(f"{DOCUMENT}.dispose()")
    # Closed without saving: what was not saved is gone, and its kernel goes on.
    page.evaluate(f"{DOCUMENT}.context.model.sharedModel.updateSource(0, 0, '     ')")
    expect(page.locator(".knb-unsaved")).to_be_visible()
    page.evaluate(f"{DOCUMENT}.dispose()")
    open_document(page, "gone/shop.kustomer.json", "default")
    shows_workbench(page)
    expect(box(page, "/orderId")).to_have_value("12")
    expect(page.locator(".knb-unsaved")).to_be_hidden()
    assert not page.evaluate(IS_DIRTY)
    assert page.evaluate(TEXT_OF).startswith("{")
    assert len(extended.ask("sessions")) == 1


def test_a_missing_module_leaves_the_editor(browser: Browser, extended: Lab) -> None:
    page, warnings = new_page(browser), []
    page.on(
        "console", lambda message: warnings.append(message.text) if "kustomer-nb" in message.text else None
    )
    page.route("**/kustomer-nb/**/document.js", lambda route: route.fulfill(status=404))
    write_shop(extended.folder / "missing").rename(extended.folder / "missing/shop.kustomer.json")

    page.goto(f"{extended.url}/lab/tree/missing/shop.kustomer.json?reset&token={extended.token}")

    expect(page.locator(".knb-document")).to_contain_text("Open With > Editor")
    open_document(page, "missing/shop.kustomer.json", "Editor")
    expect(page.locator(".jp-FileEditor .cm-content")).to_contain_text("shop")
    assert len([text for text in warnings if text.startswith("kustomer-nb: the part")]) == 1, warnings
    page.unroute_all(behavior="ignoreErrors")
    page.context.close()
    extended.reset()


def opens_and_follows(page: Page, lab: Lab, folder: str) -> None:
    """Fill in and edit a definition that is open, over a reload of the page."""
    shows_workbench(page)
    pick(page, "getOrder")
    box(page, "/orderId").fill("1042")
    page.evaluate(TYPE)
    expect(page.locator(".knb-place-preview")).to_contain_text("/orders/open/1042")
    page.locator(".knb-unsaved").click()
    until(page, f"() => !{IS_DIRTY}")
    assert "/orders/open/" in (lab.folder / folder / "shop.kustomer.json").read_text()
    page.reload()
    shows_workbench(page)
    expect(box(page, "/orderId")).to_have_value("1042")
    assert not violations(page, ".knb-document")
    picture(page, f"document-{folder}")


@contextmanager
def opened_by_command(home: Path, python: Path, file: Path) -> Iterator[str]:
    """Run `kustomer-nb open` of a Python in a folder of its own, and give the address that it opens."""
    write_settings(home)
    (home / "elsewhere").mkdir()
    port, token = free_port(), secrets.token_hex(8)
    command = [str(python), "-m", "kustomer_nb", "open", str(file), "--json", "--no-browser"]
    command += [f"--ServerApp.port={port}", f"--IdentityProvider.token={token}", "--expose-app-in-browser"]
    folders = {name: str(home / folder) for name, folder in FOLDERS.items()}
    # The environment has no extension but ours; those of ipywidgets and anywidget are of these tests.
    for name in ("@jupyter-widgets", "anywidget"):
        link = home / "jupyter/labextensions" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(Path(sys.prefix, "share/jupyter/labextensions", name))
    more = {"PYTHONPATH": "", "JUPYTER_PATH": str(home / "jupyter")}
    environment = os.environ | folders | more
    with (home / "out").open("wb") as out, (home / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=home / "elsewhere", env=environment, stdout=out, stderr=log, start_new_session=True
        )
    try:
        wait_for(Lab(f"http://127.0.0.1:{port}", token, home, process), home / "log")
        address = json.loads((home / "out").read_text())["data"]["address"]
        yield f"http://127.0.0.1:{port}{address}&token={token}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def test_the_wheel_alone_opens_a_definition(browser: Browser, tmp_path: Path) -> None:
    require(importlib.util.find_spec("hatchling"), "hatchling (make test installs it)")
    python = make_environment(tmp_path / "env")
    install(python, build_wheel(tmp_path / "wheel"))
    (tmp_path / "home").mkdir()
    file = write_shop(tmp_path / "the project/nested").rename(tmp_path / "the project/nested/my shop.json")
    (file.parent / "kustomer-nb.toml").rename(tmp_path / "the project/kustomer-nb.toml")
    page = new_page(browser)

    with opened_by_command(tmp_path / "home", python, file) as address:
        assert "/doc/tree/nested/my%20shop.json?" in address
        page.goto(address)
        shows_workbench(page)
        expect(page.locator(".knb-bar")).to_contain_text("sandbox")
        page.wait_for_function("window.jupyterapp.shell.mode === 'single-document'")
        titles = "[...window.jupyterapp.shell.widgets('main')].map((one) => one.title.label)"
        assert page.evaluate(titles) == ["my shop.json"]
        picture(page, "document-opened-by-command")
    page.context.close()


def test_notebook_7_opens_a_definition_in_a_tab(browser: Browser, extended: Lab) -> None:
    require(importlib.util.find_spec("notebook"), "notebook (make test installs it)")
    page = new_page(browser)
    write_shop(extended.folder / "notebook-7").rename(extended.folder / "notebook-7/shop.kustomer.json")

    page.goto(f"{extended.url}/tree/notebook-7?token={extended.token}")
    with page.expect_popup() as popup:
        page.locator(".jp-DirListing-item", has_text="shop.kustomer.json").dblclick()
    opened = popup.value
    opened.set_default_timeout(100_000)
    opens_and_follows(opened, extended, "notebook-7")

    assert opened.evaluate("window.jupyterapp.name") == "Jupyter Notebook"
    page.context.close()
    extended.reset()


def test_the_oldest_jupyterlab_opens_a_definition(browser: Browser, tmp_path: Path) -> None:
    require(LOWEST.exists(), f"{LOWEST} (make lowest installs it)")
    page = new_page(browser)

    with started_lab(tmp_path, str(LOWEST), has_extension=True) as oldest:
        write_shop(oldest.folder / "oldest").rename(oldest.folder / "oldest/shop.kustomer.json")
        page.goto(f"{oldest.url}/lab/tree/oldest/shop.kustomer.json?token={oldest.token}")
        opens_and_follows(page, oldest, "oldest")

    assert re.match(r"4\.2\.", page.evaluate("window.jupyterapp.version"))
    page.context.close()
