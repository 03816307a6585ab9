"""Case files brought up to date: by category, with the layout kept, and written only when asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.errors import GuardError, SaveError
from kustomer_nb.testing.case_editing import Category
from kustomer_nb.testing.collect import collect
from kustomer_nb.testing.comparison import compare
from kustomer_nb.testing.expectations import updated
from kustomer_nb.testing.replay import replay
from kustomer_nb.testing.results import Outcome
from kustomer_nb.testing.updating import CaseUpdate, require_no_ci, updates_of
from tests.case_files import CASE, a_project, edit_definition, write_case


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return a_project(tmp_path)


def update_of(path: Path, *categories: str) -> CaseUpdate:
    updates = updates_of([path], map(Category, categories))
    assert not updates.by_hand
    (update,) = updates.updates
    return update


def outcome(path: Path) -> Outcome:
    (case,) = collect([path]).cases
    return replay(case).outcome


def test_a_changed_output_and_request_are_what_the_case_expects_then(project: Path) -> None:
    path = write_case(project, expected={"statusCode": 201, "body": {"status": "REFUNDED"}})
    edit_definition(project, '"refund": true', '"refund": false')
    before = path.read_text(encoding="utf-8")

    update = update_of(path, "changed")

    assert path.read_text(encoding="utf-8") == before
    assert [line for line in update.changes.diff.splitlines()[2:] if line[:1] in "+-"] == [
        '-        "refund": true,',
        '+        "refund": false,',
        '-    "statusCode": 201,',
        '+    "statusCode": 200,',
    ]
    update.write()
    assert outcome(path) is Outcome.PASSED


def test_the_rest_of_the_file_stays_to_the_byte(project: Path) -> None:
    path = write_case(project)
    text = json.dumps({**CASE, "expected": {"statusCode": 201, "body": "#object"}}, indent="\t")
    text = text.replace("\n", "\r\n").replace('"body": "#object"', '"body":"#object"   ')
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())

    update_of(path, "changed").write()

    assert path.read_bytes() == b"\xef\xbb\xbf" + text.replace("201", "200").encode()


def test_a_case_that_passes_has_no_update(project: Path) -> None:
    path = write_case(project)

    assert not updates_of([path], [Category.NEW, Category.CHANGED, Category.UNUSED]).updates


def test_a_category_that_is_not_chosen_changes_nothing(project: Path) -> None:
    path = write_case(project, expected=None, ignore=["/nowhere"])

    assert not updates_of([path], [Category.NEW]).updates
    assert update_of(path, "unused").categories == (Category.UNUSED,)
    assert update_of(path, "changed").categories == (Category.CHANGED,)


def test_a_case_that_expects_nothing_expects_what_it_gives(project: Path) -> None:
    path = write_case(project)
    response = {"response": CASE["exchange"]["response"]}
    new = {key: CASE[key] for key in ("name", "action", "inputs")} | {"exchange": response}
    path.write_text(json.dumps(new, indent=2), encoding="utf-8")

    update_of(path, "new").write()

    written = json.loads(path.read_text(encoding="utf-8"))
    assert written == CASE
    assert outcome(path) is Outcome.PASSED


@pytest.mark.parametrize(
    ("changes", "removed"),
    [
        ({"ignore": ["/body/status", "/nowhere", "/items/*/id"]}, {"ignore": ["/body/status"]}),
        ({"ignore": ["/nowhere"]}, {}),
        (
            {"ignore": {"output": ["/nowhere"], "request": ["/headers/accept", "/headers/x"]}},
            {"ignore": {"output": [], "request": ["/headers/accept"]}},
        ),
        ({"warn": ["/**/gone"]}, {}),
        ({"env": {"region": "eu"}}, {}),
    ],
    ids=["some of a list", "a whole list", "lists of both parts", "warn", "env"],
)
def test_what_has_no_effect_is_removed(
    project: Path, changes: dict[str, Any], removed: dict[str, Any]
) -> None:
    path = write_case(project, **changes)

    update_of(path, "unused").write()

    assert json.loads(path.read_text(encoding="utf-8")) == {**CASE, **removed}
    assert not updates_of([path], [Category.UNUSED]).updates


def test_a_layout_of_its_own_is_changed_only_on_request(project: Path) -> None:
    path = write_case(project)
    path.write_text(json.dumps(CASE), encoding="utf-8")

    update_of(path, "reformatted").write()

    assert path.read_text(encoding="utf-8") == json.dumps(CASE, indent=2) + "\n"


def test_what_no_rule_can_decide_is_left_to_a_person(project: Path) -> None:
    table = write_case(project, "table", rows=[{"inputs.amount": 3}])
    broken = write_case(project, "broken")
    broken.write_text("{", encoding="utf-8")
    odd = write_case(project, "odd")
    odd.write_text(json.dumps({"name": "a", "action": "refundOrder", "exchange": [1]}), encoding="utf-8")
    failing = write_case(project, "failing", inputs={}, exchange=None)

    updates = updates_of([table, broken, failing, odd], list(Category))

    assert set(updates.by_hand) >= {str(broken), str(failing), str(odd)}
    assert "rows" in updates.by_hand[str(table)]


def test_a_file_that_changed_meanwhile_is_not_written_over(project: Path) -> None:
    path = write_case(project, expected=None)
    update = update_of(path, "changed")
    path.write_text("another text", encoding="utf-8")

    with pytest.raises(SaveError):
        update.write()

    assert path.read_text(encoding="utf-8") == "another text"


@pytest.mark.parametrize(
    ("value", "is_refused"), [("true", True), ("1", True), ("false", False), ("", False)]
)
def test_ci_updates_nothing(monkeypatch: pytest.MonkeyPatch, value: str, is_refused: bool) -> None:
    monkeypatch.setenv("CI", value)

    if is_refused:
        with pytest.raises(GuardError, match="KNB838"):
            require_no_ci()
    else:
        require_no_ci()


def test_a_token_in_a_case_is_masked_in_the_change(project: Path) -> None:
    exchange = json.loads(json.dumps(CASE["exchange"]))
    exchange["request"]["headers"]["authorization"] = "Bearer sk_live_51H8xY2eZvKYlo2C"
    path = write_case(project, exchange=exchange)

    diff = update_of(path, "changed").changes.diff

    assert "sk_live_51H8xY2eZvKYlo2C" not in diff
    assert "$ecommstore.default.authToken" in diff


@pytest.mark.parametrize(
    ("expected", "actual", "ignore", "result"),
    [
        ({"id": "#integer"}, {"id": 8}, (), {"id": "#integer"}),
        ({"id": "#integer"}, {"id": "x"}, (), {"id": "x"}),
        ({"a": "##date"}, {}, (), {"a": "##date"}),
        ({"a": 1}, {}, (), {}),
        ({"a": 1, "b": 2}, {"b": 3, "a": 9}, ("/a",), {"a": 1, "b": 3}),
        ({}, {"a": 1}, ("/a",), {}),
        ({}, {"tag": "#uuid"}, (), {"tag": "\\#uuid"}),
        (["#integer", "x"], [7, "y"], (), ["#integer", "y"]),
        ([{"id": "#integer", "n": 1}], [{"id": 1, "n": 0}, {"id": 2, "n": 1}], (), None),
        ([1, 2, 3], [1, 3], (), [1, 3]),
        ([1, 3], [1, 2, 3], (), [1, 2, 3]),
        ("#string", None, (), None),
        (
            [{"at": 1, "n": 1}],
            [{"at": 2, "n": 1}, {"at": 3, "n": 2}],
            ("/*/at",),
            [{"at": 1, "n": 1}, {"at": 3, "n": 2}],
        ),
    ],
)
def test_an_expectation_keeps_what_still_holds(
    expected: Any, actual: Any, ignore: tuple[str, ...], result: Any
) -> None:
    value = updated(expected, actual, ignore)

    assert not compare(value, actual, ignore)
    if result is not None:
        assert value == result
