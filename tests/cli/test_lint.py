from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Call
from tests.samples import ECOMMSTORE, FIXTURES

VERBATIM = FIXTURES / "refund-order.verbatim.txt"


def test_a_clean_definition_exits_with_0(call: Call) -> None:
    done = call("lint", ECOMMSTORE)

    assert (done.exit_code, done.stdout) == (0, f"{ECOMMSTORE}\nno problems\n")


def test_findings_exit_with_1_and_show_their_place(call: Call) -> None:
    done = call("lint", VERBATIM)

    assert done.exit_code == 1
    assert "15:" in done.stdout
    assert "Fix: " in done.stdout


def test_a_hint_alone_is_good(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(ECOMMSTORE.read_text(encoding="utf-8").replace('"description": "Refund Order",', ""))

    done = call("lint", path)

    assert done.exit_code == 0
    assert "1 hint" in done.stdout


def test_a_file_that_cannot_be_read_is_a_finding(call: Call, tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_bytes(b'{"app": "\xff"}')

    done = call("lint", tmp_path / "shop.json")

    assert done.exit_code == 1
    assert "KNB133" in done.stdout


def test_the_worst_of_several_files_counts_and_each_is_named(call: Call) -> None:
    done = call("lint", VERBATIM, ECOMMSTORE)

    assert done.exit_code == 1
    assert str(ECOMMSTORE) in done.stdout
    assert str(VERBATIM) in done.stdout


def test_json_is_one_envelope_whatever_the_number_of_files(call: Call) -> None:
    done = call("lint", "--json", ECOMMSTORE, VERBATIM, "nowhere.json")

    printed = json.loads(done.stdout)
    assert done.exit_code == 1
    assert printed["meta"]["paths"] == [str(ECOMMSTORE), str(VERBATIM), "nowhere.json"]
    assert {row["path"] for row in printed["data"]} == {str(VERBATIM), "nowhere.json"}
    assert printed["data"][-1]["code"] == "KNB130"


def test_codes_are_chosen_and_left_out(call: Call) -> None:
    done = call("lint", VERBATIM, "--select", "KNB1,KNB303", "--ignore", "KNB104")

    assert "KNB103" in done.stdout
    assert "KNB303" in done.stdout
    assert "KNB104" not in done.stdout
    assert "KNB304" not in done.stdout


def test_an_unknown_code_is_a_usage_error(call: Call) -> None:
    done = call("lint", ECOMMSTORE, "--ignore", "KNB9")

    assert done.exit_code == 2
    assert 'no rule has the code "KNB9"' in done.stderr


def test_github_gets_annotations(call: Call) -> None:
    done = call("lint", VERBATIM, "--format", "github")

    lines = done.stdout.splitlines()
    assert done.exit_code == 1
    assert all(line.startswith(("::error file=", "::warning file=", "::notice file=")) for line in lines)
    assert any(",line=15,col=14,title=KNB103::The string" in line for line in lines)


def test_json_by_either_name_is_the_same(call: Call) -> None:
    assert call("lint", VERBATIM, "--format", "json").stdout == call("lint", VERBATIM, "--json").stdout
    rows = json.loads(call("lint", VERBATIM, "--json").stdout)["data"]
    assert {row["fix_safety"] for row in rows if row["code"] == "KNB103"} == {"safe"}
