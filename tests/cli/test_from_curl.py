"""``kustomer-nb new --from-curl``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call

TOKEN = "c4n4ry-T0k3n-7f3a9b"
COMMAND = f"""curl -X POST https://api.shop.com/orders/42/refunds \\
  -H 'Authorization: Bearer {TOKEN}' --json '{{"amount": 5.5, "note": "late"}}'
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "command.sh").write_text(COMMAND)
    return tmp_path


def test_a_command_from_stdin_is_written_to_a_file(folder: Path, call: Call) -> None:
    done = call("new", "shop.json", "--from-curl", "-", stdin=COMMAND)

    assert done.exit_code == 0
    assert TOKEN not in done.output + (folder / "shop.json").read_text()
    assert "SHOP_DEFAULT_AUTHTOKEN" in done.stdout
    assert call("lint", "shop.json").exit_code == 0
    steps = [line.split() for line in done.stdout.splitlines() if "render" in line]
    assert steps[0][:3] == ["kustomer-nb", "render", "shop.json"]
    assert call(*steps[0][1:]).exit_code == 0


def test_inputs_name_and_secrets_are_chosen(folder: Path, call: Call) -> None:
    done = call(
        "new", "shop.json", "--from-curl", "command.sh", "--name", "refund", "--app", "store",
        "--input", "id=path[1]", "--env-file", ".env",
    )  # fmt: skip

    assert done.exit_code == 0
    action = json.loads((folder / "shop.json").read_text())["actions"][0]
    assert action["name"] == "kustomer.app.store.refund"
    assert list(action["inputSchema"]["properties"]) == ["id"]
    assert TOKEN in (folder / ".env").read_text()
    assert TOKEN not in done.output
    assert "Secrets, saved in .env: STORE_DEFAULT_AUTHTOKEN" in done.output


def test_secrets_that_cannot_be_stored_write_no_definition(folder: Path, call: Call) -> None:
    refused = call("new", "shop.json", "--from-curl", "command.sh", "--env-file", "nodir/.env")
    assert refused.exit_code == 2
    assert not (folder / "shop.json").exists()

    (folder / ".env").write_text("SHOP_DEFAULT_AUTHTOKEN=older-value\n")
    refused = call("new", "shop.json", "--from-curl", "command.sh", "--env-file", ".env")
    assert refused.exit_code == 2
    assert "SHOP_DEFAULT_AUTHTOKEN" in refused.output
    assert TOKEN not in refused.output + (folder / ".env").read_text()
    assert not (folder / "shop.json").exists()

    (folder / ".env").unlink()
    assert call("new", "shop.json", "--from-curl", "command.sh", "--env-file", ".env").exit_code == 0


def test_a_file_that_exists_leaves_secrets_unsaved(folder: Path, call: Call) -> None:
    made = call("new", "shop.json", "--from-curl", "command.sh")
    assert "add them to .env" in made.stdout

    refused = call("new", "shop.json", "--from-curl", "command.sh", "--env-file", ".env")

    assert refused.exit_code == 2
    assert "KNB144" in refused.output
    assert not (folder / ".env").exists()


def test_an_action_is_added_to_a_definition(folder: Path, call: Call) -> None:
    call("new", "shop.json")

    done = call("new", "--from-curl", "command.sh", "--into", "shop.json")

    assert done.exit_code == 0
    assert len(json.loads((folder / "shop.json").read_text())["actions"]) == 2


def test_without_a_file_the_definition_is_printed(folder: Path, call: Call) -> None:
    done = call("new", "--from-curl", "command.sh")

    assert json.loads(done.stdout)["app"] == "shop"
    assert "[x] amount=body.amount" in done.stderr
    assert TOKEN not in done.output


def test_json_has_everything_but_secrets(folder: Path, call: Call) -> None:
    done = call("new", "--from-curl", "command.sh", "--json")

    data = json.loads(done.stdout)["data"]
    assert data["action"] == "kustomer.app.shop.createRefund"
    assert [row["name"] for row in data["inputs"] if row["selected"]] == ["orderId", "amount", "note"]
    assert data["secrets"] == {"shop.default.authToken": "SHOP_DEFAULT_AUTHTOKEN"}
    assert TOKEN not in done.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["shop.json", "--from-curl", "-"], "KNB901 the text is empty"),
        (["--name", "x"], "name the file to create"),
        (["shop.json", "--name", "x"], "--name needs --from-curl"),
        (["shop.json", "--input", "a=b"], "--input needs --from-curl"),
        (["shop.json", "--from-curl", "command.sh", "--input", "x=body.nothing"], "KNB910"),
        (["new.json", "--from-curl", "command.sh", "--into", "shop.json"], "not both"),
        (["--from-curl", "command.sh", "--into", "shop.json", "--app", "x"], "remove --app"),
    ],
)
def test_what_is_wrong_is_said(arguments: list[str], message: str, folder: Path, call: Call) -> None:
    if "--into" in arguments:
        call("new", "shop.json")

    done = call("new", *arguments)

    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())


def test_an_existing_file_is_left_alone(folder: Path, call: Call) -> None:
    (folder / "shop.json").write_text("mine")

    done = call("new", "shop.json", "--from-curl", "command.sh")

    assert done.exit_code == 2
    assert (folder / "shop.json").read_text() == "mine"
