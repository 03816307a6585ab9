"""The help of JupyterLab's own editors: in a file with a definition, and in a cell with ``%%action``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.bench_page import a_notebook, violations
from tests.browser.broken_parts import Broken, hanging, in_each_way
from tests.browser.conftest import picture
from tests.browser.lab import (
    ROOT,
    THEMES,
    Lab,
    clear,
    new_page,
    open_notebook,
    run_all,
    save,
    started_lab,
    use_theme,
    write_json,
)
from tests.conftest import require

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
LOWEST = ROOT / ".venv-lowest" / "bin" / "python"
FIND = "kustomer.app.shop.find"
ACTION: dict[str, Any] = {
    "name": FIND,
    "description": "Finds an order \U0001f600",
    "type": "rest_api",
    "inputTemplate": {
        "uri": "https://api.shop.com/orders/{{{orderId}}}/{{{nope}}}",
        "method": "GET",
        "json": True,
    },
    "inputSchema": {
        "type": "object",
        "properties": {"orderId": {"type": "number"}},
        "required": ["orderId"],
        "additionalProperties": False,
    },
    "outputTemplate": {"status": "/#body.status", "note": "/#body.note"},
    "sampleOutputContext": {"status": "paid", "note": "x"},
}
TEXT = json.dumps(ACTION, indent=2, ensure_ascii=False)
CELL = f"%%action find\n{TEXT}"
OPEN = """async (path) => {
  const app = window.jupyterapp;
  await app.restored;
  app.shell.collapseLeft();
  const widget = await app.commands.execute('docmanager:open', { path, factory: 'Editor' });
  await widget.context.ready;
}"""
# The editor of the file, or that of the cell with the definition.
EDITOR = """
  const widget = window.jupyterapp.shell.currentWidget;
  const cells = widget.content.widgets;
  const cell = cells?.find((one) => one.model.sharedModel.source.startsWith('%%action')) ?? cells?.[0];
  if (cell) Object.assign(widget.content, { activeCellIndex: cells.indexOf(cell), mode: 'edit' });
  const view = (widget.content.editor ?? cell.editor).editor;
"""
PUT_CARET = f"""([before, after]) => {{ {EDITOR}
  const at = view.state.doc.toString().indexOf(before + after);
  if (at === -1) throw new Error(`there is no ${{before + after}}`);
  view.dispatch({{ selection: {{ anchor: at + before.length }}, scrollIntoView: true }});
  view.focus();
}}"""
SOURCE = f"() => {{ {EDITOR} return view.state.doc.toString(); }}"
SELECTED = (
    f"() => {{ {EDITOR} const at = view.state.selection.main; return view.state.sliceDoc(at.from, at.to); }}"
)
WHERE = f"""() => {{ {EDITOR}
  const at = view.state.doc.toString().indexOf('orders/{{{{{{order') + 12;
  const {{ left, top, bottom }} = view.coordsAtPos(at);
  return [left, (top + bottom) / 2];
}}"""
MEASURE = f"""() => {{ {EDITOR}
  return new Promise((read) => view.requestMeasure({{ read }}));
}}"""
SET_SOURCE = f"""(text) => {{ {EDITOR}
  view.dispatch({{ changes: {{ from: 0, to: view.state.doc.length, insert: text }} }});
}}"""
EXECUTE = """(code) => {
  const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
  return kernel.requestExecute({ code, store_history: false }).done.then(({ content }) => content.status);
}"""


class Asked:
    """The questions that a page asked the server, and what its console has."""

    def __init__(self, page: Page) -> None:
        self.questions: list[str] = []
        self.console: list[str] = []
        page.on("request", lambda request: self._note(request.method, request.url))
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))

    def _note(self, method: str, url: str) -> None:
        if "/kustomer-nb/" in url and "/lab/extensions/" not in url:
            self.questions.append(f"{method} {url.partition('/kustomer-nb/')[2].partition('?')[0]}")

    def _hear(self, kind: str, text: str) -> None:
        # What JupyterLab itself says is the same without the extension.
        if kind in ("error", "warning") and "kustomer" in text.lower():
            self.console.append(text)


@pytest.fixture(scope="module")
def shown_page(browser: Browser, extended: Lab) -> Iterator[Page]:
    page = start(browser, extended)
    yield page
    page.context.close()


@pytest.fixture
def editing(shown_page: Page, extended: Lab) -> Iterator[Page]:
    """A page in which JupyterLab stays open from test to test."""
    yield shown_page
    clear(shown_page)
    extended.reset()


def open_file(page: Page, lab: Lab, name: str, content: str | bytes) -> Path:
    """Write a file, and open it in the editor."""
    path = lab.folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    page.evaluate(OPEN, name)
    expect(page.locator(".jp-FileEditor .cm-content")).to_be_visible()
    return path


def start(browser: Browser, lab: Lab) -> Page:
    page = new_page(browser)
    page.goto(f"{lab.url}/lab?reset&token={lab.token}")
    page.wait_for_function("window.jupyterapp !== undefined")
    page.evaluate("window.jupyterapp.restored")
    return page


def marks(page: Page, kind: str = "mark") -> Locator:
    return page.locator(f".knb-lab-{kind}")


def tooltip(page: Page) -> Locator:
    return page.locator(".knb-lab-help")


def source(page: Page) -> str:
    return str(page.evaluate(SOURCE))


def definition(page: Page) -> dict[str, Any]:
    text = source(page)
    value: dict[str, Any] = json.loads(text.partition("\n")[2] if text.startswith("%%action") else text)
    return value


def put_caret(page: Page, before: str, after: str = "") -> None:
    page.evaluate(PUT_CARET, [before, after])


def press_tab_for(page: Page, label: str) -> None:
    """Complete what is typed; among what is proposed is that label."""
    item = page.locator(".jp-Completer-item").filter(has_text=label).first
    # JupyterLab waits for proposals for a second, which a busy machine may take to import what answers.
    for _ in range(10):
        page.keyboard.press("Tab")
        try:
            expect(item).to_be_visible(timeout=4_000)
        except AssertionError:
            continue
        return
    expect(item).to_be_visible()


def rest_on(page: Page, mark: Locator) -> None:
    """Rest the pointer on a mark until its help is open: it does not open while the page is drawn anew."""
    for _ in range(10):
        mark.hover()
        try:
            expect(tooltip(page)).to_be_visible(timeout=4_000)
        except AssertionError:
            page.mouse.move(0, 0)
            continue
        return
    expect(tooltip(page)).to_be_visible()


def helps(page: Page) -> None:
    """Do in an editor with `ACTION` what the help is for; it ends with the input named ``orderKey``."""
    error = marks(page, "error")
    expect(error).to_have_text("{{{nope}}}")

    # What is wrong, and its fix by a click.
    rest_on(page, error)
    expect(tooltip(page)).to_contain_text("KNB303")
    expect(tooltip(page)).to_contain_text("Fix: declare nope in inputSchema.")
    tooltip(page).get_by_role("button", name="Add nope to inputSchema").click()
    expect(error).to_have_count(0)
    assert definition(page)["inputSchema"]["properties"]["nope"] == {"type": "string"}

    # By keys: to the next problem, which is read out, and its fix.
    page.evaluate(SET_SOURCE, source(page).replace('"type": "rest_api"', 'type: "rest_api"'))
    put_caret(page, '"name"')
    expect(error).to_have_text("type")
    page.keyboard.press("F8")
    expect(page.locator(".cm-announced").filter(has_text="Problem 1 of 1, error KNB104")).to_have_count(1)
    expect(tooltip(page)).to_contain_text("KNB104")
    page.keyboard.press("Control+.")
    expect(error).to_have_count(0)
    assert definition(page)["type"] == "rest_api"

    # Completion of an input, of a key, of a helper with its argument, and of a path of the response.
    put_caret(page, "orders/{{{ord", "erId")
    press_tab_for(page, "orderId (number; required)")
    page.keyboard.press("Escape")
    put_caret(page, '"desc', "ription")
    press_tab_for(page, "description")
    page.keyboard.press("Escape")
    page.evaluate(SET_SOURCE, source(page).replace("/#body.status", "/#body.no"))
    put_caret(page, '"/#body.no', '"')
    press_tab_for(page, "note (string)")
    page.locator(".jp-Completer-item").filter(has_text="note (string)").click()
    page.wait_for_function(f'({SOURCE})().includes(\'"status": "/#body.note"\')')

    # The declaration of an input, by a key and by a click.
    put_caret(page, "orders/{{{order", "Id")
    page.keyboard.press("F12")
    page.wait_for_function(f"({SELECTED})() === '\"orderId\"'")
    put_caret(page, "orders/{{{order", "Id")
    expect(page.locator(".knb-lab-editor .cm-line", has_text="orders/{{{orderId")).to_be_visible()
    page.mouse.click(*page.evaluate(WHERE), button="left")
    page.keyboard.down("Control")
    page.mouse.click(*page.evaluate(WHERE))
    page.keyboard.up("Control")
    page.wait_for_function(f"({SELECTED})() === '\"orderId\"'")

    # Another name for an input: first one that it cannot have.
    put_caret(page, "orders/{{{order", "Id")
    page.keyboard.press("F2")
    field = page.locator(".jp-Dialog input")
    field.fill("order key")
    page.keyboard.press("Enter")
    expect(page.locator(".jp-Dialog")).to_contain_text("KNB158")
    field.fill("orderKey")
    page.keyboard.press("Enter")
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    page.wait_for_function(f"({SOURCE})().includes('orders/{{{{{{orderKey}}}}}}')")
    schema = definition(page)["inputSchema"]
    assert (list(schema["properties"]), schema["required"]) == (["orderKey", "nope"], ["orderKey"])


def test_a_definition_in_a_file(editing: Page, extended: Lab) -> None:
    page, asked = editing, Asked(editing)
    path = open_file(page, extended, "find.json", TEXT.replace("\n", "\r\n"))

    helps(page)

    save(page)
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n") > 20
    assert json.loads(path.read_text(encoding="utf-8"))["inputSchema"]["required"] == ["orderKey"]
    assert not asked.console


def test_a_definition_in_a_cell(editing: Page, extended: Lab) -> None:
    page, asked = editing, Asked(editing)
    notebook = a_notebook(extended, "cell.ipynb", "import kustomer_nb", CELL)
    open_notebook(page, extended, notebook)

    helps(page)

    assert not asked.console


def a_run(lab: Lab, name: str) -> str:
    """Write a notebook with the saved result of a run, as somebody may have open."""
    notebook = a_notebook(lab, name, "run")
    saved = nbformat.read(lab.folder / notebook, as_version=4)
    result: dict[str, Any] = {"kind": "Run", "action": FIND, "inputs": {"orderId": 1042}}
    shape = {"type": "object", "properties": {"carrier": {"type": "string"}}}
    result["card"] = {"title": "200 OK", "known": {"action": FIND, "shape": shape}}
    data = {"application/vnd.kustomer.run+json": result, "text/plain": "<Run>"}
    saved.cells[0].outputs = [nbformat.v4.new_output("display_data", data)]
    nbformat.write(saved, lab.folder / notebook)
    return notebook


def test_the_help_shows_the_inputs_of_the_last_run_in_both_themes(editing: Page, extended: Lab) -> None:
    page = editing
    open_notebook(page, extended, a_run(extended, "last.ipynb"))
    open_file(page, extended, "last.json", TEXT)
    error = marks(page, "error")

    for theme in THEMES:
        use_theme(page, theme)
        page.mouse.move(0, 0)
        expect(tooltip(page)).to_have_count(0)
        # Until then, the editor of JupyterLab takes the pointer for where its text was in the other theme.
        page.evaluate(MEASURE)
        rest_on(page, error)
        expect(tooltip(page)).to_contain_text("With the inputs of the last run")
        expect(tooltip(page)).to_contain_text("https://api.shop.com/orders/1042/")
        expect(tooltip(page).get_by_role("button")).to_have_count(1)
        assert tooltip(page).evaluate("(element) => getComputedStyle(element).colorScheme") == theme.lower()
        assert not violations(page, ".knb-lab-help")
        picture(page, f"editor-{theme.lower()}")
    # What the response had, which no sample has.
    page.evaluate(SET_SOURCE, TEXT.replace("/#body.status", "/#body.ca"))
    put_caret(page, '"/#body.ca', '"')
    press_tab_for(page, "carrier (string)")


def test_other_texts_ask_nothing_until_they_are_a_definition(editing: Page, extended: Lab) -> None:
    page, asked = editing, Asked(editing)
    cells = ["x = {'inputTemplate': 1}", "# %%action", '{"app": "shop"}']
    open_notebook(page, extended, a_notebook(extended, "other.ipynb", *cells))
    open_file(page, extended, "package.json", '{"name": "lab", "scripts": {"app": "x"}}')
    page.keyboard.press("Control+End")
    page.keyboard.type("// actions")
    page.wait_for_timeout(600)
    page.keyboard.press("Tab")
    clear(page)
    open_file(page, extended, "shop.py", f"shop = {TEXT}")
    page.evaluate(SET_SOURCE, "actions = []")
    page.wait_for_timeout(600)
    clear(page)
    # Neither a definition of which each key would be a second, nor one that is not begun.
    large = json.dumps([ACTION] * 3_000)
    open_file(page, extended, "large.json", large)
    expect(page.locator(".knb-lab-note")).to_contain_text("too large to check while it is typed")
    clear(page)
    open_file(page, extended, "new.kustomer.json", "")
    page.wait_for_timeout(600)

    assert (asked.questions, asked.console) == ([], [])
    # The same page asks as soon as there is something to ask.
    page.evaluate(SET_SOURCE, '{"app": "new"}')
    expect(marks(page).first).to_be_visible()
    assert asked.questions == ["POST lint"]


def test_an_answer_about_an_earlier_text_is_dropped(editing: Page, extended: Lab) -> None:
    page = editing
    open_file(page, extended, "stale.json", TEXT)
    expect(marks(page, "error")).to_have_text("{{{nope}}}")
    waiting: list[Route] = []
    late = "**/kustomer-nb/lint*"
    page.route(late, lambda route: waiting.append(route))

    page.evaluate(SET_SOURCE, TEXT.replace("nope", "never"))
    page.wait_for_timeout(400)
    page.evaluate(SET_SOURCE, TEXT.replace("/{{{nope}}}", ""))
    page.wait_for_timeout(400)
    # One at a time: the second text is asked about when the first answer is there, which marks nothing.
    assert len(waiting) == 1
    assert "never" in (waiting[0].request.post_data or "")
    with page.expect_request(late) as second:
        waiting[0].continue_()
    assert "nope" not in (second.value.post_data or "")
    page.wait_for_timeout(200)
    expect(marks(page)).to_have_count(0)
    page.unroute_all(behavior="ignoreErrors")


@pytest.fixture(scope="module")
def unserved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab with the extension, in a server that does not load ours."""
    home = tmp_path_factory.mktemp("unserved")
    off = {"ServerApp": {"jpserver_extensions": {"kustomer_nb.server": False}}}
    (home / "config").mkdir()
    (home / "config/jupyter_server_config.json").write_text(json.dumps(off))
    with started_lab(home, has_extension=True) as running:
        yield running


def test_the_kernel_answers_where_the_server_does_not_and_else_nobody(
    browser: Browser, unserved: Lab
) -> None:
    command = {"command": "kustomer-nb:go-to-definition", "selector": ".knb-lab-editor"}
    keys = unserved.folder.parent / "settings/@jupyterlab/shortcuts-extension/shortcuts.jupyterlab-settings"
    write_json(keys, {"shortcuts": [{**command, "keys": ["Ctrl Alt D"]}]})
    page = start(browser, unserved)
    asked = Asked(page)
    # Neither a server nor a kernel: the editor of JupyterLab as it is.
    open_file(page, unserved, "find.json", TEXT)
    put_caret(page, "orders/{{{ord", "erId")
    page.keyboard.press("F12")
    page.wait_for_timeout(600)
    expect(marks(page)).to_have_count(0)
    assert not asked.console
    clear(page)

    # A kernel without the package is left alone, and one with it answers, once it has nothing else to do.
    open_notebook(page, unserved, a_notebook(unserved, "cell.ipynb", "import sys", CELL))
    expect(marks(page, "error")).to_have_text("{{{nope}}}")
    assert page.evaluate(EXECUTE, "'kustomer_nb.language.questions' in sys.modules or 1 / 0") == "error"
    put_caret(page, "orders/{{{ord", "erId")
    press_tab_for(page, "orderId (number; required)")
    page.keyboard.press("Escape")
    # By the keys that somebody chose in the settings.
    page.keyboard.press("Control+Alt+d")
    page.wait_for_function(f"({SELECTED})() === '\"orderId\"'")
    page.evaluate(f"void ({EXECUTE})('import time; time.sleep(2)')")
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'"
    )
    page.evaluate(SET_SOURCE, CELL.replace("nope", "later"))
    page.wait_for_timeout(600)
    expect(marks(page, "error")).to_have_count(0)
    expect(marks(page, "error")).to_have_text("{{{later}}}")

    assert (asked.questions, asked.console) == ([], [])
    page.context.close()


@in_each_way
def test_a_broken_part_leaves_the_editor_as_it_is(browser: Browser, extended: Lab, broken: Broken) -> None:
    page = new_page(browser)
    page.route("**/kustomer-nb/**/editor.js", broken)
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text) if "the part" in message.text else None)
    page.goto(f"{extended.url}/lab?reset&token={extended.token}")
    page.wait_for_function("window.jupyterapp !== undefined")
    open_file(page, extended, "broken.json", TEXT)

    put_caret(page, "orders/{{{", "orderId")
    page.keyboard.type("x")
    page.keyboard.press("Tab")

    page.wait_for_timeout(3_500 if broken is hanging else 300)
    assert "{{{x" in source(page)
    expect(marks(page)).to_have_count(0)
    assert [text.partition(" does")[0] for text in warnings] == ['kustomer-nb: the part "editor"']
    page.unroute_all(behavior="ignoreErrors")
    page.context.close()


def test_another_version_in_the_kernel_is_reported_once(editing: Page, extended: Lab) -> None:
    page = editing
    first = "import kustomer_nb; kustomer_nb.__version__ = '0.0.9'"
    open_notebook(page, extended, a_notebook(extended, "version.ipynb", first, CELL))
    run_all(page, stop_before_last=True)
    expect(marks(page, "error")).to_be_visible()

    page.evaluate(SET_SOURCE, CELL.replace("nope", "other"))

    message = page.locator(".jp-Notification-List-Item").filter(has_text="the kernel runs it with 0.0.9")
    expect(marks(page, "error")).to_have_text("{{{other}}}")
    page.evaluate(SET_SOURCE, CELL)
    expect(marks(page, "error")).to_have_text("{{{nope}}}")
    page.locator(".jp-Notification-Status").click()
    expect(message).to_have_count(1)


def test_the_oldest_jupyterlab_helps_too(browser: Browser, tmp_path: Path) -> None:
    require(LOWEST.exists(), f"{LOWEST} (make lowest installs it)")
    with started_lab(tmp_path, str(LOWEST), has_extension=True) as oldest:
        page = start(browser, oldest)
        open_file(page, oldest, "find.json", TEXT)

        helps(page)

        assert page.evaluate("window.jupyterapp.version").startswith("4.2.")
        page.context.close()
