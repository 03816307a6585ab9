"""What people install: the tutorials of the wheel, its extras, and the sdist."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from kustomer_nb import __version__
from tests.conftest import require
from tests.wheels import ROOT, build_wheel, install, make_environment
from tests.work import SLOW

# One with a workbench, one with a command: the others are in the long form, and `make executed` runs all.
NOTEBOOKS = ["."] if SLOW else ["01-first-action.ipynb", "06-keep-it-as-a-test.ipynb"]
# By use. None has a linter, a browser or a test runner beside what its name says.
EXTRAS = {
    "benchmarks": {"deepdiff", "dotpromptz-handlebars", "ipywidgets-jsonschema", "pydantic-handlebars"},
    "ci": {"nbval", "pytest"},
    "demo": {"starlette", "uvicorn"},
    "keyring": {"keyring"},
    "lab": {"ipykernel", "jupyterlab"},
    "lsp": {"pygls"},
}
FOR_DEVELOPERS = {"axe-playwright-python", "import-linter", "mypy", "playwright", "ruff"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require(importlib.util.find_spec("hatchling"), "hatchling (make test installs it)")
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment in which the wheel is installed."""
    python = make_environment(tmp_path_factory.mktemp("environment") / "env")
    install(python, wheel)
    return python


def run(python: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    # Neither the sources nor a mode of these tests.
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "KUSTOMER"))
    }
    return subprocess.run(
        [python, "-m", *arguments], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )


def test_the_tutorials_of_an_installed_wheel_pass_as_tests(environment: Path, tmp_path: Path) -> None:
    written = run(environment, "kustomer_nb", "tutorial", folder=tmp_path)
    folder = tmp_path / "kustomer-tutorial"
    tested = run(environment, "pytest", "--nbval", "-q", "-p", "no:cacheprovider", *NOTEBOOKS, folder=folder)

    assert written.returncode == 0, written.stderr
    assert len(list(folder.glob("*.ipynb"))) == 8
    assert tested.returncode == 0, tested.stdout[-4000:] + tested.stderr[-2000:]
    assert re.search(r"^\d+ passed", tested.stdout, re.MULTILINE)
    # The case that the sixth tutorial saves is in its project, which a reader can open and commit.
    assert list(folder.glob("06-keep-it-as-a-test/cases/*/*.case.json"))


def test_a_changed_output_of_an_installed_tutorial_fails(environment: Path, tmp_path: Path) -> None:
    run(environment, "kustomer_nb", "tutorial", folder=tmp_path)
    path = tmp_path / "kustomer-tutorial/04-where-did-my-value-go.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("outputSchema dropped `order`", "outputSchema dropped `state`"), encoding="utf-8"
    )

    tested = run(
        environment, "pytest", "--nbval", "-q", "-p", "no:cacheprovider", path.name, folder=path.parent
    )

    assert tested.returncode == 1
    assert "1 failed" in tested.stdout


def test_the_snippets_of_the_readme_find_the_definition_from_anywhere(
    environment: Path, tmp_path: Path
) -> None:
    code = (
        "import kustomer_nb as knb; from kustomer_nb import demo;"
        "action = knb.loads(demo.definition_text()).action('refundOrder');"
        "print(knb.__file__, action.render({'orderId': 7}).url)"
    )
    command = [environment, "-c", code]

    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=True)

    file, url = done.stdout.split()
    assert Path(file).is_relative_to(environment.parents[1])
    assert url == "https://api.ecommstore.com/orders/7"


def extras(wheel: Path) -> Iterator[tuple[str, set[str]]]:
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"kustomer_nb-{__version__}.dist-info/METADATA").decode()
    message = HeaderParser().parsestr(metadata)
    requirements = [Requirement(text) for text in message.get_all("Requires-Dist", [])]
    for extra in message.get_all("Provides-Extra", []):
        names = {
            requirement.name
            for requirement in requirements
            if requirement.marker is not None
            and requirement.marker.evaluate({"extra": extra})
            and not requirement.marker.evaluate({"extra": ""})
        }
        yield extra, names


def test_each_extra_is_for_one_use(wheel: Path) -> None:
    by_name = dict(extras(wheel))

    for name, expected in EXTRAS.items():
        assert by_name[name] == expected
    for name in by_name.keys() - {"test", "docs"}:
        assert not by_name[name] & FOR_DEVELOPERS


def test_the_sdist_has_each_file_of_the_repository_and_makes_the_same_wheel(
    wheel: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (sdist,) = tmp_path.glob("*.tar.gz")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)

    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    pip += ["--no-build-isolation", "--no-index", "--wheel-dir", str(tmp_path)]
    subprocess.run([*pip, str(sdist)], cwd=tmp_path, check=True)

    assert set(tracked.stdout.split("\n")) - {""} - names == set()
    with zipfile.ZipFile(wheel) as ours, zipfile.ZipFile(tmp_path / wheel.name) as built:
        assert sorted(built.namelist()) == sorted(ours.namelist())
