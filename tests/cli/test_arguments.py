from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call
from tests.samples import ECOMMSTORE, an_action, an_app


@pytest.fixture
def echo(tmp_path: Path) -> Path:
    """An action whose body is its input ``value`` and its setting ``level``, a number."""
    action = an_action(
        appSettings={"level": {"key": "shop.default.level"}},
        inputTemplate={
            "uri": "http://a.b/{{gone}}",
            "method": "post",
            "json": True,
            "data": {"value": "/#value", "level": "/#level"},
        },
    )
    path = tmp_path / "shop.json"
    settings = {"default": {"level": {"type": "number", "defaultValue": 0}}}
    path.write_text(json.dumps(an_app(action, settings=settings)), encoding="utf-8")
    return path


def rendered(call: Call, path: Path, *arguments: object, stdin: str | bytes = "") -> dict[str, Any]:
    done = call("render", path, "--allow-missing", "gone", "--json", *arguments, stdin=stdin)
    assert done.exit_code == 0, done.output
    data: dict[str, Any] = json.loads(done.stdout)["data"]
    return data


def body(call: Call, path: Path, *arguments: object, stdin: str | bytes = "") -> Any:
    text = rendered(call, path, *arguments, stdin=stdin)["body"]
    return json.loads(text.replace("$shop.default.level", "0"))


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        pytest.param(["-i", "value=7"], "7", id="text"),
        pytest.param(["--input", "value="], "", id="an empty text"),
        pytest.param(["-i", "value=a=b"], "a=b", id="a text with ="),
        pytest.param(["-i", "value:=7"], 7, id="a number"),
        pytest.param(["-i", 'value:=["a", null]'], ["a", None], id="JSON"),
        pytest.param(["-i", "value=1", "-i", "value=2"], "2", id="the last one counts"),
    ],
)
def test_an_input_is_text_or_json(arguments: list[str], value: Any, echo: Path, call: Call) -> None:
    assert body(call, echo, *arguments)["value"] == value


def test_inputs_come_from_stdin(echo: Path, call: Call) -> None:
    assert body(call, echo, "--inputs", "-", stdin='{"value": "é"}')["value"] == "é"


def test_inputs_come_from_a_file_with_a_byte_order_mark(echo: Path, call: Call, tmp_path: Path) -> None:
    (tmp_path / "inputs.json").write_bytes(b'\xef\xbb\xbf{"value": [1]}')

    assert body(call, echo, "--inputs", tmp_path / "inputs.json")["value"] == [1]


def test_an_input_wins_over_the_file(echo: Path, call: Call) -> None:
    assert body(call, echo, "--inputs", "-", "-i", "value=mine", stdin='{"value": 1}')["value"] == "mine"


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        pytest.param(["-i", "value"], "", 'Invalid value for -i: "value" is not NAME=VALUE', id="no ="),
        pytest.param(["-i", "=7"], "", '"=7" is not NAME=VALUE', id="no name"),
        pytest.param(["-i", ":=7"], "", '":=7" is not NAME=VALUE', id="no name before :="),
        pytest.param(["-i", "value:={"], "", 'Invalid value for -i: "{" is not valid JSON', id="no JSON"),
        pytest.param(["-i", "value:=" + "[" * 100_000], "", "is not valid JSON", id="too deep"),
        pytest.param(
            ["--inputs", "-"],
            "",
            "--inputs: <stdin>:1:1: not valid JSON: the text is empty",
            id="an empty file",
        ),
        pytest.param(["--inputs", "-"], "[1]", "the file does not contain a JSON object", id="a list"),
        pytest.param(["--inputs", "-"], b"\xff", "the file is not UTF-8", id="not UTF-8"),
        pytest.param(
            ["--inputs", "nowhere.json"],
            "",
            'There is no file "nowhere.json". Fix: check the path.',
            id="no file",
        ),
        pytest.param(["--set", "authToken"], "", "--set: a value without a name is not", id="--set"),
        pytest.param(["--set", "a:=s3cret"], "", "--set: the value is not valid", id="--set is not quoted"),
        pytest.param(["--host", "https://a.b"], "", "Invalid value for --host", id="--host"),
    ],
)
def test_what_cannot_be_read_is_wrong_usage(
    arguments: list[str], stdin: str | bytes, message: str, echo: Path, call: Call
) -> None:
    done = call("render", echo, *arguments, stdin=stdin)

    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())


@pytest.mark.parametrize("words", [["diff", "{}", "-"], ["diff", "-", "{}"], ["infer", "{}"]])
@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_a_missing_json_file_is_reported_as_a_missing_definition(
    words: list[str], as_json: list[str], call: Call, tmp_path: Path
) -> None:
    (tmp_path / "paid.json").write_text("{}")

    missing = call(*(word.format(tmp_path / "piad.json") for word in words), *as_json, stdin="{}")
    folder = call(*(word.format(tmp_path) for word in words), *as_json, stdin="{}")

    assert (missing.exit_code, folder.exit_code) == (2, 2)
    fix = f'There is no file "{tmp_path}/piad.json". Fix: did you mean "{tmp_path}/paid.json"?'
    assert fix in " ".join(missing.output.replace('\\"', '"').split())
    assert f'"{tmp_path}" is a folder. Fix: use a file in it.' in " ".join(
        folder.output.replace('\\"', '"').split()
    )


@pytest.mark.parametrize("words", [["diff", "-", "-"], ["infer", "-", "-"]])
def test_stdin_is_not_read_twice(words: list[str], call: Call) -> None:
    done = call(*words, stdin="{}")

    assert done.exit_code == 2
    assert "- is stdin, which" in done.stderr


@pytest.mark.parametrize("name", ["level", "default.level", "shop.default.level"])
def test_a_setting_is_named_by_key_or_tail_and_takes_its_declared_type(
    name: str, echo: Path, call: Call
) -> None:
    request = rendered(call, echo, "-i", "value=x", "--set", f"{name}=10")

    assert request["headers"]["content-length"] == str(len('{"value":"x","level":10}'))


def test_a_setting_of_no_such_name_is_wrong_usage(echo: Path, call: Call) -> None:
    done = call("render", echo, "--set", "levle=1")

    assert done.exit_code == 2
    assert "did you mean `level`?" in done.stderr


def test_an_origin_is_redirected_to_another(echo: Path, call: Call) -> None:
    done = call("render", echo, "--allow-missing", "gone", "--host", "http://a.b=http://127.0.0.1:1")

    assert "Redirected to http://127.0.0.1:1 (host override, host: 127.0.0.1:1)" in done.stdout


def test_a_profile_is_taken_by_name(echo: Path, call: Call) -> None:
    (echo.parent / "kustomer-nb.toml").write_text('[profiles.eu.hosts]\n"http://a.b" = "http://eu.b"\n')

    done = call("render", echo, "--allow-missing", "gone", "--profile", "eu")

    assert "Redirected to http://eu.b (host override, host: eu.b)" in done.stdout


def test_the_demo_store_answers_for_the_example(call: Call) -> None:
    done = call("render", ECOMMSTORE, "-i", "orderId=1", "--demo")

    assert "Redirected to http://127.0.0.1:" in done.stdout
    assert "KNB801" not in done.stdout


def test_a_setting_given_wins_over_that_of_the_demo_store(call: Call) -> None:
    done = call("run", ECOMMSTORE, "-i", "orderId=1001", "--demo", "--set", "authToken=wrong", "--fail")

    assert done.exit_code == 5
    assert "401 Unauthorized" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["nowhere.json"], 'KNB130 There is no file "nowhere.json"', id="no file"),
        pytest.param([ECOMMSTORE, "refund"], 'KNB203 there is no action "refund"', id="no action"),
        pytest.param([ECOMMSTORE, "--profile", "eu"], 'there is no profile "eu"', id="no profile"),
        pytest.param([ECOMMSTORE, "-i", "orderId=x"], 'KNB702 "x" is not a number', id="a wrong input"),
    ],
)
@pytest.mark.parametrize("verb", ["render", "run"])
def test_what_does_not_fit_the_definition_is_wrong_usage(
    verb: str, arguments: list[object], message: str, call: Call
) -> None:
    done = call(verb, *arguments)

    assert done.exit_code == 2
    assert message in done.stderr
    assert "Fix: " in done.stderr
    assert done.stdout == ""
