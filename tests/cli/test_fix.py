from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.samples import ECOMMSTORE, FIXTURES

VERBATIM = FIXTURES / "refund-order.verbatim.txt"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "refund.json"
    path.write_bytes(VERBATIM.read_bytes())
    return path


def test_without_yes_the_difference_is_shown_and_nothing_written(call: Call, path: Path) -> None:
    done = call("fix", path)

    assert done.exit_code == 1
    assert '+        "refund": true' in done.stdout
    assert "Not written yet. Add --yes to write" in done.stdout
    assert path.read_bytes() == VERBATIM.read_bytes()


def test_yes_writes_json_and_shows_the_remaining_problems(call: Call, path: Path) -> None:
    done = call("fix", path, "--yes")

    json.loads(path.read_text(encoding="utf-8"))
    assert f"Wrote {path}." in done.stdout
    assert "KNB303" in done.stdout
    assert done.exit_code == 1


def test_a_second_time_there_is_nothing_to_fix(call: Call, path: Path) -> None:
    call("fix", path, "--yes", "--unsafe")
    fixed = path.read_bytes()

    done = call("fix", path, "--yes", "--unsafe")

    assert "No automatic fixes" in done.stdout
    assert path.read_bytes() == fixed


def test_a_code_by_name_is_fixed_though_it_changes_the_meaning(call: Call, path: Path) -> None:
    call("fix", path, "--yes", "--select", "knb304")

    text = path.read_text(encoding="utf-8")
    assert "Bearer {{{authToken}}}" in text
    assert "refund: true" in text


def test_a_clean_file_is_good(call: Call) -> None:
    done = call("fix", ECOMMSTORE)

    assert (done.exit_code, done.stdout) == (
        0,
        f"{ECOMMSTORE}: no problems\n",
    )


def test_a_missing_file_is_a_usage_error(call: Call, tmp_path: Path) -> None:
    done = call("fix", tmp_path / "none.json")

    assert done.exit_code == 2
    assert "KNB130" in done.stderr


def test_a_rule_is_explained_with_its_proof(call: Call) -> None:
    done = call("rule", "knb304")

    assert done.exit_code == 0
    assert done.stdout.startswith("KNB304 escaped-in-address-or-header (warning)")
    assert "Before:" in done.stdout
    assert "{{{query}}}" in done.stdout


def test_a_code_that_is_no_rule_of_lint_is_explained_too(call: Call) -> None:
    assert "has no value" in call("rule", "KNB801").stdout


def test_an_unknown_code_is_a_usage_error(call: Call) -> None:
    done = call("rule", "KNB999")

    assert done.exit_code == 2
    assert 'there is no rule "KNB999"' in done.stderr


def test_through_a_link_it_is_shown_and_not_written(call: Call, path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(path)

    assert "Not written yet. Add --yes to write" in call("fix", link).stdout
    done = call("fix", link, "--yes")

    assert done.exit_code == 2
    assert "KNB146" in done.stderr
    assert path.read_bytes() == VERBATIM.read_bytes()


LOOSE = "{app: 'shop', version: '1.0.0', title: 'Shop', actions: []}"


def test_the_fixed_text_of_stdin_goes_to_stdout_alone(call: Call) -> None:
    done = call("fix", "-", "--yes", stdin=LOOSE)

    assert done.exit_code == 0
    assert done.stdout == '{"app": "shop", "version": "1.0.0", "title": "Shop", "actions": []}'
    assert done.stderr == "Remaining: no problems.\n"


def test_stdin_without_yes_shows_the_difference(call: Call) -> None:
    done = call("fix", "-", stdin=LOOSE)

    assert done.exit_code == 1
    assert '+{"app": "shop"' in done.stdout
    assert "Not written yet. Add --yes to write -." in done.stdout


def test_the_text_of_stdin_is_not_changed_where_it_needs_no_fix(tmp_path: Path) -> None:
    text = '{"app": "shop", "version": "1.0.0", "title": "é\u200b\u202e", "actions": []}\r\n'
    command = [sys.executable, "-m", "kustomer_nb", "fix", "-", "--yes"]

    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=100, check=False)

    assert done.stdout == text.encode()


def test_stdin_to_write_must_be_alone(call: Call, path: Path) -> None:
    assert call("fix", "-", path, "--yes", stdin=LOOSE).exit_code == 2
    assert path.read_bytes() == VERBATIM.read_bytes()


def test_several_files_have_one_summary(call: Call, path: Path, tmp_path: Path) -> None:
    (tmp_path / "clean.json").write_bytes(ECOMMSTORE.read_bytes())

    done = call("fix", path, tmp_path / "clean.json")

    assert done.stdout.splitlines()[-1] == "2 files: 1 would change, 1 with remaining problems."


def test_json_has_the_difference_and_what_remains(call: Call, path: Path) -> None:
    done = call("fix", "--json", path)

    (row,) = json.loads(done.stdout)["data"]
    assert (done.exit_code, row["path"]) == (1, str(path))
    assert '+        "refund": true' in row["diff"]
    assert {fault["fix_safety"] for fault in row["fixed"]} == {"safe"}
    assert "KNB303" in [fault["code"] for fault in row["remaining"]]
    assert json.loads(done.stdout)["meta"]["written"] is False


def test_a_family_of_rules_is_listed(call: Call) -> None:
    done = call("rule", "KNB3")

    assert done.exit_code == 0
    assert "  KNB304 escaped-in-address-or-header (warning)" in done.stdout


SEVERAL = (
    "{app: 'shop', version: '1.0.0', title: 'Shop', actions: [{name: 'kustomer.app.shop.find', "
    "type: 'rest_api', inputTemplate: {uri: 'https://a.b/', method: 'get'}}]}"
)


def test_a_problem_that_remains_is_at_its_place_in_the_file_once_it_is_written(
    call: Call, tmp_path: Path
) -> None:
    path = tmp_path / "shop.json"
    path.write_text(SEVERAL)

    preview = call("fix", path).stdout
    done = call("fix", path, "--yes").stdout
    (problem,) = [line for line in done.splitlines() if "KNB219" in line]

    # In the preview the file still has other columns.
    assert "Remaining after these fixes: " in preview
    assert f"{path}:1:" not in preview
    assert problem in call("lint", path).stdout.splitlines()
    assert problem.startswith(f"{path}:1:")


def test_the_text_of_stdin_has_no_file_to_name(call: Call) -> None:
    done = call("fix", "-", "--yes", stdin=SEVERAL)

    assert any(line.startswith("1:") and "hint KNB219" in line for line in done.stderr.splitlines())
