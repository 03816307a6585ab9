from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kustomer_nb import reporting
from kustomer_nb.storage.history import Entry, History
from tests.cli.conftest import Call
from tests.samples import an_action


@pytest.fixture
def path(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A definition that was run twice: as its sample, and with a fault."""
    monkeypatch.delenv("KUSTOMER_NB_HISTORY")
    definition = tmp_path / "shop.json"
    definition.write_text(json.dumps(an_action(sampleOutputContext={"response": {"statusCode": 200}})))
    (tmp_path / "kustomer-nb.toml").write_text("")
    call("run", definition, "--mode", "sample")
    call("run", definition, "--mode", "fault:404")
    return definition


def test_lists_the_runs_newest_first(path: Path, call: Call) -> None:
    lines = call("history", path).stdout.splitlines()

    assert lines[0] == "History: 2 runs"
    assert lines[1].endswith("404       fault:404               find")
    assert lines[3].endswith("sample    sample                  find")


def test_finds_by_status(path: Path, call: Call) -> None:
    assert call("history", path, "--status", "4xx").stdout.startswith("History: 1 run\n")


def test_shows_one_and_compares_two(path: Path, call: Call) -> None:
    assert '"statusCode": 404' in call("history", path, "0").stdout
    assert "response.statusCode: changed from 200 to 404" in call("history", path, "0", "--diff", "1").stdout


def test_prints_json(path: Path, call: Call) -> None:
    (latest, first) = json.loads(call("history", path, "--json").stdout)["data"]

    assert (latest["mode"], first["mode"]) == ("fault:404", "sample")


def test_a_number_of_no_run_says_which_there_are(path: Path, call: Call) -> None:
    done = call("history", path, "5")

    assert done.exit_code == 2
    assert "there is no run 5 here." in done.stderr
    assert "use one of 0, 1; 0 is the latest run of the project." in done.stderr


def test_what_was_found_keeps_its_number(path: Path, call: Call) -> None:
    assert call("history", path, "--outcome", "sample").stdout.splitlines()[1].startswith("   1  ")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["--status", "4x"], '"4x" is not a status such as 404 or 4xx', id="a status"),
        pytest.param(["--outcome", "good"], '"good" is not one of', id="an outcome"),
        pytest.param(["--diff", "1"], "--diff compares two runs", id="a lone diff"),
    ],
)
def test_what_is_no_filter_is_a_matter_of_usage(
    options: list[str], message: str, path: Path, call: Call
) -> None:
    done = call("history", path, *options)

    assert done.exit_code == 2
    assert message in done.stderr


def test_a_long_line_is_cut_on_a_terminal_only() -> None:
    at = datetime(2034, 1, 2, 9, tzinfo=UTC)
    url = f"https://api.shop.com/{'x' * 200}"
    entry = Entry(at=at, action="find", mode="live", request={"method": "GET", "url": url})
    runs = History([entry], rerun=print)

    in_a_pipe, on_a_terminal = reporting.text(runs), reporting.text(runs, width=60)

    assert f"      GET {url}" in in_a_pipe.splitlines()
    assert max(len(line) for line in on_a_terminal.splitlines()) == 60
    assert on_a_terminal.splitlines()[-1].endswith("…")
