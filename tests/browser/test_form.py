"""The form of an action in a real Chromium with its real Python: mostly without a notebook, once in one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

import kustomer_nb as knb
from tests.browser.lab import Lab, open_notebook, run_all
from tests.browser.leaf_page import LeafPage
from tests.samples import an_action

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

SCHEMA = {
    "properties": {
        "orderId": {"type": "string", "description": "Of the shop."},
        "amount": {"type": "number"},
        "reason": {"type": "string", "enum": ["damaged", "late"]},
        "notify": {"type": "boolean"},
        "comment": {"type": "string"},
        "currency": {"type": "string", "default": "EUR"},
        "@a": {"type": "number"},
        "a/b": {},
        "": {"type": "string"},
        "address": {
            "type": "object",
            "properties": {"street": {"type": "string"}, "zip": {"type": "string"}},
        },
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"sku": {"type": "string"}, "quantity": {"type": "integer"}},
                "required": ["sku"],
            },
        },
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["orderId", "amount"],
}
TEMPLATE = {
    "uri": "http://127.0.0.1:1/{{{orderId}}}",
    "method": "post",
    "json": True,
    "data": {
        name or "empty": f"/#{name}" for name in SCHEMA["properties"] if name not in ("comment", "", "a/b")
    }
    | {"comment": "{{comment}}"},
}


def many_fields(count: int) -> dict[str, Any]:
    kinds = ["string", "number", "boolean", "array"]
    return {"properties": {f"field{at}": {"type": kinds[at % 4]} for at in range(count)}}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 900, "height": 1000}, device_scale_factor=1)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors


def a_form(value: dict[str, Any] | None = None, schema: Any = SCHEMA, **options: Any) -> knb.ActionForm:
    action = an_action(inputSchema=schema, inputTemplate=TEMPLATE)
    return knb.ActionForm(knb.load(action).action(), value, **options)


def test_a_form_is_filled_in_by_the_keyboard_alone(page: Page) -> None:
    form = a_form()
    leaf = LeafPage(page, form)
    keys = page.keyboard

    page.get_by_role("button", name="JSON", exact=True).focus()
    keys.press("Tab")
    keys.type("A1")
    keys.press("Tab")
    keys.type("007")
    keys.press("Tab")
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    keys.type("Box & contents")
    leaf.settle()

    assert form.value == {
        "orderId": "A1",
        "amount": "007",
        "reason": "damaged",
        "notify": True,
        "comment": "Box & contents",
    }
    expect(page.locator('[data-pointer="/amount"] .knb-msg')).to_have_text(
        "sent as 7 (the leading zeros are lost)"
    )
    expect(page.locator('[data-pointer="/comment"] .knb-msg')).to_contain_text("sent as Box &amp; contents")
    keys.press("Alt+Backspace")
    leaf.settle()
    assert "comment" not in form.value


def test_a_name_is_shown_to_its_end_beside_a_chip(page: Page) -> None:
    page.set_viewport_size({"width": 560, "height": 800})
    schema = {"properties": {"bookingReference": {"type": "string"}, "id": {"type": "string"}}}
    LeafPage(page, a_form({"bookingReference": None, "id": None}, schema))

    for name, shows_type in (("bookingReference", False), ("id", True)):
        row = page.locator(f'[data-pointer="/{name}"]')
        expect(row.locator(".knb-chipstate")).to_have_text("null")
        assert row.locator(".knb-name").evaluate("(one) => one.scrollWidth <= one.clientWidth")
        label, kind = row.locator(".knb-label").bounding_box(), row.locator(".knb-type").bounding_box()
        assert label
        assert kind
        assert (kind["y"] < label["y"] + label["height"]) == shows_type
        expect(row.locator(".knb-name")).to_have_attribute("title", f"{name}: string")


def test_a_second_click_on_true_makes_it_not_set(page: Page) -> None:
    form = a_form()
    leaf = LeafPage(page, form)
    true = page.locator('[data-pointer="/notify"] input[value="true"]')

    true.click()
    leaf.settle()
    chosen = form.value
    true.click()
    leaf.settle()

    assert (chosen, form.value) == ({"notify": True}, {})
    expect(page.locator('[data-pointer="/notify"] input:checked')).to_have_count(0)


def test_cards_are_added_moved_and_removed_and_the_focus_stays(page: Page) -> None:
    form = a_form({"lines": [{"sku": "a"}]})
    leaf = LeafPage(page, form)
    active = "document.activeElement.closest('[data-pointer]').dataset.pointer"

    page.get_by_role("button", name="Add Item to lines").click()
    leaf.settle()
    assert page.evaluate(active) == "/lines/1/sku"
    page.keyboard.type("b")
    page.get_by_role("button", name="lines 2", exact=True).focus()
    page.keyboard.press("Alt+ArrowUp")
    leaf.settle()
    moved = form.value["lines"]
    focused = page.evaluate(active)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    leaf.settle()

    assert moved == [{"sku": "b"}, {"sku": "a"}]
    assert focused == "/lines/0"
    assert form.value["lines"] == [{"sku": "a"}]


def test_a_group_is_edited_as_json_and_as_a_form_again(page: Page) -> None:
    form = a_form({"address": {"street": "A", "more": 1.0}})
    leaf = LeafPage(page, form)
    group = page.locator('[data-pointer="/address"]')

    group.locator(".knb-groupfold").first.focus()
    page.keyboard.press("Control+.")
    page.get_by_role("button", name="Edit as JSON").click()
    leaf.settle()
    area = page.get_by_label("address as JSON")
    expect(area).to_have_value('{"street": "A", "more": 1.0}')
    area.fill('{"street": "B",')
    leaf.settle()
    expect(group.locator(".knb-msg").first).to_contain_text("line 1, column 16")
    area.fill('{"street": "B"}')
    group.locator(".knb-groupfold").first.focus()
    page.keyboard.press("Control+.")
    page.get_by_role("button", name="Edit as Form").click()
    leaf.settle()

    expect(page.locator('[data-pointer="/address/street"] input')).to_have_value("B")
    assert form.value == {"address": {"street": "B"}}


def test_a_value_of_an_output_is_picked_and_typed_over(page: Page) -> None:
    form = a_form(steps={"find": {"body": {"id": 8031, "name": "x"}}})
    leaf = LeafPage(page, form)
    amount = page.locator('[data-pointer="/amount"] input')

    amount.focus()
    page.keyboard.press("Control+.")
    page.get_by_role("button", name="From the last output of").click()
    page.get_by_label("Find a value").fill("id")
    page.get_by_role("button", name="find > body.id = 8031").click()
    leaf.settle()
    linked = form.value
    expect(amount).to_have_value("find > body.id = 8031")
    page.keyboard.type("12")
    leaf.settle()

    assert linked == {"amount": "/#steps.find.body.id"}
    assert form.value == {"amount": 12}


def test_the_filter_finds_a_field_in_a_folded_group(page: Page) -> None:
    leaf = LeafPage(page, a_form())
    page.locator('[data-pointer="/address"] .knb-groupfold').first.click()

    page.get_by_label("orderId").focus()
    page.keyboard.press("Control+f")
    page.keyboard.type("street")

    expect(page.locator('[data-pointer="/address/street"]')).to_be_visible()
    expect(page.locator('[data-pointer="/amount"]')).to_be_hidden()
    page.keyboard.press("Enter")
    assert (
        page.evaluate("document.activeElement.closest('[data-pointer]').dataset.pointer") == "/address/street"
    )
    leaf.settle()


def test_a_refused_run_shows_every_error_and_leads_to_the_first(page: Page) -> None:
    form = a_form({"lines": [{"quantity": "two"}]})
    leaf = LeafPage(page, form)
    expect(page.locator('[data-pointer="/orderId"] .knb-msg')).to_have_text("Of the shop.")

    with pytest.raises(knb.InputError):
        form.require()
    leaf.settle()

    expect(page.locator(".knb-summary")).to_contain_text("4 fields need attention:")
    expect(page.get_by_label("orderId")).to_be_focused()
    page.locator(".knb-summary").get_by_text("lines[0].quantity").click()
    expect(page.locator('[data-pointer="/lines/0/quantity"] input')).to_be_focused()


def top_of(page: Page, selector: str) -> float:
    return float(page.locator(selector).evaluate("(element) => element.getBoundingClientRect().top"))


def test_a_link_of_the_summary_opens_groups_and_clears_a_filter_that_hides_its_field(page: Page) -> None:
    form = a_form({"lines": [{"sku": "a", "quantity": "two"}]})
    leaf = LeafPage(page, form)
    status = page.locator(".knb-summary [role=status]")
    quantity = page.locator('[data-pointer="/lines/0/quantity"] input')
    for name in ("lines 1", "lines"):
        page.locator(f'[data-pointer="/{name.replace(" 1", "/0")}"] .knb-groupfold').first.click()
    expect(quantity).to_be_hidden()
    expect(status).to_have_text("1 field needs attention:")
    search = page.get_by_label("Filter inputs")

    search.fill("amount")
    page.locator(".knb-summary").get_by_text("lines[0].quantity").click()
    expect(quantity).to_be_focused()
    expect(search).to_have_value("")
    search.fill("quantity")
    page.locator(".knb-summary").get_by_text("lines[0].quantity").click()
    expect(quantity).to_be_focused()
    expect(search).to_have_value("quantity")

    quantity.fill("2")
    leaf.settle()
    expect(status).to_have_text("")
    expect(page.locator(".knb-summary button")).to_have_count(0)


def test_the_fields_stay_where_they_are_when_the_summary_appears(page: Page) -> None:
    leaf = LeafPage(page, a_form())
    amount = page.locator('[data-pointer="/amount"] input')
    before = top_of(page, '[data-pointer="/amount"] input')

    amount.fill("x")
    leaf.settle()

    expect(page.locator(".knb-summary")).to_contain_text("1 field needs attention:amount")
    assert top_of(page, '[data-pointer="/amount"] input') == before


def test_a_long_form_scrolls_by_itself_and_its_filter_stays_in_sight(page: Page) -> None:
    LeafPage(page, a_form(schema=many_fields(500)))
    scroll = page.locator(".knb-scroll")

    assert page.evaluate("document.documentElement.scrollHeight") <= 1000
    page.locator('[data-pointer="/field499"] :is(input, textarea)').focus()
    expect(page.locator('[data-pointer="/field499"] :is(input, textarea)')).to_be_in_viewport()
    expect(page.get_by_label("Filter inputs")).to_be_in_viewport()

    box = scroll.bounding_box()
    assert box is not None
    corner = (box["x"] + box["width"] - 4, box["y"] + box["height"] - 4)
    page.mouse.move(*corner)
    page.mouse.down()
    page.mouse.move(corner[0], corner[1] + 150, steps=5)
    page.mouse.up()
    taller = scroll.bounding_box()
    assert taller is not None
    assert taller["height"] > box["height"] + 100


def test_a_short_form_is_as_high_as_its_fields(page: Page) -> None:
    LeafPage(page, a_form(schema={"properties": {"a": {"type": "string"}, "b": {"type": "string"}}}))

    scroll = page.locator(".knb-scroll").evaluate(
        "(one) => [one.scrollHeight - one.clientHeight, one.clientHeight]"
    )
    assert scroll[0] == 0
    assert scroll[1] < 120
    assert page.locator(".knb-long").count() == 0


def test_a_field_that_has_nothing_to_say_takes_no_room_for_it(page: Page) -> None:
    schema = {
        "properties": {
            "address": {"type": "object"},
            "amount": {"type": "number"},
            "tags": {"type": "array"},
        }
    }
    leaf = LeafPage(page, a_form(schema=schema))
    control = page.locator('[data-pointer="/address"] textarea').bounding_box()
    row = page.locator('[data-pointer="/address"]').bounding_box()
    assert control is not None
    assert row is not None
    assert row["y"] + row["height"] - control["y"] - control["height"] < 6

    last, number = '[data-pointer="/tags"]', page.locator('[data-pointer="/amount"] input')
    empty = top_of(page, last)
    number.focus()
    tops = []
    for text in ("07", "7", "007", "12"):
        number.fill(text)
        leaf.settle()
        tops.append(top_of(page, last))
    # It moves once, and not with every key.
    assert len({*tops}) == 1
    assert tops[0] > empty
    page.keyboard.press("Shift+Tab")
    assert top_of(page, last) == empty


def test_an_error_that_appears_when_a_button_is_pressed_does_not_move_it_away(page: Page) -> None:
    schema = {
        "properties": {"id": {"type": "number"}, "tags": {"type": "array", "items": {"type": "string"}}},
        "required": ["id"],
    }
    form = a_form(schema=schema)
    leaf = LeafPage(page, form)
    page.get_by_label("id").focus()
    add = page.get_by_role("button", name="Add Item to tags").bounding_box()
    assert add is not None

    # Near its upper edge, from which it would be moved.
    page.mouse.move(add["x"] + 20, add["y"] + 3)
    page.mouse.down()
    leaf.settle()
    page.mouse.up()
    leaf.settle()

    expect(page.locator('[data-pointer="/id"] .knb-msg')).to_have_text("Required. Enter a number.")
    assert form.value == {"tags": [""]}


def test_two_fields_stand_in_a_row_where_there_is_room(page: Page) -> None:
    LeafPage(page, a_form())

    def tops() -> list[float]:
        names = ("/orderId", "/amount")
        return [page.locator(f'[data-pointer="{name}"]').bounding_box()["y"] for name in names]  # type: ignore[index] # visible

    wide = tops()
    page.set_viewport_size({"width": 380, "height": 800})
    narrow = tops()

    assert wide[0] == wide[1]
    assert narrow[0] < narrow[1]


def test_a_scalar_field_is_one_tab_stop(page: Page) -> None:
    form = a_form(schema=many_fields(40))
    LeafPage(page, form)

    stops = page.evaluate(
        """() => {
          const radios = new Set();
          const stops = [...document.querySelectorAll(".knb-form :is(input, select, textarea, button)")];
          return stops.filter((one) => {
            if (one.tabIndex < 0 || one.closest("[hidden]")) return false;
            if (one.type !== "radio") return true;
            return !radios.has(one.name) && radios.add(one.name);
          }).length;
        }"""
    )

    assert stops == 40


def test_five_hundred_fields_work(page: Page) -> None:
    form = a_form(schema=many_fields(500))
    leaf = LeafPage(page, form)

    page.locator('[data-pointer="/field497"] input').fill("12")
    leaf.settle()

    assert form.value == {"field497": 12}
    assert page.locator(".knb-field").count() == 500


def test_markup_of_users_is_shown_and_runs_nothing(page: Page) -> None:
    evil = '"><img src=x onerror="window.ran=1"><script>window.ran=1</script>'
    schema = {
        "properties": {
            evil: {"type": "object", "properties": {evil: {"type": "string", "description": evil}}}
        }
    }
    leaf = LeafPage(page, a_form({evil: {evil: evil}, f"{evil}2": evil}, schema))

    page.get_by_role("button", name="Presets").click()
    leaf.settle()

    assert page.evaluate("[window.ran, document.querySelectorAll('img').length]") == [None, 0]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("shows", ["fields", "a menu", "presets", "errors", "JSON"])
def test_a_form_is_accessible(page: Page, theme: str, shows: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    form = a_form(
        {"comment": "Box & contents", "amount": "007", "lines": [{"sku": "a"}], "tags": ["x"], "z": 1}
    )
    leaf = LeafPage(page, form)
    if shows == "a menu":
        page.locator('[data-pointer="/amount"] input').focus()
        page.keyboard.press("Control+.")
    elif shows == "presets":
        page.get_by_role("button", name="Presets").click()
    elif shows == "errors":
        with pytest.raises(knb.InputError):
            form.require()
    elif shows == "JSON":
        page.get_by_role("button", name="JSON", exact=True).click()
    leaf.settle()

    rules = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, context=".knb", options={"runOnly": rules})

    assert not found.response["violations"], found.generate_report()


NOTEBOOK = """import json
import kustomer_nb as knb
schema = {"properties": {"orderId": {"type": "number"}, "note": {"type": "string"},
          "tags": {"type": "array", "items": {"type": "string"}}}}
form = knb.ActionForm(knb.load({"type": "rest_api", "inputSchema": schema}).action())
form"""


def expect_last_output(page: Page, text: str) -> None:
    """Run the last cell until it prints the text: it may run beside the messages of a widget (subshells)."""
    output = page.locator(".jp-OutputArea-output").last
    for _ in range(100):
        run_all(page, only_last=True)
        if output.text_content() == f"{text}\n":
            return
    expect(output).to_have_text(text)


def test_a_form_in_a_notebook_keeps_what_is_typed(lab: Lab, browser: Browser) -> None:
    cells = [
        {
            "cell_type": "code",
            "id": f"c{at}",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": text,
        }
        for at, text in enumerate([NOTEBOOK, "form", "print(json.dumps(form.value))"])
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (lab.folder / "form.ipynb").write_text(json.dumps(notebook))
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.set_default_timeout(100_000)
    open_notebook(page, lab, "form.ipynb")
    run_all(page, stop_before_last=True)
    views = page.locator(".knb-formleaf")
    expect(views).to_have_count(2)
    first, second = views.nth(0), views.nth(1)

    first.locator('[data-pointer="/orderId"] input').click()
    page.keyboard.type("007")
    expect(first.locator('[data-pointer="/orderId"] .knb-msg')).to_contain_text("sent as 7")
    first.get_by_role("button", name="Add Item to tags").click()
    expect(first.locator('[data-pointer="/tags/0"] input')).to_be_focused()
    # Letters that are JupyterLab's shortcuts outside of a field.
    page.keyboard.type("aBmxdd")
    expect(second.locator('[data-pointer="/orderId"] input')).to_have_value("007")
    expect(second.locator('[data-pointer="/tags/0"] input')).to_have_value("aBmxdd")
    expect_last_output(page, '{"orderId": "007", "tags": ["aBmxdd"]}')
    page.context.close()
    lab.end_kernels()


BUSY = """import pathlib, time
while not pathlib.Path("go").exists(): time.sleep(0.05)"""
# Comes back when the kernel is at it.
KEEP_BUSY = """async (code) => {
  const panel = [...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.widgets);
  const kernel = panel.sessionContext.session.kernel;
  kernel.requestExecute({ code, store_history: false });
  window.kernelStatus = () => kernel.status;
  while (kernel.status !== 'busy') await new Promise((done) => kernel.statusChanged.connect(done));
}"""
SLOW_FORM = """import json, pathlib
import kustomer_nb as knb
pathlib.Path("go").unlink(missing_ok=True)
line = {"type": "object", "properties": {"sku": {"type": "string"}, "quantity": {"type": "number"}}}
schema = {"properties": {"lines": {"type": "array", "items": line}, "note": {"type": "string"}}}
form = knb.ActionForm(knb.load({"type": "rest_api", "inputSchema": schema}).action())
form"""


def test_what_is_done_while_the_kernel_is_busy_is_shown_at_once_and_is_what_python_gets(
    lab: Lab, browser: Browser
) -> None:
    cells = [
        {
            "cell_type": "code",
            "id": f"s{at}",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": text,
        }
        for at, text in enumerate([SLOW_FORM, "print(json.dumps(form.value))"])
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (lab.folder / "slow.ipynb").write_text(json.dumps(notebook))
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.set_default_timeout(100_000)
    open_notebook(page, lab, "slow.ipynb")
    run_all(page, stop_before_last=True)
    expect(page.locator(".knb-formleaf .knb-add")).to_be_visible()
    page.evaluate(KEEP_BUSY, BUSY)
    skus = page.locator('.knb-formleaf [data-pointer$="/sku"] input')

    page.get_by_role("button", name="Add Item to lines").click()
    page.keyboard.type("A-1")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    for sku in ("B-2", "C-3"):
        page.get_by_role("button", name="Add Item to lines").click()
        page.keyboard.type(sku)
    page.get_by_role("button", name="lines 3", exact=True).focus()
    page.keyboard.press("Alt+ArrowUp")
    page.get_by_role("button", name="lines 3", exact=True).focus()
    page.keyboard.press("Delete")
    page.get_by_role("textbox", name="note").fill("typed meanwhile")
    # Python has not seen any of it: only the page shows it.
    assert page.evaluate("kernelStatus()") == "busy"
    assert [box.input_value() for box in skus.all()] == ["A-1", "C-3"]

    (lab.folder / "go").touch()

    lines = [{"sku": "A-1", "quantity": 2}, {"sku": "C-3"}]
    expect_last_output(page, json.dumps({"lines": lines, "note": "typed meanwhile"}))
    assert [box.input_value() for box in skus.all()] == ["A-1", "C-3"]
    page.context.close()
    lab.end_kernels()
