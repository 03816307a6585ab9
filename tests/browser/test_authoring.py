"""An action that is written in the workbench of a real JupyterLab, from the start page to its run."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

import kustomer_nb as knb
from tests.browser.bench_page import (
    a_notebook,
    ask,
    box,
    open_shop,
    row,
    select_bench,
    status,
    tab,
    tab_to,
    toast,
)
from tests.browser.lab import Lab, open_notebook, run_all

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

SERVER = """import json, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
received = []
class Orders(BaseHTTPRequestHandler):
    def do_GET(self):
        received.append(self.path)
        body = json.dumps({"id": "1001", "status": "PAID", "total": 9.5}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words):
        pass
server = ThreadingHTTPServer(("127.0.0.1", 0), Orders)
threading.Thread(target=server.serve_forever, daemon=True).start()
port = server.server_address[1]"""
BENCH = "import kustomer_nb as knb\nbench = knb.workbench()\nbench"


PANEL = "[...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.widgets)"
DIRTY = f"() => {{ {PANEL}.context.model.dirty = true; }}"
IS_DIRTY = f"() => {PANEL}.context.model.dirty"


def as_json(page: Page, name: str) -> None:
    """Show the definition as a form, or as JSON."""
    page.get_by_role("group", name="Definition as", exact=True).get_by_role("radio", name=name).check()


def paste(page: Page, text: str) -> None:
    """Paste into what has the focus, from the clipboard, by its key."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def test_from_a_pasted_command_to_a_saved_and_run_action_by_the_keyboard_alone(page: Page, lab: Lab) -> None:
    open_notebook(page, lab, a_notebook(lab, "written/orders.ipynb", SERVER, BENCH))
    run_all(page)
    expect(page.get_by_role("button", name="Paste a curl")).to_be_visible()
    port = ask(page, "port")
    select_bench(page)

    tab_to(page, "Paste a curl")
    page.keyboard.press("Enter")
    expect(page.get_by_label("curl command")).to_be_focused()
    paste(page, f"curl http://127.0.0.1:{port}/orders/1001")
    expect(page.locator(".knb-curlview")).to_contain_text("{{{orderId}}}")
    # Of a host that is a number, nothing can be proposed.
    expect(page.get_by_label("App", exact=True)).to_have_value("my_app")
    tab_to(page, "App")
    page.keyboard.press("Control+a")
    page.keyboard.type("orders")
    tab_to(page, "Create Action")
    page.keyboard.press("Enter")
    expect(page.locator(".knb-url")).to_have_text(re.compile("/orders/1001$"))
    page.keyboard.press("Control+Enter")
    expect(status(page)).to_contain_text("200 OK")
    page.keyboard.press("Control+s")
    expect(page.get_by_label("File name")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("orders.json")
    page.keyboard.press("Enter")

    expect(page.locator(".knb-unsaved")).to_be_hidden()
    written = json.loads((lab.folder / "written/orders.json").read_text(encoding="utf-8"))
    assert (written["app"], written["actions"][0]["name"]) == ("orders", "kustomer.app.orders.getOrder")
    assert written["actions"][0]["inputTemplate"]["uri"].endswith("/orders/{{{orderId}}}")
    assert ask(page, "received") == "['/orders/1001']"


def test_a_rename_is_shown_made_and_undone_with_what_was_typed(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "renamed", "action='getOrder'")
    box(page, "/orderId").fill("1042")
    tab(page, "Definition").click()
    text = (lab.folder / "renamed/shop.json").read_text(encoding="utf-8")

    page.get_by_label("Input orderId: name", exact=True).fill("number")
    page.keyboard.press("Enter")
    confirm = page.get_by_role("button", name=re.compile("Rename in [0-9]+ Places"))
    expect(confirm).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Input number: name", exact=True)).to_be_visible()
    expect(page.locator(".knb-url")).to_have_text(re.compile("/orders/1042$"))
    expect(page.locator(".knb-unsaved")).to_be_visible()
    as_json(page, "JSON")
    page.locator(".knb-code-input").focus()
    page.keyboard.press("Control+z")
    tab(page, "Inputs").click()
    expect(box(page, "/orderId")).to_have_value("1042")

    # Form and JSON are one text: what was undone there is undone in the file's bytes.
    expect(page.locator(".knb-unsaved")).to_be_hidden()
    assert ask(page, "bench.definition.text") == repr(text)


def test_ctrl_s_saves_the_definition_if_it_has_changes_and_else_the_notebook(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "saved", "action='getOrder'")
    path = lab.folder / "saved/shop.json"
    before = path.read_text(encoding="utf-8")
    tab(page, "Definition").click()
    page.get_by_label("description", exact=True).fill("One order")
    expect(page.locator(".knb-unsaved")).to_be_visible()
    as_json(page, "JSON")
    as_json(page, "Form")
    expect(page.get_by_label("description", exact=True)).to_have_value("One order")
    page.evaluate(DIRTY)

    page.locator(".knb-picker").focus()
    page.keyboard.press("Control+s")
    expect(page.locator(".knb-unsaved")).to_be_hidden()
    changed = before.replace('"Read one order"', '"One order"')
    assert path.read_text(encoding="utf-8") == changed != before
    assert page.evaluate(IS_DIRTY) is True
    page.keyboard.press("Control+s")
    page.wait_for_function(f"!({IS_DIRTY})()")


def test_an_output_is_picked_from_the_last_response(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "picked", "action='getOrder'")
    box(page, "/orderId").fill("1042")
    page.keyboard.press("Control+Enter")
    expect(status(page)).to_contain_text("200 OK")
    tab(page, "Definition").click()

    page.get_by_role("button", name="Add Output").click()
    expect(page.get_by_label("Output key: name", exact=True)).to_be_focused()
    page.get_by_role("button", name="Pick").last.click()
    page.get_by_label("Find in the last response").fill("body.total")
    page.keyboard.press("Enter")

    expect(page.get_by_label("key: from", exact=True)).to_have_value("/#body.total")
    tab(page, "Output").click()
    expect(row(page, "/key")).to_contain_text("27.5")


def test_a_response_makes_the_output_and_a_click_adds_a_value_of_it(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "clicked", "action='getOrder'")
    box(page, "/orderId").fill("1042")
    page.keyboard.press("Control+Enter")
    expect(status(page)).to_contain_text("200 OK")
    output = page.locator(".knb-place-output")
    tab(page, "Output").click()

    # The sample that is there is replaced only after the question.
    output.get_by_role("button", name="Create outputSchema").click()
    question = page.get_by_role("dialog", name="Replace outputSchema and sample")
    expect(question).to_contain_text("Replace what is there?")
    question.get_by_role("button", name="Replace Both").click()
    expect(output.get_by_text("Same as sample")).to_be_visible()
    tab(page, "Response").click()
    page.locator(".knb-place-response").get_by_role("button", name="27.5").click()
    expect(page.get_by_role("button", name="Add to Output body.total")).to_be_focused()
    page.keyboard.press("Enter")

    expect(toast(page)).to_contain_text("Added total: /#body.total to outputTemplate")
    tab(page, "Output").click()
    expect(row(page, "/total")).to_contain_text("27.5")
    action = knb.load(lab.folder / "clicked/shop.json").action("getOrder").value
    assert action["outputTemplate"]["total"] == "/#body.total"
    assert action["outputSchema"]["properties"]["total"] == {"type": "number"}
    assert action["sampleOutputContext"]["body"]["total"] == 27.5
    toast(page).get_by_role("button", name="Undo").click()
    expect(row(page, "/total")).to_have_count(0)
    undone = knb.load(lab.folder / "clicked/shop.json").action("getOrder").value
    assert "total" not in undone["outputTemplate"]
