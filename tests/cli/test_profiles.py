from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call

TOML = """
profile = "sandbox"

[profiles.sandbox]
label = "the test shop"
guard = "confirm"
allowed_hosts = ["*.shop.com"]
hosts = { "https://api.shop.com" = "https://sandbox.shop.com" }
settings = { authToken = { env = "SANDBOX_TOKEN" }, level = "s3cret-level" }

[profiles.live]
guard = "deny"
mode = "replay"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kustomer-nb.toml").write_text(TOML)
    (tmp_path / "shop.json").write_text('{"app": "shop"}')
    (tmp_path / "deep").mkdir()
    return tmp_path


def test_each_profile_is_listed_without_a_value_of_a_setting(call: Call, folder: Path) -> None:
    done = call("profiles", folder)

    assert done.exit_code == 0
    assert done.stdout == (
        "* sandbox (the test shop): mode live; POST/PUT/PATCH/DELETE need confirmation\n"
        "    https://api.shop.com -> https://sandbox.shop.com\n"
        "    allowed hosts: *.shop.com\n"
        "    settings: authToken, level\n"
        "  live: mode replay; POST/PUT/PATCH/DELETE are blocked\n"
    )


@pytest.mark.parametrize("place", [".", "shop.json", "deep"])
def test_the_project_is_that_of_a_file_or_folder(place: str, call: Call, folder: Path) -> None:
    rows = json.loads(call("profiles", folder / place, "--json").stdout)["data"]

    assert [(row["name"], row["default"]) for row in rows] == [("sandbox", True), ("live", False)]
    assert "s3cret" not in json.dumps(rows)


def test_without_a_path_it_is_that_of_the_current_folder(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)

    assert "sandbox" in call("profiles").stdout


def test_a_project_without_profiles_says_how_to_add_one(call: Call, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()

    done = call("profiles", tmp_path)

    assert done.exit_code == 0
    assert "kustomer-nb.toml. Fix: create it with [profiles.sandbox]." in done.stdout

    (tmp_path / "kustomer-nb.toml").touch()

    assert "kustomer-nb.toml. Fix: add [profiles.sandbox]." in call("profiles", tmp_path).stdout
    assert json.loads(call("profiles", tmp_path, "--json").stdout)["data"] == []


def test_a_file_that_cannot_be_read_is_wrong_usage(call: Call, folder: Path) -> None:
    (folder / "kustomer-nb.toml").write_text("[profiles.x]\nguard = 1\n")

    done = call("profiles", folder)

    assert done.exit_code == 2
    assert "KNB810" in done.stderr
