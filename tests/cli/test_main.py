from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import click
import pytest

from kustomer_nb.cli import VERBS, main
from tests.cli.conftest import Call
from tests.samples import ECOMMSTORE


def test_the_verbs_are_these() -> None:
    assert sorted(main.list_commands(click.Context(main))) == [
        "actions",
        "cassette",
        "compare",
        "completion",
        "coverage",
        "demo",
        "diff",
        "fix",
        "hazards",
        "history",
        "infer",
        "lab",
        "lint",
        "lsp",
        "map",
        "new",
        "open",
        "profiles",
        "record",
        "render",
        "rule",
        "run",
        "schema",
        "share",
        "test",
        "tutorial",
    ]


@pytest.mark.usefixtures("in_80_columns")
@pytest.mark.parametrize("verb", [[], *([verb] for verb in VERBS)], ids=["kustomer-nb", *VERBS])
def test_help_is_readable_at_80_columns(verb: list[str], call: Call) -> None:
    done = call(*verb, "--help")

    assert done.exit_code == 0
    assert [line for line in done.output.splitlines() if len(line) > 80] == []
    assert "\\b" not in done.output


def test_without_a_verb_the_help_is_printed_on_lines_of_its_own(call: Call) -> None:
    done = call()

    assert done.exit_code == 2
    assert done.stderr == call("--help").stdout


@pytest.mark.parametrize(("word", "verb"), [("rnu", "run"), ("lnit", "lint"), ("renders", "render")])
def test_a_misspelled_verb_is_suggested(word: str, verb: str, call: Call) -> None:
    assert f'No such command "{word}". Did you mean {verb}?' in call(word, "shop.json").stderr


@pytest.mark.parametrize("word", ["zzz", "shop.json", "deploy", "a\nrun"])
def test_no_other_verb_is_suggested(word: str, call: Call) -> None:
    done = call(word)

    assert done.exit_code == 2
    assert "Did you mean" not in done.stderr


def test_the_choices_of_a_missing_argument_stand_on_one_line(call: Call) -> None:
    done = call("completion")

    assert done.stderr.splitlines()[-1].endswith("Missing argument SHELL. Use bash, zsh, fish.")


@pytest.mark.usefixtures("in_80_columns")
def test_the_list_of_verbs_cuts_no_sentence(call: Call) -> None:
    assert "..." not in call("--help").output.partition("Commands:")[2]


@pytest.mark.usefixtures("in_80_columns")
@pytest.mark.parametrize("verb", ["render", "run"])
def test_an_example_stands_on_one_line_to_be_copied(verb: str, call: Call) -> None:
    (line,) = [line for line in call(verb, "-h").output.splitlines() if "Example:" in line]

    assert line.startswith(f"  Example: kustomer-nb {verb} shop.json -i orderId=1001")


def test_the_help_lists_every_exit_code(call: Call) -> None:
    help_text = " ".join(call("--help").output.split())

    assert (
        "Exit codes: 0 success; 1 problems or differences found; 2 usage error; 3 a setting has no value; "
        "4 no response from the network; 5 the response status is 400 or more and --fail was given; "
        "6 refused by a guard; 130 interrupted."
    ) in help_text


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["nothing"], id="an unknown verb"),
        pytest.param(["lint"], id="no file"),
        pytest.param(["render"], id="no definition"),
        pytest.param(["run", ECOMMSTORE, "--mode", "lvie"], id="an unknown mode"),
        pytest.param(["run", ECOMMSTORE, "--colour"], id="an unknown option"),
        pytest.param(["demo", "--port", "many"], id="a port that is no number"),
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[object], call: Call) -> None:
    assert call(*arguments).exit_code == 2


def kustomer_nb(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "kustomer_nb", *map(str, arguments)]
    env = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, timeout=100, check=False, env=env)


def test_there_is_no_colour_in_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text('{"app": "shop", "actions": []}')

    done = kustomer_nb("lint", path)

    assert done.returncode == 1
    assert b"error KNB211" in done.stdout
    assert b"\x1b" not in done.stdout


def test_what_a_pipe_cannot_encode_is_escaped(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(
        '{"inputTemplate": {"uri": "http://a.b", "method": "get"}, "sampleOutputContext": "é \\ud800"}'
    )

    done = kustomer_nb("run", path, "--mode", "sample", PYTHONIOENCODING="ascii")

    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"  \xe9 \ud800" in done.stdout


def test_its_output_can_be_captured_in_python() -> None:
    with redirect_stdout(io.StringIO()) as captured, pytest.raises(SystemExit) as ended:
        main(["lint", str(ECOMMSTORE)])

    assert (ended.value.code, captured.getvalue()) == (0, f"{ECOMMSTORE}: no problems\n")
