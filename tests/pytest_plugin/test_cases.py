"""Case files in runs of pytest of their own: items, failures, several processes, notebooks beside them."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import nbformat
import pytest

from kustomer_nb.pytest_plugin.items import CaseFailedError, check
from kustomer_nb.testing.collect import collect
from tests.case_files import CASE, a_project, edit_definition, write_case

pytest_plugins = ["pytester"]
CASES = "cases/refundOrder"


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    return a_project(pytester.path)


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", *arguments)


def run_alone(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest in a process of its own, as whoever starts other processes must be."""
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


def test_a_case_file_is_an_item_with_the_name_of_its_action(pytester: pytest.Pytester, project: Path) -> None:
    write_case(project)
    write_case(project, "again", name="another refund")

    result = run(pytester, "-v")

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [f"{CASES}/again.case.json::refundOrder PASSED*", f"{CASES}/paid.case.json::refundOrder PASSED*"]
    )


def test_a_failure_is_two_short_differences_by_pointer(pytester: pytest.Pytester, project: Path) -> None:
    write_case(project, expected={"statusCode": 201, "body": {}})
    edit_definition(project, '"refund": true', '"refund": false')

    result = run(pytester)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "refund of a paid order: /body/refund (request): changed from true to false",
            "request: 1 changed",
            "  /body/refund: changed from true to false",
            "output: 1 added, 1 changed",
            "  /statusCode: changed from 201 to 200",
            '  /body/status: added "REFUNDED"',
            f"Run it again: kustomer-nb test {CASES}/paid.case.json",
            "*short test summary info*",
            f"FAILED {CASES}/paid.case.json::refundOrder - /body/refund (request)*",
        ],
        consecutive=False,
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*items.py*")


def test_a_failure_with_many_differences_stays_short(pytester: pytest.Pytester, project: Path) -> None:
    expected = {"statusCode": 200, "body": {f"key{number}": number for number in range(100)}}
    write_case(project, expected=expected)

    result = run(pytester)

    lines = result.stdout.lines
    failure = lines[lines.index(next(line for line in lines if "FAILURES" in line)) :]
    assert len(failure) <= 15
    result.stdout.fnmatch_lines(["  and * more"])


def test_the_node_of_a_failure_runs_it_again(pytester: pytest.Pytester, project: Path) -> None:
    write_case(project, "fails", expected=None)
    write_case(project, "passes")

    result = run(pytester, f"{CASES}/fails.case.json::refundOrder")

    result.assert_outcomes(failed=1)


def test_an_unreadable_case_is_an_error_with_its_place(pytester: pytest.Pytester, project: Path) -> None:
    write_case(project, "broken").write_text('{"name": "x", "acton": "y"}', encoding="utf-8")

    result = run(pytester)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*broken.case.json:1:*KNB159*acton*did you mean `action`?"])


def test_a_warning_is_one_of_pytest(pytester: pytest.Pytester, project: Path) -> None:
    write_case(project, expected=None, severity="warning")

    result = run(pytester, "-W", "default")

    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*CaseWarning: refund of a paid order: (all of it) (output)*"])


def test_several_processes_need_no_other_flag(pytester: pytest.Pytester, project: Path) -> None:
    for number in range(4):
        write_case(project, f"case{number}", expected=None if number == 2 else CASE["expected"])

    result = run_alone(pytester, "-n", "2")

    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["output: 1 changed", f"FAILED {CASES}/case2.case.json::refundOrder - *"])


def test_junit_xml_of_pytest_has_the_reason(pytester: pytest.Pytester, project: Path) -> None:
    write_case(project, expected=None)

    run(pytester, "--junitxml=report.xml")

    failure = ET.parse(project / "report.xml").find("testsuite/testcase/failure")
    assert failure is not None
    assert (failure.get("message") or "").startswith("(all of it) (output): changed from null")
    assert "Run it again: kustomer-nb test" in (failure.text or "")


def test_the_mode_of_the_run_is_that_of_the_cases(pytester: pytest.Pytester, project: Path) -> None:
    other = {**CASE["exchange"], "response": {"status_code": 500}}
    write_case(project, exchange=other)

    assert run(pytester).ret == pytest.ExitCode.TESTS_FAILED
    # What came of another response is not compared with the sample.
    assert run(pytester, "--knb-mode=sample").ret == pytest.ExitCode.OK
    write_case(project, exchange={**other, "request": {"method": "PUT"}})
    result = run(pytester, "--knb-mode=sample")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*Run it again: kustomer-nb test *paid.case.json --mode sample"])


def test_notebooks_run_beside_cases(pytester: pytest.Pytester, project: Path) -> None:
    write_case(project)
    notebook = nbformat.v4.new_notebook()
    code = (
        "import kustomer_nb as knb\n"
        "knb.load('ecommstore.json').action().run({'orderId': 7}, mode='sample').ok"
    )
    cell = nbformat.v4.new_code_cell(code, execution_count=1)
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "True"}, execution_count=1)]
    notebook.cells.append(cell)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, project / "shop.ipynb")

    result = run_alone(pytester, "--nbval", "-W", "default")

    result.assert_outcomes(passed=2)


def test_a_case_beside_python_tests_and_its_fixtures(pytester: pytest.Pytester, project: Path) -> None:
    write_case(project)
    pytester.makeconftest(
        "import pytest\n@pytest.fixture(autouse=True)\n"
        "def each(request):\n    print('for', request.node.name)\n"
    )
    pytester.makepyfile("def test_it(): pass")

    result = run(pytester, "-s")

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*for refundOrder*"])


def test_no_failure_shows_a_token(
    pytester: pytest.Pytester, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "c4nary-0f-a-token-9f3b"
    changed = json.loads(json.dumps(CASE["exchange"]))
    changed["request"]["headers"]["authorization"] = "Bearer sk_live_51H8xY2eZvKYlo2C"
    write_case(project, exchange=changed, settings={"ecommstore.default.authToken": token}, expected=token)
    monkeypatch.setenv("ECOMMSTORE_DEFAULT_AUTHTOKEN", token)

    result = run_alone(pytester, "--junitxml=report.xml", "-vv", "--showlocals")

    result.assert_outcomes(failed=1)
    shown = str(result.stdout) + str(result.stderr) + (project / "report.xml").read_text(encoding="utf-8")
    assert "authorization" in shown
    assert token not in shown
    assert "sk_live_51H8xY2eZvKYlo2C" not in shown


def test_a_row_is_a_subtest(pytester: pytest.Pytester, project: Path) -> None:
    rows = [
        {"case.name": name, "amount": amount} for name, amount in (("three", 3), ("four", 4), ("again", 3))
    ]
    write_case(project, rows=rows)

    result = run(pytester, "-v")

    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            f"{CASES}/paid.case.json::refundOrder SUBPASSED*three*",
            f"{CASES}/paid.case.json::refundOrder SUBFAILED*four*",
            f"{CASES}/paid.case.json::refundOrder SUBPASSED*again*",
            "refund of a paid order [[]four]: /body/amount (request): changed from 3 to 4",
            f"Run it again: kustomer-nb test {CASES}/paid.case.json --row four",
        ]
    )


def test_without_subtests_all_rows_are_still_told(project: Path) -> None:
    path = write_case(project, rows=[{"case.name": "four", "amount": 4}, {"amount": 3}, {"amount": 5}])
    test = check(list(collect([path]).cases), "replay", has_subtests=False)

    with pytest.raises(CaseFailedError) as failure:
        test()

    assert [result.case.row for result in failure.value.results] == ["four", "row 3"]


def test_an_update_is_written_and_shown(
    pytester: pytest.Pytester, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    path = write_case(project, expected={"statusCode": 201, "body": "#object"})

    result = run(pytester, "--knb-update=changed")

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        [
            "*updated test cases*",
            f"{CASES}/paid.case.json: changed",
            '-    "statusCode": 201,',
            '+    "statusCode": 200,',
        ]
    )
    assert json.loads(path.read_text(encoding="utf-8"))["expected"] == {"statusCode": 200, "body": "#object"}


@pytest.mark.parametrize(
    ("arguments", "variables", "words"),
    [
        (["--knb-update=chnged"], {}, '--knb-update: there is no category "chnged"; did you mean changed?'),
        (["--knb-update=changed", "-n1"], {}, "without -n"),
        (["--knb-update=changed"], {"CI": "true"}, "KNB838"),
    ],
    ids=["no such category", "several processes", "CI"],
)
def test_an_update_that_must_not_be_made_is_a_usage_error(
    pytester: pytest.Pytester,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    variables: dict[str, str],
    words: str,
) -> None:
    path = write_case(project, expected=None)
    before = path.read_bytes()
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    result = run_alone(pytester, *arguments)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert words in str(result.stderr)
    assert path.read_bytes() == before


def test_a_live_run_of_cases_is_behind_the_fence(
    pytester: pytest.Pytester, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUSTOMER_NB_LIVE", "")
    write_case(project)

    result = run(pytester, "--knb-mode=live")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*KNB837*"])
