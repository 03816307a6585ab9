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
    expect(builder.field("Input: name").last).to_be_focused()
    page.keyboard.type("locale")
    page.keyboard.press("Tab")
    builder.settle()
    page.get_by_label("locale: default").fill("de")
    builder.settle()
    assert builder.action["inputSchema"]["properties"]["locale"] == {"type": "string", "default": "de"}

    name = builder.field("Input: name").first
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

    name = builder.field("Input: name").first
    name.fill("amount")
    name.press("Enter")
    builder.settle()

    expect(page.locator('[data-message="inputs/0"]')).to_contain_text("amount")
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
    builder.settle()
    group = page.get_by_role("group", name="Body order")
    group.get_by_role("button", name="Add", exact=True).click()
    builder.settle()
    page.keyboard.type("id")
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


def test_what_is_typed_while_python_is_busy_is_kept(page: Page) -> None:
    builder = Builder(page)
    page.evaluate(
        """() => {
      const tell = window.tell;
      window.tell = (content) => new Promise((done) => setTimeout(() => tell(content).then(done), 200));
    }"""
    )

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


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    builder = Builder(page)
    page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", str(theme == "light").lower())
    builder.type("Query notify: value", "{{{am")

    found = Axe().run(page)

    assert {one["id"] for one in found.response["violations"]} - OF_THE_PAGE == set()
    picture(page, f"definition-form-{theme}")
