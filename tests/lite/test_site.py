"""The site that ``make lite`` builds, in a Chromium that reaches no other host."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lite.__main__ import JUPYTER
from lite.browsing import PANEL, alone, open_notebook, run, served
from lite.site import LARGEST, NOTEBOOKS, build, size
from tests.browser.lab import started_chromium
from tests.conftest import require
from tests.work import SLOW

NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
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
    with started_chromium(chromium) as running:
        yield running


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
