"""Times of the widgets in JupyterLab and Chromium, beside those of others: ``python -m benchmarks.widgets``.

The same form of 10, 100 and 500 fields is drawn by our `ActionForm` and workbench, by controls of ipywidgets,
by ipywidgets-jsonschema and by rjsf, in one page and in turns. Printed are the least and the median of the
milliseconds from executing the cell to the last field being usable, and the bytes in a saved notebook. Below
them stand keystroke to preview, a key in the JSON pane of 3,100 lines, switching actions, and a response of
10 MB. ``ok`` and ``MISSED`` say
whether the floors are met. It needs Chromium, npm, and ``pip install 'kustomer-nb[benchmarks,lab,test]'``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from math import ceil, inf
from pathlib import Path
from statistics import median

import nbformat
from playwright.sync_api import Error, Page

from tests.browser.lab import ROOT, Lab, new_page, open_notebook, started_chromium, started_lab

SIZES = (10, 100, 500)
KEYSTROKES = 60
SWITCHES = 15
# Of the definition in which keys are typed in the JSON pane.
LINES = 3_100
NOTEBOOK = "benchmark.ipynb"
RJSF = "rjsf.js"
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
# How widgets_page.js begins when controls do not come.
NEVER = "not in 90 s"
MODEL_ID = re.compile("[0-9a-f]{32}")
PREPARE = "import asyncio\nfrom benchmarks import widget_forms as forms"

# Of each library: what makes its form, and its last control as a selector.
LIBRARIES = {
    "ActionForm": ("forms.action_form", '[data-pointer="/field{last}"] :is(input, select):not([hidden])'),
    "workbench": ("forms.workbench", '[data-pointer="/field{last}"] :is(input, select):not([hidden])'),
    "ipywidgets": ("forms.ipywidgets_form", ".jupyter-widgets :is(input, select)"),
    "ipywidgets-jsonschema": ("forms.jsonschema_form", ".jupyter-widgets :is(input, select)"),
    "rjsf": ("forms.rjsf_form", "#root_field{last}"),
}
# What the page holds for all measurements: `knbBench`.
SCRIPT = (Path(__file__).parent / "widgets_page.js").read_text(encoding="utf-8")


@dataclass
class Times:
    """The milliseconds of one thing, measured several times."""

    found: list[float] = field(default_factory=list)

    @property
    def least(self) -> float:
        """The shortest of them: what else the machine does only adds."""
        return min(self.found)

    @property
    def median(self) -> float:
        """The one in the middle."""
        return median(self.found)

    def share(self, share: float) -> float:
        """Return the time within which this share of them lies."""
        ordered = sorted(self.found)
        return ordered[ceil(share * len(ordered)) - 1]


@dataclass
class Bench:
    """A notebook with one cell, in which each measurement runs its own code."""

    page: Page
    lab: Lab

    def run(self, code: str) -> None:
        """Run code, and come back when it has finished."""
        self.page.evaluate("(code) => knbBench.run(code)", code)

    def tell(self, code: str) -> None:
        """Run code beside the cell, whose output stays."""
        self.page.evaluate("(code) => knbBench.tell(code)", code)

    def ask(self, expression: str) -> str:
        """Return what the kernel says of an expression, as text."""
        return str(self.page.evaluate("(expression) => knbBench.ask(expression)", expression))

    def draw(self, code: str, selector: str, least: int = 1) -> float:
        """Return the milliseconds from running code to its last control being usable and painted.

        It is infinite where the controls do not come in the time that the page waits.
        """
        given = {"code": code, "selector": selector, "least": least}
        try:
            return float(self.page.evaluate("(given) => knbBench.draw(given)", given))
        except Error as error:
            if NEVER not in error.message:
                raise
            return inf

    def clear(self) -> None:
        """Close the widgets of the last measurement, so that none adds to the next."""
        self.run("forms.close_all()")

    def saved_size(self) -> int:
        """Return the bytes that the shown widget takes in the saved notebook, with those that it needs."""
        self.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
        notebook = json.loads((self.lab.folder / NOTEBOOK).read_text(encoding="utf-8"))
        state = notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
        (shown,) = (
            output["data"][VIEW] for output in notebook["cells"][0]["outputs"] if VIEW in output["data"]
        )
        reached: dict[str, str] = {}
        waiting = [shown["model_id"]]
        while waiting:
            name = waiting.pop()
            if name in state and name not in reached:
                reached[name] = json.dumps(state[name])
                waiting += MODEL_ID.findall(reached[name])
        return sum(map(len, reached.values()))


def bundle(folder: Path) -> bytes | None:
    """Return rjsf as one module, None where npm is missing or cannot install it."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    shutil.copytree(Path(__file__).parent / "rjsf", folder, dirs_exist_ok=True)
    built = folder / RJSF
    options = ["--bundle", "--format=esm", "--minify", '--define:process.env.NODE_ENV="production"']
    for command in (
        [npm, "install", "--no-audit", "--no-fund"],
        [str(folder / "node_modules/.bin/esbuild"), "form.js", *options, f"--outfile={built}"],
    ):
        run = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
        if run.returncode:
            print(f"rjsf is left out: {run.stderr.strip()[-500:]}")
            return None
    return built.read_bytes()


@contextmanager
def started_bench(home: Path, *, needs_rjsf: bool = True) -> Iterator[Bench]:
    """Start JupyterLab and Chromium, and open a notebook whose kernel has what is measured."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("Chromium is missing.")
    # The kernel inherits it, and imports the forms from here.
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    os.environ["KUSTOMER_NB_HISTORY"] = "off"
    module = bundle(home / "rjsf") if needs_rjsf else None
    with started_lab(home / "lab") as lab, started_chromium(program) as browser:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")])
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        nbformat.write(notebook, lab.folder / NOTEBOOK)
        page = new_page(browser)
        lab.keep_widget_state(page)
        open_notebook(page, lab, NOTEBOOK)
        page.evaluate(SCRIPT)
        bench = Bench(page, lab)
        if module is None:
            LIBRARIES.pop("rjsf")
        else:
            (lab.folder / RJSF).write_bytes(module)
            bench.run(f"import os\nos.environ['KNB_RJSF'] = {f'{lab.url}/files/{RJSF}'!r}")
        if find_spec("ipywidgets_jsonschema") is None:
            print("ipywidgets-jsonschema is left out: it is not installed.")
            LIBRARIES.pop("ipywidgets-jsonschema")
        bench.run(PREPARE)
        yield bench
        lab.end_kernels()


def draw_forms(bench: Bench, turns: int) -> dict[tuple[str, int], Times]:
    """Print and return the times of each library and size, drawn in turns."""
    for make, selector in LIBRARIES.values():
        # The stack of each library is loaded once, by a small form.
        bench.draw(f"{make}(4)", selector.format(last=3))
    times: dict[tuple[str, int], Times] = {}
    sizes: dict[tuple[str, int], int] = {}
    for turn in range(turns):
        for count in SIZES:
            for name, (make, selector) in LIBRARIES.items():
                bench.clear()
                # A control of ipywidgets has no name of its own: they are counted.
                least = count if "ipywidgets" in name else 1
                kept = times.setdefault((name, count), Times()).found
                # What did not come once is not waited for again.
                if inf in kept:
                    continue
                kept.append(bench.draw(f"{make}({count})", selector.format(last=count - 1), least))
                if not turn:
                    sizes[name, count] = bench.saved_size()
    print(f"{'usable after':24} " + " ".join(f"{f'{count} fields':>18}" for count in SIZES) + "  saved bytes")
    for name in LIBRARIES:
        cells = (times[name, count] for count in SIZES)
        shown = " ".join(f"{found.least:7.0f} {found.median:7.0f} ms" for found in cells)
        print(f"{name:24} {shown}  {' '.join(f'{sizes[name, count]:,}' for count in SIZES)}")
    return times


def type_keys(bench: Bench, count: int) -> Times:
    """Return the times from a keystroke in the workbench to the preview that shows it."""
    bench.clear()
    bench.draw(f"forms.workbench({count})", LIBRARIES["workbench"][1].format(last=count - 1))
    page = bench.page
    times = Times()
    page.locator('[data-pointer="/field0"] input').first.focus()
    page.evaluate("() => knbBench.watchKeys('.knb-place-preview')")
    for at in range(KEYSTROKES):
        page.keyboard.press("abcdefghij"[at % 10])
        times.found.append(float(page.evaluate("() => knbBench.shown()")))
        page.wait_for_timeout(30)
    return times


def type_lines(bench: Bench, lines: int) -> tuple[Times, Times, list[float]]:
    """Return the times from a key in the JSON pane to its painted line, and to the preview that shows it.

    The last are what it takes in Python: the calls of functions, the milliseconds, and of how many keys.
    """
    bench.clear()
    bench.draw(f"bench = forms.pane({lines})\nbench", LIBRARIES["workbench"][1].format(last=0))
    page = bench.page
    page.get_by_role("tab", name="Definition").click()
    page.get_by_role("group", name="Definition as", exact=True).get_by_role("radio", name="JSON").check()
    page.wait_for_selector(".knb-code-line")
    bench.tell("keys = forms.CountedKeys(bench.definition)")
    painted, shown = Times(), Times()
    # The end of the URL of the selected action, which the preview shows.
    url = bench.ask("bench._session.action.value['inputTemplate']['uri']").strip("'")
    given = [".knb-code-input", url, ".knb-place-preview .knb-line"]
    page.wait_for_function(
        "(url) => document.querySelector('.knb-code-lines').textContent.includes(url)", arg=url
    )
    page.evaluate("(given) => knbBench.watchLine(...given)", given)
    for at in range(KEYSTROKES):
        page.keyboard.press("abcdefghij"[at % 10])
        line, preview = page.evaluate("() => knbBench.shown()")
        painted.found.append(float(line))
        shown.found.append(float(preview))
        # The next key comes before anybody looks for problems.
        page.wait_for_timeout(30)
    return painted, shown, json.loads(bench.ask("keys.figures()"))


def switch_actions(bench: Bench) -> Times:
    """Return the times from choosing another action of 100 fields to its last field being usable."""
    bench.clear()
    bench.draw("forms.workbench(100)", LIBRARIES["workbench"][1].format(last=99))
    page = bench.page
    times = Times()
    for at in range(SWITCHES):
        prefix = "field" if at % 2 else "other"
        page.locator(".knb-picker").click()
        option = page.locator(".knb-options [role=option]").nth((at + 1) % 2)
        option.wait_for()
        page.evaluate("(selector) => knbBench.watchSwitch(selector)", f'[data-pointer="/{prefix}99"] select')
        option.click()
        times.found.append(float(page.evaluate("() => knbBench.shown()")))
    return times


def show_large(bench: Bench, turns: int) -> tuple[Times, Times, Times]:
    """Return the times of the first paint of 10 MB, of typing meanwhile, and of the longest tasks."""
    bench.clear()
    bench.run("large = forms.large_run()")
    first, typed, tasks = Times(), Times(), Times()
    for _ in range(turns):
        bench.clear()
        first.found.append(
            bench.draw("import kustomer_nb\nkustomer_nb.ResponseView(large)", ".knb-json .knb-fold")
        )
    bench.clear()
    bench.run("def show_large():\n    bench._session.show(large)")
    bench.draw("bench = forms.workbench(100)\nbench", LIBRARIES["workbench"][1].format(last=99))
    page = bench.page
    field0 = page.locator('[data-pointer="/field0"] input').first
    for _ in range(turns):
        # The response arrives while a person types; the request stays in sight.
        bench.tell(
            "bench._session.state.current = None\nasyncio.get_running_loop().call_later(1, show_large)"
        )
        page.locator("[role=tab]", has_text="Request").first.click()
        field0.focus()
        page.evaluate("() => { knbBench.watchTasks(); knbBench.watchKeys('.knb-place-preview'); }")
        for at in range(30):
            page.keyboard.press("klmnopqrst"[at % 10])
            typed.found.append(float(page.evaluate("() => knbBench.shown()")))
            page.wait_for_timeout(60)
        tasks.found.append(float(page.evaluate("() => knbBench.longestTask()")))
        page.evaluate("() => { document.activeElement.value = ''; }")
    return first, typed, tasks


def note(words: str) -> None:
    """Print a figure for which there is no floor."""
    print(f"{'':6} {words}")


def judge(words: str, found: float, floor: float) -> bool:
    """Print whether a floor is met, and by how much."""
    is_met = found <= floor
    verdict = "ok    " if is_met else "MISSED"
    print(f"{verdict} {words:50} {found:7.1f} ms, floor {floor:.0f}, {floor / found:.1f}x")
    return is_met


def main() -> None:
    """Print the times and which floors are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=5, help="how often each form is drawn")
    parser.add_argument("--only", choices=["forms", "keys", "pane", "switch", "large"], help="one part alone")
    arguments = parser.parse_args()
    turns: int = arguments.turns
    with (
        tempfile.TemporaryDirectory() as home,
        started_bench(Path(home), needs_rjsf=arguments.only in (None, "forms")) as bench,
    ):
        parts: dict[str, Callable[[], bool]] = {
            "forms": lambda: report_forms(bench, turns),
            "keys": lambda: report_keys(bench),
            "pane": lambda: report_pane(bench),
            "switch": lambda: report_switch(bench),
            "large": lambda: report_large(bench, turns),
        }
        met = [part() for name, part in parts.items() if arguments.only in (None, name)]
        loads = " ".join(f"{load:.1f}" for load in os.getloadavg())
        print(f"load of the machine: {loads}, {os.cpu_count()} cores")
    if not all(met):
        raise SystemExit(1)


def report_forms(bench: Bench, turns: int) -> bool:
    """Draw the forms, and return whether the floors are met."""
    times = draw_forms(bench, turns)
    ours = times["ActionForm", 500]
    best = min(times[name, 500].least for name in LIBRARIES if "ipywidgets" in name)
    middle = min(times[name, 500].median for name in LIBRARIES if "ipywidgets" in name)
    met = [
        judge("500 fields usable, least", ours.least, 500),
        judge("500 fields usable, median", ours.median, 500),
        judge("a quarter of the best of ipywidgets, least", ours.least, best / 4),
        judge("a quarter of the best of ipywidgets, median", ours.median, middle / 4),
    ]
    if "rjsf" in LIBRARIES:
        note(f"rjsf / ours at 500 fields: {times['rjsf', 500].median / ours.median:.1f}x")
    return all(met)


def report_keys(bench: Bench) -> bool:
    """Type into the workbench, and return whether the floors are met."""
    met = []
    for count, floor in ((100, 100), (500, 150)):
        times = type_keys(bench, count)
        note(f"preview of {count} fields: p50 {times.share(0.5):.1f} ms, least {times.least:.1f} ms")
        met.append(judge(f"keystroke to preview p95, {count} fields", times.share(0.95), floor))
    return all(met)


def report_pane(bench: Bench) -> bool:
    """Type into the JSON pane of a long definition, and return whether the floors are met."""
    painted, shown, (calls, milliseconds, count) = type_lines(bench, LINES)
    note(f"p50: {painted.share(0.5):.1f} ms to its line, {shown.share(0.5):.1f} ms to the preview")
    note(f"Python: {calls:,.0f} calls and {milliseconds:.1f} ms for a key, the median of {count:.0f}")
    met = [
        judge(f"key to its line p95, {LINES:,} lines", painted.share(0.95), 50),
        judge(f"key to the preview p95, {LINES:,} lines", shown.share(0.95), 150),
    ]
    return all(met)


def report_switch(bench: Bench) -> bool:
    """Switch between two actions, and return whether the floor is met."""
    times = switch_actions(bench)
    note(f"switching actions of 100 fields: least {times.least:.1f} ms, longest {times.share(1):.1f} ms")
    return judge("switching actions, median", times.median, 200)


def report_large(bench: Bench, turns: int) -> bool:
    """Show 10 MB, and return whether the floor is met."""
    first, typed, tasks = show_large(bench, turns)
    met = judge("first paint of 10 MB after it is parsed, median", first.median, 1000)
    note(f"first paint: least {first.least:.1f} ms")
    note(f"longest main-thread task while typing: {tasks.share(1):.0f} ms")
    note(f"keystroke to preview meanwhile: p50 {typed.share(0.5):.1f} ms, longest {typed.share(1):.1f} ms")
    return met


if __name__ == "__main__":
    main()
