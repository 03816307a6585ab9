"""A definition with unsaved changes in two views, two workbenches, and where its file cannot be written."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.bench_page import a_notebook, open_shop, tab, toast
from tests.browser.lab import Lab, open_notebook, run_all
from tests.browser.shop import cells_of_shop, write_shop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

ORDER = "action='getOrder'"


def description(view: Page | Locator) -> Locator:
    """The description of the selected action, in the form of the definition."""
    tab(view, "Definition").click()
    return view.get_by_label("description", exact=True)


def test_two_views_of_a_workbench_edit_save_and_undo_one_text(page: Page, lab: Lab) -> None:
    write_shop(lab.folder / "dirty-views")
    open_notebook(page, lab, a_notebook(lab, "dirty-views/shop.ipynb", *cells_of_shop(ORDER), "bench"))
    run_all(page)
    path = lab.folder / "dirty-views/shop.json"
    before = path.read_text(encoding="utf-8")
    first, second = (page.locator(".knb-shell").nth(number) for number in (0, 1))
    expect(second.locator(".knb-picker")).to_be_visible()

    description(first).fill("Of the first")
    expect(description(second)).to_have_value("Of the first")
    for view in (first, second):
        expect(view.locator(".knb-unsaved")).to_be_visible()
    description(second).fill("Of the second")
    expect(description(first)).to_have_value("Of the second")
    second.locator(".knb-unsaved").click()

    for view in (first, second):
        expect(view.locator(".knb-unsaved")).to_be_hidden()
    assert path.read_text(encoding="utf-8") == before.replace("Read one order", "Of the second")
    # What was typed in the other view is undone here, too.
    undo = first.locator(".knb-place-definition_form").get_by_role("button", name="Undo")
    while undo.get_attribute("aria-disabled") == "false":
        undo.click()
        page.wait_for_timeout(100)
    expect(description(second)).to_have_value("Read one order")
    expect(second.locator(".knb-unsaved")).to_be_visible()


def test_two_workbenches_of_a_file_lose_nothing_of_each_other(page: Page, lab: Lab) -> None:
    write_shop(lab.folder / "dirty-twice")
    more = "import kustomer_nb as knb\nother = knb.workbench('shop.json', 'getOrder')\nother"
    open_notebook(page, lab, a_notebook(lab, "dirty-twice/shop.ipynb", *cells_of_shop(ORDER), more))
    run_all(page)
    path = lab.folder / "dirty-twice/shop.json"
    first, second = (page.locator(".knb-shell").nth(number) for number in (0, 1))
    description(first).fill("Of the first")
    description(second).fill("Of the second")
    expect(first.locator(".knb-unsaved")).to_be_visible()
    expect(second.locator(".knb-unsaved")).to_be_visible()

    first.locator(".knb-unsaved").click()

    expect(first.locator(".knb-unsaved")).to_be_hidden()
    assert "Of the first" in path.read_text(encoding="utf-8")
    banner = second.locator(".knb-file:not(.knb-nokernel, .knb-draft)")
    expect(banner).to_contain_text("has changes here that are not saved")
    expect(description(second)).to_have_value("Of the second")
    # The file of the first is not overwritten, and the text of the second is saved beside it.
    second.locator(".knb-unsaved").click()
    definition = second.locator(".knb-place-definition_form")
    expect(definition).to_contain_text("has changed since it was read")
    assert "Of the first" in path.read_text(encoding="utf-8")
    definition.get_by_role("button", name="Save As…").click()
    expect(second.get_by_label("File name")).to_have_value("shop-copy.json")
    page.keyboard.press("Enter")
    expect(second.locator(".knb-unsaved")).to_be_hidden()

    expect(banner).to_be_hidden()
    assert "Of the second" in path.with_name("shop-copy.json").read_text(encoding="utf-8")
    assert "Of the first" in path.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_saved_as_another(page: Page, lab: Lab) -> None:
    open_shop(page, lab, "dirty-locked", ORDER)
    path = lab.folder / "dirty-locked/shop.json"
    before = path.read_text(encoding="utf-8")
    # What the mode says is followed also where the user may write everywhere.
    path.chmod(0o444)
    description(page).fill("Changed here")
    expect(page.locator(".knb-unsaved")).to_be_visible()
    tab(page, "Inputs").click()

    page.locator(".knb-unsaved").click()

    # The refusal is seen wherever Save was pressed, and nothing is lost.
    definition = page.locator(".knb-place-definition_form")
    expect(definition.get_by_text("is read-only, so it was not changed")).to_be_visible()
    expect(page.get_by_label("description", exact=True)).to_have_value("Changed here")
    assert path.read_text(encoding="utf-8") == before
    definition.get_by_role("button", name="Save As…").click()
    name = page.get_by_label("File name")
    expect(name).to_have_value("shop-copy.json")
    name.fill("missing/shop.json")
    page.keyboard.press("Enter")
    expect(definition.get_by_text("cannot be written")).to_be_visible()
    definition.get_by_role("button", name="Save As…").click()
    page.keyboard.press("Enter")

    expect(toast(page)).to_contain_text("Saved shop-copy.json")
    expect(page.locator(".knb-unsaved")).to_be_hidden()
    expect(definition.get_by_role("button", name="Save As…")).to_be_hidden()
    copy = path.with_name("shop-copy.json")
    assert copy.read_text(encoding="utf-8") == before.replace("Read one order", "Changed here")
    assert path.read_text(encoding="utf-8") == before
    # What is edited from here on is that of the copy.
    description(page).fill("Changed again")
    expect(page.locator(".knb-unsaved")).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.locator(".knb-unsaved")).to_be_hidden()
    assert "Changed again" in copy.read_text(encoding="utf-8")
    assert not list(path.parent.glob(".kustomer-nb/drafts/*.json"))
