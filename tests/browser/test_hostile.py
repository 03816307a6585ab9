"""Nothing that a service answers runs in a page: what is shown of hostile answers, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from kustomer_nb import reporting
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.transport.fault_injection import FaultTransport, InjectedFault
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
    page = browser.new_page()
    happened: list[str] = []
    page.on("dialog", lambda dialog: (happened.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: happened.append(f"request {request.url}"))
    page.on("popup", lambda popup: happened.append("popup"))
    page.on("pageerror", lambda error: happened.append(f"error {error}"))
    yield page, happened
    page.close()


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


def test_the_same_markup_unescaped_is_noticed(quiet: Any) -> None:
    page, happened = quiet

    page.set_content(PAGE + "".join(MARKUP))
    page.wait_for_timeout(200)

    assert "dialog 1" in happened
