"""What a person does with a workbench in a real JupyterLab, by what is seen on the page."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import Host, Lab, open_notebook, run_all
from tests.browser.shop import APP, PROFILES, cells_of_shop, write_shop

ASK = """async (expression) => {
  const panel = [...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.widgets);
  const kernel = panel.sessionContext.session.kernel;
  const asked = { code: '', user_expressions: { asked: expression }, store_history: false };
  const { content } = await kernel.requestExecute(asked).done;
  const { data, evalue } = content.user_expressions.asked;
  if (!data) throw new Error(evalue);
  return data['text/plain'];
}"""
RESTART = """async () => {
  const panel = [...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.widgets);
  await panel.sessionContext.session.kernel.restart();
}"""
SOURCES = """() => {
  const panel = [...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.widgets);
  return panel.content.widgets.map((cell) => [cell.model.type, cell.model.sharedModel.source]);
}"""
SHOW = "document.querySelector('.knb-shell').scrollIntoView()"
FOCUSED = "document.activeElement?.labels?.[0]?.textContent ?? document.activeElement?.textContent ?? ''"
SELECT_BENCH = """() => {
  const panel = [...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.widgets);
  const cells = panel.content.widgets;
  const at = cells.findIndex((one) => one.model.sharedModel.source.includes('knb.workbench('));
  panel.content.activeCellIndex = at;
  panel.content.mode = 'command';
  cells[at].node.scrollIntoView();
  cells[at].node.focus();
}"""


def a_notebook(lab: Lab, name: str, *cells: str) -> str:
    """Write a notebook of code cells into the lab's folder."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    # Without a kernel's name JupyterLab would ask for one.
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (lab.folder / name).parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, lab.folder / name)
    return name


def open_shop(
    page: Page,
    lab: Lab,
    folder: str,
    more: str = "",
    *,
    app: dict[str, Any] = APP,
    profiles: str = PROFILES,
    theme: str = "",
    host: Host = Host.JUPYTERLAB,
) -> None:
    """Open the workbench of the shop's app, in a folder of its own, and come back when it is drawn."""
    write_shop(lab.folder / folder, app, profiles)
    notebook = a_notebook(lab, f"{folder}/shop.ipynb", *cells_of_shop(more))
    open_notebook(page, lab, notebook, theme=theme, host=host)
    run_all(page)
    show(page)


def show(page: Page) -> None:
    """Wait until the workbench is drawn, and scroll to it."""
    expect(page.locator(".knb-place-preview .knb-leaf").first).not_to_be_empty()
    expect(page.locator(".knb-place-form .knb-formtools").first).to_be_visible()
    page.evaluate(SHOW)


def select_bench(page: Page) -> None:
    """Select the workbench's cell, as the arrow keys do, so that Tab goes into its output."""
    page.evaluate(SELECT_BENCH)


def ask(page: Page, expression: str) -> str:
    """Return what the kernel says of an expression, as text."""
    return str(page.evaluate(ASK, expression))


def sent(page: Page) -> int:
    """Return how many requests the store has received."""
    return int(ask(page, "len(store.requests)"))


def field(page: Page, pointer: str) -> Locator:
    """The row of a field of the form."""
    return page.locator(f'.knb-place-form [data-pointer="{pointer}"]')


def box(page: Page, pointer: str) -> Locator:
    """The control of a field of the form."""
    return field(page, pointer).locator("input, select, textarea").first


def tab(page: Page, name: str) -> Locator:
    """The tab of a pane."""
    return page.get_by_role("tab", name=name)


def status(page: Page) -> Locator:
    """What became of the latest press of Run."""
    return page.locator(".knb-bar .knb-status")


def row(page: Page, pointer: str) -> Locator:
    """The row of a value of the output."""
    return page.locator(f'.knb-place-output [role=row][data-id="{pointer}"]')


def toast(page: Page) -> Locator:
    """The latest message of the workbench."""
    return page.locator(".knb-toast").last


def pick(page: Page, name: str) -> None:
    """Pick an action by a part of its name."""
    page.locator(".knb-picker").click()
    page.get_by_role("combobox", name="Find an action").fill(name)
    page.keyboard.press("Enter")
    expect(page.locator(".knb-picker")).to_contain_text(name)


def simulate(page: Page, name: str) -> None:
    """Choose a failure in the palette."""
    page.get_by_label("Mode").select_option("simulate")
    page.get_by_label("Find a failure").fill(name)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def tab_to(page: Page, label: str, *, most: int = 80) -> int:
    """Press Tab until the control of that label has the focus; return how often."""
    for count in range(1, most + 1):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).strip().startswith(label):
            return count
    pytest.fail(f"Tab never came to {label!r}")


def violations(page: Page, context: str = ".knb") -> list[str]:
    """Return what axe finds wrong with our own parts of the page, or with those of a selector."""
    report: dict[str, Any] = Axe().run(page, context=context).response
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in report["violations"]]
