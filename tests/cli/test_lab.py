from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call
from tests.cli.processes import answers, is_there, running, until

TOKEN = "a-token-for-one-test"
FIRST = Path("kustomer-tutorial/01-first-action.ipynb")
STAND_IN = """
import json, os, sys
url, path = os.environ["KUSTOMER_NB_DEMO_URL"], os.environ["PATH"]
print(json.dumps({"arguments": sys.argv[1:], "url": url, "path": path}))
sys.exit(int(os.environ.get("STAND_IN_EXIT", "0")))
"""


@pytest.fixture
def folders(tmp_path: Path) -> Mapping[str, str]:
    """Folders of its own for JupyterLab, so that it neither reads nor leaves anything of this machine."""
    names = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    jupyter = {f"JUPYTER_{name}": str(tmp_path / name.lower()) for name in names}
    lab = {f"JUPYTERLAB_{name}": str(tmp_path / name.lower()) for name in ("SETTINGS_DIR", "WORKSPACES_DIR")}
    return {**jupyter, **lab, "IPYTHONDIR": str(tmp_path / "ipython"), "JUPYTER_PREFER_ENV_PATH": "0"}


def server_of(folder: Path) -> dict[str, Any] | None:
    """Return what a running JupyterLab says of itself in its runtime folder."""
    for path in (folder / "runtime_dir").glob("jpserver-*.json"):
        try:
            server: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            # Still being written.
            continue
        return server
    return None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl+C"])
def test_jupyterlab_and_the_store_answer_and_end_together(
    number: signal.Signals, tmp_path: Path, folders: Mapping[str, str]
) -> None:
    options = ["--no-browser", "--port", "0", f"--IdentityProvider.token={TOKEN}"]

    with running("lab", ".", *options, folder=tmp_path, env=folders) as process:
        assert process.stdout is not None
        store = process.stdout.readline().rpartition(" ")[2].strip()
        is_up = until(lambda: (server := server_of(tmp_path)) is not None and answers(f"{server['url']}api"))
        answered = answers(f"{store}/health")
        # A terminal sends Ctrl+C to every process in it, SIGTERM comes to one.
        (os.killpg if number is signal.SIGINT else os.kill)(process.pid, number)
        output, _ = process.communicate(timeout=100)

    assert (is_up, answered) == (True, True)
    assert (process.returncode, output) == (0, "JupyterLab and the demo store have stopped.\n")
    assert not answers(f"{store}/health")
    assert until(lambda: not is_there(process.pid))


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module of JupyterLab's name, first on the path, which prints what it was given and ends."""
    (tmp_path / "jupyterlab.py").write_text(STAND_IN, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    work = tmp_path / "work"
    work.mkdir()
    return work


def lab(folder: Path, *arguments: str) -> tuple[int, dict[str, Any], list[str]]:
    """Return the exit code of `kustomer-nb lab`, what its JupyterLab was given, and the lines around it."""
    command = [sys.executable, "-m", "kustomer_nb", "lab", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
    lines = done.stdout.splitlines()
    (call,) = [json.loads(line) for line in lines if line.startswith("{")]
    call["arguments"] = [argument for argument in call["arguments"] if argument != "--allow-root"]
    return done.returncode, call, lines


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param([], ["."], id="nothing"),
        pytest.param(["a folder"], ["a folder"], id="a folder"),
        pytest.param(["--no-browser"], [".", "--no-browser"], id="only an option of JupyterLab"),
        pytest.param(["a.ipynb", "--port", "0", "-y"], ["a.ipynb", "--port", "0", "-y"], id="both"),
    ],
)
def test_all_but_the_path_is_handed_to_jupyterlab(
    arguments: list[str], expected: list[str], stand_in: Path
) -> None:
    code, received, lines = lab(stand_in, *arguments)

    assert (code, received["arguments"]) == (0, expected)
    assert f"The demo store is running at {received['url']}" in lines


@pytest.mark.parametrize("path", ["", os.defpath, f"{os.defpath}{os.pathsep}{Path(sys.executable).parent}"])
def test_a_cell_finds_the_command_where_no_environment_is_active(
    path: str, stand_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", path)

    _, received, _ = lab(stand_in, "--no-browser")

    folders = received["path"].split(os.pathsep)
    assert folders.count(str(Path(sys.executable).parent)) == 1
    assert set(folders) >= set(path.split(os.pathsep)) - {""}


def test_with_json_stdout_is_one_document(stand_in: Path) -> None:
    command = [sys.executable, "-m", "kustomer_nb", "lab", "--json", "--no-browser"]

    done = subprocess.run(command, cwd=stand_in, capture_output=True, text=True, timeout=100, check=False)

    assert done.returncode == 0
    assert json.loads(done.stdout)["data"]["url"].startswith("http://127.0.0.1:")


@pytest.mark.parametrize("place", [".", "notebooks", "kustomer-tutorial"])
def test_the_first_tutorial_is_opened_where_there_is_one(place: str, stand_in: Path) -> None:
    (stand_in / place).mkdir(exist_ok=True)
    (stand_in / place / "01-first-action.ipynb").write_text("{}")

    _, received, _ = lab(stand_in, "--no-browser")

    assert received["arguments"] == [str(Path(place, "01-first-action.ipynb")), "--no-browser"]


def test_with_tutorial_they_are_written_and_the_first_is_opened(stand_in: Path) -> None:
    (stand_in / "notes.md").write_text("mine")

    code, received, lines = lab(stand_in, "--tutorial")

    assert (code, received["arguments"]) == (0, [str(FIRST)])
    assert "Wrote 9 files to kustomer-tutorial." in lines
    assert (stand_in / FIRST).stat().st_size > 10_000


def test_with_tutorial_what_a_reader_changed_is_kept_and_opened(stand_in: Path) -> None:
    (stand_in / FIRST.parent).mkdir()
    (stand_in / FIRST).write_text("{}")

    code, received, lines = lab(stand_in, "--tutorial")

    assert (code, received["arguments"]) == (0, [str(FIRST)])
    assert (stand_in / FIRST).read_text() == "{}"
    assert "Kept, because they differ from the tutorials: 01-first-action.ipynb." in "\n".join(lines)


def lab_at_a_terminal(folder: Path, *arguments: str, reply: bytes = b"", ci: str = "") -> bytes:
    """Return what `kustomer-nb lab` wrote to a terminal at which a person types a reply."""
    ours, theirs = pty.openpty()
    os.write(ours, reply)
    environment = {**os.environ, "CI": ci, "NO_COLOR": "1", "TERM": "xterm", "COLUMNS": "200"}
    command = [sys.executable, "-m", "kustomer_nb", "lab", *arguments]
    process = subprocess.Popen(
        command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    written = b""
    # Linux ends a terminal that nobody has open any more with an error.
    with contextlib.suppress(OSError):
        while part := os.read(ours, 65_536):
            written += part
    os.close(ours)
    assert process.wait(100) == 0, written
    return written


QUESTION = b"This folder is empty. Write the tutorials to kustomer-tutorial and open the first? [Y/n]"


@pytest.mark.parametrize("reply", [b"\n", b"y\n"])
def test_in_an_empty_folder_a_person_is_asked_and_gets_the_tutorials(reply: bytes, stand_in: Path) -> None:
    (stand_in / ".venv").mkdir()
    (stand_in / "env").mkdir()
    (stand_in / "env/pyvenv.cfg").touch()

    written = lab_at_a_terminal(stand_in, reply=reply)

    assert QUESTION in written
    assert b"Wrote 9 files to kustomer-tutorial." in written
    assert json.dumps({"arguments": [str(FIRST)]})[1:-2].encode() in written


def test_a_person_who_does_not_want_them_gets_the_empty_folder(stand_in: Path) -> None:
    written = lab_at_a_terminal(stand_in, reply=b"n\n")

    assert QUESTION in written
    assert b'{"arguments": ["."' in written
    assert list(stand_in.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "ci", "file"),
    [
        pytest.param(["--no-input"], "", "", id="--no-input"),
        pytest.param([], "true", "", id="in CI"),
        pytest.param(["."], "", "", id="a path"),
        pytest.param([], "", "shop.json", id="a folder with a file"),
    ],
)
def test_nobody_is_asked_otherwise(arguments: list[str], ci: str, file: str, stand_in: Path) -> None:
    if file:
        (stand_in / file).write_text("{}")

    # Typed, so that a question would not wait.
    written = lab_at_a_terminal(stand_in, *arguments, reply=b"n\n", ci=ci)

    assert QUESTION not in written
    assert not (stand_in / FIRST).exists()


def test_its_exit_code_is_that_of_jupyterlab(stand_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAND_IN_EXIT", "3")

    code, _, _ = lab(stand_in)

    assert code == 3


def test_without_jupyterlab_it_says_how_to_get_it(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jupyterlab", None)

    done = call("lab")

    assert done.exit_code == 2
    assert done.stderr == 'JupyterLab is not installed. Fix: pip install "kustomer-nb[lab,demo]"\n'
