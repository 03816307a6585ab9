from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb import load, reporting
from kustomer_nb.faces import Face, read_in
from tests.cli.conftest import Call
from tests.samples import ECOMMSTORE, SETTING, VARIABLE, an_action


def test_prints_the_request_and_needs_no_setting(call: Call) -> None:
    done = call("render", ECOMMSTORE, "-i", "orderId=1042")

    with read_in(Face.COMMAND_LINE):
        request = load(ECOMMSTORE).action().render({"orderId": "1042"})
    assert (done.exit_code, done.stdout) == (0, reporting.text(request, path=str(ECOMMSTORE)) + "\n")


def test_json_names_the_file_and_the_action(call: Call) -> None:
    done = call("render", ECOMMSTORE, "refundOrder", "-i", "orderId:=1042", "--json")

    printed = json.loads(done.stdout)
    assert printed["data"]["headers"]["authorization"] == f"Bearer ${SETTING}"
    assert printed["meta"]["action"] == "kustomer.app.ecommstore.store.refundOrder"
    assert printed["meta"]["path"] == str(ECOMMSTORE)


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"uri": "a.b/c", "method": "get"}, id="no address"),
        pytest.param({"uri": "http://a.b", "method": "fetch"}, id="no method"),
        pytest.param({"uri": "http://a.b/{{gone}}", "method": "get"}, id="a variable nobody declared"),
    ],
)
def test_a_request_that_cannot_be_sent_is_shown_and_exits_with_1(
    template: dict[str, Any], call: Call, tmp_path: Path
) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(an_action(inputTemplate=template)))

    done = call("render", path)

    assert done.exit_code == 1
    assert template["uri"].partition("{")[0] in done.stdout
    assert "Fix: " in done.stdout


def test_now_and_seed_make_the_request_the_same(call: Call, tmp_path: Path) -> None:
    template = {"uri": "http://a.b/{{{randomId}}}?at={{date 'day' count=0}}", "method": "get"}
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(an_action(inputTemplate=template)))

    first, second = (call("render", path, "--now", "2034-01-02T09:00", "--seed", 7).stdout for _ in range(2))

    assert first == second
    assert "at=2034-01-02T09:00:00.000Z" in first


def test_a_time_that_is_none_is_refused(call: Call) -> None:
    done = call("render", ECOMMSTORE, "--now", "soon")

    assert done.exit_code == 2
    assert '"soon" is not a time such as 2034-01-02T09:00:00Z' in done.stderr


def test_why_prints_where_each_piece_came_from(call: Call) -> None:
    done = call("render", ECOMMSTORE, "-i", "orderId=1042", "--why")

    with read_in(Face.COMMAND_LINE):
        request = load(ECOMMSTORE).action().render({"orderId": "1042"})
    path = str(ECOMMSTORE)
    shown = reporting.text(request, path=path)
    assert done.stdout == f"{shown}\n\n{reporting.all_origins(request, path)}\n"
    assert f"      setting authToken, {path}:29:36\n" in done.stdout


def test_why_in_json_stands_beside_the_request(call: Call) -> None:
    done = call("render", ECOMMSTORE, "-i", "orderId=1042", "--why", "--json")

    origins = json.loads(done.stdout)["meta"]["origins"]
    assert list(origins)[:2] == ["/uri", "/headers/authorization"]
    assert origins["/uri"][1]["converted_from"] == "1042"


def test_steps_give_inputs_what_earlier_steps_put_out(call: Call, tmp_path: Path) -> None:
    steps = tmp_path / "steps.json"
    steps.write_text('{"find": {"body": {"id": 7}}}')

    done = call("render", ECOMMSTORE, "-i", "orderId=/#steps.find.body.id", "--steps", steps)

    assert done.stdout.startswith("POST https://api.ecommstore.com/orders/7\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"[]", "the file does not contain a JSON object", id="no object"),
        pytest.param(b"{", "steps.json:1:2: not valid JSON", id="no JSON"),
        pytest.param(b"\xff", "the file is not UTF-8", id="no text"),
    ],
)
def test_steps_that_cannot_be_read_end_the_program(
    content: bytes, message: str, call: Call, tmp_path: Path
) -> None:
    steps = tmp_path / "steps.json"
    steps.write_bytes(content)

    done = call("render", ECOMMSTORE, "-i", "orderId=1", "--steps", steps)

    assert done.exit_code == 2
    assert message in done.stderr
    assert "--steps" in done.stderr


def test_env_gives_the_environment_of_the_workflow(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(
        json.dumps(an_action(inputTemplate={"uri": "http://a.b/{{{_env.orgId}}}", "method": "get"}))
    )

    assert call("render", path).exit_code == 1
    done = call("render", path, "--env", "orgId=61f0")

    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "GET http://a.b/61f0")


def test_the_profile_and_what_it_refuses_are_told_beside_the_request(call: Call, tmp_path: Path) -> None:
    (tmp_path / "kustomer-nb.toml").write_text(
        '[profiles.p]\nlabel = "the shop"\nguard = "deny"\nallowed_hosts = ["other.shop.com"]\n'
    )
    template = {"uri": "https://api.shop.com/orders", "method": "post"}
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(an_action(inputTemplate=template)))

    done = call("render", path, "--profile", "p")

    assert done.stdout.startswith(
        "Profile p (the shop): POST/PUT/PATCH/DELETE are blocked\nPOST https://api.shop.com"
    )
    assert "A run would be refused: KNB825 the profile p (the shop) denies POST" in done.stdout
    assert (
        "A run would be refused: KNB826 https://api.shop.com is not one of the allowed hosts" in done.stdout
    )


def test_a_definition_may_be_stdin(call: Call) -> None:
    done = call("render", "-", "-i", "orderId=1", stdin=ECOMMSTORE.read_text(encoding="utf-8"))

    assert done.exit_code == 0
    assert done.stdout.startswith("POST https://api.ecommstore.com/orders/1\n")


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["-", "--inputs", "-"], "PATH and --inputs"),
        (["-", "--steps", "-"], "PATH and --steps"),
        ([ECOMMSTORE, "--inputs", "-", "--steps", "-"], "--inputs and --steps"),
    ],
)
@pytest.mark.parametrize("verb", ["render", "run"])
def test_stdin_is_read_once(verb: str, arguments: list[object], names: str, call: Call) -> None:
    done = call(verb, *arguments, stdin="{}")

    assert done.exit_code == 2
    assert f"only one of {names} can read" in done.stderr


NAMES = {"curl": "to_curl", "httpx": "to_httpx", "http": "to_http"}


@pytest.mark.parametrize("form", NAMES)
def test_a_copy_is_printed_exactly(form: str, call: Call) -> None:
    done = call("render", ECOMMSTORE, "-i", "orderId=1042", "--set", f"{SETTING}=s3cret-token", "--as", form)

    request = load(ECOMMSTORE).action().render({"orderId": "1042"}, settings={SETTING: "s3cret-token"})
    copy = getattr(request, NAMES[form])()
    end = "\n" if form == "curl" else ""
    assert (done.exit_code, done.stdout_bytes.decode()) == (0, copy + end)
    assert "$ECOMMSTORE_DEFAULT_AUTHTOKEN" in copy or 'os.environ["ECOMMSTORE_DEFAULT_AUTHTOKEN"]' in copy
    assert "s3cret-token" not in done.stdout + done.stderr


def test_a_copy_as_json_has_its_form(call: Call) -> None:
    done = call("render", ECOMMSTORE, "-i", "orderId=1", "--set", f"{SETTING}=x", "--as", "http", "--json")

    data = json.loads(done.stdout)["data"]
    assert data["as"] == "http"
    assert data["text"].startswith("POST /orders/1 HTTP/1.1\r\n")


def test_a_copy_of_a_request_without_the_value_of_a_setting_exits_with_3(call: Call) -> None:
    done = call("render", ECOMMSTORE, "-i", "orderId=1042", "--as", "curl")

    assert (done.exit_code, done.stdout) == (3, "")
    assert f"the setting {SETTING} has no value" in done.stderr


def test_a_copy_of_what_cannot_be_sent_exits_with_1(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(an_action(inputTemplate={"uri": "a.b/c", "method": "get"})))

    done = call("render", path, "--as", "curl")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "has no http:// or https:// before the host" in done.stderr


def test_a_copy_has_no_origins(call: Call) -> None:
    done = call("render", ECOMMSTORE, "-i", "orderId=1042", "--as", "curl", "--why")

    assert done.exit_code == 2
    assert "--why and --as cannot be combined" in done.stderr


@pytest.mark.parametrize("way", ["variable", ".env", "--set", "kustomer-nb.toml"])
def test_each_way_to_give_a_setting_a_value_that_the_message_names_works(
    way: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.json"
    path.write_bytes(ECOMMSTORE.read_bytes())
    toml = tmp_path / "kustomer-nb.toml"
    toml.write_text("")
    words = ["render", path, "-i", "orderId=1"]
    before = call(*words).stdout
    advice = {
        "variable": f"set the environment variable {VARIABLE}",
        ".env": f"add a line {VARIABLE}=… to .env",
        "--set": f"add --set {SETTING}=…",
        "kustomer-nb.toml": "name another variable under settings in kustomer-nb.toml",
    }[way]

    if way == "variable":
        monkeypatch.setenv(VARIABLE, "t0ken")
    elif way == ".env":
        (tmp_path / ".env").write_text(f"{VARIABLE}=t0ken\n")
    elif way == "--set":
        words += ["--set", f"{SETTING}=t0ken"]
    else:
        toml.write_text(f'settings."{SETTING}" = {{ env = "ANOTHER_TOKEN" }}\n')
        monkeypatch.setenv("ANOTHER_TOKEN", "t0ken")

    assert "KNB801" in before
    assert advice in before
    assert "KNB801" not in call(*words).stdout
    assert "kustomer-nb.toml" not in call("lint", path).stdout
