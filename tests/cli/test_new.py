from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.planted import Plant, assert_untouched, planted, precious_of


def test_what_is_written_lints_clean_and_runs_against_the_demo_store(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "shop.json"

    codes = [
        call("new", path).exit_code,
        call("lint", path).exit_code,
        call("render", path, "-i", "orderId=1001").exit_code,
        call("run", path, "--demo", "-i", "orderId=1001").exit_code,
    ]

    assert codes == [0, 0, 0, 0]


def test_lint_finds_nothing_at_all_in_it(call: Call, tmp_path: Path) -> None:
    call("new", tmp_path / "shop.json")

    done = call("lint", "--json", tmp_path / "shop.json")

    assert json.loads(done.stdout)["data"] == []


def test_the_next_steps_it_prints_can_be_copied(call: Call, tmp_path: Path) -> None:
    lines = call("new", tmp_path / "my shop.json").stdout.splitlines()

    steps = [shlex.split(line)[1:] for line in lines if line.startswith("  kustomer-nb ")]
    assert [step[0] for step in steps] == ["lint", "render", "run"]
    assert [call(*step).exit_code for step in steps] == [0, 0, 0]


@pytest.mark.parametrize(
    ("name", "options", "app"),
    [
        ("shop.json", [], "shop"),
        ("My Shop.v2.json", [], "my_shop_v2"),
        ("shop.json", ["--app", "other-app"], "other-app"),
    ],
)
def test_the_app_is_named_after_the_file_unless_told(
    name: str, options: list[str], app: str, call: Call, tmp_path: Path
) -> None:
    call("new", tmp_path / name, *options)

    assert json.loads((tmp_path / name).read_text(encoding="utf-8"))["app"] == app


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("2024.json", [], 'The file name "2024.json" gives no app id. It begins with a letter'),
        ("2024.json", [], "Add --app shop"),
        ("1 bad.json", [], 'The file name "1 bad.json" gives no app id.'),
        ("1 bad.json", [], "Add --app bad"),
        ("shop.json", ["--app", "My Shop"], 'Invalid value for --app: "My Shop" is not an app id.'),
        ("shop.json", ["--app", ""], 'Invalid value for --app: "" is not an app id.'),
    ],
)
def test_a_name_that_is_no_app_id_is_refused(
    name: str, options: list[str], message: str, call: Call, tmp_path: Path
) -> None:
    done = call("new", tmp_path / name, *options)

    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_left_alone(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text("mine")

    done = call("new", path)

    assert done.exit_code == 2
    assert "already exists. Fix: choose another name." in done.stderr
    assert path.read_text() == "mine"


@pytest.mark.parametrize("place", [pytest.param("nowhere/shop.json", id="no such folder")])
def test_a_place_where_nothing_can_be_written_is_said(place: str, call: Call, tmp_path: Path) -> None:
    done = call("new", tmp_path / place)

    assert done.exit_code == 2
    assert "cannot be written: No such file or directory. Fix: choose another path." in done.stderr


def test_a_folder_is_no_file_to_write(call: Call, tmp_path: Path) -> None:
    done = call("new", tmp_path)

    assert done.exit_code == 2


@pytest.mark.timeout(120)
@planted
def test_nothing_is_written_through_a_link(plant: Plant, call: Call, tmp_path: Path) -> None:
    precious = precious_of(tmp_path)
    plant(tmp_path / "shop.json", precious)

    assert call("new", tmp_path / "shop.json").exit_code == 2

    assert_untouched(precious)
