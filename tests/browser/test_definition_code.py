"""The text of a definition, edited in a real Chromium with its real Python."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

import kustomer_nb as knb
from kustomer_nb.widgets import DefinitionCode
from kustomer_nb.widgets.session import Session
from tests.browser.conftest import picture
from tests.browser.leaf_page import LeafPage
from tests.samples import ECOMMSTORE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

TEXT = ECOMMSTORE.read_text(encoding="utf-8")
TOKEN = "sk_live_" + "51H8xY2eZvKYlo2C"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    fresh = browser.new_page(viewport={"width": 900, "height": 700})
    yield fresh
    fresh.close()


class Editor:
    """A leaf with its page."""

    def __init__(self, page: Page, text: str = TEXT) -> None:
        self.session = Session(knb.loads(text))
        self.leaf = DefinitionCode(self.session)
        self.shown = LeafPage(page, self.leaf)
        self.page = page
        self.settle()

    @property
    def field(self) -> Locator:
        return self.page.get_by_role("textbox", name="Definition")

    @property
    def text(self) -> str:
        return self.field.input_value()

    def settle(self) -> None:
        # Each answer may let the page send what was typed in the meantime.
        for _ in range(3):
            self.shown.settle()

    def put_caret(self, words: str, *, after: bool = True) -> None:
        at = self.text.index(words) + (len(words) if after else 0)
        self.field.evaluate("(field, at) => { field.focus(); field.setSelectionRange(at, at); }", at)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def agrees(self) -> None:
        self.settle()
        assert self.text == self.session.app.text


def test_what_is_typed_is_the_definition_at_once(page: Page) -> None:
    editor = Editor(page)

    editor.put_caret("https://api.ecommstore.com/orders/")
    page.keyboard.type("open/")
    editor.agrees()

    assert "orders/open/{{{orderId}}}" in editor.session.app.text
    expect(page.get_by_role("status").filter(has_text="Edited")).to_be_visible()


def test_undo_takes_back_what_was_typed_and_what_python_changed(page: Page) -> None:
    editor = Editor(page)
    editor.put_caret('"Refund Order')
    page.keyboard.type("Now")
    editor.settle()
    editor.session.app.edit("/title", "Other")
    editor.session.take_definition()
    editor.settle()
    changed = editor.text
    assert '"Other"' in changed

    editor.press("Control+z", "Control+z")
    assert editor.text == TEXT
    editor.agrees()
    editor.press("Control+Shift+z", "Control+y")
    assert editor.text == changed
    editor.agrees()


def test_enter_and_tab_keep_the_indentation(page: Page) -> None:
    editor = Editor(page, '{\n  "actions": [{"inputTemplate": {}}]\n}\n')
    editor.put_caret('"inputTemplate": {')

    editor.press("Enter")
    page.keyboard.type('"uri": "a"')
    editor.agrees()

    assert editor.text == '{\n  "actions": [{"inputTemplate": {\n    "uri": "a"\n  }}]\n}\n'
    editor.field.press("Control+a")
    editor.press("Tab")
    assert editor.text.startswith('  {\n    "actions"')
    editor.press("Shift+Tab")
    assert editor.text.startswith('{\n  "actions"')
    editor.agrees()


def test_the_keyboard_can_leave(page: Page) -> None:
    editor = Editor(page)
    editor.put_caret("{")

    editor.press("Escape", "Shift+Tab")

    expect(editor.field).not_to_be_focused()
    assert editor.text == TEXT


def test_a_finding_is_reached_read_and_fixed_by_keys(page: Page) -> None:
    editor = Editor(page, TEXT.replace('"version": "0.0.1"', '"version": "0.0.1",'))
    editor.put_caret("{", after=False)

    editor.press("F8")

    said = page.locator(".knb-code-said")
    expect(said).to_contain_text("has no value before it. Fix: remove it.")
    assert page.evaluate("document.activeElement.className") == "knb-code-input"
    editor.press("Control+.")
    editor.agrees()
    assert '"0.0.1",,' not in editor.text


def test_the_other_bracket_is_shown(page: Page) -> None:
    editor = Editor(page)

    editor.put_caret('"settings": {', after=True)
    editor.press("ArrowLeft")

    expect(page.locator(".knb-t-match")).to_have_count(2)


def test_find_goes_through_all_of_a_long_text(page: Page) -> None:
    actions = [{"name": f"action{n}", "inputTemplate": {"uri": f"http://a.b/{n}"}} for n in range(600)]
    editor = Editor(page, json.dumps({"app": "shop", "actions": actions}, indent=2))
    lines = editor.text.count("\n")
    editor.put_caret("{", after=False)

    editor.press("Control+f")
    page.keyboard.type("action599")
    editor.settle()

    assert lines > 3000
    expect(page.locator(".knb-found")).to_have_text("1 of 1")
    expect(page.locator(".knb-code-line", has_text="action599")).to_be_in_viewport()
    editor.press("Escape")
    expect(editor.field).to_be_focused()
    selected = editor.field.evaluate("(field) => field.value.slice(field.selectionStart, field.selectionEnd)")
    assert selected == "action599"


def test_only_the_lines_in_sight_are_drawn(page: Page) -> None:
    actions = [{"name": f"action{n}", "inputTemplate": {"uri": f"http://a.b/{n}"}} for n in range(600)]
    editor = Editor(page, json.dumps({"app": "shop", "actions": actions}, indent=2))
    page.locator(".knb-code-scroll").evaluate("(box) => { box.scrollTop = box.scrollHeight / 2; }")
    editor.put_caret("http://a.b/300")
    counted = """() => {
      const count = { n: 0 };
      new MutationObserver((list) => { for (const one of list) count.n += one.addedNodes.length; })
        .observe(document.body, { childList: true, subtree: true });
      window.counted = count;
    }"""
    page.evaluate(counted)

    page.keyboard.type("x")
    editor.agrees()

    assert page.locator(".knb-code-line").count() < 90
    # Once as it is typed, and once more when Python has looked for problems.
    assert page.evaluate("window.counted.n") < 1000


def test_what_is_typed_while_python_is_busy_arrives(page: Page) -> None:
    editor = Editor(page, '{"actions": [{"inputTemplate": {"uri": "http://a.b/"}}]}')
    # Python answers late: the page goes on with what it has.
    page.evaluate(
        """() => {
      const tell = window.tell;
      window.tell = (content) => new Promise((done) => setTimeout(() => tell(content).then(done), 300));
    }"""
    )
    editor.put_caret("http://a.b/")

    page.keyboard.type("orders")
    editor.session.app.edit("/actions/0/name", "find")
    editor.session.take_definition()
    page.keyboard.type("/open")
    page.wait_for_function("window.pending === 0")
    editor.agrees()

    assert "http://a.b/orders/open" in editor.text
    assert '"find"' in editor.text


def test_a_masked_token_is_moved_with_the_keyboard_and_is_never_on_the_page(page: Page) -> None:
    text = json.dumps(
        {
            "actions": [
                {"inputTemplate": {"uri": "http://a.b", "headers": {"authorization": f"Bearer {TOKEN}"}}}
            ]
        }
    )
    editor = Editor(page, text)
    start = editor.text.index('"authorization"')
    end = editor.text.index("}", start)
    editor.field.evaluate(
        "(field, [a, b]) => { field.focus(); field.setSelectionRange(a, b); }", [start, end]
    )

    editor.press("Control+x")
    assert "authorization" not in editor.session.app.text
    editor.press("Control+v")

    assert editor.session.app.text == text
    assert TOKEN not in page.content() + json.dumps(page.evaluate("window.sent"))
    assert TOKEN not in editor.text


HIDDEN = f'''{{
"inputTemplate": {{
"uri": "http://a.b",
"headers": {{
"authorization": "Bearer {TOKEN}",
"x-api-key": "{TOKEN[:-2]}zZ"
}}
}}
}}
'''


def answer_late(page: Page) -> None:
    page.evaluate(
        """() => {
      const tell = window.tell;
      window.tell = (content) => new Promise((done) => setTimeout(() => tell(content).then(done), 300));
    }"""
    )


def test_lines_with_tokens_are_indented_and_back(page: Page) -> None:
    editor = Editor(page, HIDDEN)
    editor.put_caret("{", after=False)

    editor.press("Control+a", "Tab")
    assert editor.session.editing.text == "".join(f"  {line}" for line in HIDDEN.splitlines(True))
    editor.press("Shift+Tab")

    assert editor.session.editing.text == HIDDEN
    assert TOKEN not in page.content() + json.dumps(page.evaluate("window.sent"))


def test_what_is_typed_around_a_token_while_python_is_busy_keeps_it(page: Page) -> None:
    editor = Editor(page, HIDDEN)
    answer_late(page)

    editor.put_caret('"http', after=False)
    page.keyboard.type(" ")
    editor.put_caret('"authorization": "')
    page.keyboard.type("x")
    editor.put_caret('"x-api-key"')
    page.keyboard.type(" ")
    page.wait_for_function("window.pending === 0")
    editor.settle()

    expected = HIDDEN.replace('"http', ' "http').replace('"Bearer', '"xBearer').replace('key":', 'key" :')
    assert editor.session.editing.text == expected


def test_a_token_is_cut_and_pasted_while_python_is_busy(page: Page) -> None:
    editor = Editor(page, HIDDEN)
    answer_late(page)
    start = editor.text.index('"authorization"')
    line = editor.text[start : editor.text.index("\n", start) + 1]

    editor.put_caret("http://a.b")
    page.keyboard.type("/")
    select = "(field, [a, b]) => { field.focus(); field.setSelectionRange(a, b); }"
    editor.field.evaluate(select, [start + 1, start + 1 + len(line)])
    page.keyboard.press("Control+x")
    editor.put_caret('"headers"', after=False)
    page.keyboard.press("Control+v")
    page.wait_for_function("window.pending === 0")
    editor.settle()

    real = f'"authorization": "Bearer {TOKEN}",\n'
    expected = HIDDEN.replace(real, "").replace('"headers"', f'{real}"headers"').replace("a.b", "a.b/")
    assert editor.session.editing.text == expected


def test_of_two_tokens_with_the_same_mask_the_one_that_is_selected_is_deleted_and_dragged(page: Page) -> None:
    editor = Editor(page, HIDDEN.replace("Bearer ", "").replace("x-api-key", "authorizatioN"))
    start = editor.text.index('"authorization"')
    line = editor.text[start : editor.text.index("\n", start) + 1]
    select = "(field, [a, b]) => { field.focus(); field.setSelectionRange(a, b); }"
    editor.field.evaluate(select, [start, start + len(line)])
    editor.press("Delete")
    assert f"{TOKEN[:-2]}zZ" in editor.session.editing.text
    assert TOKEN not in editor.session.editing.text
    editor.press("Control+z")

    editor.field.evaluate(
        """(field) => {
      const start = field.value.indexOf("sk_live");
      const end = field.value.indexOf('"', start);
      const token = field.value.slice(start, end);
      field.setSelectionRange(start, end);
      field.dispatchEvent(new DragEvent("dragstart"));
      field.dispatchEvent(new InputEvent("beforeinput", { inputType: "deleteByDrag" }));
      field.setRangeText("", start, end, "end");
      field.dispatchEvent(new InputEvent("input", { inputType: "deleteByDrag" }));
      const at = field.value.indexOf("http://");
      field.setSelectionRange(at, at);
      field.dispatchEvent(new InputEvent("beforeinput", { inputType: "insertFromDrop" }));
      field.setRangeText(token, at, at, "select");
      field.dispatchEvent(new InputEvent("input", { inputType: "insertFromDrop" }));
    }"""
    )
    editor.settle()
    assert f'"{TOKEN}http://a.b"' in editor.session.editing.text


def test_a_mask_from_elsewhere_is_taken_back_and_the_reason_said(page: Page) -> None:
    editor = Editor(page, HIDDEN)
    mask = "*" * editor.text.count("*", 0, editor.text.index('"x-api-key"'))
    before = editor.text

    editor.put_caret("http://a.b")
    page.keyboard.insert_text(f"/{mask}?")
    editor.settle()

    expect(
        page.get_by_text("A hidden value cannot be typed; paste it from where it is, or undo.")
    ).to_be_visible()
    assert (editor.text, editor.session.editing.text) == (before, HIDDEN)
    page.keyboard.type("/***")
    editor.settle()
    assert '"http://a.b/***"' in editor.session.editing.text


def test_emoji_are_typed_beside_each_other(page: Page) -> None:
    editor = Editor(page, '{"actions": [{"inputTemplate": {"uri": "http://a.b/"}}]}')
    editor.put_caret("http://a.b/")

    for word in ("\U0001f600", "\U0001f601", "\U0001f600"):
        page.keyboard.insert_text(word)
        page.keyboard.press("ArrowLeft")
        editor.settle()
    editor.press("Backspace", "Delete")

    editor.agrees()
    assert len(page.evaluate("window.sent.filter(({ kind }) => kind === 'edit_text')")) <= 5


def test_a_completion_with_a_quote_is_escaped_for_the_text(page: Page) -> None:
    action = {"inputTemplate": {"uri": "http://a.b/"}, "inputSchema": {"properties": {'q"uote': {}}}}
    editor = Editor(page, json.dumps({"actions": [action]}))
    editor.put_caret("http://a.b/")

    page.keyboard.type("{{")
    editor.press("Control+Space")
    page.get_by_role("option", name='q"uote').click()
    editor.agrees()

    assert editor.session.app.actions[0].value["inputTemplate"]["uri"] == 'http://a.b/{{[q"uote]}}'


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    editor = Editor(page, TEXT.replace('"version": "0.0.1"', '"version": "0.0.1",'))
    page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", str(theme == "light").lower())
    editor.put_caret("{", after=False)
    editor.press("F8")

    found = Axe().run(page)

    assert [
        one["id"]
        for one in found.response["violations"]
        if one["id"]
        not in ("region", "page-has-heading-one", "landmark-one-main", "document-title", "html-has-lang")
    ] == []
    picture(page, f"definition-code-{theme}")


def test_a_key_and_its_value_are_completed_while_they_are_typed(page: Page) -> None:
    editor = Editor(page, '{\n  "inputSchema": {"properties": {"x": {}}}\n}\n')
    editor.put_caret('"x": {')
    page.keyboard.type('"ty')
    editor.settle()
    expect(page.get_by_role("option", name="type")).to_be_visible()
    editor.press("Enter")
    page.keyboard.type("s")
    editor.settle()
    expect(page.get_by_role("option", name="string")).to_be_visible()
    editor.press("Enter")

    assert '{"x": {"type": "string"}}' in editor.text
    editor.agrees()


def first_line(page: Page) -> int:
    """Return the first line in sight, from 1."""
    top = page.locator(".knb-code-scroll").evaluate("(scroller) => scroller.scrollTop")
    return int(top // 20) + 1


def caret_line(editor: Editor) -> int:
    at = int(editor.field.evaluate("(field) => field.selectionStart"))
    return editor.text[:at].count("\n") + 1


ACTIONS = json.dumps(
    {
        "app": "shop",
        "actions": [
            {
                "name": name,
                "description": f"To {name}",
                "inputTemplate": {"uri": f"http://a.b/{name}", "qs": {}},
            }
            for name in ("find", "add", "drop", "pay", "send", "list", "open")
        ],
    },
    indent=4,
)


def line_of(editor: Editor, words: str) -> int:
    return editor.text[: editor.text.index(words)].count("\n") + 1


def test_the_text_opens_at_the_selected_action_and_keeps_the_place_of_each(page: Page) -> None:
    editor = Editor(page, ACTIONS)
    assert caret_line(editor) == line_of(editor, '"name": "find"') - 1

    editor.session.pick("drop")
    editor.settle()
    assert first_line(page) == caret_line(editor) == line_of(editor, '"name": "drop"') - 1
    editor.put_caret('"To drop')
    editor.session.pick("find")
    editor.settle()
    # A line before both: the places move with it.
    editor.session.app.edit("/actions/0/inputTemplate/qs/a", 1)
    editor.session.take_definition()
    editor.settle()
    assert caret_line(editor) == line_of(editor, '"name": "find"') - 1
    editor.session.pick("drop")
    editor.settle()

    assert caret_line(editor) == line_of(editor, '"To drop')


def test_a_name_that_is_typed_in_the_text_leaves_the_caret_where_it_is(page: Page) -> None:
    editor = Editor(page, ACTIONS)
    editor.put_caret('"name": "drop')

    page.keyboard.type("All")
    editor.settle()

    assert caret_line(editor) == line_of(editor, '"dropAll"')
    expect(editor.field).to_be_focused()


def test_a_bracket_before_the_selected_action_leaves_the_caret_and_the_action(page: Page) -> None:
    editor = Editor(page, ACTIONS)
    editor.session.pick("drop")
    editor.settle()
    action = editor.session.action
    editor.put_caret('"name": "find",')
    line = caret_line(editor)
    answer_late(page)

    # Two sequences of keys: the first breaks the text for everything after it, the second repairs it.
    page.keyboard.type(' "a": {')
    page.keyboard.type('"b": 1')
    page.wait_for_function("window.pending === 0")
    editor.settle()
    assert editor.leaf.unreadable
    assert caret_line(editor) == line
    page.keyboard.type("},")
    page.wait_for_function("window.pending === 0")
    editor.agrees()

    assert '"find", "a": {"b": 1},' in editor.text
    assert (caret_line(editor), editor.session.action) == (line, action)


def test_what_another_selection_does_while_one_types_moves_no_caret(page: Page) -> None:
    editor = Editor(page, ACTIONS)
    editor.put_caret('"name": "find')
    line = caret_line(editor)
    answer_late(page)

    page.keyboard.type("Al")
    # As a cell would: nobody left the pane.
    editor.session.pick("drop")
    page.keyboard.type("lOrders")
    page.wait_for_function("window.pending === 0")
    editor.agrees()

    assert '"name": "findAllOrders"' in editor.text
    assert caret_line(editor) == line
    page.evaluate("document.activeElement.blur()")
    editor.session.pick("findAllOrders")
    editor.session.pick("drop")
    editor.settle()
    assert caret_line(editor) == line_of(editor, '"name": "drop"') - 1


def test_an_action_that_goes_while_one_types_moves_no_caret(page: Page) -> None:
    editor = Editor(page, ACTIONS)
    editor.session.pick("drop")
    editor.settle()
    editor.put_caret('"name": "find')
    line = caret_line(editor)

    page.keyboard.type("Al")
    editor.session.app.remove_action("drop")
    editor.session.take_definition()
    page.keyboard.type("l")
    editor.settle()

    assert editor.session.action.name.endswith("findAll")
    assert '"name": "findAll"' in editor.text
    assert caret_line(editor) == line
