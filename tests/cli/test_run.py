from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.demo import Store
from kustomer_nb.transport import FAULTS
from tests.cli.conftest import Call
from tests.samples import ECOMMSTORE, VARIABLE, an_action, unused_port


@pytest.fixture
def definition(tmp_path: Path) -> Any:
    def write(uri: str, method: str = "get", **properties: Any) -> Path:
        template = {"uri": uri, "method": method, "json": True, **properties.pop("template", {})}
        path = tmp_path / "shop.json"
        path.write_text(json.dumps(an_action(inputTemplate=template, **properties)), encoding="utf-8")
        return path

    return write


def test_the_shape_of_the_sample_is_good_whatever_the_values(call: Call, definition: Any) -> None:
    path = definition("http://a.b", sampleOutputContext={"id": 7})

    done = call("run", path, "--mode", "sample")

    assert done.exit_code == 0
    assert done.stdout == (
        'GET http://a.b/\nSample (nothing sent)\n\nOutput\n  {\n    "id": 7\n  }\n\n'
        "Diff vs. sample\n  no difference\n"
    )


@pytest.mark.parametrize(
    ("sample", "options", "code"),
    [
        pytest.param({"status": "no"}, [], 0, id="the same shape"),
        pytest.param({"status": "no"}, ["--strict"], 1, id="other values, compared strictly"),
        pytest.param({"status": "ok"}, ["--strict"], 0, id="the same values, compared strictly"),
        pytest.param({"status": 1}, [], 1, id="another shape"),
        pytest.param(None, ["--strict"], 0, id="no sample"),
    ],
)
def test_a_difference_from_the_sample_exits_with_1(
    sample: Any, options: list[str], code: int, call: Call, definition: Any, store: Store
) -> None:
    path = definition(
        f"{store.url}/health", outputTemplate={"status": "/#body.status"}, sampleOutputContext=sample
    )

    assert call("run", path, *options).exit_code == code


def test_a_setting_without_a_value_exits_with_3(call: Call) -> None:
    done = call("run", ECOMMSTORE, "-i", "orderId=1")

    assert (done.exit_code, done.stdout) == (3, "")
    assert VARIABLE in done.stderr


def test_no_answer_exits_with_4(call: Call, definition: Any) -> None:
    done = call("run", definition(f"http://127.0.0.1:{unused_port()}/"))

    assert done.exit_code == 4
    assert "error KNB803 nothing responds at" in done.stderr


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--fail"], 5)])
def test_an_answer_of_400_or_more_exits_with_5_when_asked_to(
    options: list[str], code: int, call: Call, definition: Any, store: Store
) -> None:
    headers = {"authorization": f"Bearer {store.token}"}
    path = definition(f"{store.url}/fail?status=503", template={"headers": headers})

    done = call("run", path, *options)

    assert done.exit_code == code
    assert "503 Service Unavailable" in done.stdout


def test_an_unconfirmed_method_exits_with_6(call: Call) -> None:
    done = call("run", ECOMMSTORE, "-i", "orderId=1", "--set", "authToken=t")

    assert done.exit_code == 6
    assert "--confirm api.ecommstore.com" in done.stderr


def test_a_confirmed_method_passes_the_guard(call: Call, definition: Any) -> None:
    # A label of 64 characters is refused without asking any name server.
    host = f"{'a' * 64}.test"

    done = call("run", definition(f"http://{host}/", "post"), "--confirm", host)

    assert done.exit_code == 4


def test_a_request_that_must_not_be_sent_exits_with_1(call: Call, definition: Any) -> None:
    done = call("run", definition("a.b/c"))

    assert done.exit_code == 1
    assert "KNB402" in done.stderr


def test_the_mode_of_the_environment_counts(
    call: Call, definition: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUSTOMER_NB_MODE", "sample")

    done = call("run", definition("http://a.b", sampleOutputContext={}))

    assert "Sample (nothing sent)" in done.stdout


def test_json_is_one_envelope_with_every_stage(call: Call) -> None:
    done = call("run", ECOMMSTORE, "-i", "orderId=1001", "--demo", "--json")

    printed = json.loads(done.stdout)
    assert done.exit_code == 1
    assert printed["data"]["output"]["body"]["status"] == "REFUNDED"
    assert printed["data"]["response"]["statusCode"] == 200
    assert printed["meta"]["path"] == str(ECOMMSTORE)


def test_json_stays_json_whatever_a_service_answers(call: Call, definition: Any) -> None:
    path = definition("http://a.b", sampleOutputContext=0)
    path.write_text(
        path.read_text().replace('"sampleOutputContext": 0', '"sampleOutputContext": [1e999, "\\ud800"]')
    )

    done = call("run", path, "--mode", "sample", "--json")

    assert json.loads(done.stdout)["data"]["output"] == [None, "\ud800"]


def test_a_terminal_obeys_nothing_a_service_answers(call: Call, definition: Any) -> None:
    path = definition("http://a.b", sampleOutputContext="\x1b[31mred\x07 [bold]b[/bold] :smile:\r\tend")

    done = call("run", path, "--mode", "sample")

    assert r"  \x1b[31mred\x07 [bold]b[/bold] :smile:" in done.stdout
    assert "\x1b" not in done.stdout


def test_ctrl_c_while_waiting_says_what_is_unknown(definition: Any, store: Store) -> None:
    headers = {"authorization": f"Bearer {store.token}"}
    path = definition(f"{store.url}/slow?seconds=120", template={"headers": headers})
    command = [sys.executable, "-m", "kustomer_nb", "run", str(path)]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        deadline = time.monotonic() + 100
        while not store.requests and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(running.pid, signal.SIGINT)
        _, stderr = running.communicate(timeout=100)

    assert running.returncode == 130
    assert "may still have been processed" in stderr


def test_ctrl_c_is_one_json_document_too(definition: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        path = definition(f"http://127.0.0.1:{silent.getsockname()[1]}/", "get")
        command = [sys.executable, "-m", "kustomer_nb", "run", str(path), "--json"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        connection, _ = silent.accept()
        connection.recv(65536)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=100)
        connection.close()

    document = json.loads(stdout)
    assert (process.returncode, document["meta"]["exit_code"], stderr) == (130, 130, "")
    assert "may still have been processed" in document["errors"][0]["message"]


def test_with_demo_nothing_leaves_this_machine(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text('{"type": "rest_api", "inputTemplate": {"uri": "https://a.test/", "method": "get"}}')

    done = call("run", path, "--demo")

    assert done.exit_code == 6
    assert "KNB813 --demo responds for the E-comm Store only, not for a.test" in done.stderr


def test_an_output_that_cannot_be_made_of_the_answer_exits_with_1(
    call: Call, definition: Any, store: Store
) -> None:
    path = definition(store.url, outputTemplate={"a": "{{#if true as |x|}}{{x}}{{/if}}"})

    done = call("run", path)

    assert done.exit_code == 1
    assert "200 OK" in done.stdout
    assert "KNB301 `x` is a block parameter" in done.stdout


def test_why_tells_what_made_a_place_of_the_output(call: Call) -> None:
    done = call("run", ECOMMSTORE, "-i", "orderId=1001", "--demo", "--why", "body.nope")

    assert "Why body.nope\n  output (/body/nope)\n    has no value at this path\n" in done.stdout
    assert "response (/body)  <- here" in done.stdout


def test_why_in_json_stands_beside_the_run(call: Call) -> None:
    done = call("run", ECOMMSTORE, "-i", "orderId=1001", "--mode", "sample", "--why", "body", "--json")

    assert [stage["stage"] for stage in json.loads(done.stdout)["meta"]["why"]][-1] == "sampleOutputContext"


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_ends_with_its_exit_code_and_needs_no_token(
    name: str, call: Call, definition: Any
) -> None:
    settings = {"token": {"key": "shop.default.token"}}
    template = {"headers": {"authorization": "Bearer {{{token}}}"}}
    path = definition("https://api.shop.invalid/", "post", appSettings=settings, template=template)

    done = call("run", path, "--mode", f"fault:{name}", "--fail")

    if name in {"timeout", "refused", "reset", "tls", "slow"}:
        assert done.exit_code == 4
        assert f'This is the simulated fault "{name}".' in done.stderr
    else:
        assert done.exit_code == (5 if name.isdecimal() and int(name) >= 400 else 0)
        assert f"(fault:{name})" in done.stdout


def test_an_unknown_fault_is_a_matter_of_usage(call: Call, definition: Any) -> None:
    done = call("run", definition("http://a.b"), "--mode", "fault:tmeout")

    assert done.exit_code == 2
    assert "did you mean `timeout`?" in done.stderr


def test_what_was_recorded_is_replayed_without_a_service(call: Call, definition: Any, store: Store) -> None:
    path = definition(f"{store.url}/health", outputTemplate={"status": "/#body.status"})

    live = call("run", path, "--mode", "record")
    again = call("run", path, "--mode", "replay")

    assert live.exit_code == again.exit_code == 0
    assert again.stdout == live.stdout.replace("(record)", "(replay)")


def test_a_cassette_can_lie_elsewhere(call: Call, definition: Any, store: Store, tmp_path: Path) -> None:
    path, cassette = definition(f"{store.url}/health"), tmp_path / "elsewhere.json"

    call("run", path, "--mode", "record", "--cassette", cassette)

    assert call("run", path, "--mode", "replay").exit_code == 4
    assert call("run", path, "--mode", "replay", "--cassette", cassette).exit_code == 0


def test_the_profile_stands_in_words_above_the_run(call: Call, definition: Any, tmp_path: Path) -> None:
    (tmp_path / "kustomer-nb.toml").write_text('[profiles.live]\nlabel = "the real shop"\nguard = "deny"\n')
    path = definition("http://a.b", sampleOutputContext={})

    done = call("run", path, "--profile", "live", "--mode", "sample")

    assert done.stdout.startswith(
        "Profile live (the real shop): POST/PUT/PATCH/DELETE are blocked\nGET http://a.b/\n"
    )


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl+C", "ended from outside"])
def test_an_interrupted_post_is_in_the_history_as_unknown(
    sent: signal.Signals, definition: Any, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "on")
    (tmp_path / "kustomer-nb.toml").write_text("")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        path = definition(f"http://127.0.0.1:{silent.getsockname()[1]}/", "post")
        command = [sys.executable, "-m", "kustomer_nb", "run", str(path)]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        connection, _ = silent.accept()
        connection.recv(65536)
        process.send_signal(sent)
        _, stderr = process.communicate(timeout=100)
        connection.close()

    assert process.returncode == 130
    assert "may still have been processed" in stderr
    assert " unknown " in call("history", path).stdout


def test_what_nobody_confirmed_is_shown_before_the_refusal(call: Call, definition: Any) -> None:
    path = definition("https://api.shop.com/", "post", template={"data": {"amount": 7}})

    done = call("run", path)

    assert done.exit_code == 6
    assert done.stderr.index('{"amount":7}') < done.stderr.index("KNB809")


def test_a_mode_of_the_environment_that_is_none_is_a_matter_of_usage(
    call: Call, definition: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUSTOMER_NB_MODE", "reply")

    assert call("run", definition("http://a.b")).exit_code == 2


def test_a_host_that_an_input_chooses_exits_with_6_until_it_is_named(
    call: Call, definition: Any, tmp_path: Path, store: Store
) -> None:
    # This machine is asked about where the project says guard.
    (tmp_path / "kustomer-nb.toml").write_text('guard = "confirm"\n')
    keys = {"token": {"key": "shop.default.token"}}
    template = {"headers": {"authorization": "Bearer {{{token}}}"}}
    path = definition("{{{x}}}", appSettings=keys, template=template)
    chosen = ("-i", f"x={store.url}/health", "--set", "token=s3cr3t-t0ken")

    refused = call("run", path, *chosen)
    confirmed = call("run", path, *chosen, "--confirm", "127.0.0.1")

    assert (refused.exit_code, confirmed.exit_code) == (6, 0)
    assert all(part in refused.stderr for part in ("KNB834", "`x`", "--confirm 127.0.0.1"))
    assert "s3cr3t" not in refused.stderr + refused.stdout


def test_a_get_that_is_to_be_another_method_exits_with_6(call: Call, definition: Any) -> None:
    path = definition("https://api.shop.com/", template={"qs": {"_method": "delete"}})

    refused = call("run", path)

    assert refused.exit_code == 6
    assert all(part in refused.stderr for part in ("KNB809", "_method", "DELETE", "api.shop.com"))


@pytest.mark.parametrize(("flag", "value"), [("--retry", "101"), ("--seed", str(2**63))])
def test_a_number_out_of_range_is_a_usage_error(flag: str, value: str, definition: Any, call: Call) -> None:
    done = call("run", definition("http://127.0.0.1:1/", "get"), flag, value)

    assert done.exit_code == 2
    assert f"Invalid value for {flag}: " in done.stderr


def test_an_error_in_a_cassette_is_at_its_place_there(call: Call, definition: Any, tmp_path: Path) -> None:
    path = definition("http://a.b")
    cassette = tmp_path / "shop.cassette.json"
    cassette.write_text('{"version": 1,\n "exchanges": nothing}')

    done = call("run", path, "--mode", "replay")

    assert done.exit_code == 2
    assert done.stderr.startswith(f"{cassette}:2:15: error KNB820 ")


@pytest.mark.parametrize("json_options", [[], ["--json"]])
def test_save_case_writes_a_test_case_of_the_run(
    json_options: list[str], call: Call, definition: Any, tmp_path: Path
) -> None:
    path = definition("http://a.b", sampleOutputContext={"id": 7})
    command = ("run", path, "--mode", "sample", "--save-case", "an order", *json_options)

    done, again = call(*command), call(*command)

    (case,) = tmp_path.rglob("*.case.json")
    assert done.exit_code == 0
    assert case.name in done.stdout
    assert json.loads(case.read_text())["expected"] == {"id": 7}
    assert call("test", tmp_path).exit_code == 0
    # What came back is printed, although the case is not replaced.
    assert again.exit_code == 2
    assert '"id": 7' in again.stdout
    assert "KNB161" in again.stdout + again.stderr


def test_save_case_refuses_a_definition_from_stdin_before_it_sends(call: Call, definition: Any) -> None:
    text = definition("http://a.b", sampleOutputContext={"id": 7}).read_text()

    done = call("run", "-", "--mode", "sample", "--save-case", "an order", stdin=text)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "--save-case needs the file of the definition, not stdin" in done.stderr
