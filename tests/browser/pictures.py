"""Take a picture of the workbench in each of its states, in light, in dark and in a narrow window.

`python -m tests.browser.pictures` writes them to docs/images; names of states take only those. What differs
from run to run (ports, times, durations) is shown as one value: a picture changes with the page only.
"""

from __future__ import annotations

import argparse
import base64
import re
import shutil
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.bench_page import a_notebook, ask, box, pick, row, show, simulate, status, tab, toast
from tests.browser.lab import (
    LIGHT,
    ROOT,
    WINDOW,
    Lab,
    clear,
    new_page,
    open_notebook,
    run_all,
    save,
    started_chromium,
    started_lab,
)
from tests.browser.returns import FILLED, STEPS, write_returns

FOLDER = ROOT / "docs/images"
FULL = f", action='createReturn', inputs={FILLED!r}, steps={STEPS!r}"
CURL = """\
curl -X POST 'https://api.ecommstore.com/v2/orders/1042/notes?notify=true' \\
  -H 'Authorization: Bearer demo-only-0123456789' -H 'content-type: application/json' \\
  -d '{"text": "Left at the door", "amount": 12.5}'"""
# No test presses Run twice within this time, which is taken for a double click.
APART = 700

STILL = """
*, *::before, *::after {
  animation: none !important; transition: none !important; caret-color: transparent !important;
}
.jp-Toolbar, .jp-InputPrompt, .jp-OutputPrompt { visibility: hidden; }
"""
SETTLE = """() => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 150)));
})"""
# What a look at the clock or a free port decided; `SHOWN` of the same places is what was there.
LEVEL = r"""() => {
  const RULES = [
    [/127\.0\.0\.1:\d+/g, '127.0.0.1:8080'],
    [/\b\d\d:\d\d:\d\d\b/g, '14:02:11'],
    [/(?<![:\d])\d\d:\d\d\b(?!:)/g, '14:02'],
    [/\b20\d\d-\d\d-\d\d(?= )|(?<=saved )20\d\d-\d\d-\d\d/g, '2026-11-30'],
    [/\b\d+(\.\d+)? (ms)\b/g, '24 ms'],
    [/^\d+\.\d s$/g, '2.4 s'],
  ];
  window.levelled = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.closest('.knb, .knb-static')) continue;
    const text = RULES.reduce((shown, [from, to]) => shown.replace(from, to), node.data);
    if (text === node.data) continue;
    window.levelled.push([node, node.data]);
    node.data = text;
  }
}"""
SHOWN = "() => { for (const [node, text] of window.levelled) node.data = text; }"
# The workbench, and what is above it and may be larger than it.
EXTENT = """([selector, margin]) => {
  const open = document.querySelectorAll('.knb :popover-open:not(.knb-toasts, .knb-toasts *)');
  const boxes = [document.querySelector(selector), ...open].map((one) => one.getBoundingClientRect());
  const least = (side) => Math.floor(Math.min(...boxes.map((one) => one[side])));
  const most = (side) => Math.ceil(Math.max(...boxes.map((one) => one[side])));
  const [left, top] = [least('left'), least('top')].map((side) => Math.max(0, side - margin));
  const [right, bottom] = [most('right') + margin, most('bottom') + margin];
  return { x: left, y: top, width: right - left, height: bottom - top };
}"""
REDUCE = (Path(__file__).parent / "palette.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Look:
    """A theme and a window, by what they add to the name of a picture."""

    suffix: str
    theme: str
    window: dict[str, int]


LOOKS = (
    Look("", LIGHT, WINDOW),
    Look("-dark", "JupyterLab Dark", WINDOW),
    Look("-narrow", LIGHT, {"width": 700, "height": 1400}),
)


@dataclass
class Camera:
    """A page of a JupyterLab, of which it takes those pictures that are asked for."""

    page: Page
    lab: Lab
    look: Look
    folder: Path
    states: frozenset[str]
    taken: list[str] = field(default_factory=list)
    of: str = ""

    def project(self, name: str) -> str:
        """A folder of this look, so that no look resumes what was done in another."""
        return f"{name}{self.look.suffix}"

    def open(self, notebook: str, of: str = ".knb-shell", *, runs: bool = True) -> None:
        """Open a notebook in this look, run it, and scroll to the part that is looked at."""
        self.of = of
        self.page.set_viewport_size(self.look.window)  # type: ignore[arg-type] # a window has these keys
        open_notebook(self.page, self.lab, notebook, theme=self.look.theme)
        self.page.add_style_tag(content=STILL)
        if runs:
            run_all(self.page)
        if of == ".knb-shell":
            show(self.page)
        expect(self.page.locator(of).first).to_be_visible()
        # Before anything is open, which would be measured where it was.
        self.page.locator(of).first.evaluate("(part) => part.scrollIntoView()")

    def take(self, state: str) -> None:
        """Take a picture of a part of the page and of what is open above it."""
        if not self.states or state in self.states:
            self.page.mouse.move(0, 0)
            self.page.evaluate(SETTLE)
            self.look_at(state)

    def look_at(self, state: str) -> None:
        """Write the picture of a state that is shown."""
        self.page.evaluate(LEVEL)
        extent = self.page.evaluate(EXTENT, [self.of, 8 if self.of == ".knb-static" else 0])
        picture = self.page.screenshot(clip=extent)
        self.page.evaluate(SHOWN)
        path = self.folder / f"{state}{self.look.suffix}.png"
        before = as_url(path.read_bytes()) if path.exists() else ""
        if reduced := self.page.evaluate(REDUCE, [as_url(picture), before]):
            path.write_bytes(as_png(*reduced))
        self.taken.append(path.name)

    def press_run(self) -> Locator:
        """Press Run, not so soon after another press that it is none; return where the status is."""
        self.page.wait_for_timeout(APART)
        self.page.locator(".knb-run").press("Enter")
        return status(self.page)


def as_url(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


def as_png(width: int, height: int, palette: list[int], pixels: str) -> bytes:
    """Return a picture as the bytes of a PNG file; ``pixels`` are indices of its palette, as Base64."""
    rows = base64.b64decode(pixels)
    lines = b"".join(b"\0" + rows[at : at + width] for at in range(0, len(rows), width))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(palette)),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    ]
    parts = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


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
        ("fixing", "02-find-and-fix.ipynb", ".jp-CodeCell:has(.knb-html .knb-added)"),
        ("tracing", "03-where-did-it-go.ipynb", ".jp-CodeCell:has(.knb-html .knb-same)"),
    ):
        camera.open(notebook, cell)
        camera.take(state)
        clear(page)
        camera.lab.reset()


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
STATES = [state for states in CHAPTERS.values() for state in states]


def names() -> list[str]:
    """The names of all pictures."""
    return [f"{state}{look.suffix}.png" for state in STATES for look in LOOKS]


def gallery() -> str:
    """The page that shows all pictures, a state a row."""
    cells = [
        " | ".join([state, *(f"![{state}{look.suffix}]({state}{look.suffix}.png)" for look in LOOKS)])
        for state in STATES
    ]
    rows = "\n".join(f"| {row} |" for row in cells)
    return (
        "# Pictures\n\n`make screenshots` takes them in a real JupyterLab, and writes this page.\n\n"
        f"| State | Light | Dark | Narrow |\n|---|---|---|---|\n{rows}\n"
    )


def take_all(lab: Lab, page: Page, folder: Path, states: frozenset[str], looks: list[Look]) -> list[str]:
    taken: list[str] = []
    for take, shown in CHAPTERS.items():
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
    with (
        tempfile.TemporaryDirectory() as home,
        started_lab(Path(home)) as lab,
        started_chromium(options.chromium) as browser,
    ):
        page = new_page(browser)
        page.set_default_timeout(30_000)
        expect.set_options(timeout=30_000)
        for name in take_all(lab, page, options.folder, frozenset(options.states), looks):
            sys.stdout.write(f"{name} {(options.folder / name).stat().st_size:,}\n")


if __name__ == "__main__":
    main()
