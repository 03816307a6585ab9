"""Reading is not sending: what only reads loads nothing that sends, and starts no thread."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SENDING = {"httpx", "httpcore", "h11", "anyio", "ssl", "asyncio"}
SHOWING = {"jsonschema", "IPython", "ipywidgets", "anywidget"}
READ = """
import json, sys, threading
from pathlib import Path
import kustomer_nb as knb

app = knb.load(Path(sys.argv[1]))
app.lint(), app.fix()
action = app.action()
action.render({"orderId": 1})
knb.diff({"a": 1}, {"a": 2}), knb.infer({"a": 1})
assert not knb.compare(app, app)
run = action.run({"orderId": 1}, mode="sample")
assert run.output, run
modules = {name.partition(".")[0] for name in sys.modules}
rooms = {".".join(name.split(".")[:2]) for name in sys.modules if name.startswith("kustomer_nb.")}
print(json.dumps([sorted(modules), sorted(rooms), threading.active_count()]))
"""
SHOW = """
import sys
from pathlib import Path
import kustomer_nb as knb

app = knb.load(Path(sys.argv[1]))
before = {"chevron", "kustomer_nb.reporting"} & set(sys.modules)
html = app._repr_html_()
assert html.startswith("<"), html
print(sorted(before))
"""


TEST = """
import json, sys, threading
from pathlib import Path
import kustomer_nb as knb

path = Path(sys.argv[1])
action = knb.load(path).action()
record = {"inputs": {"orderId": 1}, "run": {"response": {"statusCode": 200, "body": {"status": "REFUNDED"}}}}
runs = [knb.from_log(json.dumps(record), action), action.run({"orderId": 1}, mode="sample")]
assert all(run.save_case(f"case {at}") for at, run in enumerate(runs))
results = knb.test(path.parent)
assert results.ok and len(results) == 2, [result.reason for result in results]
modules = {name.partition(".")[0] for name in sys.modules}
rooms = {".".join(name.split(".")[:2]) for name in sys.modules if name.startswith("kustomer_nb.")}
print(json.dumps([sorted(modules), sorted(rooms), threading.active_count()]))
"""


def in_a_fresh_process(code: str, path: Path, history: str) -> str:
    command = [sys.executable, "-c", code, str(path)]
    environment = {"PATH": "", "KUSTOMER_NB_HISTORY": history, "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=path.parent)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    path = tmp_path / "ecommstore.json"
    path.write_bytes((Path(__file__).parent / "fixtures/ecommstore.json").read_bytes())
    return path


@pytest.mark.parametrize("history", ["on", "off"])
def test_reading_loads_nothing_that_sends(definition: Path, history: str) -> None:
    modules, rooms, threads = json.loads(in_a_fresh_process(READ, definition, history))

    assert set(modules) & (SENDING | SHOWING) == set()
    assert "kustomer_nb.reporting" not in rooms
    assert threads == 1


def test_testing_loads_nothing_that_sends_and_keeps_no_history(definition: Path) -> None:
    modules, rooms, threads = json.loads(in_a_fresh_process(TEST, definition, "on"))

    assert set(modules) & (SENDING | SHOWING) == set()
    assert "kustomer_nb.reporting" not in rooms
    assert threads == 1
    history = definition.parent / ".kustomer-nb/history.jsonl"
    # That of the one run in sample mode.
    assert len(history.read_text(encoding="utf-8").splitlines()) == 1


def test_a_value_is_drawn_by_what_is_loaded_for_that(definition: Path) -> None:
    assert in_a_fresh_process(SHOW, definition, "off") == "[]\n"
