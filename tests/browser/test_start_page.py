"""The start page, in a real Chromium with its real Python."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

import kustomer_nb as knb
from kustomer_nb.demo import definition_text
from kustomer_nb.errors import ConversionError
from kustomer_nb.widgets.start_page import Begun, StartPage
from tests.browser.conftest import picture
from tests.browser.leaf_page import LeafPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

TOKEN = "tok-Zq81-Not-Shown"
CURL = (
    "curl -X POST 'https://api.shop.com/v2/orders/42/notes?notify=true' \\\n"
    f"  -H 'Authorization: Bearer {TOKEN}' -H 'content-type: application/json' \\\n"
    """  -d '{"text": "Hello", "amount": 12.5}'"""
)
# Those of a page that is only this leaf.
OF_THE_PAGE = {"region", "page-has-heading-one", "landmark-one-main", "document-title", "html-has-lang"}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    fresh = browser.new_page(viewport={"width": 1000, "height": 800})
    errors: list[str] = []
    fresh.on("pageerror", lambda error: errors.append(str(error)))
    yield fresh
    fresh.close()
    assert not errors


def shown(page: Page, folder: Path) -> tuple[LeafPage, list[Begun]]:
    begun: list[Begun] = []
    leaf = LeafPage(page, StartPage(begun.append, folder))
    leaf.settle()
    return leaf, begun


def paste(page: Page, text: str) -> None:
    """Paste as a browser does it: with the input event that says so."""
    page.get_by_label("curl command").evaluate(
        """(box, text) => {
      box.focus();
      box.setRangeText(text, 0, box.value.length, "end");
      box.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
    }""",
        text,
    )


def test_a_file_of_the_folder_is_opened_by_the_keyboard(page: Page, tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_text(definition_text())
    leaf, begun = shown(page, tmp_path)
    assert page.evaluate("window.sent.map(({ kind }) => kind)").count("files") == 1

    expect(page.get_by_role("button", name="shop.json")).to_be_visible()
    page.get_by_role("button", name="Open File").press("Enter")
    page.keyboard.press("Enter")
    leaf.settle()

    assert begun[0].action.app.path == tmp_path / "shop.json"


def test_a_pasted_command_becomes_an_action_and_its_credential_leaves_the_page(
    page: Page, tmp_path: Path
) -> None:
    leaf, begun = shown(page, tmp_path)
    page.get_by_role("button", name="Paste a curl").click()
    expect(page.get_by_label("curl command")).to_be_focused()

    paste(page, CURL)
    leaf.settle()

    assert TOKEN not in page.content()
    assert TOKEN not in page.get_by_label("curl command").input_value()
    expect(page.get_by_label("Name")).to_have_value("createNote")
    expect(page.locator(".knb-curlview")).to_contain_text("{{{authToken}}}")
    page.get_by_label("amount").uncheck()
    leaf.settle()
    expect(page.get_by_label("amount")).not_to_be_checked()
    expect(page.get_by_label("amount")).to_be_focused()
    page.get_by_label("Name").fill("addNote")
    app = page.get_by_label("App", exact=True)
    expect(app).to_have_value("shop")
    app.fill("My Kiosk")
    leaf.settle()
    expect(app).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert").filter(has_text='such as "my-kiosk"')).to_be_visible()
    page.get_by_role("button", name="Create Action").click()
    leaf.settle()
    expect(app).to_be_focused()
    assert not begun
    app.fill("kiosk")
    leaf.settle()
    expect(app).to_have_attribute("aria-invalid", "false")
    expect(page.locator(".knb-curlfound")).to_contain_text("kiosk.default.authToken")
    page.get_by_role("button", name="Create Action").click()
    leaf.settle()

    action = begun[0].action
    assert action.name == "kustomer.app.kiosk.addNote"
    assert "amount" not in action.definition.input_schema["properties"]
    assert action.value["inputTemplate"]["data"]["amount"] == 12.5
    state = json.dumps(leaf._leaf.get_state(), default=str)
    assert TOKEN not in page.content() + state


def test_a_hidden_command_cannot_be_sent_back_and_another_can_be_pasted(page: Page, tmp_path: Path) -> None:
    leaf, begun = shown(page, tmp_path)
    page.get_by_role("button", name="Paste a curl").click()
    paste(page, CURL)
    leaf.settle()
    box = page.get_by_label("curl command")
    expect(box).to_have_js_property("readOnly", True)

    page.get_by_role("button", name="Paste Another").click()
    leaf.settle()
    expect(box).to_have_value("")
    expect(page.get_by_role("button", name="Create Action")).to_have_attribute("aria-disabled", "true")
    paste(page, "curl https://api.shop.com/other")
    leaf.settle()
    expect(box).to_have_value("curl https://api.shop.com/other")
    page.get_by_role("button", name="Create Action").click()
    leaf.settle()

    assert begun[0].action.value["inputTemplate"]["uri"] == "https://api.shop.com/other"
    assert begun[0].secrets is None
    expect(page.get_by_role("button", name="New Action")).to_be_visible()


def test_create_reads_what_was_typed_and_typing_is_kept(page: Page, tmp_path: Path) -> None:
    leaf, begun = shown(page, tmp_path)
    page.get_by_role("button", name="Paste a curl").click()
    box = page.get_by_label("curl command")
    paste(page, "curl https://api.shop.com/orders/7")
    box.press_sequentially(" -X DELETE")
    leaf.settle()
    expect(box).to_have_value("curl https://api.shop.com/orders/7 -X DELETE")
    box.press_sequentially(f" -H 'X-Api-Key: {TOKEN}'", delay=30)
    page.wait_for_timeout(400)
    leaf.settle()
    # It is typed still: hidden only when the box is left.
    assert box.input_value().endswith(f"{TOKEN}'")

    # Within the pause after the last key.
    box.press_sequentially(" -d x=1")
    page.get_by_role("button", name="Create Action").click()
    leaf.settle()

    assert begun[0].action.value["inputTemplate"]["method"] == "DELETE"
    assert begun[0].action.value["inputTemplate"]["data"] == "x={{{x}}}"
    assert TOKEN not in page.content()


def test_a_typed_credential_is_hidden_when_the_box_is_left(page: Page, tmp_path: Path) -> None:
    leaf, _ = shown(page, tmp_path)
    page.get_by_role("button", name="Paste a curl").click()
    box = page.get_by_label("curl command")
    box.press_sequentially(f"curl https://api.shop.com/a -u me:{TOKEN}")
    page.get_by_label("Name").focus()
    leaf.settle()

    assert TOKEN not in box.input_value()


def test_another_target_leaves_a_pasted_command_and_changes_the_first_page(
    page: Page, tmp_path: Path
) -> None:
    leaf, _ = shown(page, tmp_path)
    leaf._leaf.target = "shop.json"
    leaf.settle()
    expect(page.get_by_text("New action in shop.json")).to_be_visible()

    page.get_by_role("button", name="Paste a curl").click()
    paste(page, "curl https://api.shop.com/a")
    leaf._leaf.target = "other.json"
    leaf.settle()

    expect(page.get_by_label("curl command")).to_have_value("curl https://api.shop.com/a")


def test_back_forgets_the_command(page: Page, tmp_path: Path) -> None:
    leaf, begun = shown(page, tmp_path)
    page.get_by_role("button", name="Paste a curl").click()
    paste(page, CURL)
    leaf.settle()

    page.get_by_role("button", name="Back").click()
    leaf.settle()

    assert leaf._leaf.imported == {}
    with pytest.raises(ConversionError):
        leaf._leaf.create()
    assert not begun


def test_what_is_no_command_says_so_and_creates_nothing(page: Page, tmp_path: Path) -> None:
    leaf, begun = shown(page, tmp_path)
    page.get_by_role("button", name="Paste a curl").click()

    paste(page, "wget https://api.shop.com")
    leaf.settle()

    expect(page.get_by_role("status").filter(has_text="curl")).to_be_visible()
    page.get_by_role("button", name="Create Action").click(force=True)
    leaf.settle()
    assert not begun


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong(page: Page, tmp_path: Path, theme: str) -> None:
    (tmp_path / "shop.json").write_text(definition_text())
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    leaf, _ = shown(page, tmp_path)
    page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", str(theme == "light").lower())
    picture(page, f"start-page-{theme}")
    found = [Axe().run(page)]
    page.get_by_role("button", name="Paste a curl").click()
    paste(page, CURL)
    leaf.settle()
    found.append(Axe().run(page))
    picture(page, f"pasted-curl-{theme}")

    assert {one["id"] for result in found for one in result.response["violations"]} - OF_THE_PAGE == set()


def test_a_new_action_of_an_app_offers_nothing_that_would_replace_the_app(page: Page, tmp_path: Path) -> None:
    begun: list[Begun | None] = []
    start = StartPage(begun.append, tmp_path)
    start.add_to(knb.loads('{"app": "shop", "actions": []}'))
    leaf = LeafPage(page, start)
    leaf.settle()

    expect(page.get_by_role("button", name="New Action")).to_be_visible()
    expect(page.get_by_role("button", name="Demo")).to_have_count(0)
    expect(page.get_by_role("button", name="Open File")).to_have_count(0)
    page.get_by_role("button", name="Back").click()
    leaf.settle()
    assert begun == [None]


def test_a_hidden_page_looks_for_no_files_until_it_is_shown(page: Page, tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_text(definition_text(), encoding="utf-8")
    start = StartPage([].append, tmp_path)
    leaf = LeafPage(page, start, is_hidden=True)
    leaf.settle()

    assert start.files == []

    page.evaluate("""() => {
      const leaf = document.body.firstElementChild;
      leaf.hidden = false;
      leaf.dispatchEvent(new CustomEvent("knb-show-start"));
    }""")
    leaf.settle()

    assert [file["path"] for file in start.files] == ["shop.json"]


def test_a_definition_that_was_never_saved_is_listed_first_and_opened_by_a_click(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "on")
    (tmp_path / "shop.json").write_text(definition_text(), encoding="utf-8")
    bench = knb.workbench()
    bench.start.intend({"kind": "new_action"})
    bench.definition_form.parts.put("/inputTemplate/uri", "https://b.c/<b>never saved")
    bench.close()

    _, begun = shown(page, tmp_path)

    listed = page.locator(".knb-startrecent button")
    expect(listed).to_have_count(2)
    expect(listed.first).to_contain_text("Unsaved definition my-app")
    picture(page, "start-unsaved")
    axe = Axe().run(page)
    assert {violation["id"] for violation in axe.response["violations"]} <= OF_THE_PAGE
    listed.first.click()
    page.wait_for_function("window.pending === 0")
    (chosen,) = begun
    assert chosen.action.app.text == bench.app.text
