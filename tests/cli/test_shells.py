"""Commands that are shown are those of the shell that they are pasted into."""

from __future__ import annotations

from pathlib import Path

import pytest

from kustomer_nb import shell_words
from tests.case_files import a_project, write_case
from tests.cli.conftest import Call


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell_words, "ON_WINDOWS", True)


@pytest.mark.usefixtures("windows")
def test_the_command_of_a_failure_is_one_of_this_system(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = a_project(tmp_path)
    write_case(project, "it's late", name="late", expected={"statusCode": 201})
    monkeypatch.chdir(project)

    output = call("test").stdout

    assert 'kustomer-nb test "cases/refundOrder/it\'s late.case.json"' in output


@pytest.mark.usefixtures("windows")
def test_the_next_commands_of_a_new_definition_are_those_of_this_system(tmp_path: Path, call: Call) -> None:
    path = tmp_path / "my shop.json"

    output = call("new", path, "--app", "shop").stdout

    assert f'kustomer-nb lint "{path}"' in output
    assert path.read_bytes().count(b"\r") == 0


def test_the_home_of_an_unknown_user_is_a_path_like_any_other(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    done = call("lint", "~no-such-user/shop.json")

    assert done.exit_code == 2
    assert 'there is no folder "~no-such-user"' in done.stdout + done.stderr
