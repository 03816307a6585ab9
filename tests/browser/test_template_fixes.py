"""The fixes of templates in the request preview, in a real Chromium with its real Python."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

import kustomer_nb as knb
from kustomer_nb.widgets import RequestPreview
from kustomer_nb.widgets.session import Session
from tests.browser.leaf_page import LeafPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

DEFINITION = {
    "name": "find",
    "inputTemplate": {
        "uri": "http://a.b/{{{id}}}",
        "headers": {"x-note": "{{note}}"},
        "method": "post",
        "json": True,
        "data": {"q": "/#query"},
    },
    "inputSchema": {"properties": {"note": {"type": "string"}}},
}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    fresh = browser.new_page(viewport={"width": 700, "height": 700})
    errors: list[str] = []
    fresh.on("pageerror", lambda error: errors.append(str(error)))
    yield fresh
    fresh.close()
    assert not errors


def test_each_change_of_the_preview_has_its_button_and_one_click_is_one_step(page: Page) -> None:
    session = Session(knb.loads(json.dumps(DEFINITION, indent=2)))
    session.set_inputs({"id": 7, "note": "A & B"})
    shown = LeafPage(page, RequestPreview(session))
    text = session.app.text

    # By the pointer, from the URL.
    page.locator(".knb-o-input").first.hover()
    page.get_by_role("dialog", name="Origin").get_by_role("button", name="Add to inputSchema").click()
    shown.settle()
    assert session.action.value["inputSchema"]["properties"]["id"] == {"type": "number"}
    # By keys, from the header; Enter goes to the fix.
    page.locator(".knb-o-input", has_text="A &amp; B").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Use {{{ }}}", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    shown.settle()
    assert session.action.value["inputTemplate"]["headers"]["x-note"] == "{{{note}}}"
    # What has no value is nowhere in the request.
    page.get_by_role("button", name="Add to inputSchema for query").click(timeout=9000)
    shown.settle()
    expect(page.get_by_role("button", name="Add to inputSchema")).to_have_count(0)

    assert [session.editing.undo() for _ in range(4)][3] == ""
    assert session.app.text == text
