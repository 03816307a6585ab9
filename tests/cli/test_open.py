from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call

STAND_IN = """
import json, sys
print(json.dumps({"arguments": sys.argv[1:]}))
"""
DEFINITION = json.dumps({"app": "shop", "actions": [{"name": "find", "type": "rest_api"}]})
FACTORY = "?factory=Kustomer%20Workbench"


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose JupyterLab is a module of that name, which prints what it was passed and ends."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/jupyterlab.py").write_text(STAND_IN, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'lib'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    work = tmp_path / "work"
    work.mkdir()
    return work


def started(folder: Path, *arguments: str) -> list[str]:
    """Return what `kustomer-nb open` passes to JupyterLab."""
    command = [sys.executable, "-m", "kustomer_nb", "open", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=True)
    first, call = done.stdout.splitlines()
    assert first == f"Opening {arguments[0]} in JupyterLab."
    received: list[str] = json.loads(call)["arguments"]
    return [argument for argument in received if argument != "--allow-root"]


@pytest.mark.parametrize(
    ("file", "project", "root", "address"),
    [
        pytest.param("shop.json", "", "", "shop.json", id="in this folder"),
        pytest.param(
            "a b/shop.kustomer.json", "", "a b", "shop.kustomer.json", id="a folder without project"
        ),
        pytest.param("p/d/my shop.json", "p", "p", "d/my%20shop.json", id="in a project"),
        pytest.param("../else where/ä.json", "", "../else where", "%C3%A4.json", id="outside of this folder"),
    ],
)
def test_jupyterlab_shows_the_project_and_opens_the_file(
    file: str, project: str, root: str, address: str, work: Path
) -> None:
    (work / file).parent.mkdir(parents=True, exist_ok=True)
    (work / file).write_text(DEFINITION, encoding="utf-8")
    if project:
        (work / project / "kustomer-nb.toml").touch()

    received = started(work, file, "--port", "0")

    assert received == [
        f"--ServerApp.root_dir={(work / root).resolve()}",
        f"--LabApp.default_url=/kustomer-nb/open/{address}",
        "--port",
        "0",
    ]


def test_a_hidden_folder_is_shown(work: Path) -> None:
    (work / ".hidden").mkdir()
    (work / "kustomer-nb.toml").touch()
    (work / ".hidden/shop.json").write_text(DEFINITION, encoding="utf-8")

    received = started(work, ".hidden/shop.json")

    assert received[2:] == ["--ContentsManager.allow_hidden=True"]


def test_a_linked_file_is_opened_where_it_was_named(work: Path) -> None:
    (work / "real").mkdir()
    (work / "real/shop.json").write_text(DEFINITION, encoding="utf-8")
    (work / "linked.json").symlink_to(work / "real/shop.json")

    assert started(work, "linked.json")[1] == "--LabApp.default_url=/kustomer-nb/open/linked.json"


def test_with_json_stdout_is_one_document(work: Path) -> None:
    (work / "shop.json").write_text(DEFINITION, encoding="utf-8")
    command = [sys.executable, "-m", "kustomer_nb", "open", "shop.json", "--json"]

    done = subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=100, check=True)

    data: dict[str, Any] = json.loads(done.stdout)["data"]
    assert data == {"file": "shop.json", "folder": str(work), "address": f"/doc/tree/shop.json{FACTORY}"}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        pytest.param(
            "nowhere.json",
            None,
            ["There is no file", "nowhere.json", "kustomer-nb new nowhere.json"],
            id="missing",
        ),
        pytest.param(
            "package.json", '{"name": "web"}', ["package.json", "does not look like", "Fix: "], id="other"
        ),
        pytest.param("empty.json", "", ["empty.json", "empty", "Fix: "], id="empty"),
        pytest.param("shop.js", DEFINITION, ["shop.js", "not a JSON file", "knb.workbench()"], id="a module"),
        pytest.param("folder", "/", ["folder", "Fix: "], id="a folder"),
    ],
)
def test_what_cannot_be_opened_says_where_what_and_the_fix(
    name: str, text: str | None, words: list[str], call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if text == "/":
        (tmp_path / name).mkdir()
    elif text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")

    done = call("open", name)

    assert done.exit_code == 2
    assert [word for word in words if word not in done.stderr] == []
    assert done.stdout == ""


def test_a_file_has_to_be_named(call: Call) -> None:
    done = call("open", "--no-browser")

    assert done.exit_code == 2
    assert "name a definition before the options of JupyterLab" in done.stderr


def test_without_jupyterlab_it_says_how_to_get_it(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop.json").write_text(DEFINITION, encoding="utf-8")
    monkeypatch.setitem(sys.modules, "jupyterlab", None)

    done = call("open", str(tmp_path / "shop.json"))

    assert done.exit_code == 2
    assert done.stderr == 'JupyterLab is not installed. Fix: pip install "kustomer-nb[lab]"\n'
