"""Request, response, output and history of the workbench, and what is saved of them with a notebook."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import kustomer_nb as knb
from tests.browser.bench_page import (
    a_notebook,
    ask,
    box,
    field,
    open_shop,
    row,
    select_bench,
    sent,
    show,
    status,
    tab,
    toast,
    violations,
)
from tests.browser.conftest import picture
from tests.browser.lab import Lab, open_notebook, run_all, save
from tests.browser.shop import cells_of_shop, write_shop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
ORDER = "action='getOrder', inputs={'orderId': 1042}"
RETURN = (
    "action='createReturn', inputs={'orderId': 1042, 'comment': 'Box & contents', 'amount': '007',"
    " 'lines': [{'sku': 'A-1', 'quantity': 2}]}"
)


def test_the_form_is_filled_in_and_says_what_is_sent(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "form", RETURN)
    request = page.locator(".knb-place-preview")
    expect(field(page, "/amount")).to_contain_text("sent as 7 (the leading zeros are lost)")
    expect(field(page, "/comment")).to_contain_text("sent as Box &amp; contents")
    page.get_by_role("button", name="Add Item to lines").click()
    expect(box(page, "/lines/1/sku")).to_be_focused()
    page.keyboard.type("B-2")
    expect(request).to_contain_text('"B-2"')
    page.get_by_role("button", name="Move up lines 2").click()
    expect(box(page, "/lines/0/sku")).to_have_value("B-2")
    page.get_by_role("button", name="Remove lines 2").click()
    expect(request).not_to_contain_text('"A-1"')

    box(page, "/currency").press("Control+.")
    page.get_by_role("button", name=re.compile("^Default")).click()
    expect(request).to_contain_text('"EUR"')
    box(page, "/currency").press("Alt+Backspace")
    expect(request).not_to_contain_text('"EUR"')
    box(page, "/email").press("Control+.")
    page.get_by_role("button", name=re.compile("^null")).click()
    expect(field(page, "/email").locator(".knb-chipstate").first).to_have_text("null")

    box(page, "/amount").fill("12x")
    summary = page.locator(".knb-place-problems")
    expect(summary).to_contain_text("1 field needs attention")
    expect(status(page)).to_contain_text("Run is disabled")
    picture(page, "unread")
    summary.get_by_role("button", name="amount").click()
    expect(box(page, "/amount")).to_be_focused()
    page.locator(".knb-run").press("Enter")
    expect(box(page, "/amount")).to_be_focused()
    box(page, "/amount").fill("12")
    expect(summary).not_to_contain_text("attention")
    assert sent(page) == 0

    page.get_by_role("button", name="JSON", exact=True).click()
    text = page.get_by_label("Inputs as JSON", exact=True)
    expect(text).to_have_value(re.compile('"sku": "B-2"'))
    text.fill('{"orderId": 1, "reason": "late"}')
    expect(request).to_contain_text('"late"')
    page.get_by_role("button", name="JSON", exact=True).click()
    expect(box(page, "/reason")).to_have_value("1")


def test_an_origin_is_shown_by_hover_and_focus_and_the_request_copied(page: Page, lab: Lab) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_shop(page, lab, "request", RETURN)
    request = page.locator(".knb-place-preview")
    value = request.get_by_text("Box &amp; contents", exact=True).first
    origin = page.get_by_role("dialog", name="Origin")
    value.hover()
    expect(origin).to_contain_text("comment")
    expect(origin).to_contain_text("line ")
    picture(page, "origin")
    page.mouse.move(5, 5)
    expect(origin).to_have_count(0)
    value.focus()
    expect(origin).to_contain_text("comment")
    page.keyboard.press("Enter")
    # The fix, where there is one: braces that escape nothing.
    expect(origin.locator(".knb-fix")).to_be_focused()
    page.keyboard.press("Escape")
    expect(value).to_be_focused()

    request.get_by_role("button", name="Copy As").click()
    page.get_by_role("button", name=re.compile("^cURL")).click()
    expect(request).to_contain_text("Copied as cURL.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl ")
    assert "/echo" in copied
    assert "$" in copied
    assert ask(page, f"store.token in {copied!r}") == "False"
    request.get_by_role("button", name="Raw").click()
    expect(request.locator(".knb-raw")).to_contain_text("POST /echo HTTP/1.1")


def test_a_response_is_searched_folded_and_shown_as_it_came(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "response", "action='listOrders'")
    box_of_run = page.locator(".knb-run")
    box_of_run.click()
    expect(status(page)).to_contain_text("200 OK")
    tab(page, "Response").click()
    response = page.locator(".knb-place-response")
    expect(response).to_contain_text('"orders"')
    response.get_by_role("button", name="Find", exact=True).click()
    page.keyboard.type("gift card")
    expect(response.locator(".knb-found")).to_contain_text("1")
    page.keyboard.press("Escape")
    response.get_by_role("button", name="Fold All").click()
    expect(response.get_by_text("Gift card").first).to_be_hidden()
    response.get_by_label("Raw", exact=True).press("Space")
    expect(response.locator(".knb-raw")).to_contain_text("Gift card")
    response.get_by_label("Headers", exact=True).press("Space")
    expect(response.get_by_role("rowheader", name="content-type")).to_be_visible()
    picture(page, "response")


def test_a_run_is_saved_as_a_test_case_that_passes(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "cases", ORDER)
    page.locator(".knb-run").click()
    expect(status(page)).to_contain_text("200 OK")
    output = page.locator(".knb-place-output")
    saver = output.get_by_role("button", name="Save as Test Case")
    name = page.get_by_label("Name of the test case")

    saver.click()
    expect(name).to_have_value("getOrder returns 200")
    name.fill("an order that is open")
    name.press("Enter")
    expect(output).to_contain_text("Saved as test case: cases/")
    (path,) = (lab.folder / "cases/cases").rglob("*.case.json")
    assert path.name == "an-order-that-is-open.case.json"

    before = path.read_bytes()
    path.write_text("{}", encoding="utf-8")
    saver.click()
    name.fill("an order that is open")
    name.press("Enter")
    page.get_by_role("button", name="Replace", exact=True).click()
    expect(output).to_contain_text("Saved as test case: cases/")
    assert violations(page) == []
    assert path.read_bytes() == before
    results = knb.test(path)
    assert [result.reason for result in results] == [""]


def test_an_output_is_accepted_row_by_row_and_the_file_keeps_its_layout(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "output", RETURN)
    path = lab.folder / "output/shop.json"
    before = path.read_bytes()
    page.locator(".knb-run").click()
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("200 OK")
    output = page.locator(".knb-place-output")
    expect(output).to_contain_text("2 changed")
    expect(row(page, "/statusCode")).to_contain_text("Converted 200 to string by outputSchema")
    picture(page, "output")
    page.get_by_label("Only differences").check()
    expect(row(page, "/method")).to_have_count(0)
    page.get_by_label("Only differences").uncheck()

    row(page, "/carrier").hover()
    row(page, "/carrier").get_by_role("button", name="Why").click()
    expect(row(page, "/carrier")).to_contain_text("body.carrier")
    row(page, "/path").hover()
    row(page, "/path").get_by_role("button", name="Update Sample").click()
    expect(row(page, "/path")).not_to_contain_text("Changed")
    assert path.read_bytes() == before.replace(b'"path": "/returns"', b'"path": "/echo"')
    toast(page).get_by_role("button", name="Undo").click()
    expect(row(page, "/path")).to_contain_text("Changed")
    assert path.read_bytes() == before

    row(page, "/sent").hover()
    row(page, "/sent").get_by_role("button", name="Add to outputSchema").click()
    expect(row(page, "/sent")).to_contain_text("Added")
    assert b'"sent": {' in path.read_bytes()
    row(page, "/sent").hover()
    profiles = path.with_name("kustomer-nb.toml")
    unkept = profiles.read_bytes()
    row(page, "/sent").get_by_role("button", name="Ignore Always sent, in kustomer-nb.toml").click()
    expect(output).to_contain_text("1 ignored")
    expect(toast(page)).to_contain_text("Ignoring sent in kustomer-nb.toml.")
    assert (
        profiles.read_bytes() == unkept + b'\n[ignore]\n"kustomer.app.shop.orders.createReturn" = ["/sent"]\n'
    )
    output.get_by_role("button", name="Show Change").click()
    expect(page.get_by_role("dialog", name="The change of the file")).to_contain_text("+[ignore]")
    page.keyboard.press("Escape")
    toast(page).get_by_role("button", name="Undo").click()
    expect(output).not_to_contain_text("1 ignored")
    assert profiles.read_bytes() == unkept
    row(page, "/sent").hover()
    row(page, "/sent").get_by_role("button", name="Ignore sent until the kernel restarts").click()
    expect(output).to_contain_text("1 ignored")
    # What the run lost is accepted in its row alone.
    output.get_by_role("button", name="Accept 2 of 3").click()
    expect(output).to_contain_text("1 missing")
    row(page, "/carrier").hover()
    row(page, "/carrier").get_by_role("button", name="Update Sample").click()
    expect(output).to_contain_text("Same as sample")
    assert b'"statusCode": "200"' in path.read_bytes()


def test_a_run_of_the_history_is_entered_again_run_again_and_compared(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "history", ORDER)
    page.locator(".knb-run").click()
    expect(status(page)).to_contain_text("200 OK")
    box(page, "/orderId").fill("1004")
    page.wait_for_timeout(700)
    page.locator(".knb-run").click()
    expect(row(page, "/body/id")).to_contain_text("1004")
    tab(page, "History").click()
    history = page.locator(".knb-place-history")
    rows = history.locator(".knb-hist tbody")
    expect(rows).to_have_count(2)
    picture(page, "history")

    rows.nth(1).get_by_role("button", name="Restore Inputs").click()
    expect(box(page, "/orderId")).to_have_value("1042")
    rows.nth(0).get_by_role("button", name="Compare").click()
    expect(history).to_contain_text("in the output")
    expect(history.get_by_role("row", name=re.compile("body.id"))).to_contain_text("1004")
    history.get_by_role("button", name="Close").click()
    rows.nth(1).get_by_role("button", name="Run Again").click()
    expect(rows).to_have_count(3)
    history.get_by_label("Search runs").fill("1004")
    expect(rows).to_have_count(1)


def test_each_pane_finds_in_itself_and_gives_the_focus_back(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "find", ORDER)
    page.locator(".knb-run").click()
    expect(status(page)).to_contain_text("200 OK")

    for name, place, query in (
        ("Output", "output", "1042"),
        ("Request", "preview", "1042"),
        ("Response", "response", "1042"),
        ("History", "history", "200"),
    ):
        tab(page, name).click()
        pane = page.locator(f".knb-place-{place}")
        pane.locator(".knb-scroll").focus()
        page.keyboard.press("Control+f")
        found = pane.get_by_role("search", name="Find in this view")
        expect(found).to_be_visible()
        expect(page.locator(".knb-findbar:visible")).to_have_count(1)
        expect(found.get_by_role("searchbox")).to_be_focused()
        page.keyboard.type(query)
        expect(found).to_contain_text("1 of")
        assert page.evaluate("CSS.highlights.get('knb-find').size") > 0
        picture(page, f"find-{place}")
        page.keyboard.press("Escape")
        expect(found).to_be_hidden()
        expect(pane.locator(".knb-scroll")).to_be_focused()
        assert not page.evaluate("CSS.highlights.has('knb-find')")

    # On a tab, which is above its pane.
    tab(page, "Response").click()
    page.keyboard.press("Control+f")
    expect(page.locator(".knb-place-response .knb-findbar")).to_be_visible()
    assert not violations(page)
    page.keyboard.press("Escape")
    expect(tab(page, "Response")).to_be_focused()
    # Outside of the workbench it is JupyterLab's.
    select_bench(page)
    page.keyboard.press("Control+f")
    expect(page.locator(".jp-DocumentSearch-overlay")).to_be_visible()
    expect(page.locator(".knb-findbar:visible")).to_have_count(0)


def slow_kernel(lab: Lab) -> Path:
    """Let kernels start as soon as there is a file, whose path comes back."""
    start = lab.folder.parent / "start"
    folder = lab.folder.parent / "data/kernels/python3"
    folder.mkdir(parents=True)
    wait = (
        f"until [ -e '{start}' ]; do sleep 0.1; done; exec '{sys.executable}' -m ipykernel_launcher -f \"$0\""
    )
    spec = {"argv": ["sh", "-c", wait, "{connection_file}"], "display_name": "Python 3", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    return start


def test_widgets_beside_the_card_are_not_hidden_with_it(page: Page, lab: Lab) -> None:
    write_shop(lab.folder / "beside")
    cell = (
        "import ipywidgets, kustomer_nb as knb\nfrom IPython.display import HTML, display\n"
        "display(HTML('words without a tag'), ipywidgets.IntSlider(description='a slider'))\n"
        "display(knb.workbench('shop.json', 'getOrder', mode='sample'))\n"
        "display(ipywidgets.IntSlider(description='a later one'))\n"
    )
    open_notebook(page, lab, a_notebook(lab, "beside/shop.ipynb", cell))
    run_all(page)
    show(page)
    outputs = page.locator(".jp-OutputArea-output")
    for words in ("words without a tag", "a slider", "a later one"):
        expect(outputs.get_by_text(words)).to_be_visible()
    save(page)

    lab.end_kernels()
    open_notebook(page, lab, "beside/shop.ipynb")
    expect(page.locator(".knb-static")).to_be_visible()
    expect(outputs.get_by_text("words without a tag")).to_be_visible()
    # Of the workbench alone: nothing stands in the place of the others.
    lost = page.get_by_text("model not found")
    expect(lost).to_have_count(3)
    expect(lost.nth(0)).to_be_visible()
    expect(lost.nth(1)).to_be_hidden()
    expect(lost.nth(2)).to_be_visible()


def test_what_was_run_is_one_card_without_a_kernel_and_none_beside_the_widget(page: Page, lab: Lab) -> None:
    # With the state of the widgets, which is enough to draw a workbench that answers nobody.
    lab.keep_widget_state(page)
    write_shop(lab.folder / "saved")
    open_notebook(page, lab, a_notebook(lab, "saved/shop.ipynb", *cells_of_shop(ORDER)))
    run_all(page)
    show(page)
    page.locator(".knb-run").click()
    expect(status(page)).to_contain_text("200 OK")
    expect(page.locator(".knb-static")).to_have_count(1)
    expect(page.locator(".knb-static")).to_be_hidden()
    # It follows the run by a message of its own.
    expect(page.locator(".knb-static")).to_contain_text("Last run, saved")
    save(page)
    saved = json.loads((lab.folder / "saved/shop.ipynb").read_text(encoding="utf-8"))
    assert "widgets" in saved["metadata"], "the widget state was to be saved in this test"

    lab.end_kernels()
    open_notebook(page, lab, "saved/shop.ipynb")
    card = page.locator(".knb-static")
    expect(card).to_be_visible()
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Last run, saved")
    expect(card).to_contain_text("1042")
    expect(page.locator(".jupyter-widgets-disconnected").first).to_be_attached()
    expect(page.locator(".knb-shell")).to_have_count(0)
    picture(page, "reopened")

    folder = lab.folder / "saved"
    start = slow_kernel(lab)
    page.goto("about:blank")
    lab.end_kernels()
    page.goto(lab.address("saved/shop.ipynb"))
    # Until the kernel is there, nobody knows whether the widget is.
    expect(page.get_by_text("Loading widget")).to_have_count(1)
    expect(page.get_by_text("Loading widget")).to_be_hidden()
    expect(card).to_be_visible()
    start.touch()
    # The widget says so, or nothing: nobody sees it.
    expect(page.get_by_text("Loading widget")).to_have_count(0)
    expect(page.get_by_text("model not found")).to_be_hidden()
    expect(card).to_be_visible()

    convert = [sys.executable, "-m", "nbconvert", "--to", "html", "shop.ipynb"]
    subprocess.run(convert, check=True, capture_output=True, cwd=folder)
    page.goto((folder / "shop.html").as_uri(), wait_until="domcontentloaded")
    expect(page.locator(".knb-static")).to_have_count(1)
    expect(page.locator(".knb-static")).to_be_visible()
    expect(page.get_by_text("model not found")).to_be_hidden()

    checked = pytest_nbval(folder / "shop.ipynb")
    assert checked.returncode == 0, checked.stdout


def pytest_nbval(notebook: Path) -> subprocess.CompletedProcess[str]:
    """Run a saved notebook as a regression test, as a user does in a project of their own."""
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", notebook.name]
    return subprocess.run(command, cwd=notebook.parent, capture_output=True, text=True, check=False)
