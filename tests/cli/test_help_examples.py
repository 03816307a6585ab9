"""Every --help has an example, and each example runs."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import nbformat
import pytest

from kustomer_nb.cli import VERBS
from tests.cli.conftest import Call
from tests.cli.processes import running

EXAMPLE = re.compile(r"^  Example: kustomer-nb (.+)$", re.MULTILINE)
LASTING = {"demo", "lab", "lsp", "open"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("paid", "refunded", "sample", "output"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"status": name, "updatedAt": name}))
    (tmp_path / "kustomer-nb.toml").write_text("[profiles.sandbox]\n")
    case = {"name": "refund", "action": "refundOrder", "app": "../shop.json", "inputs": {"orderId": 1001}}
    case["exchange"] = {"request": {"method": "POST"}}
    (tmp_path / "orders.csv").write_text("order_no\n1001\n1002\n")
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases/refund.case.json").write_text(json.dumps(case))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUSTOMER_NB_HISTORY", raising=False)
    return tmp_path


def example(call: Call, *verb: str) -> list[str]:
    (words,) = EXAMPLE.findall(call(*verb, "--help").output)
    # A redirection is the shell's.
    return shlex.split(words.partition(" > ")[0])


def commit(path: str) -> None:
    """Commit a file on the branch `main` of a new repository."""
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    for arguments in (["init", "-q", "-b", "main"], ["add", path], ["commit", "-qm", "First"]):
        subprocess.run(["git", *identity, *arguments], check=True)


@pytest.mark.usefixtures("in_80_columns", "folder")
@pytest.mark.parametrize("verb", sorted(set(VERBS) - LASTING - {"new"}))
def test_the_example_of_a_verb_runs(verb: str, call: Call) -> None:
    call("new", "shop.json")
    for _ in "12":
        call("run", "shop.json", "-i", "orderId=1001", "--mode", "sample")
    if verb == "compare":
        commit("shop.json")
    if verb in {"record", "share"}:
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")]), "shop.ipynb")

    done = call(*example(call, verb))

    # The files of the example of diff differ.
    assert done.exit_code == (1 if verb == "diff" else 0), done.output
    assert done.stdout
    assert done.stderr == ""


@pytest.mark.usefixtures("in_80_columns", "folder")
@pytest.mark.parametrize("verb", [[], ["new"]], ids=["kustomer-nb", "new"])
def test_the_example_of_a_file_to_begin_with_runs(verb: list[str], call: Call) -> None:
    assert call(*example(call, *verb)).exit_code == 0


@pytest.mark.usefixtures("in_80_columns")
def test_the_example_of_the_demo_store_serves_it(call: Call, tmp_path: Path) -> None:
    words = example(call, "demo")
    assert words[:-1] == ["demo", "--port"]

    # Another port than that of the example, which may be taken on this machine.
    with running(*words[:-1], "0", "--json", folder=tmp_path) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "}\n")
        document = json.loads("".join(lines) + "}")

    assert document["data"]["url"].startswith("http://127.0.0.1:")


@pytest.mark.usefixtures("in_80_columns")
def test_the_example_of_the_language_server_is_what_an_editor_starts(call: Call) -> None:
    # test_language_server starts it.
    assert example(call, "lsp") == ["lsp"]


def test_the_example_of_the_lab_is_for_jupyterlab(call: Call) -> None:
    # test_lab starts it, with a port of its own.
    assert example(call, "lab") == ["lab", "--port", "9000"]


def test_the_example_of_open_is_for_jupyterlab(call: Call) -> None:
    # test_open starts it, with a port of its own.
    assert example(call, "open") == ["open", "shop.json", "--port", "9000"]
