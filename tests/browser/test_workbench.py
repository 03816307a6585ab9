"""The workbench in a real JupyterLab: an action is picked, filled in, confirmed, run and followed."""

from __future__ import annotations

import json
import re
import time

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.bench_page import (
    RESTART,
    SOURCES,
    a_notebook,
    ask,
    box,
    field,
    open_shop,
    pick,
    row,
    select_bench,
    sent,
    show,
    simulate,
    status,
    tab,
    tab_to,
    toast,
    violations,
)
from tests.browser.conftest import picture
from tests.browser.lab import Lab, open_notebook, run_all
from tests.browser.shop import BENCH, START, write_shop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
# As quickly as it can be: what is typed and the press are sent in this order, by one channel.
TYPE_AND_RUN = """(text) => {
  const input = document.querySelector('.knb-place-form [data-pointer="/orderId"] input');
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  document.querySelector('.knb-run').click();
}"""
RECONNECT = """() => {
  const panel = [...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.widgets);
  return panel.sessionContext.session.kernel.reconnect();
}"""
CRASH = """() => {
  const panel = [...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.widgets);
  panel.sessionContext.session.kernel.requestExecute({ code: 'import os; os._exit(1)' });
}"""
READY = """async () => {
  const panel = [...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.widgets);
  const { session } = panel.sessionContext;
  while (session.kernel.status !== 'idle') await new Promise((go) => setTimeout(go, 50));
}"""
SHUT_DOWN = """() => {
  const panel = [...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.widgets);
  return panel.sessionContext.shutdown();
}"""
FIRST_INPUT = """() => {
  const top = document.querySelector('.knb-shell').getBoundingClientRect().top;
  return document.querySelector('.knb-place-form .knb-field input').getBoundingClientRect().top - top;
}"""
ORDER = "action='getOrder', inputs={'orderId': 1042}"
RETURN = "action='createReturn', inputs={'orderId': 1042, 'comment': 'Box & contents', 'amount': '007'}"


def test_an_action_is_picked_with_a_search_and_the_inputs_of_each_are_kept(page: Page, lab: Lab) -> None:
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))  # playwright wraps functions only
    open_shop(page, lab, "pick", profiles='[profiles.sandbox]\nguard = "confirm"\n')
    # The start page is hidden: it has not read the definitions of the folder.
    assert ask(page, "bench.start.files") == "[]"
    box(page, "/orderId").fill("1042")
    box(page, "/orderId").press("Control+k")
    page.keyboard.type("dele")
    expect(page.locator("[role=listbox] [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")

    expect(page.locator(".knb-picker")).to_contain_text("deleteRefund")
    expect(field(page, "/orderId")).to_have_count(0)
    box(page, "/refundId").fill("rf_1")
    expect(page.locator(".knb-url")).to_contain_text("/refunds/rf_1")
    pick(page, "createReturn")
    expect(box(page, "/orderId")).to_have_value("1042")
    pick(page, "deleteRefund")
    expect(box(page, "/refundId")).to_have_value("rf_1")

    pick(page, "listOrders")
    expect(page.locator(".knb-place-form")).to_contain_text("This action takes no inputs")
    expect(page.locator(".knb-authored")).to_contain_text("in the file: https://api.ecommstore.com/orders")
    elsewhere = [one.url for one in requests if not one.url.startswith((lab.url, "data:", "blob:"))]
    assert not elsewhere


def test_a_request_is_confirmed_once_and_a_delete_by_a_typed_name(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "guard", RETURN)
    run = page.locator(".knb-run")
    run.click()
    send = page.get_by_role("button", name=re.compile(r"^Send POST to 127\.0\.0\.1:\d+$"))
    expect(send).to_be_focused()
    page.keyboard.press("Escape")
    expect(send).to_have_count(0)
    expect(run).to_be_focused()
    assert sent(page) == 0

    page.keyboard.press("Enter")
    expect(send).to_be_focused()
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("200 OK")
    expect(page.locator(".knb-bar .knb-profile")).to_contain_text("asks in 15 min")
    page.wait_for_timeout(700)
    run.click()
    expect(page.locator(".knb-place-history .knb-hist tbody")).to_have_count(2)
    assert sent(page) == 2

    page.locator(".knb-bar .knb-profile").click()
    page.get_by_role("button", name=re.compile("Ask Again Now")).click()
    expect(page.locator(".knb-bar .knb-profile")).to_contain_text("asks first")

    pick(page, "deleteRefund")
    box(page, "/refundId").fill("rf_0001")
    page.wait_for_timeout(700)
    run.click()
    expect(page.get_by_text("DELETE cannot be undone.")).to_be_visible()
    typed = page.get_by_label("Type sandbox to confirm")
    expect(typed).to_be_focused()
    page.keyboard.type("sandpit")
    page.keyboard.press("Enter")
    expect(typed).to_be_focused()
    assert sent(page) == 2
    picture(page, "guard-typed")
    page.keyboard.press("Control+a")
    page.keyboard.type("sandbox")
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("404")
    assert sent(page) == 3


def test_a_read_only_profile_refuses_and_another_one_does_not(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "audit", f"{RETURN}, profile='audit'")
    expect(page.locator(".knb-bar .knb-profile")).to_contain_text("read-only")
    page.locator(".knb-run").click()
    expect(page.get_by_text("Profile audit is read-only")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".knb-bar .knb-profile").click()
    expect(page.get_by_role("button", name=re.compile("sandbox"))).to_contain_text("the test shop")
    picture(page, "profile")
    page.get_by_role("button", name=re.compile("^prod")).click()

    expect(page.locator(".knb-bar .knb-profile")).to_contain_text("asks every time")
    page.wait_for_timeout(700)
    page.locator(".knb-run").click()
    expect(page.get_by_text("Profile prod reaches real customers.")).to_be_visible()
    assert sent(page) == 0


def test_ctrl_enter_runs_once_and_a_double_click_sends_once(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "once", ORDER)
    before = page.evaluate(SOURCES)
    box(page, "/orderId").press("Control+Enter")
    expect(status(page)).to_contain_text("200 OK")
    expect(tab(page, "Output")).to_have_attribute("aria-selected", "true")
    assert sent(page) == 1
    assert page.evaluate(SOURCES) == before

    page.wait_for_timeout(700)
    page.locator(".knb-run").dblclick()
    expect(page.locator(".knb-place-history .knb-hist tbody")).to_have_count(2)
    page.wait_for_timeout(300)
    assert sent(page) == 2


def test_a_press_does_not_overtake_what_was_typed_before_it(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "late", ORDER)

    page.evaluate(TYPE_AND_RUN, "1004")

    expect(status(page)).to_contain_text("200 OK")
    expect(row(page, "/body/id")).to_contain_text("1004")
    expect(box(page, "/orderId")).to_have_value("1004")


def test_a_run_is_cancelled_and_a_kernel_that_goes_during_a_run_is_said(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "cancel", "action='waitForStock', inputs={'seconds': 60}")
    run = page.locator(".knb-run")
    run.click()
    expect(run).to_contain_text("Cancel")
    expect(status(page)).to_contain_text("Sending…")
    elapsed = page.locator(".knb-elapsed")
    expect(elapsed).to_have_text(re.compile(r"^[1-9]\d*\.\d s$"))
    picture(page, "running")
    run.click()
    expect(status(page)).to_contain_text("Cancelled")
    expect(run).to_be_focused()
    expect(page.locator(".knb-place-output")).to_contain_text("Cancelled - no response received.")

    page.wait_for_timeout(700)
    run.click()
    expect(run).to_contain_text("Cancel")
    box(page, "/seconds").press("Escape")
    expect(run).to_contain_text("Run")

    page.wait_for_timeout(700)
    run.click()
    expect(run).to_contain_text("Cancel")
    page.evaluate(RESTART)
    expect(page.locator(".knb-shell.knb-gone")).to_be_visible()
    expect(status(page)).to_contain_text("Kernel")
    expect(run).to_contain_text("Run")
    expect(box(page, "/seconds")).to_have_value("60")


def test_a_kernel_that_goes_is_told_before_anything_is_pressed(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "gone", ORDER)
    gone = page.locator(".knb-nokernel")
    page.evaluate(RECONNECT)
    box(page, "/orderId").fill("1043")
    expect(page.locator(".knb-url")).to_contain_text("/orders/1043")
    expect(gone).to_be_hidden()

    for end in (RESTART, CRASH, SHUT_DOWN):
        page.evaluate(end)
        expect(gone).to_contain_text("Kernel disconnected. Run the cell again. What you entered")
        expect(status(page)).to_contain_text("Kernel disconnected")
        expect(page.locator(".knb-run")).to_have_attribute("aria-disabled", "true")
        box(page, "/orderId").fill("1044")
        expect(box(page, "/orderId")).to_have_value("1044")
        expect(page.locator(".knb-shell .knb-notice:visible")).to_have_count(0)
        picture(page, "gone")
        assert not violations(page)
        if end is not SHUT_DOWN:
            page.evaluate(READY)
            run_all(page)
            show(page)
            expect(gone).to_be_hidden()
            expect(box(page, "/orderId")).to_have_value("1042")


def test_a_failure_is_simulated_and_the_live_result_comes_back(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "faults", ORDER)
    page.locator(".knb-run").click()
    expect(status(page)).to_contain_text("200 OK")
    page.get_by_label("Mode").select_option("simulate")
    expect(page.get_by_label("Find a failure")).to_be_focused()
    picture(page, "faults")
    page.keyboard.press("Escape")

    simulate(page, "429")
    expect(status(page)).to_contain_text("429 Too Many Requests")
    expect(status(page)).to_contain_text("simulated, nothing sent")
    output = page.locator(".knb-place-output")
    expect(output).to_contain_text("Kustomer does not fail the step on 429")
    expect(output.get_by_role("button", name="Accept All")).to_have_count(0)
    back = output.get_by_role("button", name="Back to Live Result")
    picture(page, "simulated")
    back.click()
    expect(status(page)).to_contain_text("200 OK")
    expect(back).to_have_count(0)

    simulate(page, "timeout")
    expect(status(page)).to_contain_text("No response")
    expect(output).to_contain_text("the next step gets no output")
    back.click()
    expect(row(page, "/body/id")).to_contain_text("1042")
    assert sent(page) == 1


def test_a_setting_that_is_missing_is_set_in_place(page: Page, lab: Lab) -> None:
    token = "canary-0123456789-ZGVtbw=="
    write_shop(lab.folder / "typed")
    # Backwards, so that the file holds the token only if something leaks it.
    cells = [
        START.replace("Store()", f"Store(token={token[::-1]!r}[::-1])"),
        BENCH.format(more=f", {ORDER}").replace(", settings=store.settings", ""),
    ]
    lab.keep_widget_state(page)
    open_notebook(page, lab, a_notebook(lab, "typed/shop.ipynb", *cells))
    run_all(page)
    show(page)
    expect(status(page)).to_contain_text("Run is disabled")
    chip = page.locator(".knb-place-settings .knb-chip")
    expect(chip).to_contain_text("authToken missing")
    expect(status(page).locator(".knb-st")).to_have_text("1 setting missing")

    page.locator(".knb-run").press("Enter")
    value = page.get_by_role("textbox", name="Value of ")
    expect(value).to_be_focused()
    picture(page, "settings")
    assert not violations(page)
    page.keyboard.type(token)
    page.keyboard.press("Enter")
    expect(chip).to_contain_text("1 setting")
    page.wait_for_timeout(700)
    page.locator(".knb-run").click()
    expect(status(page)).to_contain_text("200 OK")
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")

    saved = (lab.folder / "typed/shop.ipynb").read_text(encoding="utf-8")
    assert token not in saved
    assert "widgets" in json.loads(saved)["metadata"], "the widget state was to be saved in this test"
    assert token not in page.content()


def test_the_file_is_followed_and_a_conflict_is_shown(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "watched", ORDER)
    path = lab.folder / "watched/shop.json"
    box(page, "/orderId").fill("1004")
    box(page, "/orderId").focus()
    text = path.read_text(encoding="utf-8")

    path.write_text(text.replace("/orders/{{{orderId}}}", "/orders/{{{orderId}}}?all=1"), encoding="utf-8")
    expect(page.locator(".knb-url")).to_contain_text("/orders/1004?all=1", timeout=1000)
    expect(toast(page)).to_contain_text("shop.json reloaded from disk, inputs kept. 1 line changed.")
    expect(box(page, "/orderId")).to_be_focused()
    expect(box(page, "/orderId")).to_have_value("1004")

    path.write_text("{", encoding="utf-8")
    banner = page.locator(".knb-file:not(.knb-nokernel, .knb-draft)")
    expect(banner).to_be_visible()
    path.write_text(text, encoding="utf-8")
    expect(banner).to_be_hidden()

    ask(page, "bench.app.edit('/title', 'Changed here')")
    path.write_text(text.replace("Read one order", "Changed there"), encoding="utf-8")
    expect(banner).to_contain_text("has changes here that are not saved")
    picture(page, "conflict")
    page.get_by_role("button", name="Take the File").click()
    expect(banner).to_be_hidden()
    page.locator(".knb-picker").click()
    expect(page.locator("[role=option]", has_text="getOrder")).to_contain_text("Changed there")


def test_two_workbenches_in_one_notebook_leave_each_other_alone(page: Page, lab: Lab) -> None:
    write_shop(lab.folder / "two")
    cell = "import kustomer_nb as knb\nfrom IPython.display import display\n"
    display = "display(knb.workbench('shop.json', 'getOrder', mode='sample'))\n"
    open_notebook(page, lab, a_notebook(lab, "two/shop.ipynb", cell + display + display))
    run_all(page)
    numbers = page.locator('[data-pointer="/orderId"] input')
    expect(numbers).to_have_count(2)

    numbers.nth(1).fill("5")
    expect(page.locator(".knb-url").nth(1)).to_contain_text("/orders/5")
    expect(numbers.nth(0)).to_have_value("")
    expect(page.locator(".knb-url").nth(0)).not_to_contain_text("/orders/5")
    page.locator(".knb-run").nth(1).click()
    expect(page.locator(".knb-bar .knb-status").nth(1)).to_contain_text("Sample")
    expect(page.locator(".knb-bar .knb-status").nth(0)).not_to_contain_text("Sample")

    ids = page.eval_on_selector_all(".knb [id]", "nodes => nodes.map((node) => node.id)")
    assert len(ids) == len(set(ids))


def test_keys_typed_in_a_control_neither_run_nor_change_the_cell(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "keys", ORDER)
    before = page.evaluate(SOURCES)
    kinds = "input, select, textarea, button, [tabindex='0'], [role=tab], [role=row]"
    shown = page.locator(f".knb-shell :is({kinds})").element_handles()

    tried = 0
    for control in shown:
        # What is typed into a filter hides fields.
        if control.is_visible():
            tried += 1
            control.focus()
            for key in ["a", "b", "m", "x", "d", "d"]:
                page.keyboard.press(key)

    assert tried >= 10
    assert page.evaluate(SOURCES) == before
    assert sent(page) == 0


def test_from_an_empty_form_to_an_accepted_sample_by_the_keyboard_alone(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "keyboard", "action='getOrder'")
    select_bench(page)
    # Its label, and not the link to it in the line of problems.
    tab_to(page, "orderId*")
    page.keyboard.press("Control+a")
    page.keyboard.type("1042")
    expect(page.locator(".knb-url")).to_have_text(re.compile("/orders/1042$"))
    page.keyboard.press("Control+Enter")
    expect(status(page)).to_contain_text("200 OK")
    page.keyboard.press("F6")
    expect(tab(page, "Output")).to_be_focused()
    tab_to(page, "Accept All")
    page.keyboard.press("Enter")

    expect(page.locator(".knb-place-output")).to_contain_text("Same as sample")
    expect(toast(page).get_by_role("button", name="Undo")).to_be_visible()
    sample = json.loads((lab.folder / "keyboard/shop.json").read_text(encoding="utf-8"))
    assert sample["actions"][1]["sampleOutputContext"]["body"]["total"] == 27.5


def test_there_are_few_tab_stops_and_the_first_input_is_near_the_top(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "stops", RETURN)
    stops = """() => {
      const form = document.querySelector('.knb-place-form .knb-form');
      const all = [...form.querySelectorAll('input, select, textarea, button')];
      const shown = all.filter((one) => one.tabIndex >= 0 && one.offsetParent !== null);
      // One of the choices of true and false can be reached, as in any group of radio buttons.
      const groups = new Set(shown.filter((one) => one.type === 'radio').map((one) => one.name));
      const folds = shown.filter((one) => one.matches('.knb-groupfold, .knb-add')).length;
      const fields = document.querySelectorAll('.knb-place-form .knb-field').length;
      const radios = shown.filter((one) => one.type === 'radio').length;
      return [shown.length - radios + groups.size - folds, fields];
    }"""

    count, fields = page.evaluate(stops)

    assert fields == 12
    assert count <= 1.2 * fields
    assert page.evaluate(FIRST_INPUT) <= 150
    page.set_viewport_size({"width": 1000, "height": 900})
    # Not what was drawn before the page was laid out again.
    expect(page.locator(".knb-bar")).to_have_css("row-gap", "6px")
    assert page.evaluate(FIRST_INPUT) <= 190


@pytest.mark.parametrize("change", ["", '"mine": 1,'], ids=["saved", "changed"])
def test_unsaved_changes_are_told_when_the_kernel_is_gone_and_back_when_the_cell_runs(
    change: str, page: Page, lab: Lab
) -> None:
    folder = f"gone-{len(change)}"
    open_shop(page, lab, folder, ORDER)
    file = lab.folder / folder / "shop.json"
    saved = file.read_text()
    code = type_in_json(page, change)
    expect(page.locator(".knb-unsaved")).to_be_visible(visible=bool(change))

    page.evaluate(RESTART)

    gone = page.locator(".knb-nokernel")
    expect(gone).to_contain_text("Kernel disconnected. Run the cell again. What you entered")
    expect(gone.get_by_text("they are restored then")).to_have_count(1 if change else 0)
    assert change in code.input_value()

    page.evaluate(READY)
    run_all(page)
    show(page)

    restored = page.locator(".knb-draft")
    expect(restored).to_be_visible(visible=bool(change))
    assert file.read_text() == saved
    if not change:
        assert not list(file.parent.glob(".kustomer-nb/drafts/*.json"))
        return
    expect(restored).to_contain_text(re.compile(r"Unsaved edits of \d\d:\d\d were restored\."))
    picture(page, "restored")
    assert not violations(page)
    expect(page.locator(".knb-unsaved")).to_be_visible()
    code = type_in_json(page, "")
    assert code.input_value() == f"{{{change}{saved[1:]}"
    restored.get_by_role("button", name="Compare").click()
    expect(restored.get_by_role("group", name="Changed lines")).to_contain_text(f"+{{{change}")

    restored.get_by_role("button", name="Undo").click()

    expect(restored).to_be_hidden()
    expect(page.locator(".knb-unsaved")).to_be_hidden()
    expect(code).to_have_value(saved)
    assert not list(file.parent.glob(".kustomer-nb/drafts/*.json"))


def type_in_json(page: Page, text: str) -> Locator:
    """Type after the first brace of the definition's JSON, and return its field."""
    tab(page, "Definition").click()
    page.get_by_role("group", name="Definition as", exact=True).get_by_role("radio", name="JSON").check()
    code = page.get_by_role("textbox", name="Definition")
    expect(code).to_be_visible()
    expect(code).not_to_have_value("")
    code.evaluate("(field) => { field.focus(); field.setSelectionRange(1, 1); }")
    page.keyboard.type(text)
    # Python has all of it, too: a kernel that ends takes with it what is still on the way.
    deadline = time.monotonic() + 60
    while ask(page, f"{text!r} in bench._session.editing.text") != "True" and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    return code


def test_edits_are_back_when_the_page_is_reloaded_and_the_cell_runs(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "reloaded", ORDER)
    type_in_json(page, '"reloaded": 1,')
    expect(page.locator(".knb-unsaved")).to_be_visible()

    open_notebook(page, lab, "reloaded/shop.ipynb")
    run_all(page)
    show(page)

    expect(page.locator(".knb-draft")).to_contain_text("were restored")
    assert ask(page, "'reloaded' in bench.app.text and not bench.app.is_saved") == "True"
    page.locator(".knb-draft").get_by_role("button", name="Discard").click()
    expect(page.locator(".knb-draft")).to_be_hidden()
    assert ask(page, "bench.app.is_saved") == "True"
