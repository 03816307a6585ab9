"""Take a picture of the workbench in each of its states, in light, in dark and in a narrow window.

`python -m tests.browser.pictures` writes them to docs/images; names of states take only those. What differs
from run to run (ports, times, durations) is shown as one value: a picture changes with the page only.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import Page, expect

from kustomer_nb.reporting import starter
from tests.browser.bench_page import a_notebook, ask, box, pick, row, simulate, status, tab, toast
from tests.browser.camera import LOOKS, Camera, Look
from tests.browser.lab import ROOT, Lab, clear, new_page, save, started_chromium, started_lab, use_theme
from tests.browser.returns import FILLED, STEPS, write_returns

FOLDER = ROOT / "docs/images"
FULL = f", action='createReturn', inputs={FILLED!r}, steps={STEPS!r}"
CURL = """\
curl -X POST 'https://api.ecommstore.com/v2/orders/1042/notes?notify=true' \\
  -H 'Authorization: Bearer demo-only-0123456789' -H 'content-type: application/json' \\
  -d '{"text": "Left at the door", "amount": 12.5}'"""

OPEN = """async ([path, factory]) => {
  const widget = await window.jupyterapp.commands.execute('docmanager:open', { path, factory });
  await widget.context.ready;
  widget.content.editor?.focus();
}"""


def take_start(camera: Camera) -> None:
    """The start page, and a command pasted there."""
    page = camera.page
    notebook = write_returns(camera.lab, camera.project("start"), token=False)
    start = a_notebook(
        camera.lab, f"{camera.project('start')}/begin.ipynb", "import kustomer_nb as knb\nknb.workbench()"
    )
    (camera.lab.folder / notebook).unlink()
    camera.open(start, ".knb-start")
    expect(page.get_by_role("button", name="ecommstore.json").first).to_be_visible()
    camera.take("start-page")
    page.get_by_role("button", name="Paste a curl").click()
    page.get_by_label("curl command").evaluate(
        """(box, text) => {
      box.focus();
      box.setRangeText(text, 0, box.value.length, 'end');
      box.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
    }""",
        CURL,
    )
    expect(page.locator(".knb-curlview")).to_contain_text("{{{authToken}}}")
    camera.take("pasted-curl")


def take_settings(camera: Camera) -> None:
    """An empty form, and a setting that is missing."""
    page = camera.page
    camera.open(write_returns(camera.lab, camera.project("empty"), ", action='createReturn'", token=False))
    camera.take("empty-form")
    pick(page, "getOrder")
    box(page, "/orderId").fill("1042")
    expect(status(page)).to_contain_text("Run is disabled")
    camera.press_run()
    expect(page.get_by_role("textbox", name="Value of ")).to_be_focused()
    camera.take("settings")


def take_guards(camera: Camera) -> None:
    """The name that is typed before a request is sent to real customers."""
    camera.open(write_returns(camera.lab, camera.project("prod"), f"{FULL}, profile='prod'"))
    camera.press_run()
    expect(camera.page.get_by_label("Type prod to confirm")).to_be_focused()
    camera.take("guard-typed")


def take_running(camera: Camera) -> None:
    """A request that waits for its response."""
    page = camera.page
    camera.open(
        write_returns(
            camera.lab, camera.project("running"), ", action='trackCarrier', inputs={'orderId': 1042}"
        )
    )
    running = camera.press_run()
    expect(running).to_contain_text("Sending…")
    expect(page.locator(".knb-elapsed")).to_have_text(re.compile(r"^[1-9]\d*\.\d s$"))
    camera.take("running")
    page.locator(".knb-run").press("Enter")
    expect(running).to_contain_text("Cancelled")


def take_bench(camera: Camera) -> None:
    """An action from its inputs to its result, its definition and its history."""
    camera.open(write_returns(camera.lab, camera.project("bench"), FULL))
    take_request(camera)
    take_results(camera)
    take_definition(camera)
    take_failures(camera)
    take_conflict(camera)


def take_request(camera: Camera) -> None:
    page = camera.page
    box(page, "/amount").fill("12.50")
    page.evaluate("document.activeElement.blur()")
    camera.take("form")
    value = page.locator(".knb-place-preview").get_by_text("mia@example.com", exact=True).first
    value.focus()
    expect(page.get_by_role("dialog", name="Origin")).to_contain_text("notify")
    camera.take("origin")
    page.keyboard.press("Escape")
    page.locator(".knb-place-preview").get_by_role("button", name="Copy As").click()
    expect(page.get_by_role("button", name=re.compile("^cURL"))).to_be_visible()
    camera.take("copy-as")
    page.keyboard.press("Escape")
    page.locator(".knb-place-problems button").first.press("Enter")
    camera.take("problems")
    page.keyboard.press("Escape")
    camera.press_run()
    expect(page.get_by_role("button", name=re.compile("^Send POST to"))).to_be_focused()
    camera.take("guard")


def take_results(camera: Camera) -> None:
    page = camera.page
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("201 Created")
    expect(row(page, "/returnId")).to_be_visible()
    camera.take("output")
    tab(page, "Response").click()
    response = page.locator(".knb-place-response")
    expect(response).to_contain_text('"APPROVED"')
    camera.take("response")
    response.get_by_text('"2026-12-03"').first.click()
    expect(page.get_by_role("dialog", name="Value of the response")).to_be_visible()
    camera.take("click-to-map")
    page.keyboard.press("Escape")
    tab(page, "Output").click()
    page.locator(".knb-place-output").get_by_role("button", name=re.compile("^Accept ")).click()
    expect(toast(page)).to_contain_text("Sample updated")
    camera.take("accepted")
    toast(page).get_by_role("button", name="Dismiss").click()
    box(page, "/amount").fill("15")
    camera.press_run()
    tab(page, "History").click()
    expect(page.locator(".knb-place-history .knb-hist tbody")).to_have_count(2)
    camera.take("history")


def take_definition(camera: Camera) -> None:
    page = camera.page
    tab(page, "Request").click()
    tab(page, "Definition").click()
    expect(page.get_by_label("URL", exact=True)).to_be_visible()
    camera.take("definition-form")
    page.get_by_role("group", name="Definition as", exact=True).get_by_role("radio", name="JSON").check()
    code = page.get_by_role("textbox", name="Definition")
    text = code.input_value()
    at = text.index('"notify": "{{{notify}}}"') + len('"notify": "{{{')
    code.evaluate("(field, at) => { field.focus(); field.setSelectionRange(at, at); }", at)
    page.keyboard.press("Control+Space")
    expect(page.locator(".knb-complete [role=option]").first).to_be_visible()
    camera.take("definition-json")
    page.keyboard.press("Escape")
    tab(page, "Inputs").click()


def take_failures(camera: Camera) -> None:
    page = camera.page
    tab(page, "Output").click()
    page.get_by_label("Mode").select_option("simulate")
    expect(page.get_by_label("Find a failure")).to_be_focused()
    camera.take("failures")
    page.keyboard.press("Escape")
    simulate(page, "429")
    expect(status(page)).to_contain_text("429")
    camera.take("simulated")


def take_conflict(camera: Camera) -> None:
    page = camera.page
    path = camera.lab.folder / camera.project("bench") / "ecommstore.json"
    text = path.read_text(encoding="utf-8")
    ask(page, "bench.app.edit('/title', 'E-comm Shop')")
    path.write_text(text.replace("Read one order", "Read an order by its number"), encoding="utf-8")
    expect(page.locator(".knb-file:not(.knb-nokernel, .knb-draft)")).to_contain_text("has changes here")
    camera.take("conflict")


def take_reopened(camera: Camera) -> None:
    """What is left of a run in a saved notebook that has no kernel."""
    notebook = write_returns(camera.lab, camera.project("saved"), FULL)
    camera.open(notebook)
    camera.press_run()
    camera.page.get_by_role("button", name=re.compile("^Send POST to")).press("Enter")
    expect(status(camera.page)).to_contain_text("201 Created")
    expect(camera.page.locator(".knb-static")).to_contain_text("Last run, saved")
    save(camera.page)
    clear(camera.page)
    camera.lab.end_kernels()
    camera.open(notebook, ".knb-static", runs=False)
    camera.take("reopened")


def take_notebooks(camera: Camera) -> None:
    """What the notebooks of the repository show of a fix, and of a value that was lost."""
    page = camera.page
    for state, notebook, cell in (
        ("fixing", "02-read-and-fix.ipynb", ".jp-CodeCell:has(.knb-html .knb-added)"),
        ("tracing", "04-where-did-my-value-go.ipynb", ".jp-CodeCell:has(.knb-html .knb-same)"),
    ):
        camera.open(notebook, cell)
        camera.take(state)
        clear(page)
        camera.lab.reset()


def take_lab(camera: Camera) -> None:
    """A definition as a document, the help in an editor, and the panel beside them."""
    page, lab = camera.page, camera.lab
    camera.of = "#main"
    project = lab.folder / "shop"
    shutil.rmtree(project, ignore_errors=True)
    (lab.folder / write_returns(lab, project.name)).unlink()
    path = (project / "ecommstore.json").rename(project / "ecommstore.kustomer.json")
    page.set_viewport_size({"width": 1240, "height": 780})
    page.goto(f"{lab.url}/lab?reset&token={lab.token}")
    page.wait_for_function("window.jupyterapp !== undefined")
    page.evaluate("window.jupyterapp.restored.then(() => window.jupyterapp.shell.collapseLeft())")
    use_theme(page, camera.look.theme.rpartition(" ")[2])
    relative = path.relative_to(lab.folder).as_posix()

    page.evaluate(OPEN, [relative, "default"])
    expect(page.locator(".knb-place-form .knb-formtools")).to_be_visible()
    pick(page, "getOrder")
    box(page, "/orderId").fill("1042")
    expect(page.locator(".knb-place-preview")).to_contain_text("/orders/1042")
    page.evaluate("document.activeElement.blur()")
    camera.take("document")

    text = starter("stock").replace("{{{orderId}}}", "{{{order}}}")
    (project / "stock.kustomer.json").write_text(text, encoding="utf-8")
    page.evaluate(OPEN, [f"{project.name}/stock.kustomer.json", "Editor"])
    expect(page.locator(".knb-lab-error, .knb-lab-warning").first).to_be_visible()
    page.keyboard.press("F8")
    expect(page.locator(".knb-lab-help")).to_be_visible()
    camera.take("editor-help")

    page.keyboard.press("Escape")
    page.keyboard.press("Control+Alt+k")
    expect(page.get_by_role("treeitem").filter(has_text="stock.kustomer.json")).to_be_visible()
    page.evaluate(OPEN, [relative, "default"])
    camera.take("side-panel")


CHAPTERS: dict[Callable[[Camera], None], tuple[str, ...]] = {
    take_start: ("start-page", "pasted-curl"),
    take_settings: ("empty-form", "settings"),
    take_guards: ("guard-typed",),
    take_running: ("running",),
    take_bench: (
        "form",
        "origin",
        "copy-as",
        "problems",
        "guard",
        "output",
        "response",
        "click-to-map",
        "accepted",
        "history",
        "definition-form",
        "definition-json",
        "failures",
        "simulated",
        "conflict",
    ),
    take_reopened: ("reopened",),
    take_notebooks: ("fixing", "tracing"),
}
# With the extension, and of the whole JupyterLab, which is not looked at in a narrow window.
LAB_CHAPTERS: dict[Callable[[Camera], None], tuple[str, ...]] = {
    take_lab: ("document", "editor-help", "side-panel"),
}
LAB_LOOKS = [look for look in LOOKS if look.suffix != "-narrow"]
STATES = [state for states in (CHAPTERS | LAB_CHAPTERS).values() for state in states]


def looks_of(state: str) -> list[Look]:
    return LAB_LOOKS if any(state in states for states in LAB_CHAPTERS.values()) else [*LOOKS]


def names() -> list[str]:
    """The names of all pictures."""
    return [f"{state}{look.suffix}.png" for state in STATES for look in looks_of(state)]


def gallery() -> str:
    """The page that shows all pictures, a state a row."""

    def cell(state: str, look: Look) -> str:
        name = f"{state}{look.suffix}"
        return f"![{name}]({name}.png)" if look in looks_of(state) else ""

    cells = [" | ".join([state, *(cell(state, look) for look in LOOKS)]) for state in STATES]
    rows = "\n".join(f"| {row} |" for row in cells)
    return (
        "# Pictures\n\n`make screenshots` takes them in a real JupyterLab, and writes this page.\n\n"
        f"| State | Light | Dark | Narrow |\n|---|---|---|---|\n{rows}\n"
    )


def take_all(
    chapters: Mapping[Callable[[Camera], None], tuple[str, ...]],
    lab: Lab,
    page: Page,
    folder: Path,
    states: frozenset[str],
    looks: list[Look],
) -> list[str]:
    taken: list[str] = []
    for take, shown in chapters.items():
        for look in looks if not states or states & {*shown} else []:
            take(Camera(page, lab, look, folder, states, taken))
            clear(page)
            lab.reset()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("states", nargs="*", choices=[*STATES, []], metavar="STATE", help=", ".join(STATES))
    parser.add_argument("--look", choices=[look.suffix for look in LOOKS], action="append")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("chromium-browser"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    (options.folder / "README.md").write_text(gallery(), encoding="utf-8")
    looks = [look for look in LOOKS if options.look is None or look.suffix in options.look]
    expect.set_options(timeout=30_000)
    with started_chromium(options.chromium) as browser:
        for chapters, has_extension in ((CHAPTERS, False), (LAB_CHAPTERS, True)):
            shown = {state for states in chapters.values() for state in states}
            if options.states and not shown & {*options.states}:
                continue
            with (
                tempfile.TemporaryDirectory() as home,
                started_lab(Path(home), has_extension=has_extension) as lab,
            ):
                page = new_page(browser)
                page.set_default_timeout(30_000)
                allowed = [look for look in looks if not has_extension or look in LAB_LOOKS]
                states = frozenset(options.states)
                for name in take_all(chapters, lab, page, options.folder, states, allowed):
                    sys.stdout.write(f"{name} {(options.folder / name).stat().st_size:,}\n")
                page.context.close()


if __name__ == "__main__":
    main()
