"""`kustomer-nb map` shows the plan of many rows, sends them, and goes on with what is left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import kustomer_nb as knb
from tests.batch.counting_service import SETTINGS, CountingService, counting_service, definition
from tests.cli.conftest import Call

TOKEN = ("--set", f"token={SETTINGS['token']}")


@pytest.fixture
def service() -> Iterator[CountingService]:
    with counting_service() as service:
        yield service


@pytest.fixture
def shop(tmp_path: Path, service: CountingService) -> Path:
    (tmp_path / ".git").mkdir()
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(definition(service.url)), encoding="utf-8")
    (tmp_path / "orders.csv").write_text("order_no,email\n1,a@b.c\n2,a@b.c\n3,a@b.c\n", encoding="utf-8")
    return path


def arguments(shop: Path, name: str = "orders.csv") -> tuple[object, ...]:
    return ("map", shop, "refund", shop.parent / name, "--column", "orderId=order_no", *TOKEN)


def test_a_plan_is_shown_and_nothing_is_sent(call: Call, shop: Path, service: CountingService) -> None:
    result = call(*arguments(shop), "--rate", "50/s", "--rate", "1000/min", "--plan")

    assert result.exit_code == 0
    assert result.stdout.startswith("refund: 3 rows, 3 valid\n  1 s at 50/s and 1000/min\n")
    assert not service.arrivals


def test_rows_are_sent_and_the_batch_is_shown(call: Call, shop: Path, service: CountingService) -> None:
    result = call(*arguments(shop))

    assert (result.exit_code, len(service.carried_out), service.doubles) == (0, 3, 0)
    assert result.stdout.startswith("refund: 3 rows: 3 answered\n  status 200: 3\n")
    assert SETTINGS["token"] not in result.output


def test_a_plan_with_an_invalid_row_exits_with_1(call: Call, shop: Path) -> None:
    (shop.parent / "bad.csv").write_text("order_no\n1\nx\n", encoding="utf-8")

    result = call(*arguments(shop, "bad.csv"), "--plan")

    assert result.exit_code == 1
    assert 'invalid KNB702 orderId: "x" is not a number.\n    row 2 (line 3)' in result.stdout


def test_a_plan_with_an_error_is_not_run(call: Call, shop: Path, service: CountingService) -> None:
    (shop.parent / "bad.csv").write_text("order_no,note\n007,\n", encoding="utf-8")

    result = call(*arguments(shop, "bad.csv"))

    assert (result.exit_code, service.arrivals) == (1, [])
    assert "add --empty absent to leave the input out, or --empty text" in result.stdout
    assert "name it in --allow-changed" in result.stdout


def test_empty_cells_and_changed_numbers_can_be_allowed(
    call: Call, shop: Path, service: CountingService
) -> None:
    (shop.parent / "bad.csv").write_text("order_no,note\n007,\n", encoding="utf-8")

    result = call(*arguments(shop, "bad.csv"), "--empty", "absent", "--allow-changed", "orderId")

    assert (result.exit_code, list(service.carried_out)) == (0, ["/orders/7/refund"])


def test_a_column_that_was_meant_is_named_as_a_flag(call: Call, shop: Path) -> None:
    result = call("map", shop, "refund", shop.parent / "orders.csv", "--plan", *TOKEN)

    assert result.exit_code == 1
    assert "name one of the other columns (`order_no`): add --column" in result.stdout


def test_what_is_to_be_confirmed_is_shown_with_the_plan(
    call: Call, shop: Path, service: CountingService
) -> None:
    text = f'[profiles.live]\nhosts = {{ "{service.url}" = "{service.url}" }}\n'
    (shop.parent / "kustomer-nb.toml").write_text(text, encoding="utf-8")

    refused = call(*arguments(shop), "--profile", "live")
    sent = call(*arguments(shop), "--profile", "live", "--confirm", "live 3")

    assert (refused.exit_code, sent.exit_code, len(service.carried_out)) == (6, 0, 3)
    assert "add --confirm 'live 3'" in refused.stderr
    assert "refund: 3 rows, 3 valid" in refused.stdout


def test_a_setting_without_a_value_exits_with_3(call: Call, shop: Path) -> None:
    words = [word for word in arguments(shop) if word not in TOKEN]

    assert call(*words, "--no-input").exit_code == 3


def test_a_batch_is_resumed_by_the_beginning_of_its_name(
    call: Call, shop: Path, service: CountingService
) -> None:
    service.decide = lambda number, path: 403 if number == 1 else 200
    first = call(*arguments(shop), "--lanes", "1")
    (batch,) = knb.load(shop).batches()

    resumed = call("map", shop, "--resume", batch.name[:12], *TOKEN)

    assert (first.exit_code, resumed.exit_code) == (1, 1)
    assert f"Go on with --resume {batch.name}" in first.stderr
    assert "2 answered, 1 failed" in resumed.stdout
    assert service.doubles == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--resume", "nothing"),
        ("orders.csv", "--resume", "2", "--rate", "50/s"),
        (),
        ("refund", "orders.csv", "more"),
        ("refund", "missing.csv"),
        ("refund", "orders.csv", "--rate", "50"),
        ("refund", "orders.csv", "--lanes", "0"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_meant_exits_with_2(call: Call, shop: Path, words: tuple[str, ...]) -> None:
    at = [str(shop.parent / word) if word.endswith(".csv") else word for word in words]

    assert call("map", shop, *at, *TOKEN).exit_code == 2


def test_json_is_one_document(call: Call, shop: Path) -> None:
    plan = json.loads(call(*arguments(shop), "--plan", "--json").stdout)["data"]
    batch = json.loads(call(*arguments(shop), "--json").stdout)["data"]

    assert (plan["rows"], plan["valid"], plan["columns"]["orderId"]) == (3, 3, "order_no")
    assert (batch["answered"], batch["statuses"]) == (3, {"200": 3})


def test_progress_is_lines_where_there_is_no_terminal(
    call: Call, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kustomer_nb.cli.batch_progress._LINE_EACH", 0.0)

    result = call(*arguments(shop))

    assert "Planning: 3" in result.stderr
    assert "Rows: 3 of 3, " in result.stderr
