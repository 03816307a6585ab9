"""The definition as a form, in a real Chromium with its real Python."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

import kustomer_nb as knb
from kustomer_nb.widgets import DefinitionForm
from tests.browser.conftest import picture
from tests.browser.leaf_page import LeafPage
from tests.samples import ECOMMSTORE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

TEXT = ECOMMSTORE.read_text(encoding="utf-8")
# Those of a page that is only this leaf.
OF_THE_PAGE = {"region", "page-has-heading-one", "landmark-one-main", "document-title", "html-has-lang"}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    fresh = browser.new_page(viewport={"width": 700, "height": 900})
    errors: list[str] = []
    fresh.on("pageerror", lambda error: errors.append(str(error)))
    yield fresh
    fresh.close()
    assert not errors


class Builder:
    """A form with its page."""

    def __init__(self, page: Page, text: str = TEXT) -> None:
        self.page = page
        self.app = knb.loads(text)
        self.leaf = DefinitionForm(self.app.action("refundOrder") if text == TEXT else self.app.actions[0])
        self.shown = LeafPage(page, self.leaf)
        self.settle()

    @property
    def action(self) -> dict[str, object]:
        return self.leaf.action.value

    def settle(self) -> None:
        for _ in range(3):
            self.shown.settle()

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True)

    def type(self, label: str, text: str) -> None:
        self.field(label).focus()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self.settle()

    def slow_down(self, milliseconds: int = 200) -> None:
        """Let each answer of Python take its time."""
        self.page.evaluate(
            """(wait) => {
      const tell = window.tell;
      window.tell = (content) => new Promise((done) => setTimeout(() => tell(content).then(done), wait));
    }""",
            milliseconds,
        )

    def show(self) -> None:
        """Show what another view changed, without waiting for what is on its way."""
        self.page.evaluate("(updates) => window.take(updates)", self.shown._flush())

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


def test_each_key_changes_the_definition_and_the_focus_stays(page: Page) -> None:
    builder = Builder(page)

    builder.type("URL", "https://a.b/{{{orderId")
    builder.page.keyboard.press("Escape")
    builder.page.keyboard.type("}}}/open")
    builder.settle()
    builder.type("Headers authorization: name", "x-token")
    builder.type("Query notify: value", "yes")

    template = builder.action["inputTemplate"]
    assert template["uri"] == "https://a.b/{{{orderId}}}/open"
    assert list(template["headers"]) == ["x-token"]
    assert template["qs"] == {"notify": "yes"}
    expect(page.get_by_label("Query notify: value")).to_be_focused()
    assert page.locator(".knb-tchip.knb-o-input").first.text_content() == "{{{orderId}}}"


def test_a_long_url_is_shown_to_its_end(page: Page) -> None:
    builder = Builder(page)

    builder.type("URL", "https://api.ecommstore.com/v2/shops/main/orders/open/" + "returns/" * 12)

    sizes = builder.field("URL").evaluate(
        "(one) => [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight]"
    )
    assert sizes == [0, 0]
    layers = "(one) => [one, one.previousSibling].map((layer) => layer.getBoundingClientRect().height)"
    field, coloured = builder.field("URL").evaluate(layers)
    assert field == coloured > 40


def test_a_completion_closes_its_template(page: Page) -> None:
    builder = Builder(page)

    builder.type("Query notify: value", "{{{am")
    expect(page.get_by_role("option", name="amount")).to_be_visible()
    page.keyboard.press("Enter")
    builder.settle()

    assert builder.action["inputTemplate"]["qs"] == {"notify": "{{{amount}}}"}


def test_an_input_is_added_filled_in_and_renamed_everywhere(page: Page) -> None:
    builder = Builder(page)

    builder.button("Add Input").click()
    builder.settle()
    expect(builder.field("Input input: name")).to_be_focused()
    page.keyboard.type("locale")
    page.keyboard.press("Tab")
    builder.settle()
    page.get_by_label("locale: default").fill("de")
    builder.settle()
    assert builder.action["inputSchema"]["properties"]["locale"] == {"type": "string", "default": "de"}

    name = builder.field("Input orderId: name")
    name.fill("number")
    name.press("Enter")
    builder.settle()
    dialog = page.get_by_role("dialog", name="Rename")
    expect(dialog).to_contain_text("{{{number}}}")
    dialog.get_by_role("button", name="Rename in").press("Enter")
    builder.settle()

    assert "{{{number}}}" in builder.action["inputTemplate"]["uri"]
    assert builder.action["inputSchema"]["required"] == ["number"]
    expect(dialog).not_to_be_visible()


def test_a_name_that_is_taken_is_refused_where_it_is_typed(page: Page) -> None:
    builder = Builder(page)
    before = builder.app.text

    name = builder.field("Input orderId: name")
    name.fill("amount")
    name.press("Enter")
    builder.settle()

    expect(page.locator('[data-message="/inputSchema/properties/orderId"]')).to_contain_text("amount")
    assert builder.app.text == before


def test_an_output_is_picked_from_the_paths_of_the_response(page: Page) -> None:
    builder = Builder(page)

    builder.button("Add Output").click()
    builder.settle()
    page.keyboard.type("state")
    builder.settle()
    builder.button("Pick").last.click()
    builder.settle()
    page.get_by_role("searchbox").fill("status")
    page.get_by_role("button", name="body.status").first.click()
    builder.settle()

    assert builder.action["outputTemplate"]["state"] == "/#body.status"


def test_a_body_is_built_with_nested_values(page: Page) -> None:
    builder = Builder(page, '{"actions": [{"inputTemplate": {"method": "POST", "uri": "http://a.b"}}]}')

    builder.button("Add JSON Body").click()
    builder.settle()
    body = page.get_by_role("group", name="Body", exact=True)
    body.get_by_role("button", name="Add Object").click()
    builder.settle()
    page.keyboard.type("order")
    page.keyboard.press("Enter")
    builder.settle()
    group = page.get_by_role("group", name="Body order")
    group.get_by_role("button", name="Add", exact=True).click()
    builder.settle()
    page.keyboard.type("id")
    page.keyboard.press("Enter")
    builder.settle()
    page.get_by_label("Body order id: kind").select_option("json")
    builder.settle()
    page.get_by_label("Body order id, JSON").fill("[7]")
    builder.settle()
    page.get_by_label("json", exact=True).select_option("true")
    builder.settle()

    assert builder.action["inputTemplate"] == {
        "method": "POST",
        "uri": "http://a.b",
        "data": {"order": {"id": [7]}},
        "json": True,
    }


def test_undo_goes_back_to_the_byte(page: Page) -> None:
    builder = Builder(page)
    builder.type("description", "Other")
    builder.button("Add Output").click()
    builder.settle()

    while builder.button("Undo").get_attribute("aria-disabled") == "false":
        builder.button("Undo").click()
        builder.settle()

    assert builder.app.text == TEXT
    expect(builder.field("description")).to_have_value("Refund Order")


def test_keys_undo_and_redo_words_in_the_field_that_has_the_focus(page: Page) -> None:
    builder = Builder(page)
    # A step is a word: a pause of this machine is none of its author.
    builder.leaf._editing.edited.history.clock = lambda: 0.0
    # What is typed while Python is busy comes as one edit.
    builder.type("description", "Refund ")
    for word in ("one ", "order"):
        page.keyboard.type(word)
        builder.settle()

    page.keyboard.press("Control+z")
    builder.settle()
    expect(builder.field("description")).to_have_value("Refund one ")
    expect(builder.field("description")).to_be_focused()
    said = page.get_by_role("status").filter(has_text="Undone: edit of description.")
    expect(said).to_be_visible()
    assert builder.button("Undo").get_attribute("title") == "Undo edit of description (Ctrl+Z)"
    assert builder.button("Redo").get_attribute("title") == "Redo edit of description (Ctrl+Shift+Z)"
    page.keyboard.press("Control+z")
    builder.settle()
    expect(builder.field("description")).to_have_value("Refund ")

    page.keyboard.press("Control+Shift+z")
    builder.settle()
    page.keyboard.press("Control+y")
    builder.settle()
    expect(builder.field("description")).to_have_value("Refund one order")
    assert builder.action["description"] == "Refund one order"


def test_undo_puts_a_name_back_that_is_not_complete(page: Page) -> None:
    builder = Builder(page)
    builder.type("Query notify: name", "noti")

    page.keyboard.press("Control+z")
    builder.settle()

    expect(builder.field("Query notify: name")).to_have_value("notify")
    assert builder.app.text == TEXT


def test_undo_puts_a_text_back_that_was_refused(page: Page) -> None:
    builder = Builder(page)
    label = "sampleOutputContext, JSON"
    before = builder.field(label).input_value()
    builder.field(label).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("x")
    builder.settle()
    expect(page.get_by_text("this is not JSON")).to_be_visible()

    page.keyboard.press("Control+z")

    expect(builder.field(label)).to_have_value(before)
    expect(page.get_by_text("this is not JSON")).to_be_hidden()
    assert builder.app.text == TEXT


def test_what_is_typed_while_python_is_busy_is_kept(page: Page) -> None:
    builder = Builder(page)
    builder.slow_down()

    builder.field("description").fill("")
    builder.field("description").focus()
    page.keyboard.type("Slow")
    page.keyboard.press("Tab")
    builder.field("Query notify: value").focus()
    page.keyboard.type("!")
    for _ in range(6):
        builder.settle()

    assert builder.action["description"] == "Slow"
    assert builder.action["inputTemplate"]["qs"]["notify"].count("!") == 1
    expect(builder.field("description")).to_have_value("Slow")


def with_request(request: str, more: str = "") -> str:
    return f'{{"actions": [{{"name": "a", "inputTemplate": {request}{more}}}]}}'


@pytest.mark.parametrize("is_slow", [False, True])
def test_json_is_typed_key_by_key(page: Page, is_slow: bool) -> None:
    builder = Builder(page, with_request('{"uri": "http://a.b", "data": {"n": 1}}'))
    if is_slow:
        builder.slow_down(150)

    builder.field("Body n, JSON").click()
    page.keyboard.press("Control+a")
    page.keyboard.type('{"a": [1, 2], "b": "x"}', delay=30)
    for _ in range(4):
        builder.settle()
    assert builder.action["inputTemplate"]["data"] == {"n": {"a": [1, 2], "b": "x"}}
    # Its rows come when nobody writes there.
    expect(builder.field("Body n, JSON")).to_have_value('{"a": [1, 2], "b": "x"}')
    page.keyboard.press("Tab")
    builder.settle()
    expect(page.get_by_label("Body n a, JSON")).to_have_value("[1, 2]")


def test_json_that_is_refused_stays_with_its_message(page: Page) -> None:
    builder = Builder(page, with_request('{"uri": "http://a.b", "data": {"n": 1, "o": "x"}}'))

    builder.type("Body n, JSON", '{"a": ')
    page.keyboard.press("Tab")
    # Other rows come and go meanwhile.
    builder.leaf.parts.remove("/inputTemplate/data/o")
    builder.settle()

    expect(builder.field("Body n, JSON")).to_have_value('{"a": ')
    expect(page.locator('[data-message="/inputTemplate/data/n"]')).to_contain_text("not JSON")
    builder.type("Body n, JSON", "2")
    expect(page.locator('[data-message="/inputTemplate/data/n"]')).to_have_text("")
    assert builder.action["inputTemplate"]["data"] == {"n": 2}


def test_a_default_stays_as_it_is_typed(page: Page) -> None:
    schema = ', "inputSchema": {"properties": {"n": {"type": "number"}, "o": {"type": "object"}}}'
    builder = Builder(page, with_request('{"uri": "http://a.b"}', schema))

    for label, text in (("n: default", "1e5"), ("o: default", '{"a": 1}')):
        builder.field(label).click()
        page.keyboard.type(text, delay=20)
        builder.settle()
        expect(builder.field(label)).to_have_value(text)
    properties = builder.action["inputSchema"]["properties"]
    assert [node["default"] for node in properties.values()] == [100_000, {"a": 1}]


def test_a_name_is_typed_through_one_that_is_in_use(page: Page) -> None:
    builder = Builder(page, with_request('{"uri": "http://a.b", "qs": {"i": "1", "id": "2", "b": "3"}}'))

    builder.field("Query b: name").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("idx", delay=30)
    page.keyboard.press("Tab")
    page.keyboard.type("9")
    builder.settle()

    assert builder.action["inputTemplate"]["qs"] == {"i": "1", "id": "2", "idx": "39"}
    expect(builder.field("Query idx: value")).to_be_focused()


def test_text_goes_to_its_row_while_another_row_is_removed(page: Page) -> None:
    builder = Builder(page, with_request('{"uri": "http://a.b", "qs": {"a": "1", "b": "2", "c": "3"}}'))
    builder.slow_down(300)

    builder.button("Remove Query a").click()
    builder.field("Query b: value").click()
    page.keyboard.press("End")
    page.keyboard.type("XYZ", delay=100)
    for _ in range(4):
        builder.settle()

    assert builder.action["inputTemplate"]["qs"] == {"b": "2XYZ", "c": "3"}
    expect(builder.field("Query b: value")).to_have_value("2XYZ")
    expect(builder.field("Query c: value")).to_have_value("3")


def test_text_goes_to_its_row_while_another_view_removes_one(page: Page) -> None:
    builder = Builder(page, with_request('{"uri": "http://a.b", "qs": {"a": "1", "b": "2", "c": "3"}}'))
    builder.slow_down(200)

    builder.field("Query b: value").click()
    page.keyboard.press("End")
    page.keyboard.type("X")
    builder.leaf.parts.remove("/inputTemplate/qs/a")
    builder.show()
    page.keyboard.type("YZ", delay=30)
    for _ in range(4):
        builder.settle()

    assert builder.action["inputTemplate"]["qs"] == {"b": "2XYZ", "c": "3"}


def test_text_for_a_list_that_another_view_changed_is_refused(page: Page) -> None:
    builder = Builder(page, with_request('{"uri": "http://a.b", "data": {"l": ["one", "two", "three"]}}'))
    builder.slow_down(300)

    builder.field("2: value").click()
    page.keyboard.press("End")
    builder.leaf.parts.put("/inputTemplate/data/l", '["two", "three"]', "json")
    page.keyboard.type("X")
    for _ in range(4):
        builder.settle()

    assert builder.action["inputTemplate"]["data"]["l"] == ["two", "three"]


def test_what_is_confirmed_is_what_is_renamed(page: Page) -> None:
    schema = ', "inputSchema": {"properties": {"a": {}, "b": {}, "c": {}}}'
    builder = Builder(page, with_request('{"uri": "http://a.b/{{a}}{{b}}{{b}}{{c}}"}', schema))

    builder.type("Input b: name", "bb")
    page.keyboard.press("Enter")
    builder.settle()
    dialog = page.get_by_role("dialog", name="Rename")
    expect(dialog).to_be_visible()
    builder.leaf.parts.remove("/inputSchema/properties/a")
    builder.settle()
    dialog.get_by_role("button", name="Rename in").click()
    builder.settle()

    assert list(builder.action["inputSchema"]["properties"]) == ["bb", "c"]


@pytest.mark.parametrize(("key", "expected"), [("x", "x"), ("Backspace", "")])
def test_a_masked_token_is_replaced_as_a_whole(page: Page, key: str, expected: str) -> None:
    token = "sk_live_51H8xY2eZvKYlo2C"
    headers = f'{{"uri": "http://a.b", "headers": {{"Authorization": "Bearer {token}", "x": "1"}}}}'
    builder = Builder(page, with_request(headers))
    field = builder.field("Headers Authorization: value")
    assert token not in page.content()
    expect(field).to_have_value("Bearer sk_live_****************")

    field.click()
    page.keyboard.press("Tab")
    builder.settle()
    assert token in builder.app.text
    field.click()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press(key)
    builder.settle()
    assert builder.action["inputTemplate"]["headers"]["Authorization"] == expected
    page.keyboard.type("yz", delay=20)
    builder.settle()
    assert builder.action["inputTemplate"]["headers"]["Authorization"] == f"{expected}yz"


def test_one_key_changes_no_line_end(page: Page) -> None:
    builder = Builder(
        page,
        with_request(
            r'{"uri": "http://a.b", "data": "a\r\nb\rc"}',
            r', "description": "One\r\ntwo", "inputSchema": {"properties": {"i": {"description": "x\r\ny"}}}',
        ),
    )

    for label in ("data: value", "description", "i: description"):
        builder.field(label).focus()
        page.keyboard.press("Control+End")
        page.keyboard.type("!", delay=20)
        builder.settle()

    assert builder.action["inputTemplate"]["data"] == "a\r\nb\rc!"
    assert builder.action["description"] == "One\r\ntwo!"
    assert builder.action["inputSchema"]["properties"]["i"] == {"description": "x\r\ny!"}


def test_the_form_lives_on_after_text_that_nothing_can_read(page: Page) -> None:
    builder = Builder(page, with_request('{"uri": "http://a.b", "data": {"n": 1}}'))

    builder.field("Body n, JSON").fill("[" * 1500)
    builder.settle()
    builder.type("URL", "http://c.d")

    assert builder.action["inputTemplate"]["uri"] == "http://c.d"
    expect(page.locator('[data-message="/inputTemplate/data/n"]')).not_to_be_empty()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    builder = Builder(page)
    page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", str(theme == "light").lower())
    builder.type("Query notify: value", "{{{am")

    found = Axe().run(page)

    assert {one["id"] for one in found.response["violations"]} - OF_THE_PAGE == set()
    picture(page, f"definition-form-{theme}")


UNDECLARED = """{
  "name": "find",
  "inputTemplate": {
    "uri": "http://a.b/{{{id}}}", "headers": {"x-note": "{{note}}"}, "data": {"q": "/#query"}
  },
  "inputSchema": {"properties": {"note": {"type": "string"}}}
}
"""


def rest_in(builder: Builder, label: str, offset: int) -> Locator:
    """Let the caret rest in a field, and return the popover that opens there."""
    builder.field(label).focus()
    builder.field(label).evaluate("(one, offset) => one.setSelectionRange(offset, offset)", offset)
    builder.page.keyboard.press("ArrowLeft")
    return builder.page.get_by_role("dialog", name="Template")


def test_a_variable_is_declared_where_the_caret_rests_in_it_in_one_step(page: Page) -> None:
    builder = Builder(page, UNDECLARED)
    builder.leaf._session.set_inputs({"id": 7})

    card = rest_in(builder, "URL", 16)
    expect(card.get_by_role("button")).to_have_text("Add to inputSchema")
    card.get_by_role("button").click()
    builder.settle()

    assert builder.action["inputSchema"]["properties"]["id"] == {"type": "number"}
    expect(builder.field("Input id: name")).to_be_visible()
    expect(builder.field("URL")).to_be_focused()
    expect(card).to_be_hidden()
    page.keyboard.press("Control+z")
    builder.settle()
    assert builder.app.text == UNDECLARED


def test_the_card_of_a_template_is_reached_and_left_by_keys(page: Page) -> None:
    builder = Builder(page, UNDECLARED)
    builder.leaf._session.set_inputs({"note": "A & B"})
    expect(rest_in(builder, "Body q: value", 3)).to_contain_text("Add to inputSchema")

    card = rest_in(builder, "Headers x-note: value", 6)
    expect(card).to_contain_text("A &amp; B")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.keyboard.press("Control+.")
    expect(card.get_by_role("button", name="Use {{{ }}}")).to_be_focused()
    page.keyboard.press("Escape")
    expect(builder.field("Headers x-note: value")).to_be_focused()
    page.keyboard.press("Control+.")
    expect(card.get_by_role("button", name="Use {{{ }}}")).to_be_focused()
    page.keyboard.press("Enter")
    builder.settle()

    assert builder.action["inputTemplate"]["headers"] == {"x-note": "{{{note}}}"}
    expect(builder.field("Headers x-note: value")).to_be_focused()
    expect(card).to_be_hidden()


def test_a_template_without_a_fix_says_where_its_value_comes_from_under_the_pointer_alone(page: Page) -> None:
    builder = Builder(page, UNDECLARED)
    builder.leaf._session.set_inputs({"note": "AB"})
    builder.show()

    card = rest_in(builder, "Headers x-note: value", 6)
    page.wait_for_timeout(400)
    builder.settle()
    expect(card).to_be_hidden()
    builder.page.locator(".knb-bsec-headers .knb-tchip").evaluate(
        "(one) => { window.chip = one.getBoundingClientRect(); }"
    )
    at = page.evaluate("[window.chip.left + 5, window.chip.top + 5]")
    page.mouse.move(*at)
    expect(card).to_contain_text("AB")
    assert Axe().run(page, context=".knb-xray").response["violations"] == []
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()
