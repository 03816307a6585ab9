"""The main job as a new user does it: open, run top to bottom, fill in by keyboard, run, save, reopen."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .conftest import Lab, open_notebook, picture, run_all

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
NOTEBOOK = "01-first-action.ipynb"


def tab_to(page: Page, label: str) -> None:
    """Press Tab until the control of that label has the focus, as a person without a mouse does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        found = page.evaluate("document.activeElement?.labels?.[0]?.textContent ?? document.activeElement?.textContent")
        if found and found.strip().startswith(label):
            return
    pytest.fail(f"Tab never came to {label!r}")


def select_bench(page: Page) -> None:
    """Select the workbench's cell, as the arrow keys do, so that Tab goes into its output."""
    page.evaluate("""() => {
      const app = window.jupyterapp;
      const panel = [...app.shell.widgets('main')].find((one) => one.content?.widgets);
      const at = panel.content.widgets.findIndex((one) => one.model.sharedModel.source.includes('knb.workbench('));
      panel.content.activeCellIndex = at;
      panel.content.mode = 'command';
      panel.content.widgets[at].node.scrollIntoView();
      panel.content.widgets[at].node.focus();
    }""")


def test_the_notebook_runs_and_the_form_is_filled_by_keyboard_alone(page: Page, lab: Lab) -> None:
    open_notebook(page, lab, NOTEBOOK)
    run_all(page)

    select_bench(page)
    tab_to(page, "orderId")
    page.keyboard.press("Control+a")
    page.keyboard.type("1003")
    tab_to(page, "reason")
    page.keyboard.type("arrived <late> & cold")
    expect(page.locator("section[aria-label=Request]")).to_contain_text("/orders/1003")
    tab_to(page, "Run POST")
    page.keyboard.press("Enter")
    result = page.locator("section[aria-label=Result]")
    expect(result).to_contain_text('"status": "REFUNDED"')
    picture(page, "workbench-filled")

    expect(result).to_contain_text("Beside the sample")
    expect(result).to_contain_text("arrived <late> & cold")


def test_dark(page: Page, lab: Lab) -> None:
    open_notebook(page, lab, NOTEBOOK, theme="JupyterLab Dark")
    run_all(page)
    select_bench(page)
    tab_to(page, "amount")
    page.keyboard.type("12x")
    tab_to(page, "Run POST")
    page.keyboard.press("Enter")
    page.wait_for_timeout(1500)
    picture(page, "dark")
    page.evaluate("window.jupyterapp && document.querySelector('.jp-WindowedPanel-outer, .jp-Notebook').scrollTo(0,0)")
    page.wait_for_timeout(700)
    picture(page, "top")
    page.mouse.move(600,600)
    page.mouse.wheel(0,900)
    page.wait_for_timeout(700)
    picture(page, "top2")
