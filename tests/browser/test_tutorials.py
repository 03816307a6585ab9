"""The first tutorial as a newcomer works through it: run, change a file, start over, go on to the next."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import Lab, open_notebook, run_all

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
LAST = """() => {
  const panel = [...window.jupyterapp.shell.widgets("main")].find((widget) => widget.content?.widgets);
  return panel.content.scrollToItem(panel.content.widgets.length - 1);
}"""


def test_the_first_tutorial_leads_from_a_run_to_the_next_one(page: Page, lab: Lab) -> None:
    page.set_viewport_size({"width": 1280, "height": 1700})
    open_notebook(page, lab, "01-first-action.ipynb")
    run_all(page)

    definition = lab.folder / "01-first-action/ecommstore.json"
    written = definition.read_text(encoding="utf-8")
    bench = page.locator(".knb-shell")
    bench.locator('[data-pointer="/orderId"] input').fill("1001")
    bench.locator(".knb-run").click()
    expect(bench.locator(".knb-bar .knb-status")).to_contain_text("200 OK")

    definition.write_text(written.replace("Refund Order", "Refund my order"), encoding="utf-8")
    run_all(page)
    assert definition.read_text(encoding="utf-8") == written
    earlier = lab.folder / "earlier/01-first-action/1/ecommstore.json"
    assert "Refund my order" in earlier.read_text(encoding="utf-8")

    page.evaluate(LAST)
    page.get_by_role("link", name="2. Read and fix a definition").click()
    expect(page.locator(".lm-DockPanel .lm-TabBar-tab", has_text="02-read-and-fix.ipynb")).to_be_visible()
