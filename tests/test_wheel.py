"""The wheel: what is in it, that the extension is complete, and that uninstalling removes all of it."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import tomllib
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from kustomer_nb import __version__
from kustomer_nb.cli.lab_extension import DATA as SHARED
from kustomer_nb.cli.lab_extension import extension_path, shared_files
from tests.conftest import require
from tests.wheels import build_wheel, install, make_environment, pip

ROOT = Path(__file__).parents[1]
EXTENSION = f"{SHARED}/labextensions/kustomer-nb"
DATA = f"kustomer_nb-{__version__}.data/data/"
METADATA = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
# What the extension adds, and all of it, in bytes: a library that comes in by accident is larger.
MOST_OF_EXTENSION = 100_000
MOST = 2_000_000
# The tutorials with their outputs, without which nobody can read them on GitHub or in the documentation.
MOST_OF_TUTORIALS = 80_000
COMMANDS = ("commands.js", "editor_commands.js")
# In modules, in style sheets, and imports that are not awaited; not the types in comments.
_IMPORT = re.compile(r'(?:^import [^"]*|=> import\(|@import url\()"(\.{1,2}/[^"]+)"', re.MULTILINE)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require(importlib.util.find_spec("hatchling"), "hatchling (make test installs it)")
    return build_wheel(tmp_path_factory.mktemp("wheel"))


def tracked(folder: str) -> set[str]:
    listed = subprocess.run(["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(listed.stdout.split())


def installed_names() -> set[str]:
    """Return the files of the extension, as the wheel names them."""
    shared = {source.relative_to(ROOT).as_posix(): target for source, target in shared_files(ROOT).items()}
    return {
        DATA + target + name.removeprefix(source)
        for source, target in shared.items()
        for name in tracked(source)
    }


def test_the_wheel_has_each_file_of_the_package_and_no_other(wheel: Path) -> None:
    package = tracked("kustomer_nb") - tracked("kustomer_nb/labextension")
    metadata = {f"kustomer_nb-{__version__}.dist-info/{name}" for name in METADATA}

    with zipfile.ZipFile(wheel) as archive:
        files = archive.infolist()

    names = {file.filename for file in files}
    tutorials = {f"kustomer_nb/tutorials/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert tutorials == {
        name.replace("notebooks", "kustomer_nb/tutorials") for name in tracked("notebooks/*.ipynb")
    }
    assert names == package | metadata | installed_names() | tutorials
    assert sum(file.compress_size for file in files if file.filename in tutorials) < MOST_OF_TUTORIALS
    extension = sum(file.compress_size for file in files if file.filename.startswith(DATA))
    assert extension < MOST_OF_EXTENSION
    assert wheel.stat().st_size < MOST


def test_each_module_of_the_extension_finds_what_it_imports(wheel: Path) -> None:
    root = PurePosixPath(DATA, EXTENSION)
    with zipfile.ZipFile(wheel) as archive:
        texts = {
            PurePosixPath(name): archive.read(name).decode()
            for name in archive.namelist()
            if name.startswith(DATA)
        }

    imported = {
        (path.parent / target).as_posix(): path.name
        for path, text in texts.items()
        for target in _IMPORT.findall(text)
    }

    package = json.loads(texts[root / "package.json"])
    entry = root / package["jupyterlab"]["_build"]["load"]
    assert entry in texts
    # JupyterLab has browsers keep whatever is in a folder of this name for a year.
    assert not [path for path in texts if "static" in path.parts]
    assert package["version"] == __version__
    missing = {target for target in imported if _resolved(target) not in {str(path) for path in texts}}
    assert missing == set()
    assert len(imported) > 8


def test_settings_are_those_of_a_part_and_name_commands_that_there_are() -> None:
    folder = ROOT / "kustomer_nb/labextension"
    entry = (folder / "modules/remoteEntry.js").read_text()
    commands = "".join((folder / "modules" / name).read_text() for name in COMMANDS)
    package = json.loads((folder / "package.json").read_text())

    schemas = [*(folder / package["jupyterlab"]["schemaDir"] / package["name"]).iterdir()]

    assert schemas
    for path in schemas:
        assert f'name: "{path.stem}"' in entry
        named = set(re.findall(r'"command": "(kustomer-nb:[^"]+)"', path.read_text()))
        assert named == {name for name in named if f'"{name}"' in commands}


def _resolved(path: str) -> str:
    parts: list[str] = []
    for part in path.split("/"):
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(part for part in parts if part != ".")


def test_the_extension_is_found_after_installing_and_gone_after_uninstalling(
    wheel: Path, tmp_path: Path
) -> None:
    require(importlib.util.find_spec("jupyterlab"), "jupyterlab (make test installs it)")
    home = tmp_path / "env"
    python = make_environment(home)
    before = {path for path in home.rglob("*") if path.is_file()}

    install(python, wheel)
    listed = labextensions(python)
    pip(python, "uninstall", "--yes", "kustomer-nb")

    assert re.search(
        rf"kustomer-nb v{re.escape(__version__)} .*enabled.*OK.*\(python, kustomer-nb\)", listed
    ), listed
    left = {path for path in home.rglob("*") if path.is_file() and "__pycache__" not in path.parts} - before
    assert not [path for path in left if "kustomer" in str(path)]
    assert not (home / EXTENSION).exists()


def labextensions(python: Path) -> str:
    command = [python, "-m", "jupyterlab.labextensions", "list"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=python.parent, env={})
    return re.sub(r"\x1b\[\d*m", "", done.stdout + done.stderr)


def test_the_sources_are_linked_where_the_wheel_would_install_them() -> None:
    with extension_path() as folder:
        assert folder is not None
        linked = folder / "labextensions/kustomer-nb"
        for target in (target for target in shared_files().values() if target.startswith(SHARED)):
            assert (folder / Path(target).relative_to(SHARED)).exists()
        source = ROOT / "kustomer_nb/labextension/modules/card.js"
        assert (linked / "labextension/modules/card.js").samefile(source)

    assert not folder.exists()


def test_an_installed_package_links_nothing(tmp_path: Path) -> None:
    assert shared_files(tmp_path) == {}
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    assert shared_files(tmp_path) == {}


def test_the_tests_know_how_to_build_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    (backend,) = project["build-system"]["requires"]
    assert backend in project["project"]["optional-dependencies"]["test"]
