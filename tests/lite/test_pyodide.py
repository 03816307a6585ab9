"""The package in Pyodide, the Python of browsers, here run by Node: its tests, and the notebooks."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from lite.wheels import PYODIDE, ROOT, WHEELS, build_wheel, download, required
from tests.conftest import require
from tests.work import SLOW

HERE = Path(__file__).parent
CONFORMANCE = (
    "tests/conformance",
    "tests/template/test_conformance.py",
    "tests/template/javascript_helpers.py",
    "tests/template/test_kustomer.py",
    "tests/schema/test_conversions.py",
)
# Besides them, a folder of tests, without the modules that read files of the repository.
MORE = {"tests/rules": ["test_docs.py", "test_registry.py"]}
Pyodide = Callable[..., str]

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def pyodide(tmp_path_factory: pytest.TempPathFactory) -> Pyodide:
    node = shutil.which("node")
    require(node, "node")
    require((WHEELS / ".installed").exists(), "the Python of browsers (make test installs it)")
    wheels = download([*required("demo"), Requirement("hypothesis>=6.100"), Requirement("pytest>=9")], WHEELS)
    wheels.append(build_wheel(tmp_path_factory.mktemp("wheel")))

    def run(script: str, folder: Path, *options: str) -> str:
        arguments = {
            "pyodide": str(PYODIDE),
            "script": str(HERE / script),
            "folder": str(folder),
            "wheels": list(map(str, wheels)),
            "options": options,
        }
        command = [str(node), str(HERE / "run_in_pyodide.mjs"), json.dumps(arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done.stdout

    return run


def with_tests(folder: Path, names: tuple[str, ...]) -> Path:
    """Return a folder that has these tests, and no other part of the repository."""
    for name in names:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(
                source,
                target,
                ignore=shutil.ignore_patterns("__pycache__", "node_modules"),
                dirs_exist_ok=True,
            )
        else:
            shutil.copy(source, target)
    return folder


def test_conforms_as_elsewhere(pyodide: Pyodide, tmp_path: Path) -> None:
    tests = [name for name in CONFORMANCE if "/test_" in name]

    printed = pyodide("conformance.py", with_tests(tmp_path, CONFORMANCE), *tests)

    assert int(printed.rpartition(" passed")[0].split()[-1]) > 2000
    assert "failed" not in printed


@pytest.mark.skipif(not SLOW, reason="make test-slow runs it")
@pytest.mark.parametrize("name", MORE)
def test_more_of_the_tests_pass(pyodide: Pyodide, tmp_path: Path, name: str) -> None:
    left_out = [f"--ignore={name}/{module}" for module in MORE[name]]

    # They share helpers with tests of other folders.
    printed = pyodide("conformance.py", with_tests(tmp_path, ("tests",)), *left_out, name)

    assert " passed" in printed


def test_the_notebooks_give_what_they_show(pyodide: Pyodide, tmp_path: Path) -> None:
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    for path in (*notebooks, ROOT / "notebooks/ecommstore.json"):
        shutil.copy(path, tmp_path)

    cells = [json.loads(line) for line in pyodide("cells.py", tmp_path).splitlines()]

    assert {name for name, *_ in cells} == {path.name for path in notebooks}
    assert [cell for cell in cells if cell[2] != cell[3]] == []


def test_what_a_browser_cannot_do_is_one_sentence(pyodide: Pyodide, tmp_path: Path) -> None:
    shutil.copy(ROOT / "notebooks/ecommstore.json", tmp_path)

    errors = json.loads(pyodide("limits.py", tmp_path))

    words = errors.pop("press")
    messages = {name: [message for message, _ in problems] for name, problems in errors.items()}
    refused = (
        "POST https://api.ecommstore.com/orders/1042 was not sent: a browser replaces headers of a request, "
        "and may have sent what it reports as failed."
    )
    assert messages == {
        "live": [refused],
        "another port": [refused],
        "record": [refused],
        "run": ["this browser cannot wait for a run, so nothing was run."],
        "hazards": ["an input has limits, such as maxLength, which cannot be checked in a browser."],
    }
    assert "copy it as cURL" in errors["live"][0][1]
    assert errors["run"][0][1] == "write `await action.arun(…)`."
    assert words == f"KNB861 {refused} Fix: {errors['live'][0][1]}"
