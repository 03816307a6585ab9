"""What a new user stumbled over in the workbench, in a real JupyterLab."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bench_page import box, open_shop, pick, show, status, tab, toast
from tests.browser.lab import Lab, open_notebook, run_all

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
# The properties that rules outside any layer set for an element of each type that a widget makes: those win
# over the layered style sheets of the widgets, whatever their specificity.
FOREIGN = """(types) => {
  const place = document.querySelector('.knb-place-output .knb-scroll');
  const probes = types.map((type) => document.createElement(type));
  place.append(...probes);
  const found = {};
  const look = (rules) => {
    for (const rule of rules) {
      if (rule instanceof CSSLayerBlockRule) continue;
      if (rule.selectorText === undefined) { if (rule.cssRules) look(rule.cssRules); continue; }
      for (const probe of probes) {
        if (rule.selectorText === '*' || !probe.matches(rule.selectorText)) continue;
        (found[probe.localName] ??= []).push(...rule.style);
      }
    }
  };
  for (const sheet of document.styleSheets) look(sheet.cssRules);
  for (const probe of probes) probe.remove();
  return found;
}"""
# What the style sheets of the widgets leave to the page, or protect by !important.
HARMLESS = {
    "button": {"font-family", "border-radius"},
    "select": {"box-sizing"},
    "code": {"font-family", "font-size", "line-height"},
    "kbd": {"font-family", "font-size", "line-height"},
}


def _types() -> list[str]:
    """Return the type of each element that the widgets make."""
    widgets = files("kustomer_nb") / "widgets"
    folders = (widgets, widgets / "lib")
    texts = [file.read_text() for folder in folders for file in folder.iterdir() if file.name.endswith(".js")]
    return sorted({name for text in texts for name in re.findall(r"\bmake\(\s*\"([a-z0-9]+)\"", text)})


FOCUS_IN_BENCH = "document.querySelector('.knb-shell').contains(document.activeElement)"
IN_WINDOW = """(el) => {
  const { top, bottom } = el.getBoundingClientRect();
  const view = document.querySelector('.jp-WindowedPanel-outer, .jp-Notebook').getBoundingClientRect();
  return top >= view.top && bottom <= view.bottom ? '' : `${top} ${bottom} in ${view.top} ${view.bottom}`;
}"""


def test_no_rule_of_jupyterlab_restyles_an_element_of_the_workbench(page: Page, lab: Lab) -> None:
    types = _types()
    assert {"button", "table", "kbd"} <= {*types}
    open_shop(page, lab, "foreign")

    foreign = page.evaluate(FOREIGN, types)

    radius = "border-{}-radius".format
    corners = {radius(f"{y}-{x}") for y in ("top", "bottom") for x in ("left", "right")}
    assert {
        name: {*properties} - HARMLESS.get(name, set()) - corners
        for name, properties in foreign.items()
        if {*properties} - HARMLESS.get(name, set()) - corners
    } == {}
    page.get_by_role("button", name="Keys and colours").click()
    key = page.locator(".knb-keys kbd").first
    assert key.evaluate("(el) => getComputedStyle(el).fontSize") == "12px"
    words = page.locator(".knb-keys > div > span")
    left = words.evaluate_all("(all) => [...new Set(all.map((el) => el.getBoundingClientRect().left))]")
    assert len(left) == 1


def test_ctrl_s_saves_the_notebook_from_a_field(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "save-key")
    box(page, "/orderId").fill("1042")
    page.wait_for_selector(
        ".lm-TabBar-tab.jp-mod-dirty, .lm-DockPanel-tabBar .jp-mod-dirty", state="attached"
    )

    box(page, "/orderId").press("Control+s")

    page.wait_for_selector(".lm-DockPanel-tabBar .jp-mod-dirty", state="detached")
    expect(box(page, "/orderId")).to_be_focused()
    expect(box(page, "/orderId")).to_have_value("1042")
    box(page, "/orderId").press("Control+b")
    expect(page.locator(".jp-SideBar")).not_to_have_count(0)


def test_f6_goes_round_the_panes_of_an_action_without_a_filter(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "f6", "action='getOrder'")
    expect(page.locator(".knb-place-form input.knb-filter")).to_be_hidden()
    page.locator(".knb-picker").focus()
    seen = []
    for _ in range(4):
        page.keyboard.press("F6")
        seen.append(
            page.evaluate(
                "['.knb-top', '.knb-left', '.knb-right'].findIndex((pane) => "
                "document.querySelector(pane).contains(document.activeElement))"
            )
        )

    assert seen == [1, 2, 0, 1]


def test_a_change_is_seen_when_it_happens_and_undone_where_it_was_made(page: Page, lab: Lab) -> None:
    page.set_viewport_size({"width": 1400, "height": 700})
    open_shop(page, lab, "undo-place", "action='getOrder', inputs={'orderId': 1042}")
    page.locator(".knb-run").click()
    expect(status(page)).to_contain_text("200")
    accept = page.locator(".knb-place-output").get_by_role("button", name="Accept ")
    accept.click()

    expect(toast(page)).to_contain_text("Sample updated")
    assert toast(page).get_by_role("button", name="Undo").evaluate(IN_WINDOW) == ""
    assert page.evaluate(FOCUS_IN_BENCH)
    line = page.locator(".knb-place-output .knb-changerow[role=group]")
    toast(page).get_by_role("button", name="Dismiss").click()
    expect(line).to_contain_text("Sample updated")
    line.get_by_role("button", name="Undo").click()
    expect(line).to_be_hidden()
    expect(accept).to_be_visible()
    assert page.evaluate(FOCUS_IN_BENCH)


def test_another_action_does_not_show_what_became_of_the_first(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "outcome", "action='getOrder', inputs={'orderId': 1042}")
    page.locator(".knb-run").click()
    expect(status(page)).to_contain_text("200")
    expect(tab(page, "Output")).to_have_attribute("aria-selected", "true")

    pick(page, "createReturn")

    expect(status(page)).not_to_contain_text("200")
    expect(page.locator(".knb-place-output")).to_contain_text("Not run yet")


def test_the_cell_that_runs_again_begins_where_somebody_was(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "resume")
    pick(page, "getOrder")
    box(page, "/orderId").fill("1042")
    expect(page.locator(".knb-url")).to_contain_text("1042")
    page.locator(".knb-run").click()
    expect(status(page)).to_contain_text("200")

    lab.end_kernels()
    open_notebook(page, lab, "resume/shop.ipynb")
    run_all(page)
    show(page)

    expect(page.locator(".knb-picker")).to_contain_text("getOrder")
    expect(box(page, "/orderId")).to_have_value("1042")


def test_the_buttons_of_a_row_cover_no_word(page: Page, lab: Lab) -> None:
    page.set_viewport_size({"width": 1000, "height": 900})
    open_shop(page, lab, "covered", "action='getOrder', inputs={'orderId': 1042}")
    page.locator(".knb-run").click()
    expect(status(page)).to_contain_text("200")
    rows = page.locator(".knb-place-output .knb-or:has(.knb-or-notes:not([hidden]))")
    expect(rows).not_to_have_count(0)
    for index in range(rows.count()):
        rows.nth(index).hover()
        acts = rows.nth(index).locator(".knb-or-acts").bounding_box()
        assert acts
        notes = rows.nth(index).locator(".knb-or-words > *")
        expect(notes).not_to_have_count(0)
        for words in (note.bounding_box() for note in notes.all()):
            assert words
            is_beside = acts["x"] >= words["x"] + words["width"] - 1
            is_below = acts["y"] >= words["y"] + words["height"] - 1
            assert is_beside or is_below or acts["y"] + acts["height"] <= words["y"] + 2


def test_the_result_is_in_the_window_after_a_run_in_a_narrow_page(page: Page, lab: Lab) -> None:
    page.set_viewport_size({"width": 1000, "height": 900})
    open_shop(page, lab, "below", "action='getOrder', inputs={'orderId': 1042}")
    page.locator(".knb-run").click()
    expect(status(page)).to_contain_text("200")

    expect(page.locator(".knb-place-output .knb-out")).to_be_in_viewport(ratio=0.2)
