"""Nothing is sent that was not asked about: in a real Chromium, mostly without a notebook."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kustomer_nb.config import FILE
from tests.browser.bench_page import a_notebook, open_shop, sent, show, status, tab, toast
from tests.browser.lab import Lab, open_notebook, run_all
from tests.browser.leaf_page import LeafPage
from tests.browser.shop import cells_of_shop, write_shop
from tests.widgets.desk import TOML, Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
# More than the time in which two presses count as one.
APART = 700
SLEEP = """() => {
  const panel = [...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.widgets);
  panel.sessionContext.session.kernel.requestExecute({ code: 'import time; time.sleep(6)' });
}"""
ORDER = "action='getOrder', inputs={'orderId': 1042}"
RETURN = "action='createReturn', inputs={'orderId': 1042, 'comment': 'x', 'amount': 7}"


def test_a_click_sends_nothing_after_the_profile_changed_and_shows_the_question_anew(
    page: Page, tmp_path: Path
) -> None:
    desk = Desk(tmp_path, uri="https://api.shop.com/", toml=TOML, profile="work")
    shown = LeafPage(page, desk.bar)
    page.locator(".knb-run").click()
    send = page.locator(".knb-send:visible")
    expect(send).to_have_text("Send POST to sandbox.shop.com")

    (tmp_path / FILE).write_text(TOML.replace("sandbox", "live"), encoding="utf-8")
    send.click()
    shown.settle()

    assert desk.sent == []
    expect(status(page)).to_contain_text("Not sent")
    expect(status(page)).to_contain_text("The profile in kustomer-nb.toml changed since you were asked")
    expect(send).to_have_text("Send POST to live.shop.com")
    expect(send).to_be_focused()
    send.click()
    shown.settle()
    assert [request.split("/")[2] for request in desk.sent] == ["live.shop.com"]


def test_an_approval_that_ended_unseen_brings_the_question_at_each_press(page: Page, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    shown = LeafPage(page, desk.bar)
    page.locator(".knb-run").click()
    page.locator(".knb-send:visible").click()
    shown.settle()
    wall = desk.bar._runner.approvals.wall
    desk.bar._runner.approvals.wall = lambda: wall() + 901

    for _ in range(2):
        page.wait_for_timeout(APART)
        page.locator(".knb-run").click()
        shown.settle()
        expect(page.locator(".knb-send:visible")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(".knb-send:visible")).to_have_count(0)

    assert len(desk.sent) == 1


def test_presses_while_the_kernel_is_busy_are_one_and_say_that_they_wait(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "waits", ORDER)
    page.evaluate(SLEEP)
    for _ in range(4):
        page.locator(".knb-run").click()
        page.wait_for_timeout(APART)
    expect(status(page)).to_contain_text("Waiting for the kernel")

    expect(status(page)).to_contain_text("200 OK")
    page.wait_for_timeout(APART)
    assert sent(page) == 1

    page.locator(".knb-run").click()
    expect(page.locator(".knb-place-history .knb-hist tbody")).to_have_count(2)
    assert sent(page) == 2


def test_a_second_view_shows_the_same_and_sends_and_repeats_nothing(page: Page, lab: Lab) -> None:
    write_shop(lab.folder / "views", profiles='[profiles.sandbox]\nguard = "confirm"\n')
    cells = [*cells_of_shop(f"{RETURN}, profile='sandbox'"), "bench"]
    open_notebook(page, lab, a_notebook(lab, "views/shop.ipynb", *cells))
    run_all(page, stop_before_last=True)
    show(page)
    page.locator(".knb-run").click()
    page.locator(".knb-send:visible").click()
    expect(status(page)).to_contain_text("200 OK")
    tab(page, "History").click()
    page.get_by_role("button", name="Run Again").click()
    expect(toast(page)).to_contain_text("restored")
    expect(page.locator(".knb-place-history .knb-hist tbody")).to_have_count(2)
    assert sent(page) == 2

    run_all(page, only_last=True)
    second = page.locator(".knb-shell").nth(1)
    expect(second.locator(".knb-status")).to_contain_text("200 OK")
    expect(second.locator(".knb-place-history .knb-hist tbody")).to_have_count(2)
    page.wait_for_timeout(APART)

    assert sent(page) == 2
    expect(second.locator(".knb-toast")).to_have_count(0)
    expect(second.get_by_role("tab", name="Inputs")).to_have_attribute("aria-selected", "true")
    # What is asked in one view is asked there, and both show what became of it.
    second.locator(".knb-bar .knb-profile").click()
    second.get_by_role("button", name="Ask Again Now").click()
    second.locator(".knb-run").click()
    expect(page.locator(".knb-send:visible")).to_have_count(1)
    expect(second.locator(".knb-send:visible")).to_be_focused()
    second.locator(".knb-send:visible").click()
    for view in (second, page.locator(".knb-shell").first):
        expect(view.locator(".knb-place-history .knb-hist tbody")).to_have_count(3)
        expect(view.locator(".knb-send:visible")).to_have_count(0)
    assert sent(page) == 3
