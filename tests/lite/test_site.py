"""The site that ``make lite`` builds, in a Chromium that reaches no other host."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from lite.__main__ import JUPYTER
from lite.browsing import PANEL, PATIENCE, alone, open_notebook, run, served
from lite.site import LARGEST, NOTEBOOKS, build, size
from tests.browser.lab import started_chromium
from tests.browser.test_editor import CELL, OPEN, SET_SOURCE, TEXT, helps, marks
from tests.conftest import require
from tests.work import SLOW

NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
SAVE = """async ([path, content]) => {
  await window.jupyterapp.restored;
  await window.jupyterapp.serviceManager.contents.save(path, { type: "file", format: "text", content });
}"""
EXECUTE = "([id, args]) => window.jupyterapp.commands.execute(id, args).then(() => null)"
CELLS = f"""() => {PANEL}.content.widgets.filter((cell) => cell.model.type === "code")
  .map((cell) => cell.model.outputs.toJSON())"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not SLOW, reason="make test-slow runs it: it builds the site, and starts Python in a browser"
    ),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require(JUPYTER.exists(), "what builds the site (make test-slow installs it)")
    folder = tmp_path_factory.mktemp("site") / "lite"
    build(folder, JUPYTER)
    return folder


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with started_chromium(chromium) as running:
        yield running
    expect.set_options(timeout=5_000)


Opened = tuple[Page, list[str]]


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with served(site) as at:
        yield at


@pytest.fixture(scope="module")
def opened(address: str, browser: Browser) -> Iterator[Opened]:
    with alone(browser, address) as (page, refused):
        open_notebook(page, address, NAMES[0])
        yield page, refused


def shown(outputs: list[dict[str, object]]) -> list[str]:
    datas = [
        output.get("data", {"text/plain": output.get("text", output.get("evalue"))}) for output in outputs
    ]
    return ["".join(data["text/plain"]).rstrip() for data in datas if "text/plain" in data]


def test_it_is_small_enough_to_be_opened(site: Path) -> None:
    assert size(site) <= LARGEST


@pytest.mark.parametrize("name", NAMES)
def test_a_tutorial_gives_what_it_shows(address: str, browser: Browser, name: str) -> None:
    notebook = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    saved = [shown(cell["outputs"]) for cell in cells]
    needs_processes = [
        index for index, cell in enumerate(cells) if "needs-processes" in cell["metadata"].get("tags", [])
    ]
    with alone(browser, address) as (page, refused):
        open_notebook(page, address, name)

        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")

        outputs = page.evaluate(CELLS)
        # As the tutorial says. Whatever is below such a cell would not be run.
        for index in needs_processes:
            assert index == len(cells) - 1
            assert "OSError" in outputs.pop()[0]["ename"]
            saved.pop()
        assert [*map(shown, outputs)] == saved
    assert refused == []


def test_a_workbench_is_filled_in_and_shows_the_sample(opened: Opened) -> None:
    page, refused = opened
    code = "import kustomer_nb as knb\nknb.workbench('ecommstore.json', mode='sample')"
    run(page, code)
    bench = page.locator(".knb-shell").last

    bench.locator('[data-pointer="/orderId"] input').fill("77")
    expect(bench.locator(".knb-url")).to_contain_text("/orders/77")
    bench.locator(".knb-run").click()

    expect(bench.locator(".knb-bar .knb-status")).to_contain_text("Sample")
    expect(bench.locator(".knb-place-output")).to_contain_text("Same as sample")
    assert refused == []


def test_a_live_run_is_refused_and_a_failure_simulated(opened: Opened) -> None:
    page, refused = opened
    action = "import kustomer_nb as knb\naction = knb.load('ecommstore.json').action()\n"
    live = 'action.run({"orderId": 1}, settings={"authToken": "my-own-token"})'
    fault = 'action.run({"orderId": 1}, mode="fault:429").response.status_code'

    (error,) = run(page, action + live)
    (status,) = run(page, action + fault)

    assert "KNB861 POST https://api.ecommstore.com/orders/1 was not sent" in str(error["evalue"])
    assert status["data"]["text/plain"] == "429"
    assert refused == []


def test_the_extension_draws_the_result_of_a_kernel_that_is_gone(opened: Opened) -> None:
    page, refused = opened
    run(page, "knb.load('ecommstore.json').action().run({'orderId': 5}, mode='sample')")

    expect(page.locator(".knb-card").last).to_contain_text("/orders/5")
    assert refused == []


def test_the_builder_changes_a_definition_and_its_request(opened: Opened) -> None:
    page, refused = opened
    run(page, "import kustomer_nb as knb\nbuilt = knb.workbench('ecommstore.json', mode='sample')\nbuilt")
    bench = page.locator(".knb-shell").last

    bench.get_by_role("tab", name="Definition").click()
    bench.get_by_label("URL", exact=True).fill("https://api.ecommstore.com/v2/orders/{{{orderId}}}")
    page.keyboard.press("Escape")
    bench.get_by_role("button", name="Add Input", exact=True).click()
    expect(bench.get_by_label("Input input: name", exact=True)).to_be_focused()
    page.keyboard.type("locale")
    page.keyboard.press("Tab")
    bench.get_by_label("locale: default").fill("de")
    bench.get_by_role("tab", name="Inputs").click()
    bench.locator('[data-pointer="/orderId"] input').fill("77")

    expect(bench.locator(".knb-url")).to_contain_text("/v2/orders/77")
    expect(bench.locator('[data-pointer="/locale"]')).to_be_visible()
    code = "import json\nprint(json.dumps(built.action.value['inputSchema']['properties']['locale']))"
    (output,) = run(page, code)
    assert json.loads(str(output["text"])) == {"type": "string", "default": "de"}
    assert refused == []


def test_a_definition_in_a_cell_has_help_and_its_kernel_no_trace_of_it(opened: Opened) -> None:
    page, refused = opened
    (before,) = run(page, "print(len(In))")
    run(page, "pass")
    page.evaluate(
        """async (text) => {
  await window.jupyterapp.commands.execute("notebook:insert-cell-below");
  const { content } = window.jupyterapp.shell.currentWidget;
  content.activeCell.model.sharedModel.setSource(text);
}""",
        CELL,
    )
    page.evaluate(SET_SOURCE, CELL)

    helps(page)

    (after,) = run(page, "print(len(In))")
    # Of the cells here, and what connects the page.
    assert int(str(after["text"])) - int(str(before["text"])) <= 3
    assert refused == []


@pytest.fixture(scope="module")
def files(address: str, browser: Browser) -> Iterator[Opened]:
    """A page in which no notebook is open, with a definition among its files."""
    with alone(browser, address) as (page, refused):
        page.goto(f"{address}/lab/index.html?reset")
        page.wait_for_function("() => window.jupyterapp", timeout=PATIENCE)
        page.evaluate(SAVE, ["find.kustomer.json", TEXT])
        yield page, refused


def execute(page: Page, command: str, **arguments: Any) -> None:
    page.evaluate(EXECUTE, [command, arguments])


def test_the_panel_lists_actions_and_problems(files: Opened) -> None:
    page, refused = files
    row = page.locator("#kustomer-nb-workspace [role=treeitem]")
    execute(page, "kustomer-nb:show-panel")
    expect(row.filter(has_text="find.kustomer.json")).to_be_visible()

    # When Python has started, which the panel begins.
    expect(row.filter(has_text="find.kustomer.json")).to_contain_text("error")
    row.filter(has_text="find.kustomer.json").press("ArrowRight")

    expect(row.filter(has_text="KNB303")).to_be_visible()
    assert refused == []


def test_a_new_definition_opens_as_a_document(files: Opened) -> None:
    page, refused = files
    execute(page, "kustomer-nb:new-definition")

    expect(page.locator(".lm-TabBar-tab").filter(has_text="untitled.kustomer.json")).to_be_visible()
    expect(page.locator(".knb-document .knb-place-form .knb-formtools")).to_be_visible()
    expect(page.locator(".knb-document .knb-url")).to_contain_text("/orders/")
    assert refused == []


def test_a_definition_in_a_file_has_help(files: Opened) -> None:
    page, refused = files
    page.evaluate(OPEN, "find.kustomer.json")

    expect(marks(page, "error")).to_have_text("{{{nope}}}")
    helps(page)

    assert refused == []
