"""All that a day with a live token is made of, in a process of its own: ``python -m tests.canary.work``.

What it shows goes into files below the folder it is given, as a person pastes it into a ticket.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import pprint
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from shlex import quote
from typing import Any
from urllib.parse import quote as url_quote

import httpx
import nbconvert
import nbformat
from click.testing import CliRunner
from nbclient import NotebookClient

from kustomer_nb import Action, SaveError, from_curl, from_log, load, reporting, test
from kustomer_nb.cli import main
from kustomer_nb.notebooks import share
from kustomer_nb.secrets import Redactor, Secret
from kustomer_nb.template import Piece, Text
from kustomer_nb.transport import FAULTS
from kustomer_nb.widgets import SettingsForm, Workbench
from tests.canary.parrot import parrot
from tests.canary.project import write_project
from tests.canary.token import TOKEN

INPUTS = {"id": 7}
# The kernel of a notebook is another process, in which a test may not hide the secret either.
CELLS = (
    "import logging, os, sys\n"
    "logging.basicConfig(filename='../logs/notebook.log', level=logging.DEBUG)\n"
    "sys.path.insert(0, os.environ['CANARY_TESTS'])\n"
    "from tests.canary import work\n"
    "work.shown_openly() if os.environ['CANARY_IS_SHOWN'] else None\n"
    "import kustomer_nb as knb",
    "bench = knb.workbench('canary.json', inputs={'id': 7}, profile='local')\nbench",
    "bench.settings.type_in('canary.default.token', work.TOKEN)\nbench.bar.run()",
    "bench.preview.copy_as('curl')",
    "run = knb.load('canary.json').action().run({'id': 7}, profile='local')\nrun",
    "run.request",
    "run.response",
    "run.output",
    "vars(run)",
    "run.why('note')",
    "%xmode Verbose",
    "knb.load('canary.json').action().run({'id': 'x'}, profile='local')",
    "knb.load('canary.json').action().run({'id': 7}, profile='local', mode='fault:refused')",
    "def fails(options, value):\n    raise ValueError(value)\n"
    "knb.load('canary.json').action().run({'id': 7}, profile='local', now='x', helpers={'fails': fails})",
    "knb.load('canary.json').history()",
)


def work(root: Path) -> None:
    """Use the token everywhere, and write down what is shown."""
    with parrot() as address:
        path = write_project(root / "work", address)
        os.chdir(path.parent)
        for name in ("logs", "shown"):
            (root / name).mkdir()
        handler = logging.FileHandler(root / "logs/all.log")
        logging.basicConfig(level=logging.DEBUG, handlers=[handler], force=True)
        logging.captureWarnings(True)
        for at, text in enumerate(shown(path)):
            (root / "shown" / f"{at}.txt").write_text(text, encoding="utf-8", errors="surrogatepass")
        run_notebook(root)
        share_notebooks(root)


def shown(path: Path) -> Iterator[str]:
    """Yield each text that a person sees of a day's work."""
    action = load(path).action()
    yield from of_runs(action)
    yield from of_cases(path)
    yield from of_errors(path)
    yield from of_widgets(action)
    yield from of_the_command_line(path)
    yield from of_imports(action)
    yield from of_many_rows(action)
    yield from of_values(load(path).history())


def of_runs(action: Action) -> Iterator[str]:
    modes = ("live", "record", "replay", "sample")
    runs = [action.run(INPUTS, profile="local", mode=mode) for mode in modes]
    runs.append(asyncio.run(action.arun(INPUTS, profile="local"), debug=True))
    runs.append(action.run({"id": 8}, profile="local", settings={"token": TOKEN}))
    for run in runs:
        for value in (run, run.request, run.response, run.diff):
            yield from of_values(value)
        yield repr(run.request.wire())
        yield reporting.all_origins(run.request)
        yield json.dumps(reporting.as_json(run.why("note")))
        yield from (run.request.to_curl(), run.request.to_httpx(), run.request.to_http())
    yield from of_values(action.render(INPUTS, settings={"token": TOKEN}))


def of_cases(path: Path) -> Iterator[str]:
    """Yield what is shown of runs that are saved as test cases, and of what a log has of one."""
    app = json.loads(path.read_text(encoding="utf-8"))
    template = app["actions"][0]["inputTemplate"]
    # The token has a # in it, which cuts the URL: such a run is that of this token alone.
    del template["qs"]
    template["uri"] = template["uri"].partition("/{{token")[0]
    plain = path.with_name("plain.json")
    plain.write_text(json.dumps(app), encoding="utf-8")
    action = load(plain).action()
    headers = {"authorization": f"Bearer {TOKEN}"}
    response = {"statusCode": 500, "body": {"token": TOKEN}, "request": {"headers": headers}}
    runs = [action.run(INPUTS, profile="local", mode=mode) for mode in ("live", "sample", "fault:503")]
    runs.append(from_log(json.dumps({"inputs": INPUTS, "run": {"response": response}}), action))
    for at, run in enumerate(runs):
        try:
            case = run.save_case(f"case {at}")
        except SaveError:
            # With nothing hidden, the case has the token, and its replay a placeholder.
            if not os.environ["CANARY_IS_SHOWN"]:
                raise
            continue
        yield case.read_text(encoding="utf-8")
        yield from of_values(run)
        for result in test(case):
            yield from (repr(result), result.reason, pprint.pformat(vars(result)))
            yield pprint.pformat(vars(result.case))
            assert not result.reason, result.reason
    try:
        load(path).action().run(INPUTS, profile="local").save_case("cut")
    except SaveError as error:
        yield f"{error!r} {error}"


def of_values(value: Any) -> Iterator[str]:
    yield from (repr(value), str(value), f"{value}", pprint.pformat(value))
    if value is not None:
        yield from (reporting.text(value), reporting.html(value), json.dumps(reporting.envelope(value)))
        yield json.dumps(reporting.mimebundle(value))
    if hasattr(value, "__dict__"):
        yield pprint.pformat(vars(value))


def of_errors(path: Path) -> Iterator[str]:
    """Yield what is said of everything that goes wrong, with the locals of each frame."""
    for name, fails in failures(path).items():
        try:
            fails()
        except (Exception, KeyboardInterrupt, SystemExit) as error:
            logging.getLogger("canary").exception("%s went wrong", name)
            whole = traceback.TracebackException.from_exception(error, capture_locals=True)
            yield f"{name}: {error!r} {error} {''.join(whole.format())}"


def failures(path: Path) -> dict[str, Callable[[], object]]:
    def action(**template: Any) -> Action:
        app = json.loads(path.read_text(encoding="utf-8"))
        app["actions"][0]["inputTemplate"] |= template
        return load(app).action()

    def broken(request: httpx.Request) -> httpx.Response:
        raise RuntimeError(request.headers["x-key"])

    def fails(options: Any, *values: Any) -> Any:
        raise ValueError(*values)

    def stops(options: Any, *values: Any) -> Any:
        raise KeyboardInterrupt(*values)

    def run(one: Action, inputs: Any = INPUTS, **given: Any) -> Callable[[], object]:
        return lambda: one.run(inputs, settings={"token": "".join(TOKEN)}, **given)

    found: dict[str, Callable[[], object]] = {
        "an input": run(action(), {"id": "x"}),
        "a guard": run(action(uri="https://api.shop.com/{{token}}")),
        "a method": run(action(method="{{{token}}}")),
        "an address": run(action(uri="{{{token}}}")),
        "a host": run(action(uri="http://{{{token}}}/")),
        "a header": run(action(headers={"x-key": "{{{token}}}\n"})),
        "the name of a header": run(action(headers={"{{{token}}}": "x"})),
        "a length": run(action(headers={"content-length": "{{{token}}}"})),
        "a template": run(action(data="{{#if token")),
        "a helper": run(action(data="{{fails token}}"), helpers={"fails": fails}),
        "a function": run(action(data="/#fn:fails,token"), helpers={"fails": fails}),
        "an interrupted helper": run(action(data="{{stops token}}"), helpers={"stops": stops}),
        "a transport": run(action(), transport=httpx.MockTransport(broken)),
        "a closed port": run(action(uri="http://127.0.0.1:1/{{token}}")),
        "an argument": run(action(), seed="x"),
        "an import that is not possible": lambda: from_curl(f"curl https://a.b --digest -u {quote(TOKEN)}"),
        "an import with an open quote": lambda: from_curl(f"curl https://a.b -u {TOKEN}"),
        "an import of an unknown option": lambda: from_curl(f"curl https://a.b --{quote(TOKEN)}"),
        "an import of no command": lambda: from_curl(TOKEN),
        "an import for an unknown input": lambda: from_curl(pasted("https://a.b")[0], inputs={"x": "body.x"}),
    }
    faults = {f"the fault {name}": run(action(), mode=f"fault:{name}") for name in FAULTS if name not in SLOW}
    return found | faults


# They wait for their timeout.
SLOW = ("timeout", "slow", "20mb", "drip", "slow-drip")


LEAVES = ("bar", "problems", "settings", "form", "definition", "preview", "response", "output", "history")


def of_widgets(action: Action) -> Iterator[str]:
    bench = Workbench(action, INPUTS, profile="local")
    bench.settings.type_in("canary.default.token", TOKEN)
    bench.settings._receive(bench.settings, {"kind": "secret", "key": TOKEN, "value": TOKEN}, [])
    bench.bar.run()
    form = SettingsForm(action, settings={"token": TOKEN})
    bench.history.restore(bench.history.runs[0]["id"])
    bench.bar.simulate("429")
    for widget in (bench, *(getattr(bench, name) for name in LEAVES), form):
        yield repr(widget)
        yield str(widget.get_state())
        yield json.dumps(widget._repr_mimebundle_(), default=repr)
    yield from (bench.preview.copy_as(name) for name in ("curl", "httpx", "http", "body"))
    yield json.dumps(bench._static_result())
    yield pprint.pformat(vars(bench._session))
    yield pprint.pformat(vars(form._session))


def pasted(address: str) -> list[str]:
    """Return commands with the token in each place that has credentials."""
    header, query, json_text = (
        quote(f"X-Api-Key: {TOKEN}"),
        url_quote(TOKEN, safe=""),
        json.dumps({"password": TOKEN}),
    )
    return [
        f"curl {address}/orders/7 -H {header} --json {quote(json_text)}",
        f"curl -u {quote(f'user:{TOKEN}')} '{address}/orders/7?api_key={query}' -b {quote(f'sid={TOKEN}')}",
        f"curl {address}/orders/7 -H {quote(f'Authorization: Bearer {TOKEN}')} -d client_secret={query}",
    ]


def of_imports(action: Action) -> Iterator[str]:
    """Yield what is shown of pasted commands, of the actions made of them, and of their runs."""
    address = str(action.render(INPUTS, settings={"token": "x"}).url).partition("/orders")[0]
    for at, command in enumerate(pasted(address)):
        imported = from_curl(command)
        for value in (imported, imported.secrets, imported.proposals, imported.app, imported.app.lint()):
            yield from (repr(value), str(value), pprint.pformat(value))
        yield pprint.pformat([vars(imported), dict(imported.secrets), imported.examples])
        imported.app.save(f"imported-{at}.json")
        run = imported.action.run(imported.examples, profile="local", settings=imported.secrets)
        for value in (run, run.request, run.response):
            yield from of_values(value)
        for options in ([], ["--json"], ["--into", "new.json"]):
            done = CliRunner().invoke(main, ["new", "--from-curl", "-", *options], input=command)
            yield f"new: {done.exit_code} {done.output}"


def of_many_rows(action: Action) -> Iterator[str]:
    """Yield what is shown of a plan and of batches; the service echoes the token in each response."""
    rows = [{"id": 7}, {"id": "x"}, {"id": "008"}]
    for mode in ("live", "sample"):
        plan = action.map(rows, profile="local", mode=mode, allow_changed=True)
        batch = plan.run()
        for value in (plan, plan.invalid, batch):
            yield from of_values(value)
        yield json.dumps([*batch.outputs(), batch.summary.to_json()])
    Path("rows.csv").write_text("id\n9\n", encoding="utf-8")
    for options in (["--plan"], ["--json"], ["--resume", batch.name]):
        done = CliRunner().invoke(
            main, ["map", str(action.app.path), "rows.csv", "--profile", "local", *options]
        )
        yield f"map: {done.exit_code} {done.output}"


def of_the_command_line(path: Path) -> Iterator[str]:
    one, given = str(path), ["-i", "id=7", "--profile", "local"]
    plain = Path("answer.json")
    plain.write_text('{"id": 7}', encoding="utf-8")
    calls = [
        ["lint", one],
        ["fix", one],
        ["render", one, *given],
        ["render", one, *given, "--why", "--json"],
        *(["render", one, *given, "--as", form] for form in ("curl", "httpx", "http")),
        *(["run", one, *given, "--mode", mode] for mode in ("live", "record", "replay", "sample")),
        ["run", one, *given, "--json", "--why", "note"],
        ["run", one, "-i", "id=7", "--set", f"token={TOKEN}"],
        ["run", one, "-i", "id=x", "--set", f"token={TOKEN}"],
        ["run", one, "-i", "id=7", "--set", TOKEN],
        ["run", one, "-i", "id=7", "--set", f"token:={TOKEN}"],
        ["run", one, *given, "--mode", "fault:refused"],
        ["history", one],
        ["history", one, "0"],
        ["history", one, "0", "--diff", "1", "--json"],
        ["diff", str(plain), str(plain)],
        ["infer", str(plain)],
        [
            "test",
            *(word for form in ("junit", "html", "json") for word in ("--report", f"{form}=cases.{form}")),
        ],
        *(
            ["test", "--mode", "live", "--profile", "local", *more]
            for more in ([], ["--against", "cassette"])
        ),
        ["test", "--mode", "live", "--profile", "local", "--json"],
        ["test", "--update", "new,changed,reformatted,unused"],
        ["rule", "KNB601"],
        ["schema"],
        ["new", "new.json"],
    ]
    for call in calls:
        done = CliRunner().invoke(main, call)
        said = "".join(traceback.format_exception(done.exception)) if done.exception else ""
        # What was called is not what was said of it.
        yield f"{call[0]}: {done.exit_code} {done.output} {said}"


def run_notebook(root: Path) -> None:
    """Run a notebook with the widget state kept, and make a page of it."""
    cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(notebook, kernel_name="python3", allow_errors=True, store_widget_state=True)
    client.execute()
    nbformat.write(notebook, root / "work/canary.ipynb")
    page, _ = nbconvert.HTMLExporter().from_notebook_node(notebook)
    (root / "work/canary.html").write_text(page, encoding="utf-8")


def share_notebooks(root: Path) -> None:
    """Share the notebook, and one in which somebody wrote and printed the token; only its copy is kept."""
    cell = nbformat.v4.new_code_cell(f"token = {TOKEN!r}\ntoken")
    cell.outputs = [
        nbformat.v4.new_output("stream", text=json.dumps({"token": TOKEN, "twice": json.dumps([TOKEN])})),
        nbformat.v4.new_output(
            "display_data", data={"text/html": f"<b>{TOKEN}</b>", "application/json": {TOKEN: TOKEN}}
        ),
        nbformat.v4.new_output("error", ename="E", evalue=TOKEN, traceback=[f"\x1b[31m{TOKEN}\x1b[0m"]),
    ]
    leaking = root / "work/leaking.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), leaking)
    for at, call in enumerate((["share", str(leaking)], ["share", "--check", str(leaking), "--json"])):
        done = CliRunner().invoke(main, call)
        (root / f"shown/share-{at}.txt").write_text(f"{done.exit_code} {done.output} {done.exception}")
    leaking.unlink()
    share(root / "work/canary.ipynb")


def shown_openly() -> None:
    """Switch off all that hides a secret: what then is written shows that the search finds it."""

    def itself(self: object, value: Any) -> Any:
        return value

    hidden: Any = Redactor
    hidden.text = hidden.value = hidden.content = itself
    secret: Any = Secret
    secret.__repr__ = secret.__str__ = lambda self: str(self.reveal())
    piece: Any = Piece
    piece.shown = property(lambda self: self.text)
    text: Any = Text
    text.shown = property(lambda self: self.real)


if __name__ == "__main__":
    if os.environ["CANARY_IS_SHOWN"]:
        shown_openly()
    work(Path(sys.argv[1]))
