"""A case file gives its cases, or each of its faults with its line and a fix."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.testing.case import Case
from kustomer_nb.testing.case_files import FileCases, cases_of
from kustomer_nb.testing.replay import replay
from kustomer_nb.testing.results import Outcome

APP = {
    "app": "shop",
    "version": "1.0.0",
    "actions": [
        {
            "name": "kustomer.app.shop.orders.find",
            "type": "rest_api",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "orderId": {"type": "number"},
                    "note": {"type": "string"},
                    "lines": {"type": "array", "items": {"type": "object"}},
                    "address": {"type": "object", "properties": {"zip": {"type": "string"}}},
                },
                "required": ["orderId"],
                "additionalProperties": False,
            },
            "inputTemplate": {
                "uri": "https://api.shop.com/orders/{{{orderId}}}",
                "method": "POST",
                "json": True,
                "data": {"note": "/#note", "lines": "/#lines", "zip": "/#address.zip"},
            },
            "outputTemplate": {"status": "/#response.statusCode", "id": "/#body.id", "code": "/#body.code"},
            "outputSchema": {
                "type": "object",
                "properties": {
                    "status": {"type": "number"},
                    "id": {"type": "number"},
                    "code": {"type": "string"},
                },
            },
            "sampleOutputContext": {"status": 200, "id": 7, "code": "7"},
        }
    ],
}
SAMPLE = {"status": 200, "id": 7, "code": "7"}
CASE: dict[str, Any] = {
    "name": "an order",
    "action": "orders.find",
    "inputs": {"orderId": 7},
    "exchange": {"response": {"body": {"id": 7, "code": "7"}}},
    "expected": SAMPLE,
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "shop.json").write_text(json.dumps(APP), encoding="utf-8")
    (tmp_path / "cases/find").mkdir(parents=True)
    return tmp_path / "cases/find"


def read(folder: Path, text: str | dict[str, Any]) -> FileCases:
    path = folder / "a.case.json"
    path.write_text(text if isinstance(text, str) else json.dumps(text, indent=2), encoding="utf-8")
    return cases_of(path)


def cases(folder: Path, **changes: Any) -> tuple[Case, ...]:
    file = read(folder, {**CASE, **changes})
    assert not file.problems, file.problems[0]
    return file.cases


@pytest.mark.parametrize(
    ("text", "location", "words"),
    [
        ("", "a.case.json", "empty"),
        ("[1", "a.case.json:1", ""),
        ('{"name": "a", // why\n "action": "orders.find"}', "a.case.json:1:15", "comment"),
        ('{"name": "a"}', "a.case.json:1:1", "`action` is missing"),
        ('{\n"name": 7, "action": "orders.find", "expected": 1}', "a.case.json:2:9", "`name` is not a name"),
        (
            '{"name": "a", "action": "orders.find",\n "inptus": {}, "expected": 1}',
            "a.case.json:2:12",
            "did you mean `inputs`?",
        ),
        ('{"name": "a", "action": "orders.find"}', "a.case.json:1:1", "expects nothing"),
        ('{"name": "a", "action": "orders.fnd", "expected": 1}', "a.case.json:1:25", "no definition"),
        (
            '{"name": "a", "action": "orders.find",\n "exchange": {"response": {"status_code": "200"}}}',
            "a.case.json:2:43",
            "`status_code` is not a status",
        ),
        (
            '{"name": "a", "action": "orders.find", "expected": {\n "id": "#strnig"}}',
            "a.case.json:2:8",
            "did you mean `#string`?",
        ),
        (
            '{"name": "a", "action": "orders.find", "expected": 1,\n "simulate": "timout"}',
            "a.case.json:2:14",
            "did you mean `timeout`?",
        ),
        (
            '{"name": "a", "action": "orders.find", "expected": 1, "severity": "fatal"}',
            "a.case.json:1:67",
            "`severity` is not",
        ),
        (
            '{"name": "a", "action": "orders.find", "expected": 1, "ignore": ["id"]}',
            "a.case.json:1:66",
            "`ignore` is not a list of JSON pointers",
        ),
        (
            '{"name": "a", "action": "orders.find", "expected": 1, "ignore": {"outptu": []}}',
            "a.case.json:1:76",
            "did you mean `output`?",
        ),
        (
            '{"name": "a", "action": "orders.find", "expected": 1, "platform": {"timeout": true}}',
            "a.case.json:1:67",
            "`platform` is not",
        ),
        (
            '{"name": "a", "action": "orders.find", "expected": 1, "now": "yesterday"}',
            "a.case.json:1:62",
            "ISO 8601",
        ),
        ('{"name": "a", "name": "b", "action": "orders.find"}', "a.case.json:1:15", "name"),
        (
            '{"name": "a", "action": "orders.find", "expected": 1,\n'
            '"exchange": {"response": {"body_base64": "*"}}}',
            "a.case.json:2:42",
            "is not base64",
        ),
    ],
)
def test_each_fault_has_its_line_and_a_fix(project: Path, text: str, location: str, words: str) -> None:
    file = read(project, text)

    assert file.cases == ()
    problem = file.problems[0]
    assert problem.location().endswith(location) or location in problem.location()
    assert words in str(problem)
    assert problem.fix


def test_all_faults_are_listed_at_once(project: Path) -> None:
    file = read(
        project, '{"name": "", "action": 7, "inputs": [], "seed": "x", "exchange": {"request": {"urll": 1}}}'
    )

    pointers = ["/name", "/action", "/inputs", "/seed", "/exchange/request/urll"]
    assert [problem.pointer for problem in file.problems] == pointers


def test_the_definition_is_the_nearest_one_with_the_action(project: Path) -> None:
    (project / "other.json").write_text('{"app": "other", "actions": []}', encoding="utf-8")
    (project / "broken.json").write_text("{", encoding="utf-8")
    (case,) = cases(project)

    assert case.app_path.name == "shop.json"
    assert cases(project, app="../../shop.json")[0].app_path.exists()


def test_paths_may_be_written_as_on_windows(project: Path) -> None:
    (project / "tables").mkdir()
    (project / "tables/rows.csv").write_text("orderId\n7\n", encoding="utf-8")
    (case,) = cases(project, app=r"..\..\shop.json", rows=r"tables\rows.csv")

    assert case.app_path == project.parents[1] / "shop.json"
    assert case.table == project / "tables/rows.csv"
    assert case.inputs == {"orderId": "7"}


def test_rows_of_csv_are_typed_by_the_schemas(project: Path) -> None:
    (project / "rows.csv").write_text(
        "orderId,note,lines,/address/zip,expected.id,expected.code,response.body.id,response.body.code,"
        "request.body.note\n"
        '12,007,"[{""sku"": ""a""}]",01234,12,012,12,"""012""",007\n'
        "\n"
        "13,,,,#integer,##string,13,,\n",
        encoding="utf-8",
    )
    first, second = cases(project, rows="rows.csv", expected={"status": 200, "id": 0, "code": "7"})

    assert first.inputs == {
        "orderId": "12",
        "note": "007",
        "lines": [{"sku": "a"}],
        "address": {"zip": "01234"},
    }
    assert first.expected == {"status": 200, "id": 12, "code": "012"}
    assert first.exchange.request == {"body": {"note": "007"}}
    assert (first.row, first.id) == ("row 1", "orders.find/an order [row 1]")
    assert second.inputs == {"orderId": "13"}
    assert second.expected == {"status": 200, "id": "#integer", "code": "##string"}
    first = Case(**{**vars(first), "exchange": replace(first.exchange, request=None)})
    assert [replay(case).reason for case in (first, second)] == ["", ""]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_tables_have_the_separator_of_their_header(project: Path, separator: str) -> None:
    header, row = ["orderId", "case.name", "case.severity"], ["7", "the first", "warning"]
    text = "\ufeff" + "\r\n".join(separator.join(cells) for cells in (header, row))
    (project / "rows.csv").write_text(text, encoding="utf-8", newline="")
    (case,) = cases(project, rows="rows.csv")

    assert (case.name, case.row, case.severity) == ("an order", "the first", "warning")


def test_rows_of_json_keep_their_values(project: Path) -> None:
    rows = [
        {"orderId": 1, "note": None},
        {"orderId": "x", "expected": UNDEFINED, "case.findings": ["KNB702"]},
    ]
    del rows[1]["expected"]
    (project / "rows.json").write_text(json.dumps(rows), encoding="utf-8")

    for first, second in (cases(project, rows="rows.json"), cases(project, rows=rows)):
        assert first.inputs == {"orderId": 1, "note": None}
        assert second.findings == ("KNB702",)
        assert replay(second).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("rows", "location", "words"),
    [
        ("missing.csv", "a.case.json:", "no file"),
        ([], "a.case.json:", "no rows"),
        ([{"orderId": 1}, {"expected.": 1}], "a.case.json:", "empty key"),
        ([{"response.body.items/0/id": 1}], "a.case.json:", '"response/body/items/0/id"'),
        ([{"case.nmae": "x"}], "a.case.json:", "did you mean `case.name`?"),
        ([{"orderId": 1}, {"case.severity": "fatal"}], "a.case.json:", "row 2 /severity"),
        ([{"expected.id.x": 1}], "a.case.json:", "no object"),
        ([{"expected.id": "#integr"}], "a.case.json:", "did you mean `#integer`?"),
    ],
)
def test_faults_of_rows_name_the_row(project: Path, rows: Any, location: str, words: str) -> None:
    file = read(project, {**CASE, "rows": rows})

    assert file.cases == ()
    assert location in file.problems[0].location()
    assert words in str(file.problems[0])


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("orderId,note\n7\n", 2, "1 cells"),
        ("orderId,orderId\n7,8\n", 1, "more than once"),
        ("orderId,\n7,8\n", 1, "no name"),
        ('orderId\n"7\n', 2, "not CSV"),
    ],
)
def test_faults_of_a_table_are_at_its_line(project: Path, text: str, line: int, words: str) -> None:
    (project / "rows.csv").write_text(text, encoding="utf-8")
    file = read(project, {**CASE, "rows": "rows.csv"})

    assert file.problems[0].location().endswith(f"rows.csv:{line}:1")
    assert words in str(file.problems[0])


def test_a_sample_is_a_case_without_a_response(project: Path) -> None:
    (case,) = cases(project, exchange={"request": {"url": "https://api.shop.com/orders/7"}})

    assert replay(case).outcome is Outcome.PASSED


def test_rejected_inputs_are_expected_by_their_codes(project: Path) -> None:
    without = {key: value for key, value in CASE.items() if key not in ("expected", "exchange")}
    changes = {**without, "inputs": {"orderId": "x"}}

    assert replay(read(project, {**changes, "findings": ["KNB702"]}).cases[0]).outcome is Outcome.PASSED
    assert (
        replay(read(project, {**changes, "findings": ["KNB702 /orderId"]}).cases[0]).outcome is Outcome.PASSED
    )
    result = replay(read(project, {**changes, "findings": ["KNB702 /note"]}).cases[0])
    assert result.outcome is Outcome.FAILED
    assert "KNB702 /note was not reported; not expected: /orderId: KNB702" in result.reason
    (accepted,) = cases(project, findings=["KNB702"])
    assert replay(accepted).reason == "KNB702 was not reported"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("503", {"expected": {"status": 503}}),
        ("418", {"expected": {"status": 418}}),
        ("html", {"expected": {"status": 200}}),
        ("timeout", {"findings": ["KNB804"]}),
        ("refused", {"findings": ["KNB803"]}),
    ],
)
def test_failures_of_the_service_are_simulated(project: Path, name: str, expected: dict[str, Any]) -> None:
    without = {key: value for key, value in CASE.items() if key not in ("expected", "exchange")}
    (case,) = read(project, {**without, "simulate": name, **expected}).cases

    assert replay(case).reason == ""


def test_warned_places_only_warn(project: Path) -> None:
    wrong = {**SAMPLE, "id": 8}

    assert replay(cases(project, expected=wrong)[0]).outcome is Outcome.FAILED
    assert replay(cases(project, expected=wrong, warn=["/id"])[0]).outcome is Outcome.WARNED
    assert replay(cases(project, expected=wrong, warn=["/code"])[0]).outcome is Outcome.FAILED
    assert replay(cases(project, expected=wrong, severity="warning")[0]).outcome is Outcome.WARNED
    assert replay(cases(project, expected=wrong, ignore=["/*"])[0]).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "rows", ['[{"orderId": 1, "orderId": 2}]', '[{"orderId": 1},]', '[{"orderId": 1} // one\n]']
)
def test_a_table_that_is_not_read_without_a_doubt_is_an_error(project: Path, rows: str) -> None:
    (project / "rows.json").write_text(rows, encoding="utf-8")

    file = read(project, {**CASE, "rows": "rows.json"})

    assert not file.cases
    assert file.problems.errors


def test_a_key_that_occurs_twice_is_an_error_as_the_case_is_not_run(project: Path) -> None:
    text = json.dumps(CASE)
    file = read(project, f'{text[:-1]}, "expected": {{}}}}')

    assert not file.cases
    assert [problem.severity for problem in file.problems] == ["error"]


@pytest.mark.parametrize("space", [" ", "\t", "\n", " \r\n "])
def test_a_space_before_another_colon_hides_no_key_that_occurs_twice(project: Path, space: str) -> None:
    text = json.dumps(CASE).replace('"name":', f'"name"{space}:')
    file = read(project, f'{text[:-1]}, "expected": {{}}}}')

    assert not file.cases
    assert [problem.pointer for problem in file.problems] == ["/expected"]
    assert [case.name for case in read(project, text).cases] == ["an order"]


@pytest.mark.parametrize("text", [r"\u0022:", r"\"\u003a", r"\"\u003A", r"\"\u0020:"])
def test_a_text_with_an_escaped_colon_hides_no_key_that_occurs_twice(project: Path, text: str) -> None:
    case = json.dumps({**CASE, "inputs": {"note": "TEXT"}}).replace("TEXT", text)
    file = read(project, f'{case[:-1]}, "expected": {{}}}}')

    assert not file.cases
    assert [problem.pointer for problem in file.problems] == ["/expected"]
    assert [case.name for case in read(project, case).cases] == ["an order"]


@pytest.mark.parametrize("number", ["1e400", "-1E+999", f"1{'0' * 400}.0"], ids=str.__len__)
def test_a_number_that_no_json_has_is_an_error(project: Path, number: str) -> None:
    file = read(project, f'{json.dumps(CASE)[:-1]}, "seed": {number}}}')

    assert not file.cases
    assert file.problems.codes == ["KNB127"]


def test_a_case_has_each_of_its_fields(tmp_path: Path) -> None:
    path = tmp_path / "a.case.json"
    path.write_text('{"name": "a", "action": "find", "app": "shop.json", "expected": 1}', encoding="utf-8")

    (case,) = cases_of(path).cases

    assert vars(case).keys() == {field.name for field in fields(Case)}
