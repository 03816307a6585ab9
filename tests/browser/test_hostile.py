"""Nothing that a service answers runs in a page: what is shown of hostile answers, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import kustomer_nb as knb
from kustomer_nb import reporting
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.transport.fault_injection import FaultTransport, InjectedFault
from tests.browser.leaf_page import LeafPage
from tests.samples import asking
from tests.transport.hostile import MARKUP, markup

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
RUNS = 1_000
A_PAGE = 100
# As the widget does it, and as a saved output is opened: scripts in innerHTML do not run, handlers do.
SHOW = """(fragments) => {
  const host = document.getElementById('host');
  host.innerHTML = fragments.join('');
  for (const one of host.querySelectorAll('details')) one.open = true;
  return host.querySelectorAll('script, iframe, img, svg, object, embed, link, base, form').length;
}"""
PAGE = "<!doctype html><meta charset=utf-8><body><div id=host></div>"


def shown(seed: int) -> str:
    """Return a run of a hostile answer as HTML, empty where there was none to show."""
    parts = list(markup(Random(seed)))
    plays = FaultTransport(InjectedFault("hostile", parts=lambda: parts))
    action = asking("http://of-nobody.test/", outputTemplate={"all": "/#response", "body": "/#body"})
    try:
        return reporting.html(action.run(transport=plays))
    except KustomerNbError as error:
        return reporting.html(error.diagnostics)


@pytest.fixture
def quiet(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what happened in it that text alone does not cause."""
    happened: list[str] = []
    page = watched(browser.new_context().new_page(), happened)
    yield page, happened
    page.context.close()


def watched(page: Page, happened: list[str]) -> Page:
    """Note what happens in a page that text alone does not cause."""
    page.on("dialog", lambda dialog: (happened.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: happened.append(f"request {request.url}"))
    page.on("popup", lambda popup: happened.append("popup"))
    page.on("pageerror", lambda error: happened.append(f"error {error}"))
    return page


def test_nothing_that_a_service_answers_runs(quiet: Any) -> None:
    page, happened = quiet
    fragments = [shown(seed) for seed in range(RUNS)]
    assert any("onerror=alert(1)" in fragment for fragment in fragments)

    for start in range(0, RUNS, A_PAGE):
        page.set_content(PAGE)
        elements = page.evaluate(SHOW, fragments[start : start + A_PAGE])
        page.set_content(PAGE + "".join(fragments[start : start + A_PAGE]))
        page.wait_for_timeout(20)
        assert elements == 0

    assert happened == []


PAYLOADS = 500
PARTS = ("bar", "problems", "settings", "form", "definition", "preview", "response", "output", "history")
OPEN_ALL = """() => {
  // The second press closes a popover, whose content stays in the page.
  for (const one of document.querySelectorAll('[aria-haspopup]')) { one.click(); one.click(); }
  for (const one of document.querySelectorAll('.knb-o-input, .knb-o-setting')) one.focus();
  for (const one of document.querySelectorAll('label.knb-check, .knb-seg label')) one.click();
  const made = 'script, iframe, img, object, embed, link, base, svg:not(.knb-icon), [onerror], [onload]';
  return [document.querySelectorAll(made).length, document.documentElement.scrollWidth <= innerWidth];
}"""


def an_app_of(payloads: list[str]) -> Any:
    """Return an app in whose names, descriptions, values and settings these payloads stand."""
    properties = {
        text: {"type": "string", "description": text, "default": text, "enum": [text, "a"]}
        for text in payloads
    }
    template = {
        "uri": "http://of-nobody.test/",
        "method": "post",
        "json": True,
        "headers": {"x-sent": "{{{first}}} {{{second}}}"},
        "data": {text: text for text in payloads} | {"of": "/#of"},
    }
    action = {
        "name": f"kustomer.app.shop.{payloads[0]}",
        "description": payloads[-1],
        "type": "rest_api",
        "appSettings": {"first": {"key": payloads[0]}, "second": {"key": "shop.default.token"}},
        "inputSchema": {"properties": properties | {"of": {"type": "array", "items": {"type": "string"}}}},
        "inputTemplate": template,
        "outputTemplate": dict.fromkeys(payloads, "/#body") | {"headers": "/#response.headers"},
        "sampleOutputContext": {text: {text: text} for text in payloads},
    }
    return knb.load({"app": payloads[0], "title": payloads[0], "actions": [action, {**action, "name": "b"}]})


def test_nothing_that_is_written_in_a_definition_or_answered_runs_in_a_leaf(quiet: Any) -> None:
    page, happened = quiet
    texts = [f"{MARKUP[at % len(MARKUP)]}{at}" for at in range(PAYLOADS)]
    parts = list(markup(Random(1)))
    plays = FaultTransport(InjectedFault("hostile", parts=lambda: parts))

    opened = page.context
    for start in range(0, PAYLOADS, A_PAGE):
        few = texts[start : start + A_PAGE]
        app = an_app_of(few)
        inputs = {text: text for text in few} | {"of": few}
        options = {"transport": plays, "settings": {few[0]: few[0], "shop.default.token": few[1]}}
        bench = knb.Workbench(app.actions[0], inputs, **options)
        bench.bar.run(confirm="of-nobody.test")
        for leaf in (getattr(bench, name) for name in PARTS):
            fresh = watched(opened.new_page(), happened)
            LeafPage(fresh, leaf)
            elements, is_narrow = fresh.evaluate(OPEN_ALL)
            fresh.wait_for_timeout(20)
            assert (elements, is_narrow) == (0, True), leaf
            fresh.close()

    assert [one for one in happened if not one.startswith("request ")] == []
    assert all(one.startswith(("request about:", "request blob:")) for one in happened if "request" in one)


def test_the_same_markup_unescaped_is_noticed(quiet: Any) -> None:
    page, happened = quiet

    page.set_content(PAGE + "".join(MARKUP))
    page.wait_for_timeout(200)

    assert "dialog 1" in happened
