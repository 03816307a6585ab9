"""The states of the workbench in light and dark: nothing that axe finds wrong, and their pictures."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bench_page import box, open_shop, simulate, status, tab, violations
from tests.browser.conftest import picture
from tests.browser.lab import Lab

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
RETURN = (
    "action='createReturn', inputs={'orderId': 1042, 'comment': 'Box & contents', 'amount': '007',"
    " 'lines': [{'sku': 'A-1', 'quantity': 2}]}"
)


def no_fault(page: Page, state: str, found: dict[str, list[str]]) -> None:
    """Note what axe finds wrong with a state of the page."""
    # Of colours that are on their way to others, axe would measure one in between.
    page.wait_for_timeout(150)
    if wrong := violations(page):
        found[state] = wrong


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_wrong_in_any_state(page: Page, lab: Lab, theme: str) -> None:
    suffix = "-dark" if theme.endswith("Dark") else ""
    found: dict[str, list[str]] = {}
    open_shop(page, lab, f"axe{suffix}", RETURN, theme=theme)
    no_fault(page, "idle", found)
    for name in ("picker", "profile", "help", "chip"):
        page.locator(f".knb-shell .knb-{name}").first.press("Enter")
        no_fault(page, name, found)
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Presets").press("Enter")
    no_fault(page, "presets", found)
    page.keyboard.press("Escape")
    box(page, "/email").press("Control+.")
    no_fault(page, "field menu", found)
    page.keyboard.press("Escape")
    page.locator(".knb-place-problems button").first.press("Enter")
    no_fault(page, "problems", found)
    page.keyboard.press("Escape")
    page.locator(".knb-place-preview [class*=knb-o-input]").first.focus()
    no_fault(page, "origin", found)
    page.locator(".knb-run").press("Enter")
    no_fault(page, "guard", found)
    picture(page, f"guard{suffix}")
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("200 OK")
    no_fault(page, "output", found)
    picture(page, f"workbench{suffix}")
    page.locator(".knb-stage").nth(1).press("Enter")
    no_fault(page, "stage", found)
    page.keyboard.press("Escape")
    for name in ("Response", "History", "Definition"):
        tab(page, name).click()
        no_fault(page, name, found)
    tab(page, "Inputs").click()
    tab(page, "Output").click()
    box(page, "/amount").fill("12x")
    no_fault(page, "unread", found)
    box(page, "/amount").fill("12")
    simulate(page, "429")
    expect(status(page)).to_contain_text(re.compile("429"))
    no_fault(page, "simulated", found)

    assert found == {}


def test_a_narrow_workbench_stands_in_one_column(page: Page, lab: Lab) -> None:
    page.set_viewport_size({"width": 700, "height": 1400})
    open_shop(page, lab, "narrow", RETURN, theme="JupyterLab Light")
    page.locator(".knb-run").click()
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("200 OK")

    left = page.locator(".knb-left").bounding_box()
    right = page.locator(".knb-right").bounding_box()
    assert left is not None
    assert right is not None
    assert right["y"] >= left["y"] + left["height"]
    overflow = """() => [...document.querySelectorAll('.knb-shell .knb-bar *, .knb-shell .knb-tools *')]
      .some((one) => one.getBoundingClientRect().right > innerWidth)"""
    assert not page.evaluate(overflow)
    picture(page, "workbench-narrow")
