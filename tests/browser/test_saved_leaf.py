"""A leaf that is drawn from a saved state shows what it showed, as text: nobody would answer its controls."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Page

import kustomer_nb as knb
from tests.browser import leaf_page
from tests.browser.leaf_page import LeafPage

pytestmark = pytest.mark.browser

SECRET = "hunter2-s3cret"
CONTROLS = "input, textarea, select, button, a[href], [tabindex], [contenteditable], [role=tree], [role=tab]"
APP: dict[str, Any] = {
    "app": "shop", "version": "1.0.0", "title": "Shop",
    "settings": {"default": {"token": {"type": "secret", "defaultValue": ""}}},
    "actions": [{
        "name": "kustomer.app.shop.refund", "description": "Refund", "type": "rest_api",
        "appSettings": {"token": {"key": "shop.default.token"}},
        "inputSchema": {"properties": {"orderId": {"type": "number"}, "note": {"type": "string"}}},
        "inputTemplate": {
            "uri": "https://api.shop.com/orders/{{{orderId}}}", "method": "post", "json": True,
            "headers": {"authorization": "Bearer {{{token}}}"}, "data": {"note": "/#note"},
        },
        "outputTemplate": {"status": "/#body.status"},
    }],
}  # fmt: skip


def leaf_of(name: str) -> Any:
    action = knb.load(APP).action()
    inputs = {"orderId": 1042, "note": "damaged"}
    if name == "ActionForm":
        form = knb.ActionForm(action)
        form.enter("orderId", "1042")
        form.enter("note", "damaged")
        return form
    if name in ("ResponseView", "OutputView"):
        answer = httpx.MockTransport(lambda request: httpx.Response(200, json={"status": "REFUNDED"}))
        run = action.run(inputs, settings={"token": SECRET}, transport=answer, confirm="api.shop.com")
        return getattr(knb, name)(run)
    return (
        getattr(knb, name)(action, inputs)
        if name in ("RunBar", "RequestPreview")
        else getattr(knb, name)(action)
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ActionForm", ["orderId", "1042", "damaged"]),
        ("SettingsForm", ["shop.default.token"]),
        ("RunBar", ["https://api.shop.com/orders/1042", "POST"]),
        ("RequestPreview", ["https://api.shop.com/orders/1042", "damaged", "$shop.default.token"]),
        ("ResponseView", ["200", "REFUNDED"]),
        ("OutputView", ["status", "REFUNDED"]),
        ("DefinitionForm", ["https://api.shop.com/orders/{{{orderId}}}", "POST", "/#body.status"]),
    ],
)
def test_a_saved_leaf_shows_its_record_without_controls(
    page: Page, monkeypatch: pytest.MonkeyPatch, name: str, words: list[str]
) -> None:
    # The host puts the class on the outermost view.
    attach = "document.body.replaceChildren(el);"
    assert attach in leaf_page.PAGE
    lost = f'{attach} document.body.className = "jupyter-widgets-disconnected";'
    monkeypatch.setattr(leaf_page, "PAGE", leaf_page.PAGE.replace(attach, lost))

    LeafPage(page, leaf_of(name))
    page.locator(".knb-savednote").wait_for()

    text = page.locator("body").inner_text()
    assert "Run the cell again" in text
    assert [word for word in words if word not in text] == []
    assert page.locator(CONTROLS).count() == 0
    assert SECRET not in page.content()


def test_a_leaf_with_a_kernel_keeps_its_controls(page: Page) -> None:
    LeafPage(page, leaf_of("ActionForm"))
    page.evaluate(
        """() => new Promise((done) => {
      requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)));
    })"""
    )

    assert page.locator(".knb-savednote").count() == 0
    assert page.locator(CONTROLS).count() > 0
