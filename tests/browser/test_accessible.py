"""The states of the workbench: nothing that axe finds wrong, and their pictures.

In light, dark, high contrast and forced colours, narrow, at 200 % and with less motion.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bench_page import box, open_shop, simulate, status, tab, violations
from tests.browser.conftest import picture
from tests.browser.lab import Lab, use_theme

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
RETURN = (
    "action='createReturn', inputs={'orderId': 1042, 'comment': 'Box & contents', 'amount': '007',"
    " 'lines': [{'sku': 'A-1', 'quantity': 2}]}"
)

# What system colours say: [colour, background] of an element that has them.
HIGHLIGHT = """() => {
  const probe = document.createElement('i');
  probe.style.cssText = 'forced-color-adjust: none; color: HighlightText; background: Highlight';
  document.body.append(probe);
  const { color, backgroundColor } = getComputedStyle(probe);
  probe.remove();
  return [color, backgroundColor];
}"""
# Drawings keep their colour in forced colours, unless they are told to follow the text.
ICONS_APART = """() => [...document.querySelectorAll('.knb-shell .knb-icon')]
  .filter((icon) => icon.checkVisibility())
  .filter((icon) => getComputedStyle(icon).color !== getComputedStyle(icon.parentElement).color)
  .map((icon) => icon.outerHTML.slice(0, 90))"""
MOVING = """() => [...document.querySelectorAll('.knb, .knb *')]
  .flatMap((one) => [null, '::before', '::after'].map((part) => getComputedStyle(one, part)))
  .filter((style) => style.animationName !== 'none' || style.transitionDuration !== '0s').length"""
# What a line hides is told by its ellipsis; what an ancestor scrolls is a pane of code.
CUT = """() => [...document.querySelectorAll('.knb-shell *')].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width > 1 && (box.right > innerWidth + 1 || box.left < -1) && !one.closest('.knb-hidden');
}).map((one) => one.className)"""
SCROLLED = """() => [...document.querySelectorAll('html, .knb-shell, .knb-pane, .knb-scroll')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.className)"""


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


def style_of(page: Page, selector: str, *names: str) -> list[str]:
    """Return what a page shows an element with."""
    read = "(one, names) => names.map((name) => getComputedStyle(one).getPropertyValue(name))"
    return list(page.locator(selector).first.evaluate(read, list(names)))


def open_each(page: Page, found: dict[str, list[str]]) -> None:
    """Open what can be opened above the panes, and note what axe finds."""
    for name in ("picker", "profile", "help", "chip"):
        page.locator(f".knb-shell .knb-{name}").first.press("Enter")
        no_fault(page, name, found)
        page.keyboard.press("Escape")


def test_high_contrast_forced_colours_zoom_and_less_motion(page: Page, lab: Lab) -> None:
    found: dict[str, list[str]] = {}
    open_shop(page, lab, "contrast", RETURN, theme="JupyterLab Dark High Contrast")
    quiet, border = style_of(page, ".knb-type", "color")[0], style_of(page, ".knb-bar", "border-bottom-color")
    open_each(page, found)
    page.locator(".knb-run").press("Enter")
    no_fault(page, "guard", found)
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("200 OK")
    no_fault(page, "output", found)
    box(page, "/amount").fill("12x")
    no_fault(page, "unread", found)
    picture(page, "workbench-high-contrast")
    use_theme(page, "Dark")
    assert style_of(page, ".knb-type", "color")[0] != quiet
    assert style_of(page, ".knb-bar", "border-bottom-color") != border

    page.emulate_media(forced_colors="active", color_scheme="dark")
    assert page.evaluate(ICONS_APART) == []
    box(page, "/notify").press("Space")
    text, background = page.evaluate(HIGHLIGHT)
    checked = '[data-pointer="/notify"] input:checked + span'
    assert style_of(page, checked, "color", "background-color") == [text, background]
    assert style_of(page, ".knb-right [aria-selected=true]", "border-bottom-color") == [background]
    assert style_of(page, ".knb-right [aria-selected=false]", "border-bottom-color") != [background]
    assert style_of(page, "[aria-invalid=true]", "border-top-width") == ["2px"]
    box(page, "/email").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert style_of(page, ":focus", "outline-style", "outline-width") == ["solid", "2px"]
    page.locator(".knb-picker").press("Enter")
    chosen = "[role=option][aria-selected=true]"
    assert style_of(page, chosen, "outline-style", "outline-color") == ["solid", background]
    picture(page, "workbench-forced-colors")
    page.keyboard.press("Escape")
    open_each(page, found)

    # As wide and as high as 1400 by 1000 is at 200 %.
    page.emulate_media(forced_colors="none", color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": 700, "height": 500})
    open_each(page, found)
    for name in ("Request", "Response", "Output", "History"):
        tab(page, name).click()
        assert (page.evaluate(CUT), page.evaluate(SCROLLED)) == ([], [])
    picture(page, "workbench-zoomed")
    assert page.evaluate(MOVING) == 0

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
