"""Exit code 2 for a missing file and for a malformed option, whatever the verb."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.samples import ECOMMSTORE


@pytest.mark.parametrize(
    "arguments",
    [
        ["actions", "nowhere.json"],
        ["diff", "nowhere.json", ECOMMSTORE],
        ["fix", "nowhere.json"],
        ["history", "nowhere.json"],
        ["infer", "nowhere.json"],
        ["lint", "nowhere.json"],
        ["lint", ECOMMSTORE, "nowhere.json"],
        ["lint", "--format", "github", "nowhere.json"],
        ["render", "nowhere.json"],
        ["render", ECOMMSTORE, "--inputs", "nowhere.json"],
        ["render", ECOMMSTORE, "--steps", "nowhere.json"],
        ["run", "nowhere.json"],
    ],
    ids=lambda arguments: " ".join(map(str, arguments)).replace(str(ECOMMSTORE), "PATH"),
)
def test_a_missing_file_exits_with_2(arguments: list[object], call: Call) -> None:
    done = call(*arguments)

    assert done.exit_code == 2
    assert "nowhere.json" in done.output


@pytest.mark.parametrize(
    "options",
    [
        ["-i", "orderId"],
        ["-i", "orderId:={"],
        ["-i", "{orderId: 1}"],
        ["--set", "authToken"],
        ["--set", "nothing=1"],
        ["--set", "authToken:=[1]"],
        ["--env", "orgId"],
        ["--env", "orgId:=1"],
        ["--host", "https://api.ecommstore.com"],
        ["--host", "api.ecommstore.com=http://127.0.0.1:1"],
        ["--host", "https://api.ecommstore.com=127.0.0.1:1"],
        ["--host", "https://api.ecommstore.com/v1=http://127.0.0.1:1"],
        ["--now", "yesterday"],
        ["--seed", "x"],
        ["--seed", str(2**64)],
        ["--profile", "nothing"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("verb", ["render", "run"])
def test_a_malformed_option_exits_with_2(verb: str, options: list[str], call: Call) -> None:
    done = call(verb, ECOMMSTORE, "-i", "orderId=1", *options)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr


@pytest.mark.parametrize(
    "options",
    [
        ["--mode", "lvie"],
        ["--mode", "fault:999"],
        ["--retry", "-1"],
        ["--retry", "x"],
        ["--parse-limit", "x"],
    ],
    ids=" ".join,
)
def test_a_malformed_option_of_a_run_exits_with_2(options: list[str], call: Call) -> None:
    assert call("run", ECOMMSTORE, "-i", "orderId=1", *options).exit_code == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--retry", "101"], '"101" is not a whole number from 0 to 100'),
        (["--retry", "2.5"], '"2.5" is not a whole number from 0 to 100'),
        (["--parse-limit", "-1"], '"-1" is not a whole number of at least 0'),
        (["--seed", str(2**63)], f'"{2**63}" is not a whole number of at most 64 bits'),
        (["--seed", "1" * 5000], "is not a whole number of at most 64 bits"),
    ],
)
def test_a_number_out_of_its_bounds_is_named_with_them(options: list[str], message: str, call: Call) -> None:
    done = call("run", ECOMMSTORE, "-i", "orderId=1", *options)

    assert done.exit_code == 2
    assert message in done.stderr


@pytest.mark.parametrize(
    "options",
    [["--retry", "0"], ["--retry", "100"], ["--parse-limit", "0"], ["--seed", str(-(2**63))]],
    ids=" ".join,
)
def test_a_number_at_its_bounds_is_taken(options: list[str], call: Call) -> None:
    assert call("run", ECOMMSTORE, "-i", "orderId=1", "--mode", "sample", *options).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["lint", ECOMMSTORE], 0),
        (["render", ECOMMSTORE, "-i", "orderId=1"], 0),
        (["render", ECOMMSTORE, "-i", "orderId=1", "--host", "https://api.ecommstore.com=http://[::1]:1"], 0),
        (["run", ECOMMSTORE, "-i", "orderId=1"], 3),
        (["run", ECOMMSTORE, "-i", "orderId=1", "--set", "authToken=x"], 6),
    ],
)
def test_what_is_well_formed_has_its_own_exit_code(arguments: list[object], code: int, call: Call) -> None:
    assert call(*arguments).exit_code == code


@pytest.mark.parametrize("port", ["many", "-1", "65536", "99999999"])
def test_a_port_that_is_none_is_wrong_usage(port: str, call: Call) -> None:
    done = call("demo", "--port", port)

    assert done.exit_code == 2
    assert "is not a whole number from 0 to 65535" in done.stderr


def test_a_replay_of_stdin_needs_the_name_of_a_cassette(call: Call) -> None:
    definition = ECOMMSTORE.read_text(encoding="utf-8")

    done = call("run", "-", "-i", "orderId=1", "--mode", "replay", stdin=definition)

    assert done.exit_code == 2
    assert "add --cassette shop.cassette.json" in done.stderr


def test_a_mode_in_the_environment_is_wrong_usage_too(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTOMER_NB_MODE", "lvie")

    done = call("run", ECOMMSTORE, "-i", "orderId=1")

    assert done.exit_code == 2
    assert 'there is no mode "lvie", which KUSTOMER_NB_MODE names.' in " ".join(done.stderr.split())


def test_a_folder_in_place_of_a_file_is_wrong_usage(call: Call, tmp_path: Path) -> None:
    done = call("render", tmp_path)

    assert done.exit_code == 2
    assert "KNB131" in done.stderr
