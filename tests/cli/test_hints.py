"""What the command line says about inputs in a wrong form, and about options without an effect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.samples import ECOMMSTORE, an_action

ACTION = "refundOrder"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["orderId=1001"], "Inputs are options: -i orderId=1001"),
        ([ACTION, "orderId=1001"], "Inputs are options: -i orderId=1001"),
        ([ACTION, "(orderId=1001)"], "Inputs are options: -i orderId=1001"),
        ([ACTION, "{orderId=1001}"], "Inputs are options: -i orderId=1001"),
        ([ACTION, "orderId:=1001"], "Inputs are options: -i orderId=1001"),
        ([ACTION, "reason=two words"], "Inputs are options: -i 'reason=two words'"),
        ([ACTION, "orderId", "1001"], "Inputs are options: -i NAME=VALUE"),
        (["--orderId", "1001"], "Inputs are options of their own: -i orderId=VALUE"),
        (["--orderId=1001"], "Inputs are options of their own: -i orderId=VALUE"),
        (["-i", "orderId:1001"], "write -i orderId=1001"),
        (["-i", "(orderId=1001)"], "write -i orderId=1001"),
        (
            ["-i", '{"orderId": 1001}'],
            "write -i NAME=VALUE for each input, or pass a JSON file with --inputs",
        ),
        (["-i", "orderId:=x1"], "expected a value (line 1, column 1). For a string, write orderId=…"),
    ],
)
@pytest.mark.parametrize("verb", ["render", "run"])
def test_an_input_in_a_wrong_form_gets_a_hint(verb: str, words: list[str], hint: str, call: Call) -> None:
    done = call(verb, ECOMMSTORE, *words)

    assert done.exit_code == 2
    assert hint in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("declared", "words", "fix"),
    [
        ("number", [], "Fix: pass a number (-i x=…)."),
        ("number", ["-i", "x=two"], "Fix: pass a number (-i x=…), or change its type."),
        ("array", ["-i", "x:={}"], "(-i x:=…), or change its type."),
        ("object", [], "Fix: pass an object (-i x:=…)."),
    ],
)
def test_an_input_that_would_be_rejected_names_its_option(
    declared: str, words: list[str], fix: str, call: Call, tmp_path: Path
) -> None:
    schema = {"properties": {"x": {"type": declared}}, "required": ["x"]}
    action = an_action(inputTemplate={"uri": "https://a.b/", "method": "get"}, inputSchema=schema)
    (tmp_path / "shop.json").write_text(json.dumps(action))

    done = call("render", tmp_path / "shop.json", *words)

    assert (done.exit_code, done.stderr.count(fix)) == (2, 1), done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["refund"],
        [ACTION, "-i", "orderId=1", "-i", "reason=(a=b)"],
        [ACTION, "-i", "orderId=1", "-i", "reason={x}"],
        [ACTION, "--jsn"],
    ],
)
def test_what_is_no_such_slip_gets_no_hint(words: list[str], call: Call) -> None:
    output = call("render", ECOMMSTORE, *words).output

    assert "Inputs are options" not in output
    assert "write -i" not in output


@pytest.mark.parametrize("name", ["authToken", "ecommstore.default.authToken"])
def test_a_setting_in_the_place_of_the_action_is_not_quoted(name: str, call: Call) -> None:
    done = call("run", ECOMMSTORE, f"{name}=s3cret")

    assert done.exit_code == 2
    assert f"Settings are options: --set {name}=…" in " ".join(done.stderr.split())
    assert "s3cret" not in done.output


def test_a_long_value_is_not_repeated(call: Call) -> None:
    done = call("render", ECOMMSTORE, f"token={'x' * 40}1234567")

    assert "-i token=VALUE" in done.stderr


@pytest.mark.parametrize("verb", ["lint", "fix", "rule"])
def test_a_verb_without_inputs_says_nothing_of_them(verb: str, call: Call) -> None:
    assert "Inputs" not in call(verb, "KNB304", "--orderId=1").output


@pytest.fixture
def path(tmp_path: Path) -> Path:
    uri = "https://a.b/{{{id}}}?tag={{{tag}}}&org={{{_env.orgId}}}"
    action = an_action(inputTemplate={"uri": uri, "method": "get"}, inputSchema={"properties": {}})
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(action))
    return path


@pytest.mark.parametrize(
    ("options", "note"),
    [
        (
            ["--allow-missing", "tga"],
            "--allow-missing tga has no effect: inputTemplate does not read `tga`. Did you mean tag?",
        ),
        (
            ["--allow-missing", "zzzzz"],
            "--allow-missing zzzzz has no effect: inputTemplate does not read `zzzzz`.",
        ),
        (
            ["--env", "orgid=1"],
            "--env orgid=… has no effect: inputTemplate does not read `_env.orgid`. Did you mean orgId?",
        ),
        (
            ["--host", "https://a.c=http://127.0.0.1:1"],
            "--host https://a.c=… has no effect: the request goes to a.b.",
        ),
        (["--host", "http://a.b=http://127.0.0.1:1"], "--host http://a.b=… has no effect"),
    ],
)
def test_an_option_without_an_effect_is_noted(options: list[str], note: str, path: Path, call: Call) -> None:
    done = call("render", path, "-i", "id=1", "--allow-missing", "tag", *options)

    assert note in done.stderr


@pytest.mark.parametrize(
    "options",
    [
        ["--allow-missing", "tag"],
        ["--allow-missing", "tag", "--allow-missing", "id"],
        ["--allow-missing", "tag", "--env", "orgId=1"],
        ["--allow-missing", "tag", "--host", "https://a.b=http://127.0.0.1:1"],
        ["--allow-missing", "tag", "--host", "https://a.b:443=http://127.0.0.1:1"],
    ],
)
def test_an_option_with_an_effect_is_not_noted(options: list[str], path: Path, call: Call) -> None:
    assert call("render", path, "-i", "id=1", *options).stderr == ""


def test_a_host_under_a_uri_that_is_no_url_is_noted(tmp_path: Path, call: Call) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(an_action(inputTemplate={"uri": "a.b/x", "method": "get"})))

    done = call("render", path, "--host", "https://a.b=http://127.0.0.1:1")

    assert "--host https://a.b=… has no effect: the uri is not a URL." in done.stderr


def test_a_note_comes_before_a_run_that_fails(path: Path, call: Call) -> None:
    done = call("run", path, "-i", "id=1", "--allow-missing", "tga")

    assert done.exit_code == 1
    assert "Did you mean tag?" in done.stderr
    assert "KNB705" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["rnu"], 'No such command "rnu". Did you mean run?'),
        (["run", "shop.json", "--moed", "live"], "No such option --moed. Did you mean --mode?"),
        (["run", "shop.json", "--mode"], "Option --mode requires an argument."),
        (["run", "shop.json", "--json=3"], "Option --json does not take a value."),
        (["run"], "Missing argument PATH."),
        (["completion"], "Missing argument SHELL. Use bash, zsh, fish."),
        (["completion", "tcsh"], 'Invalid value for SHELL: "tcsh" is not one of "bash", "zsh", "fish".'),
        (["history", "shop.json", "x"], 'Invalid value for NUMBER: "x" is not a valid integer.'),
        (["run", "shop.json", "--retry", "x"], 'Invalid value for --retry: "x" is not a whole number'),
        (
            ["run", "shop.json", "--inputs", "no.json"],
            'Invalid value for --inputs: There is no file "no.json".',
        ),
        (["run", "shop.json", "--mode", "it's"], 'Invalid value for --mode: there is no mode "it\'s".'),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_names_stand_alone_and_values_in_double_quotes(words: list[str], message: str, call: Call) -> None:
    done = call(*words)

    assert done.exit_code == 2
    assert f"Error: {message}" in done.stderr


@pytest.mark.parametrize("text", ["{", "[1,]", '{"a": 1}\n}'])
def test_an_error_in_a_json_file_is_where_editors_find_it(text: str, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "inputs.json"
    path.write_text(text)
    line, column = json_error(text)

    done = call("run", ECOMMSTORE, "--inputs", path)

    assert f"Invalid value for --inputs: {path}:{line}:{column}: not valid JSON: " in done.stderr


def json_error(text: str) -> tuple[int, int]:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.lineno, error.colno
    raise AssertionError(text)
