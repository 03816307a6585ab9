"""A definition in a cell: its problems, and the changes of a fix, as an author sees them."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import picture
from tests.browser.lab import THEMES, Lab, open_notebook, run_all, use_theme

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
NOTEBOOK = "02-read-and-fix.ipynb"


def test_a_cell_shows_its_problems_and_a_fix_its_changes(page: Page, lab: Lab) -> None:
    page.set_viewport_size({"width": 1280, "height": 1500})
    open_notebook(page, lab, NOTEBOOK)
    run_all(page)

    table = page.locator(".jp-OutputArea-output", has_text="6 errors, 1 warning, 5 hints")
    expect(table.locator("tbody tr")).to_have_count(12)
    expect(table).to_contain_text("declare `orderId` in inputSchema")
    changes = page.locator(".jp-OutputArea-output", has_text="Changed in as-printed.json").first
    changes.scroll_into_view_if_needed()
    expect(changes.locator(".knb-added").first).to_be_visible()

    for theme in THEMES:
        use_theme(page, theme)
        assert Axe().run(page, context=".knb-html").response["violations"] == []
        picture(page, f"fixing-{theme.lower()}")
