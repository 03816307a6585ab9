"""The main job as a new user does it: open, run top to bottom, fill in by keyboard, run, save, reopen."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.conftest import picture
from tests.browser.lab import Lab, open_notebook, run_all, save

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
NOTEBOOK = "01-first-action.ipynb"
TOKEN = "canary-0123456789-ZGVtbw=="
SELECT_BENCH = """() => {
  const panel = [...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.widgets);
  const cells = panel.content.widgets;
  const at = cells.findIndex((one) => one.model.sharedModel.source.includes('knb.workbench('));
  panel.content.activeCellIndex = at;
  panel.content.mode = 'command';
  cells[at].node.scrollIntoView();
  cells[at].node.focus();
}"""
# Whatever is typed reaches the kernel late; a press, which has a channel of its own, does not.
LATE_TYPING = """() => {
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
    if (/"entry"|"secret"/.test(text)) setTimeout(() => send.call(this, data), 800);
    else send.call(this, data);
  };
}"""
FOCUSED = "document.activeElement?.labels?.[0]?.textContent ?? document.activeElement?.textContent ?? ''"


def tab_to(page: Page, label: str) -> None:
    """Press Tab until the control of that label has the focus, as a person without a mouse does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).strip().startswith(label):
            return
    pytest.fail(f"Tab never came to {label!r}")


def bench(page: Page) -> None:
    """Select the workbench's cell, as the arrow keys do, so that Tab goes into its output."""
    page.evaluate(SELECT_BENCH)
    expect(page.locator("section[aria-label=Request]").first).to_be_visible()


def result(page: Page) -> Locator:
    return page.locator("section[aria-label=Result]")


def a_notebook(lab: Lab, name: str, *cells: str) -> str:
    """Write a notebook of code cells into the lab's folder."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    # Without a kernel's name JupyterLab would ask for one.
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, lab.folder / name)
    return name


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with our own parts of the page."""
    report: dict[str, Any] = Axe().run(page, context=".knb-leaf, .knb").response
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in report["violations"]]


def test_the_notebook_runs_and_the_form_is_filled_by_keyboard_alone(page: Page, lab: Lab) -> None:
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))  # playwright wraps functions only
    open_notebook(page, lab, NOTEBOOK)
    run_all(page)

    bench(page)
    tab_to(page, "orderId")
    page.keyboard.press("Control+a")
    page.keyboard.type("1003")
    tab_to(page, "reason")
    page.keyboard.type("arrived <late> & cold")
    expect(page.locator("section[aria-label=Request]")).to_contain_text("/orders/1003")
    tab_to(page, "Run POST")
    page.keyboard.press("Enter")
    expect(result(page)).to_contain_text('"status": "REFUNDED"')
    picture(page, "workbench")

    expect(result(page)).to_contain_text("Diff vs. sample")
    expect(result(page)).to_contain_text("arrived <late> & cold")
    assert not violations(page)
    elsewhere = [
        request.url for request in requests if not request.url.startswith((lab.url, "data:", "blob:"))
    ]
    assert not elsewhere


def test_a_press_does_not_overtake_what_was_typed_before_it(page: Page, lab: Lab) -> None:
    open_notebook(page, lab, NOTEBOOK)
    run_all(page)
    bench(page)
    page.get_by_label("orderId", exact=True).fill("1003")
    expect(page.locator("section[aria-label=Request]")).to_contain_text("/orders/1003")
    page.evaluate(LATE_TYPING)

    page.get_by_label("reason", exact=True).fill("too late")
    page.get_by_role("button", name="Run POST").click()

    expect(result(page)).to_contain_text('"reason": "too late"')
    expect(page.get_by_label("reason", exact=True)).to_have_value("too late")


def test_a_press_does_not_overtake_a_typed_token(page: Page, lab: Lab) -> None:
    name = a_notebook(
        lab,
        "late.ipynb",
        "import kustomer_nb as knb\nfrom kustomer_nb.demo import Store\n"
        f"store = Store(token={TOKEN[::-1]!r}[::-1])",
        "knb.workbench('ecommstore.json', inputs={'orderId': 1004}, hosts=store.hosts)",
    )
    open_notebook(page, lab, name)
    run_all(page)
    bench(page)
    page.evaluate(LATE_TYPING)

    page.get_by_label("ecommstore.default.authToken").fill(TOKEN)
    page.get_by_role("button", name="Set ").click()
    page.get_by_role("button", name="Run POST").click()

    expect(result(page)).to_contain_text('"status": "REFUNDED"')


def test_what_was_run_is_in_the_saved_file_and_shows_without_a_kernel(page: Page, lab: Lab) -> None:
    name = a_notebook(
        lab,
        "saved.ipynb",
        "import kustomer_nb as knb\nfrom kustomer_nb import demo\nstore = demo.start()\nstore.reset()",
        "knb.workbench('ecommstore.json', inputs={'orderId': 1004},"
        " hosts=store.hosts, settings=store.settings)",
    )
    open_notebook(page, lab, name)
    run_all(page)
    bench(page)
    page.get_by_role("button", name="Run POST").click()
    expect(page.locator(".knb-columns")).to_have_count(2)
    save(page)

    lab.end_kernels()
    open_notebook(page, lab, name)
    record = page.locator(".jp-OutputArea .knb-columns")
    expect(record).to_contain_text('"orderId": 1004')
    expect(record).to_contain_text("Diff vs. sample")
    page.get_by_text("Request", exact=True).last.click()
    expect(page.locator("details[open]")).to_contain_text("https://api.ecommstore.com/orders/1004")
    picture(page, "reopened")

    checked = pytest_nbval(lab.folder / name)
    assert checked.returncode == 0, checked.stdout


def pytest_nbval(notebook: Path) -> subprocess.CompletedProcess[str]:
    """Run a saved notebook as a regression test, as a user does in a project of their own."""
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", notebook.name]
    return subprocess.run(command, cwd=notebook.parent, capture_output=True, text=True, check=False)


def test_a_typed_token_is_used_and_is_in_no_file(page: Page, lab: Lab) -> None:
    name = a_notebook(
        lab,
        "typed.ipynb",
        "import kustomer_nb as knb\nfrom kustomer_nb.demo import Store\n"
        # Backwards, so that the file holds the token only if something leaks it.
        f"store = Store(token={TOKEN[::-1]!r}[::-1])",
        "knb.workbench('ecommstore.json', inputs={'orderId': 1004}, hosts=store.hosts)",
        "assert 'canary' in dict(store.requests[-1]['headers'])['authorization']; store.close()",
    )
    open_notebook(page, lab, name)
    page.evaluate("window.jupyterapp.commands.execute('@jupyter-widgets/jupyterlab-manager:saveWidgetState')")
    run_all(page, stop_before_last=True)
    bench(page)
    expect(page.get_by_text("App settings: 1 missing")).to_be_visible()
    tab_to(page, "ecommstore.default.authToken")
    page.keyboard.type(TOKEN)
    picture(page, "settings")
    page.keyboard.press("Enter")
    expect(page.get_by_text("App settings: all set")).to_be_visible()
    page.get_by_role("button", name="Run POST").click()
    expect(result(page)).to_contain_text("REFUNDED")
    run_all(page, only_last=True)
    save(page)

    saved = (lab.folder / name).read_text(encoding="utf-8")
    outputs = [cell["outputs"] for cell in json.loads(saved)["cells"]]
    assert "REFUNDED" in saved
    assert not [output for output in outputs[2] if output["output_type"] == "error"]
    assert TOKEN not in saved
    assert "widgets" in json.loads(saved)["metadata"], "the widget state was to be saved in this test"


def test_the_workbench_is_readable_in_the_dark_and_says_what_is_wrong(page: Page, lab: Lab) -> None:
    open_notebook(page, lab, NOTEBOOK, theme="JupyterLab Dark")
    run_all(page)
    bench(page)
    tab_to(page, "amount")
    page.keyboard.type("12x")
    fault = page.locator(".knb-fault", has_text='"12x" is not a number')
    expect(fault).to_be_visible()
    page.get_by_role("button", name="Run POST").click()
    expect(page.locator(".knb-notice", has_text="KNB702")).to_be_visible()
    picture(page, "workbench-dark")

    amount = page.get_by_label("amount", exact=True)
    assert amount.get_attribute("aria-invalid") == "true"
    assert fault.get_attribute("id") in str(amount.get_attribute("aria-describedby"))
    assert not violations(page)


def test_after_a_kernel_restart_the_workbench_says_so(page: Page, lab: Lab) -> None:
    name = a_notebook(
        lab, "restart.ipynb", "import kustomer_nb as knb\nknb.workbench('ecommstore.json', mode='sample')"
    )
    open_notebook(page, lab, name)
    run_all(page)
    bench(page)
    page.evaluate("""async () => {
      const panel = [...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.widgets);
      await panel.sessionContext.session.kernel.restart();
    }""")

    page.get_by_role("button", name="Show sample").click()

    expect(page.locator(".knb-notice", has_text="Run this cell again")).to_be_visible()


def test_two_workbenches_in_one_notebook_leave_each_other_alone(page: Page, lab: Lab) -> None:
    cell = "import kustomer_nb as knb\nfrom IPython.display import display\n"
    display = "display(knb.workbench('ecommstore.json', mode='sample'))\n"
    open_notebook(page, lab, a_notebook(lab, "two.ipynb", cell + display + display))
    run_all(page)
    expect(page.get_by_label("orderId")).to_have_count(2)

    boxes = page.locator("input[type=checkbox]")
    page.get_by_label("amount", exact=True).nth(1).fill("5")
    expect(boxes.nth(3)).to_be_checked()
    page.locator("label.knb-send").nth(3).click()

    expect(boxes.nth(3)).not_to_be_checked()
    expect(boxes.nth(0)).not_to_be_checked()
    ids = page.eval_on_selector_all(".knb-leaf [id]", "nodes => nodes.map((node) => node.id)")
    assert len(ids) == len(set(ids))


def test_a_run_on_its_way_can_be_cancelled_and_a_fault_be_tried(page: Page, lab: Lab) -> None:
    name = a_notebook(
        lab,
        "cancelled.ipynb",
        "import socket\nimport kustomer_nb as knb\nsilent = socket.create_server(('127.0.0.1', 0))\n"
        "silent_url = f'http://127.0.0.1:{silent.getsockname()[1]}'",
        "knb.workbench('ecommstore.json', inputs={'orderId': 1004}, settings={'authToken': 'canary-none'},"
        " hosts={'https://api.ecommstore.com': silent_url})",
    )
    open_notebook(page, lab, name)
    run_all(page)
    bench(page)
    cancel = page.get_by_role("button", name="Cancel")
    expect(cancel).to_be_hidden()

    page.get_by_role("button", name="Run POST").click()
    cancel.click()
    expect(page.locator(".knb-notice", has_text="The request may still have been processed")).to_be_visible()
    expect(cancel).to_be_hidden()

    page.get_by_text("Simulate failure", exact=True).click()
    page.get_by_label("Simulate this response").select_option("429")
    page.get_by_role("button", name="Simulate", exact=True).click()
    expect(result(page)).to_contain_text("fault:429")
    picture(page, "faults")
    assert not violations(page)

    page.get_by_label("Simulate this response").select_option("timeout")
    page.get_by_role("button", name="Simulate", exact=True).click()
    expect(page.locator(".knb-notice", has_text="KNB804")).to_be_visible()
    expect(result(page)).to_contain_text("No output for the next step")


def test_the_active_profile_is_named_in_words(page: Page, lab: Lab) -> None:
    (lab.folder / "kustomer-nb.toml").write_text(
        '[profiles.live]\nlabel = "the real shop"\ncolour = "red"\nguard = "confirm"\n'
    )
    name = a_notebook(
        lab,
        "profile.ipynb",
        "import kustomer_nb as knb",
        "knb.workbench('ecommstore.json', inputs={'orderId': 1004}, profile='live')",
    )
    open_notebook(page, lab, name)
    run_all(page)
    bench(page)

    expect(page.get_by_text("Profile live (the real shop)")).to_be_visible()
    expect(page.get_by_text("POST/PUT/PATCH/DELETE need confirmation · Mode: Live")).to_be_visible()
    expect(
        page.get_by_label("This POST can modify data on live. Type the profile name to confirm.")
    ).to_be_visible()
    picture(page, "profile")
    assert not violations(page)


def test_a_field_that_cannot_be_read_is_gone_to_and_nothing_is_sent(page: Page, lab: Lab) -> None:
    name = a_notebook(
        lab,
        "unread.ipynb",
        "import kustomer_nb as knb\nfrom kustomer_nb import demo\nstore = demo.start()\nstore.reset()",
        "schema = {'properties': {'lines': {'type': 'array'}, 'note': {'type': 'string'},"
        " 'extra': {'type': 'object'}}}\n"
        "template = {'uri': f'{store.url}/orders', 'method': 'post', 'json': True,"
        " 'data': {'lines': '/#lines', 'extra': '/#extra'}}\n"
        "knb.workbench({'inputSchema': schema, 'inputTemplate': template})",
        "len(store.requests)",
    )
    open_notebook(page, lab, name)
    run_all(page, stop_before_last=True)
    bench(page)
    page.get_by_label("extra", exact=True).fill("{a: 1}")
    page.get_by_label("lines", exact=True).fill("[1, NaN]")
    expect(page.locator("section[aria-label=Request]")).to_contain_text("the request is not complete")

    tab_to(page, "Run POST")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert").filter(has_text="2 fields need attention.")).to_be_visible()
    expect(page.get_by_label("lines", exact=True)).to_be_focused()
    expect(page.get_by_label("lines", exact=True)).to_have_attribute("aria-invalid", "true")
    picture(page, "unread")
    assert not violations(page)

    page.keyboard.press("Control+a")
    page.keyboard.type(" [1, 2] ")
    page.get_by_label("extra", exact=True).fill("")
    expect(page.locator("section[aria-label=Request]")).not_to_contain_text("not complete")
    run_all(page, only_last=True)
    expect(page.locator(".jp-OutputArea-output", has_text="0").last).to_have_text("0")
    page.get_by_role("button", name="Run POST").click()
    expect(result(page)).to_be_visible()
    expect(result(page)).not_to_be_empty()
    run_all(page, only_last=True)
    expect(page.locator(".jp-OutputArea-output").last).to_have_text("1")
