"""With --json, stdout gets one JSON document and stderr nothing: from every verb, and on failure too."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from kustomer_nb.cli import VERBS, main
from tests.cli.conftest import Call
from tests.samples import ECOMMSTORE

# These run until they are stopped; test_demo, test_lab and test_language_server ask them.
LASTING = {"demo", "lab", "lsp", "open"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.json").write_bytes(ECOMMSTORE.read_bytes())
    (tmp_path / "a.json").write_text('{"id": 1}')
    (tmp_path / "b.json").write_text('{"id": 2}')
    (tmp_path / "a.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    (tmp_path / "broken.json").write_text("{id: 1}")
    (tmp_path / "orders.csv").write_text("orderId\n1001\n")
    case = {"name": "refund", "action": "refundOrder", "app": "shop.json", "inputs": {"orderId": 1}}
    case["exchange"] = {"request": {"method": "POST"}}
    (tmp_path / "refund.case.json").write_text(json.dumps(case))
    (tmp_path / "kustomer-nb.toml").write_text('[profiles.eu]\nguard = "deny"\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(call: Call, *arguments: object, stdin: str = "") -> tuple[int, dict[str, Any]]:
    done = call(*arguments, stdin=stdin)
    assert done.stderr == ""
    document = json.loads(done.stdout)
    assert list(document)[:3] == ["schema_version", "data", "meta"]
    return done.exit_code, document


GOOD = {
    "actions": ["shop.json"],
    "cassette ls": ["shop.json"],
    "cassette prune": ["shop.json"],
    "compare": ["shop.json", "shop.json"],
    "completion": ["bash"],
    "coverage": ["shop.json"],
    "diff": ["a.json", "b.json"],
    "fix": ["shop.json"],
    "hazards": ["shop.json"],
    "history": ["shop.json"],
    "infer": ["a.json", "b.json"],
    "lint": ["shop.json", "."],
    "map": ["shop.json", "refundOrder", "orders.csv", "--mode", "sample"],
    "new": ["new.json"],
    "profiles": ["shop.json"],
    "record": ["a.ipynb"],
    "render": ["shop.json", "-i", "orderId=1", "--allow-missing", "nothing"],
    "rule": ["KNB304"],
    "run": ["shop.json", "-i", "orderId=1", "--mode", "sample"],
    "schema": [],
    "share": ["a.ipynb"],
    "tutorial": [],
    "test": ["."],
}
BAD = {
    "actions": ["nowhere.json"],
    "cassette ls": ["nowhere.json"],
    "cassette prune": ["shop.json", "--older-than", "long"],
    "compare": ["shop.json", "nowhere.json"],
    "completion": ["tcsh"],
    "coverage": ["shop.json", "--fail-under", "many"],
    "demo": ["--port", "many"],
    "diff": ["a.json", "broken.json"],
    "fix": ["shop.json", "--select", "KNB0"],
    "hazards": ["shop.json", "nothing"],
    "history": ["shop.json", "7"],
    "infer": ["broken.json"],
    "lab": [],
    "lint": ["shop.json", "--select", "KNB0"],
    "lsp": ["--port"],
    "open": ["nowhere.json"],
    "map": ["shop.json", "refundOrder", "nowhere.csv"],
    "new": ["shop.json"],
    "profiles": ["shop.json", "more"],
    "record": ["shop.json"],
    "render": ["shop.json", "-i", "orderId"],
    "rule": ["KNB999"],
    "run": ["shop.json", "--profile", "us"],
    "schema": ["more"],
    "share": ["broken.json"],
    "test": ["--report", "tex"],
    "tutorial": ["a.json"],
}


# A verb that has commands of its own stands for each of them.
COMMANDS = sorted({*VERBS, "cassette ls", "cassette prune"} - {"cassette"})


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("verb", sorted(set(COMMANDS) - LASTING))
def test_every_verb_answers_with_one_document(verb: str, call: Call) -> None:
    code, document = answer(call, *verb.split(), *GOOD[verb], "--json")

    assert code in (0, 1)
    assert document["data"] is not None
    assert "errors" not in document


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("verb", sorted(set(COMMANDS) - {"actions", "lab"}))
def test_every_verb_fails_with_one_document(verb: str, call: Call) -> None:
    code, document = answer(call, *verb.split(), "--json", *BAD[verb])

    assert (code, document["data"], document["meta"]["exit_code"]) == (2, None, 2)
    (error,) = document["errors"]
    assert error["severity"] == "error"
    assert error["message"]
    assert error["code"] is None or error["code"].startswith("KNB")


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_verb_has_the_option(verb: str) -> None:
    command: click.Command | None = main
    for word in verb.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)

    assert command is not None
    assert "--json" in {name for parameter in command.params for name in parameter.opts}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "code", "errors"),
    [
        (["run", "shop.json", "-i", "orderId=1"], 3, ["KNB801"]),
        (["run", "shop.json", "-i", "orderId=x"], 2, ["KNB702"]),
        (["run", "shop.json", "-i", "orderId=1", "--set", "authToken=x", "--mode", "replay"], 4, ["KNB816"]),
        (["run", "shop.json", "-i", "orderId=1", "--set", "authToken=x"], 6, ["KNB809"]),
        (["run", "shop.json", "-i", "orderId=1", "--set", "authToken=x", "--profile", "eu"], 6, ["KNB825"]),
        (["run", "shop.json", "refund", "-i", "orderId=1"], 2, ["KNB203"]),
        (["run", "nowhere.json"], 2, ["KNB130"]),
        (["nothing"], 2, [None]),
        (["lint"], 2, [None]),
        (["lint", "shop.json", "--no-such"], 2, [None]),
        (["run", "shop.json", "--mode", "lvie"], 2, [None]),
    ],
)
def test_a_failure_has_its_codes_and_the_exit_code(
    arguments: list[str], code: int, errors: list[str | None], call: Call
) -> None:
    exit_code, document = answer(call, *arguments, "--json")

    assert (exit_code, document["meta"]["exit_code"]) == (code, code)
    assert [error["code"] for error in document["errors"]] == errors


@pytest.mark.usefixtures("folder")
def test_a_refused_request_is_in_the_document(call: Call) -> None:
    _, document = answer(call, "run", "shop.json", "-i", "orderId=1", "--set", "authToken=s3cret", "--json")

    assert document["meta"]["request"]["url"] == "https://api.ecommstore.com/orders/1"
    assert "s3cret" not in json.dumps(document)
    assert "--confirm api.ecommstore.com" in document["errors"][0]["fix"]


@pytest.mark.usefixtures("folder")
def test_format_json_is_the_same_option_also_for_an_error(call: Call) -> None:
    for words in (["--format", "json"], ["--format=json"]):
        code, document = answer(call, "lint", *words, "shop.json", "--no-such")

        assert (code, document["errors"][0]["code"]) == (2, None)


@pytest.mark.usefixtures("folder")
def test_json_behind_the_end_of_the_options_is_a_name(call: Call) -> None:
    done = call("lint", "shop.json", "--", "--json")

    assert done.exit_code == 2
    assert 'There is no file "--json".' in done.stdout


@pytest.mark.usefixtures("folder")
def test_notes_and_skipped_files_are_in_the_document(call: Call) -> None:
    _, request = answer(call, "render", "shop.json", "-i", "orderId=1", "--allow-missing", "ordrId", "--json")
    _, found = answer(call, "lint", ".", "--json")

    (note,) = request["meta"]["notes"]
    assert note.endswith("Did you mean orderId?")
    assert found["meta"]["skipped"] == 3


def test_no_jupyterlab_is_one_document_too(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jupyterlab", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    code, document = answer(call, "lab", "--json")

    assert (code, document["errors"][0]["message"]) == (2, "JupyterLab is not installed.")


def test_no_pygls_is_one_document_too(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    code, document = answer(call, "lsp", "--json")

    assert (code, document["errors"][0]["message"]) == (2, "The language server is not installed.")


def test_actions_says_which_files_it_could_not_read(call: Call, folder: Path) -> None:
    code, document = answer(call, "actions", "shop.json", "nowhere.json", "--json")

    assert (code, len(document["data"])) == (2, 1)
    assert document["meta"]["unread"] == {"nowhere.json": ["KNB130"]}


def test_stdout_of_a_process_is_the_document_alone(folder: Path) -> None:
    command = [sys.executable, "-m", "kustomer_nb", "run", "shop.json", "-i", "orderId=1", "--json"]

    done = subprocess.run(command, capture_output=True, timeout=100, check=False, cwd=folder)

    assert (done.returncode, done.stderr) == (3, b"")
    assert json.loads(done.stdout)["errors"][0]["code"] == "KNB801"
