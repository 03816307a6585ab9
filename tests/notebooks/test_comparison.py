"""A real ``pytest --nbval`` over a team's notebook: changes of an action fail it, harmless ones do not."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.notebooks.service import running_service
from tests.notebooks.team import DEFINITION, ORIGIN, SETTINGS, execute, sources, write_notebook

ROOT = Path(__file__).parents[2]
MODES = ("replay", "sample")
pytestmark = pytest.mark.timeout(600)
App = dict[str, Any]


def of(app: App, name: str) -> dict[str, Any]:
    return next(action for action in app["actions"] if action["name"].endswith(f".{name}"))


@dataclass(frozen=True)
class Change:
    """Puts a value in an action; without one, it deletes what is there."""

    action: str
    pointer: str
    value: Any

    def apply(self, app: App) -> None:
        *path, last = self.pointer.split("/")
        parent = of(app, self.action)
        for key in path:
            parent = parent[key]
        if self.value is None:
            del parent[last]
        else:
            parent[last] = self.value

    @property
    def cells(self) -> set[int]:
        """The cells that run the action, which no change of another action touches."""
        return {at for at, source in enumerate(sources()) if f'action("{self.action}")' in source}


CHANGES = {
    "another header": Change("findOrder", "inputTemplate/headers/x-client", "someone"),
    "a lost header": Change("createNote", "inputTemplate/headers/idempotency-key", None),
    "a new header": Change("removeTag", "inputTemplate/headers/x-new", "1"),
    "another method": Change("updateCustomer", "inputTemplate/method", "PATCH"),
    "another path": Change(
        "removeTag", "inputTemplate/uri", f"{ORIGIN}/customers/{{{{{{customerId}}}}}}/tag"
    ),
    "another query": Change("findOrder", "inputTemplate/qs/currency", "USD"),
    "another body": Change("createNote", "inputTemplate/data/priority", 3),
    "a lost member of the body": Change("createNote", "inputTemplate/data/author/kind", None),
    "a lost output key": Change("findOrder", "outputTemplate/total", None),
    "a broken reference": Change("createNote", "outputTemplate/noteId", "/#body.notes.id"),
    "another type of an output": Change("searchOrders", "outputSchema/properties/total", {"type": "string"}),
    "an output that the schema drops": Change("createNote", "outputSchema/properties/count", None),
    "another setting": Change("findOrder", "appSettings/region/key", "teamshop.default.token"),
    "an input that is not required": Change("createNote", "inputSchema/required", ["orderId"]),
    "another type of an input": Change("findOrder", "inputSchema/properties/orderId", {"type": "string"}),
    "another sample": Change("updateCustomer", "sampleOutputContext/changed", "city"),
}
# In sample mode only the cells of the whole app show these: each has a notebook of its own.
ALONE = ("a lost output key", "a broken reference", "an input that is not required")


def together() -> list[list[str]]:
    """Return the names of the changes, those of one notebook together: one change of each action."""
    of_action: dict[str, list[str]] = {}
    for name, change in CHANGES.items():
        if name not in ALONE:
            of_action.setdefault(change.action, []).append(name)
    in_one = [[name for name in names if name] for names in zip_longest(*of_action.values())]
    return in_one + [[name] for name in ALONE]


def environment(mode: str, **others: str) -> dict[str, str]:
    """Return variables without those of the tests, as a CI job has them: no token, and no way out."""
    dropped = ("KUSTOMER_NB_", "PYTEST_", "TEAMSHOP_", "TZ", "LC_", "LANG")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    mode_of_runs = {"KUSTOMER_NB_MODE": mode} if mode else {}
    return {**inherited, "PYTHONPATH": str(ROOT), "KUSTOMER_NB_HISTORY": "off", **mode_of_runs, **others}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder for each mode, with the definition, its cassette, and the notebook as it was recorded."""
    folders = {}
    tokens = {name.upper().replace(".", "_"): value for name, value in SETTINGS.items()}
    with running_service() as origin:
        for mode, recording in {"replay": "record", "sample": "sample"}.items():
            folder = folders[mode] = tmp_path_factory.mktemp(mode)
            shutil.copy(DEFINITION, folder)
            (folder / "kustomer-nb.toml").write_text(
                f'hosts = {{ "{ORIGIN}" = "{origin}" }}\n', encoding="utf-8"
            )
            write_notebook(folder / "team.ipynb", sources())
            execute(folder / "team.ipynb", environment(recording, **tokens))
            # Another machine has another port, or none.
            (folder / "kustomer-nb.toml").unlink()
    return folders


def run_nbval(folder: Path, env: dict[str, str]) -> tuple[dict[str, set[int]], str]:
    """Return which cells of the notebook in each folder failed, and what pytest printed."""
    report = folder / "report.xml"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--junitxml={report}",
    ]
    done = subprocess.run(
        [*command, "--rootdir", str(folder), "."],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    failed: dict[str, set[int]] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        cells = failed.setdefault(case.attrib["classname"].partition(".team.")[0], set())
        if case.find("failure") is not None:
            cells.add(int(case.attrib["name"].removeprefix("Cell ")))
    return failed, done.stdout


@pytest.mark.parametrize("mode", MODES)
def test_each_change_of_an_action_fails_its_notebook(
    mode: str, recorded: dict[str, Path], tmp_path: Path
) -> None:
    notebooks = together()
    for number, names in enumerate(notebooks):
        app = json.loads(DEFINITION.read_text(encoding="utf-8"))
        for name in names:
            CHANGES[name].apply(app)
        folder = tmp_path / f"changes{number}"
        shutil.copytree(recorded[mode], folder)
        (folder / "team.json").write_text(json.dumps(app, indent=2, ensure_ascii=False), encoding="utf-8")

    failed, output = run_nbval(tmp_path, environment(mode))

    assert len(failed) == len(notebooks), output
    assert sorted(name for names in notebooks for name in names) == sorted(CHANGES)
    seen = [
        name
        for number, names in enumerate(notebooks)
        for name in names
        if (failed[f"changes{number}"] if name in ALONE else failed[f"changes{number}"] & CHANGES[name].cells)
    ]
    assert set(CHANGES) - set(seen) == set()


def with_other_headers(folder: Path) -> None:
    """Put what a service sends anew with each response into the recorded ones."""
    path = folder / "team.cassette.json"
    cassette = json.loads(path.read_text(encoding="utf-8"))
    for exchange in cassette["exchanges"]:
        exchange["response"]["headers"] += [
            "date: Thu, 01 Jan 2037 00:00:00 GMT",
            "x-request-id: another",
        ]
    path.write_text(json.dumps(cassette), encoding="utf-8")


def with_another_layout(folder: Path) -> None:
    app = json.loads((folder / "team.json").read_text(encoding="utf-8"))
    headers = of(app, "findOrder")["inputTemplate"]["headers"]
    of(app, "findOrder")["inputTemplate"]["headers"] = dict(reversed(headers.items()))
    of(app, "findOrder")["description"] = "Find one order by its number"
    (folder / "team.json").write_text(json.dumps(app, indent=7), encoding="utf-8")


ELSEWHERE = {"TZ": "Asia/Kathmandu", "LC_ALL": "C"}


@pytest.mark.parametrize(
    ("mode", "others"),
    [
        pytest.param("replay", ELSEWHERE, id="replayed elsewhere"),
        pytest.param("", {"CI": "true"}, id="without a mode, behind the fence"),
        pytest.param("sample", ELSEWHERE, id="sample elsewhere"),
    ],
)
def test_a_harmless_change_fails_nothing(
    mode: str, others: dict[str, str], recorded: dict[str, Path], tmp_path: Path
) -> None:
    source = recorded[mode or "replay"]
    shutil.copytree(source, tmp_path / "Größe mit Leerzeichen")
    shutil.copytree(source, tmp_path / "layout")
    with_another_layout(tmp_path / "layout")
    if mode != "sample":
        shutil.copytree(source, tmp_path / "headers")
        with_other_headers(tmp_path / "headers")

    failed, output = run_nbval(tmp_path, environment(mode, **others))

    assert len(failed) == (2 if mode == "sample" else 3)
    assert not any(failed.values()), output


def test_a_run_against_the_service_is_that_of_the_recording(
    recorded: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "live"
    shutil.copytree(recorded["replay"], folder)
    with running_service() as origin:
        toml = f'hosts = {{ "{ORIGIN}" = "{origin}" }}\n'
        (folder / "kustomer-nb.toml").write_text(toml, encoding="utf-8")
        tokens = {
            name.upper().replace(".", "_"): f"{value}-of-another-length" for name, value in SETTINGS.items()
        }
        tokens["TEAMSHOP_DEFAULT_REGION"] = "eu"

        failed, output = run_nbval(tmp_path, environment("live", **tokens))

    assert failed == {"live": set()}, output


def test_a_failure_names_the_pointer_in_few_lines(recorded: dict[str, Path], tmp_path: Path) -> None:
    app = json.loads(DEFINITION.read_text(encoding="utf-8"))
    CHANGES["another header"].apply(app)
    folder = tmp_path / "changed"
    shutil.copytree(recorded["sample"], folder)
    (folder / "team.json").write_text(json.dumps(app), encoding="utf-8")

    failed, output = run_nbval(tmp_path, environment("sample"))

    blocks = re.findall(
        r"team\.ipynb, cell \d+: Run changed.*?record the notebook again\.", output, re.DOTALL
    )
    # In CI pytest repeats each failure whole in its summary.
    blocks = list(dict.fromkeys(blocks))
    assert len(failed["changed"]) == len(blocks) == 2
    assert '/request/headers/x-client: changed from "kustomer" to "someone"' in blocks[0]
    assert max(block.count("\n") for block in blocks) < 15
