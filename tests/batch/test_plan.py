"""A plan says what becomes of each row before anything is sent: counted, with the first places, bounded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb import reporting
from kustomer_nb.action import Action
from kustomer_nb.batch import Plan
from tests.batch.counting_service import SETTINGS, definition

HOST = "https://api.shop.example"


@pytest.fixture
def action(tmp_path: Path) -> Action:
    (tmp_path / ".git").mkdir()
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(definition(HOST)), encoding="utf-8")
    return knb.load(path).action()


def plan_of(action: Action, rows: Any, **options: Any) -> Plan:
    return action.map(rows, **{"settings": SETTINGS, **options})


def codes(plan: Plan) -> list[str]:
    return [str(code) for code in plan.problems.errors.codes]


def test_rows_are_counted_by_what_is_wrong_with_them(action: Action, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("orderId,note\n1,a\nx,b\n2,c\ny,d\n3\n", encoding="utf-8")

    plan = plan_of(action, path)

    assert (plan.rows, plan.valid, plan.invalid.total) == (5, 2, 3)
    found = [(finding.code, finding.pointer, finding.count, finding.first) for finding in plan.findings]
    assert found == [
        ("KNB702", "/orderId", 2, "row 2 (line 3), row 4 (line 5)"),
        ("KNB841", "", 1, "row 5 (line 6)"),
    ]
    assert [(row.number, row.line, row.code) for row in plan.invalid] == [
        (2, 3, "KNB702"),
        (4, 5, "KNB702"),
        (5, 6, "KNB841"),
    ]


@pytest.mark.parametrize(
    "cell",
    [
        "00123",
        "1e3",
        "0x1F",
        "9007199254740993",
        "12345678901234567890",
        "+49170",
        "-0",
        ".5",
        "0.10000000000000001",
    ],
)
def test_a_number_that_prints_differently_refuses_the_plan(action: Action, cell: str) -> None:
    plan = plan_of(action, [{"orderId": cell}])

    assert codes(plan) == ["KNB844"]
    assert plan.changed[0].count == 1
    with pytest.raises(knb.InputError, match="KNB844"):
        plan.run(confirm=plan.confirm)


@pytest.mark.parametrize(
    "cell", ["12.50", "12", " 12 ", "-3", "0", "0.0", "9007199254740991", "123456789012345"]
)
def test_a_number_without_zeros_at_its_end_is_the_same(action: Action, cell: str) -> None:
    plan = plan_of(action, [{"orderId": cell}])

    assert codes(plan) == []
    assert not plan.changed


@pytest.mark.parametrize("allowed", [True, ["orderId"]], ids=str)
def test_a_change_that_is_allowed_is_still_shown(action: Action, allowed: Any) -> None:
    plan = plan_of(action, [{"orderId": "007"}], allow_changed=allowed)

    assert codes(plan) == []
    assert plan.changed[0].first == "row 1"


def test_a_change_of_another_input_is_not_allowed(action: Action) -> None:
    assert codes(plan_of(action, [{"orderId": "007"}], allow_changed=["note"])) == ["KNB844"]


def test_an_integer_of_a_table_that_is_no_double_counts_as_changed(action: Action) -> None:
    plan = plan_of(action, [{"orderId": 9007199254740993}])

    assert "the last digits are lost" in plan.changed[0].message


def test_empty_cells_of_text_need_a_meaning(action: Action, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("orderId,note\n1,\n2,\n3,x\n", encoding="utf-8")

    undecided = plan_of(action, path)
    absent, text = (plan_of(action, path, empty=empty) for empty in ("absent", "text"))

    assert codes(undecided) == ["KNB843"]
    assert "`note` (2)" in undecided.problems.errors[0].message
    assert (codes(absent), codes(text)) == ([], [])
    assert absent.request is not None
    assert "note" not in (absent.request.body or "")
    assert text.request is not None
    assert '"note":""' in (text.request.body or "")


def test_columns_are_matched_by_name_or_as_said(action: Action) -> None:
    plan = plan_of(action, [{"no": 1, "email": "a@b.c", "by": "x"}], columns={"orderId": "no", "note": None})

    assert plan.columns == {"email": "email", "orderId": "no"}
    assert (plan.unused, plan.unmatched, codes(plan)) == (("by",), (), [])


def test_a_column_that_is_missing_is_named_with_the_one_that_was_meant(action: Action) -> None:
    plan = plan_of(action, [{"order_id": 1}])

    assert codes(plan) == ["KNB842"]
    assert (
        plan.problems.errors[0].fix
        == "did you mean `order_id`? Then pass columns= with `order_id` for `orderId`."
    )


def test_an_input_that_does_not_exist_is_refused(action: Action) -> None:
    plan = plan_of(action, [{"orderId": 1}], columns={"emial": "orderId"})

    assert codes(plan) == ["KNB842"]
    assert plan.problems.errors[0].fix == "did you mean `email`?"


def test_rows_with_one_request_are_listed_and_rows_with_one_key_refused(action: Action) -> None:
    rows = [{"orderId": 1, "no": "a"}, {"orderId": "1", "no": "b"}, {"orderId": 2, "no": "a"}, {"orderId": 3}]

    plan = plan_of(action, rows, key="no")

    assert plan.repeated_requests is not None
    assert plan.repeated_requests.first == "row 2"
    assert plan.repeated_keys is not None
    assert plan.repeated_keys.first == "row 3"
    assert codes(plan) == ["KNB845"]
    assert "1 row has none: row 4" in plan.problems.errors[0].message


def test_a_key_that_is_no_column_is_refused(action: Action, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("orderId,order_no\n1,2\n", encoding="utf-8")

    plan = plan_of(action, path, key="orderNo")

    assert codes(plan) == ["KNB842"]
    assert plan.problems.errors[0].fix == "did you mean `order_no`?"


def test_a_setting_without_a_value_is_a_problem_of_all_rows(action: Action) -> None:
    plan = action.map([{"orderId": at} for at in range(50)])

    assert (plan.valid, [str(code) for code in plan.problems.codes]) == (50, ["KNB801"])
    with pytest.raises(knb.SettingError):
        plan.run(confirm=plan.confirm)


def test_a_read_error_is_a_problem_of_all_rows() -> None:
    app = knb.loads(
        '{"type": "rest_api", "inputTemplate": {"uri": "http://127.0.0.1/", "method": "get" "x": 1}}'
    )

    plan = app.action().map([{}, {}])

    assert len(plan.problems.errors) >= 1
    assert plan.invalid.total == 0


def test_a_row_to_a_host_that_the_profile_does_not_allow_is_invalid(tmp_path: Path) -> None:
    (tmp_path / "kustomer-nb.toml").write_text('allowed_hosts = ["*.shop.example"]', encoding="utf-8")
    template = {"uri": "https://{{{region}}}.example/x", "method": "get"}
    path = tmp_path / "shop.json"
    path.write_text(json.dumps({"type": "rest_api", "inputTemplate": template}), encoding="utf-8")

    plan = knb.load(path).action().map([{"region": "eu.shop"}, {"region": "evil"}])

    assert (plan.valid, [finding.code for finding in plan.findings]) == (1, ["KNB826"])


def test_rows_to_several_hosts_need_a_profile(tmp_path: Path) -> None:
    template = {"uri": "https://{{{region}}}.example/x", "method": "post"}
    action = knb.load({"type": "rest_api", "inputTemplate": template}).action()

    plan = action.map([{"region": "eu"}, {"region": "us"}])

    assert codes(plan) == ["KNB850"]


def test_each_row_has_random_numbers_of_its_own(action: Action) -> None:
    series = plan_of(action, [{"orderId": 1}]).series

    seeds = [series.prepare({"orderId": 1}, number).context.seed for number in range(1, 1_001)]

    assert len(set(seeds)) == 1_000


@pytest.mark.parametrize(
    ("rate", "words"),
    [("50/s", "20 s at 50/s"), ("1000/min, 50/s", "58 s at 1000/min and 50/s"), (None, "without a rate")],
)
def test_the_time_is_that_of_the_slowest_rate(action: Action, rate: str | None, words: str) -> None:
    rows = [{"orderId": at} for at in range(960)]

    assert words in plan_of(action, rows, rate=rate).duration


@pytest.mark.parametrize(
    "options", [{"rate": "50"}, {"empty": "null"}], ids=["a rate without a unit", "no such meaning"]
)
def test_options_without_a_meaning_are_refused(action: Action, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"50|null"):
        plan_of(action, [], **options)


def test_an_option_that_is_misspelt_is_named(action: Action) -> None:
    with pytest.raises(TypeError, match="did you mean 'profile'"):
        plan_of(action, [], profil="live")


@pytest.mark.parametrize("mode", ["record", "fault:429"])
def test_a_mode_that_many_rows_have_no_use_for_is_refused(action: Action, mode: str) -> None:
    with pytest.raises(knb.RequestError, match="KNB850"):
        plan_of(action, [{"orderId": 1}], mode=mode)


def test_no_rows_are_nothing_to_run(action: Action) -> None:
    with pytest.raises(knb.InputError, match="there are no rows"):
        plan_of(action, []).run()


def test_many_problems_stay_bounded(action: Action, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kustomer_nb.batch.findings.MOST_ROWS", 100)

    plan = plan_of(action, [{"orderId": f"x{at}"} for at in range(1_200)])

    assert (plan.invalid.total, len(plan.invalid), len(plan.findings)) == (1_200, 100, 1)
    assert plan.findings[0].first.endswith("and 1,195 more")


def test_a_plan_writes_nothing(action: Action, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))

    plan_of(action, [{"orderId": 1}])

    assert sorted(tmp_path.rglob("*")) == before


def test_a_plan_shows_itself_in_a_line_as_text_and_as_escaped_html(action: Action) -> None:
    plan = plan_of(action, [{"orderId": 1}, {"orderId": "<b>"}, {"orderId": "007"}], rate="50/s")

    text, html, facts = reporting.text(plan), plan._repr_html_(), plan._repr_mimebundle_()["text/plain"]

    assert repr(plan) == "<Plan: refund, 3 rows, 2 valid, 1 invalid, 1 changed, 1 s at 50/s>"
    assert "1 invalid KNB702 orderId" in text
    assert "<b>&quot;" not in html
    assert "&lt;b&gt;" in html
    assert "invalid KNB702 orderId 1 row 2" in facts
    assert all(SETTINGS["token"] not in shown for shown in (text, html, facts, repr(plan)))


def test_what_a_profile_masks_is_in_nothing_that_a_notebook_keeps(tmp_path: Path) -> None:
    (tmp_path / "kustomer-nb.toml").write_text(
        'mask = ["/inputs/orderId", "/inputs/email"]', encoding="utf-8"
    )
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(definition(HOST)), encoding="utf-8")
    rows = [
        {"orderId": 4711471, "email": "ann@private.example"},
        {"orderId": "x-secret-x"},
        {"orderId": "0815"},
    ]

    plan = knb.load(path).action().map(rows, settings=SETTINGS)

    shown = f"{plan._repr_mimebundle_()} {reporting.text(plan)} {plan!r}"
    assert not [value for value in ("4711471", "ann@private", "x-secret-x", "0815") if value in shown]


def test_invalid_rows_are_json_too(action: Action) -> None:
    (row,) = reporting.as_json(plan_of(action, [{"orderId": "x"}]).invalid)

    assert (row["number"], row["code"], row["pointer"]) == (1, "KNB702", "/orderId")


def test_a_plan_as_a_dataframe_has_a_line_for_each_kind(action: Action) -> None:
    pytest.importorskip("pandas")
    plan = plan_of(action, [{"orderId": "x"}, {"orderId": "007"}])

    frame, invalid = plan.to_pandas(), plan.invalid.to_pandas()

    assert list(frame["kind"]) == ["invalid", "changed"]
    assert list(invalid["code"]) == ["KNB702"]


LOADED = """
import sys, tempfile, json
from pathlib import Path
import kustomer_nb as knb

folder = Path(tempfile.mkdtemp())
(folder / ".git").mkdir()
template = {"uri": "http://127.0.0.1/{{{id}}}", "method": "post"}
definition = {"type": "rest_api", "inputTemplate": template, "sampleOutputContext": {"id": 1}}
(folder / "shop.json").write_text(json.dumps(definition))
action = knb.load(folder / "shop.json").action()
action.map([{"id": 7}])
action.map([{"id": 7}], mode="sample").run()
print(sorted({"httpx", "httpcore", "asyncio", "ssl", "pandas", "pyarrow"} & set(sys.modules)))
"""


def test_planning_and_offline_modes_load_nothing_that_sends() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )

    assert done.stdout.strip() == "[]"
