"""In each state of the workbench that has a picture: no word is cut or covered, and nothing is too wide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.bench_page import open_shop
from tests.browser.camera import LOOKS, SETTLE, Camera
from tests.browser.lab import WINDOW, Lab
from tests.browser.layout import layout_faults
from tests.browser.pictures import CHAPTERS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
NARROW = next(look for look in LOOKS if look.suffix == "-narrow")


@dataclass
class Surveyor(Camera):
    """Measures each state in a narrow and in a wide window, in place of taking its picture."""

    faults: dict[str, list[str]] = field(default_factory=dict)

    def look_at(self, state: str) -> None:
        self.taken.append(state)
        self._survey(f"{state}, narrow")
        self._resize(WINDOW)
        self._survey(f"{state}, wide")
        self._resize(self.look.window)

    def _survey(self, state: str) -> None:
        if faults := layout_faults(self.page, self.of):
            self.faults[state] = faults

    def _resize(self, window: dict[str, int]) -> None:
        self.page.set_viewport_size(window)  # type: ignore[arg-type]  # a window has these keys
        self.page.evaluate(SETTLE)


# Each has one fault, but for the first, which only looks like one.
PAGE = """<div class="bench" style="width: 400px; font: 16px/20px sans-serif">
  <style>p { overflow: hidden; white-space: nowrap } div, p { position: relative }</style>
  <p style="text-overflow: ellipsis; width: 60px">told by an ellipsis</p>
  <p class="a" style="width: 60px">cut without a word</p>
  <div><span class="b">under a button</span><button style="position: absolute; inset: 0">x</button></div>
  <div><span class="e">words that</span><span style="margin-left: -20px">overlap</span></div>
  <p class="c" style="width: 450px">wider than all</p>
  <p class="d" popover="manual" style="position: fixed; margin: 0; left: 380px; width: 90px">beside it</p>
</div>"""


def test_each_kind_of_fault_is_found(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(PAGE)
    page.evaluate("document.querySelector('.d').showPopover()")

    faults = layout_faults(page, ".bench")
    page.close()

    assert [fault.split(" ")[:2] for fault in faults] == [
        ["cut:", "p.a"],
        ["covered:", "span.b"],
        ["overlap:", "span.e"],
        ["wider:", "p.c"],
        ["scrolled", "aside:"],
        ["popover:", "p.d"],
    ]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.__name__)
def test_no_word_is_cut_or_covered_and_nothing_is_too_wide(
    page: Page, lab: Lab, tmp_path: Path, chapter: Callable[[Camera], None]
) -> None:
    surveyor = Surveyor(page, lab, NARROW, tmp_path, frozenset())

    chapter(surveyor)

    assert surveyor.taken == [*CHAPTERS[chapter]]
    assert surveyor.faults == {}


def test_what_is_open_stays_at_its_button_when_the_page_is_scrolled(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "follows", "action='createReturn', inputs={'orderId': 1042}")
    page.set_viewport_size({"width": 1400, "height": 700})
    page.locator(".knb-run").press("Enter")
    expect(page.locator(".knb-pop-guard")).to_be_visible()
    away = """() => {
      const at = (of) => document.querySelector(of).getBoundingClientRect();
      const [box, button] = [at('.knb-pop-guard'), at('.knb-run')];
      return [Math.round(box.top - button.bottom), Math.round(button.top)];
    }"""
    distance, before = page.evaluate(away)

    page.mouse.move(300, 400)
    page.mouse.wheel(0, -150)

    page.wait_for_function(f"document.querySelector('.knb-run').getBoundingClientRect().top > {before + 50}")
    expect(page.locator(".knb-pop-guard")).to_be_visible()
    page.wait_for_timeout(100)
    assert page.evaluate(away)[0] == distance
