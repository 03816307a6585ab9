"""A lost value followed through a run, and the origins below the preview, as an author sees them."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import picture
from tests.browser.lab import THEMES, Lab, open_notebook, run_all, use_theme

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
NOTEBOOK = "04-where-did-my-value-go.ipynb"


def test_why_and_origins_are_tables_anybody_can_read(page: Page, lab: Lab) -> None:
    page.set_viewport_size({"width": 1280, "height": 1700})
    open_notebook(page, lab, NOTEBOOK)
    run_all(page)

    why = page.locator(".jp-OutputArea-output", has_text="did you mean `status`?")
    expect(why.locator("tbody tr")).to_have_count(4)
    origins = page.locator(".jp-OutputArea-output", has_text='converted from "1042" to 1042')
    expect(origins.locator("tbody tr")).to_have_count(2)
    expect(page.locator(".jp-OutputArea-output", has_text="sampleOutputContext").first).to_be_visible()

    for theme in THEMES:
        use_theme(page, theme)
        assert Axe().run(page, context=".knb-html").response["violations"] == []
        origins.scroll_into_view_if_needed()
        picture(page, f"tracing-{theme.lower()}")
