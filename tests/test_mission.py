"""What the product is for: the built wheel, from a form in JupyterLab to a notebook that is a test.

Each step is tested in full elsewhere: the workbench in `tests/browser`, notebooks in `tests/notebooks`.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from ipywidgets import DOMWidget
from playwright.sync_api import expect

from kustomer_nb.widgets import Workbench
from tests.browser.bench_page import a_notebook, box, row, show, status
from tests.browser.lab import ROOT, new_page, open_notebook, run_all, save, started_chromium, started_lab
from tests.browser.shop import cells_of_shop, write_shop
from tests.wheels import build_wheel, install, link_widgets, make_environment

expect.set_options(timeout=100_000)
ORDER = "action='getOrder'"
SAMPLE = "knb.load('shop.json').action('getOrder').run({'orderId': 1042}, mode='sample')"
# Where each library that was ordered does its work.
PLACES = {
    "ipywidgets": ("widgets/base.py", "class BaseWidget(anywidget.AnyWidget)"),
    "jupyterlab": ("cli/jupyterlab_process.py", '[sys.executable, "-m", "jupyterlab", '),
    "pydantic": ("definition/lenient.py", "class Lenient(BaseModel)"),
    "jsonschema": ("probing/values.py", "Draft202012Validator(limits)"),
    "chevron": ("reporting/mustache.py", "chevron.render("),
    "httpx": ("transport/client.py", "httpx.Request("),
    "nbval": ("notebook_comparison.py", "cell.compare_outputs = "),
}


@pytest.mark.parametrize("library", PLACES)
def test_each_library_that_was_ordered_does_its_work(library: str) -> None:
    module, call = PLACES[library]

    assert call in (ROOT / "kustomer_nb" / module).read_text(encoding="utf-8")


def test_the_workbench_is_a_widget_of_ipywidgets() -> None:
    assert issubclass(Workbench, DOMWidget)


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_an_action_is_tried_in_jupyterlab_and_its_notebook_is_a_test(chromium: str, tmp_path: Path) -> None:
    python = make_environment(tmp_path / "env")
    install(python, build_wheel(tmp_path / "wheel"))
    link_widgets(tmp_path / "env")
    with (
        started_chromium(chromium) as browser,
        started_lab(tmp_path / "home", str(python), has_extension=True, python_path="") as lab,
    ):
        page = new_page(browser)
        definition = write_shop(lab.folder / "shop")
        open_notebook(page, lab, a_notebook(lab, "shop/shop.ipynb", *cells_of_shop(ORDER), SAMPLE))
        run_all(page, stop_before_last=True)
        show(page)

        # A form from inputSchema, the request while one types, and outputTemplate's result beside the sample.
        box(page, "/orderId").fill("1042")
        expect(page.locator(".knb-url")).to_contain_text("/orders/1042")
        page.locator(".knb-run").click()
        expect(status(page)).to_contain_text("200 OK")
        expect(row(page, "/body/currency")).to_contain_text("Added")
        page.get_by_role("button", name="Accept").click()
        expect(page.locator(".knb-place-output")).to_contain_text("Same as sample")
        run_all(page, only_last=True)
        save(page)

    accepted = json.loads(definition.read_text())["actions"][1]["sampleOutputContext"]
    assert accepted["body"]["currency"] == "EUR"
    assert nbval(python, definition.parent) == 0
    definition.write_text(definition.read_text().replace('"currency": "EUR"', '"currency": "USD"'))
    assert nbval(python, definition.parent) == 1


def nbval(python: Path, folder: Path) -> int:
    """Return the exit code of a notebook as a test, in an environment that has the wheel alone."""
    command = [python, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", "shop.ipynb"]
    return subprocess.run(command, cwd=folder, env=os.environ | {"PYTHONPATH": ""}, check=False).returncode
