"""The reports of test cases: text, JUnit XML, JSON and a page, from results that are put together here."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.difference import diff
from kustomer_nb.reporting import CaseReport, as_json, html, junit, report_text, results_page, text
from kustomer_nb.reporting.case_groups import by_cause
from kustomer_nb.reporting.case_lines import MOST_LINES
from kustomer_nb.secrets import Secret
from kustomer_nb.testing.comparison import compare
from kustomer_nb.testing.results import CaseResult, Outcome, Results
from tests.case_results import EVIL, a_case, failed, passed, unreadable, unrunnable, warned
from tests.work import SLOW, growth

# What XML 1.0 allows in a document.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FORMATS = {
    "text": report_text,
    "junit": junit,
    "json": lambda report: json.dumps(as_json(report), default=str),
    "html": results_page,
}


def a_report(*results: CaseResult) -> CaseReport:
    return CaseReport(results or (failed(), passed(), warned(), unrunnable()))


def of_many(count: int) -> CaseReport:
    """Return failures of as many causes."""
    outputs = (diff({"status": "paid"}, {"status": f"open {number}"}) for number in range(count))
    return CaseReport(
        [replace(failed(f"case {number}"), output=output) for number, output in enumerate(outputs)]
    )


class Page(HTMLParser):
    """The tags, the addresses and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [name for name, _ in attrs if name in ("src", "href", "onerror", "onclick")]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_line_of_text_has_the_pointer_first_and_the_command_below() -> None:
    lines = report_text(a_report(failed())).splitlines()

    assert lines[0] == "shop.json: 1 failed of 1 case"
    assert lines[1].startswith('  /headers/x-tenant (request): removed, was "a" [refund: ')
    assert lines[2:5] == [
        "  /body/amount (request): changed from 10 to 12",
        '  /status (output): changed from "paid" to "open"',
        "    kustomer-nb test cases/refund/refund-of-a-paid-order.case.json",
    ]
    assert lines[-1] == "1 case: 1 failed"


def test_text_says_nothing_of_a_case_that_passed_but_its_count() -> None:
    assert report_text(CaseReport([passed(), passed()])) == "2 cases: 2 passed"


def test_a_warning_is_marked_and_follows_the_failures() -> None:
    lines = report_text(CaseReport([warned(), failed()])).splitlines()

    assert lines[0] == "shop.json: 1 failed, 1 with warnings of 2 cases"
    assert any(line.startswith("  warned: /at (output): changed from 1 to 2") for line in lines[3:])


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 7, 100])
def test_a_definition_with_failures_takes_at_most_fifteen_lines(count: int) -> None:
    block = report_text(of_many(count)).split("\n\n")[0].splitlines()

    assert len(block) <= MOST_LINES
    assert sum("/headers/x-tenant (request)" in line for line in block) == min(count, 6)
    assert ("more" in block[-1]) == (count > 6)


def test_a_case_with_a_hundred_differences_takes_no_more_lines() -> None:
    before, after = ({f"k{key}": value for key in range(100)} for value in (1, 2))
    result = CaseResult(case=a_case(), outcome=Outcome.FAILED, request=diff(1, 1), output=diff(before, after))

    block = report_text(CaseReport([result])).split("\n\n")[0].splitlines()

    assert len(block) <= MOST_LINES
    assert "  and 90 more" in block[-2:][0] or any(re.fullmatch(r"\s+and \d+ more", line) for line in block)


def test_only_a_command_is_longer_than_eighty_columns() -> None:
    long_name = "a very long name of a case " * 9
    report = CaseReport([failed(long_name, path=Path("folder/" * 20) / "a.case.json"), warned(long_name)])

    lines = report_text(report, width=200).splitlines()

    assert all(len(line) <= 80 for line in lines if "kustomer-nb test" not in line)
    assert any(len(line) > 80 for line in lines)


def test_two_long_strings_are_shown_where_they_differ() -> None:
    before, after = ({"url": f"https://api.shop.com/v2/tenants/a/orders/{number}"} for number in (1001, 1002))
    result = CaseResult(case=a_case(), outcome=Outcome.FAILED, request=diff(before, after), output=diff(1, 1))

    assert 'changed from "…ders/1001" to "…ders/1002"' in report_text(CaseReport([result]))


def test_the_command_names_the_row_and_the_mode_and_is_quoted_for_a_shell() -> None:
    result = failed(path=Path("my cases/a.case.json"), row="3; rm -rf x")

    (row,) = as_json(CaseReport([result], mode="sample", options=("--mode", "sample")))["cases"]

    assert row["rerun"] == "kustomer-nb test 'my cases/a.case.json' --row '3; rm -rf x' --mode sample"


def test_a_path_below_the_working_directory_is_relative(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    inside, outside = failed(path=tmp_path / "a.case.json"), failed(path=tmp_path.parent / "b.case.json")

    rows = as_json(CaseReport([inside, outside]))["cases"]

    assert [row["path"] for row in rows] == ["a.case.json", (tmp_path.parent / "b.case.json").as_posix()]


def test_junit_has_a_test_case_for_each_case_with_the_reason_in_the_failure() -> None:
    report = CaseReport([failed(), passed(), warned(), unrunnable()], unreadable())

    root = ET.fromstring(junit(report))

    assert root.tag == "testsuites"
    assert root.attrib | {"time": ""} == {
        "name": "kustomer-nb", "tests": "5", "failures": "1", "errors": "2", "time": "",
    }  # fmt: skip
    suite, problems = root
    assert (suite.get("name"), suite.get("tests"), suite.get("time")) == ("shop.json", "4", "0.250")
    assert [case.get("classname") for case in suite] == ["kustomer.app.shop.refund"] * 4
    assert [[child.tag for child in case] for case in suite] == [["failure"], [], ["system-out"], ["error"]]
    first = suite[0]
    assert first.get("name") == "refund of a paid order"
    assert first.get("file") == "cases/refund/refund-of-a-paid-order.case.json"
    assert first[0].get("message") == "the request differs at /headers/x-tenant"
    assert (first[0].text or "").splitlines() == [
        '/headers/x-tenant (request): removed, was "a"',
        "/body/amount (request): changed from 10 to 12",
        '/status (output): changed from "paid" to "open"',
        "",
        "Run it again: kustomer-nb test cases/refund/refund-of-a-paid-order.case.json",
    ]
    assert problems[0].get("name") == "cases/broken.case.json"
    assert problems[0][0].get("message") == "this is not JSON."


def test_junit_of_no_case_is_a_report_too() -> None:
    root = ET.fromstring(junit(CaseReport([])))

    assert (root.get("tests"), len(root)) == ("0", 0)


def test_junit_has_a_suite_for_each_definition() -> None:
    report = CaseReport(
        [failed(app_path=Path("b.json")), passed(app_path=Path("a.json")), passed(app_path=Path("b.json"))]
    )

    root = ET.fromstring(junit(report))

    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [("a.json", "1"), ("b.json", "2")]


def evil() -> CaseReport:
    difference = diff({EVIL: EVIL}, {EVIL: f"{EVIL}2"})
    case = a_case(
        EVIL, row=EVIL, action=f"a.{EVIL}", path=Path("cases/<b>&.case.json"), app_path=Path("<i>.json")
    )
    results = [
        CaseResult(case=case, outcome=outcome, request=difference, output=difference, reason=EVIL)
        for outcome in (Outcome.FAILED, Outcome.WARNED, Outcome.PASSED)
    ]
    return CaseReport(results, unreadable(EVIL.replace("\0", "")), (EVIL,))


# What the schemas of Ant and of Jenkins (junit-10) have in common with what GitLab reads: of each element,
# the attributes that must be there and those that may be, and the elements in it. GitLab has `file`.
_COUNT, _SECONDS, _TEXT = r"[0-9]+", r"[0-9]+\.[0-9]{1,3}", r"(?s:.*)"
_TOTALS = {"name": _TEXT, "tests": _COUNT, "failures": _COUNT, "errors": _COUNT, "time": _SECONDS}
_REASON = {"message": _TEXT, "type": _TEXT}
JUNIT: dict[str, tuple[dict[str, str], dict[str, str], tuple[str, ...]]] = {
    "testsuites": ({}, _TOTALS, ("testsuite",)),
    "testsuite": ({"name": _TEXT, "tests": _COUNT}, {**_TOTALS, "skipped": _COUNT}, ("testcase",)),
    "testcase": (
        {"name": _TEXT, "classname": _TEXT, "time": _SECONDS},
        {"file": _TEXT},
        ("failure", "error", "system-out"),
    ),
    "failure": ({"type": _TEXT}, _REASON, ()),
    "error": ({"type": _TEXT}, _REASON, ()),
    "system-out": ({}, {}, ()),
}


def junit_faults(element: ET.Element) -> list[str]:
    """Return what an element of JUnit XML, and those in it, have that no schema takes."""
    required, optional, children = JUNIT[element.tag]
    known = {**required, **optional}
    faults = [f"{element.tag} without {name}" for name in required if name not in element.attrib]
    faults += [
        f"{element.tag}: {name}={value!r}"
        for name, value in element.attrib.items()
        if not re.fullmatch(known.get(name, "(?!)"), value)
    ]
    faults += [f"{child.tag} in {element.tag}" for child in element if child.tag not in children]
    faults += [f"two results in {element.tag}"] if element.tag == "testcase" and len(element) > 1 else []
    if children and (element.text or "").strip():
        faults.append(f"text in {element.tag}")
    return faults + [fault for child in element if child.tag in children for fault in junit_faults(child)]


def test_a_check_of_junit_sees_what_no_schema_takes() -> None:
    text = (
        '<testsuite name="a" tests="x"><testcase name="b" time="1.2345" line="1"><p/></testcase>c</testsuite>'
    )

    assert junit_faults(ET.fromstring(text)) == [
        "testsuite: tests='x'",
        "testcase without classname",
        "testcase: time='1.2345'",
        "testcase: line='1'",
        "p in testcase",
    ]


# Characters of a reason.
LONG = 10_000_000 if SLOW else 1_000_000


def hostile() -> dict[str, CaseReport]:
    long = replace(failed(), reason="a" * LONG, elapsed=98765.4321)
    many = Diagnostics(
        Diagnostic("KNB702", Severity.ERROR, "/a", f"{'b' * (LONG // 2)}{EVIL}") for _ in range(2)
    )
    return {
        "all outcomes": CaseReport([failed(), passed(), warned(), unrunnable()], unreadable()),
        "none": CaseReport([]),
        "odd names": evil(),
        "empty names": CaseReport([failed("", action="", path=Path(), app_path=Path())]),
        "a long reason": CaseReport([long, replace(unrunnable(), problems=many)]),
        "lone surrogates": CaseReport([failed("\ud83d and \udc00", row="\ud800", action="\udfff")]),
    }


@pytest.mark.parametrize("name", hostile())
def test_junit_is_what_the_schemas_of_ci_services_take(name: str) -> None:
    xml = junit(hostile()[name])

    assert not _NOT_XML.search(xml)
    # Megabytes of a reason are no help to anybody.
    assert len(xml) < 500_000
    root = ET.fromstring(xml.encode("utf-8"))
    assert junit_faults(root) == []
    texts = [
        element.text or ""
        for suite in root
        for case in suite
        for element in case
        if suite.get("name") != "case files"
    ]
    assert all("\nRun it again: kustomer-nb test" in text[-1000:] for text in texts)
    # The totals are those of what is in it.
    for suite in root:
        elements = [child.tag for case in suite for child in case]
        assert suite.get("tests") == str(len(suite))
        assert (suite.get("failures"), suite.get("errors")) == (
            str(elements.count("failure")), str(elements.count("error")),
        )  # fmt: skip


def test_what_xml_forbids_is_escaped_visibly() -> None:
    xml = junit(evil())

    assert not _NOT_XML.search(xml)
    root = ET.fromstring(xml.encode("utf-8"))
    name = root[0][0].get("name") or ""
    assert "<script>alert(1)</script>" in name
    assert "\\x00\\x1b[2J\\ufffe\\ud800" in name


def test_markup_of_a_case_is_text_on_the_page() -> None:
    page = Page(results_page(evil()))

    assert "script" not in page.tags
    assert "i" not in page.tags
    assert "<script>alert(1)</script>{{title}}{{{style}}}" in page.words


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_of_anything_can_be_written_as_utf_8(form: str) -> None:
    content = FORMATS[form](evil()).encode("utf-8", "surrogatepass" if form == "text" else "strict")

    assert content


def test_the_page_needs_no_script_and_no_other_file() -> None:
    source = results_page(a_report())
    page = Page(source)

    assert source.startswith("<!doctype html>")
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert page.addresses == []
    assert "url(" not in source
    assert "default-src 'none'" in source
    assert "prefers-color-scheme: dark" in source


def test_the_page_shows_each_difference_and_opens_failures_only() -> None:
    source = results_page(a_report(failed(), warned(), passed("the case that passes")))

    assert "<code>/body/amount</code>" in source
    assert source.count("<details open>") == 1
    assert "the case that passes" in source
    assert "kustomer-nb test cases/refund/refund-of-a-paid-order.case.json" in source


def test_json_has_counts_and_each_difference_by_pointer() -> None:
    report = as_json(
        CaseReport([failed(), unrunnable()], unreadable(), ("kustomer.app.shop.find",), "sample")
    )

    assert report["counts"] == {"passed": 0, "warned": 0, "failed": 1, "error": 1}
    assert report["cases"][0]["differences"][1] == {
        "part": "request", "pointer": "/body/amount", "change": "changed", "expected": 10, "actual": 12,
    }  # fmt: skip
    assert report["cases"][1]["problems"][0]["code"] == "KNB702"
    assert report["problems"][0]["file"] == "cases/broken.case.json"
    assert (report["untested"], report["mode"]) == (["kustomer.app.shop.find"], "sample")


def test_changed_actions_without_a_case_are_named_everywhere() -> None:
    report = CaseReport([passed()], untested=("kustomer.app.shop.find",))

    assert "No case for kustomer.app.shop.find, which changed." in report_text(report)
    assert "kustomer.app.shop.find" in results_page(report)


@pytest.mark.parametrize(
    ("results", "problems", "percent"),
    [
        ([], Diagnostics(), 100),
        ([passed(), failed()], Diagnostics(), 50),
        ([passed(), warned()], Diagnostics(), 100),
        ([passed()], unreadable(), 50),
        ([unrunnable()], Diagnostics(), 0),
    ],
    ids=["no case", "half", "a warning passes", "an unreadable file fails", "one that cannot run fails"],
)
def test_the_share_that_passed(results: list[CaseResult], problems: Diagnostics, percent: float) -> None:
    assert CaseReport(results, problems).percent_passed == percent


def test_results_are_shown_in_a_notebook_as_they_are_in_a_report() -> None:
    results = Results((failed(), passed()))

    assert "/body/amount" in html(results)
    assert text(results) == report_text(CaseReport(results))
    assert as_json(results)["counts"]["failed"] == 1
    assert html(results[0]) == results[0]._repr_html_()


@pytest.mark.parametrize("form", FORMATS)
def test_no_report_has_the_value_of_a_setting_or_a_token(form: str) -> None:
    token, written = "c4nary-t0ken-in-a-setting", "sk_live_51H8xY2eZvKYlo2C"
    secret = Secret(token, source="test")
    values = {token: token, "authorization": f"Bearer {written}", "long": "x " * 36 + written}
    case = a_case(f"with {token} and {written}", row=written, path=Path(f"{written}.case.json"))
    results = [
        CaseResult(
            case=case,
            outcome=outcome,
            request=diff({}, values),
            output=diff(values, {}),
            reason=f"not {token}",
        )
        for outcome in Outcome
    ]
    report = CaseReport(results, unreadable(f"{written}/{token}.case.json"), (token, written))

    shown = FORMATS[form](report)

    assert secret is not None
    assert token not in shown
    assert written not in shown
    assert "sk_live_5" not in shown
    assert "authorization" in shown


@pytest.mark.parametrize("form", FORMATS)
def test_the_work_of_a_report_grows_with_the_cases_alone(form: str) -> None:
    # As many settings as cases: each run of a case has its own.
    def write(count: int) -> None:
        settings = [Secret(f"setting-{number}", source="test") for number in range(count)]
        FORMATS[form](CaseReport([failed(f"case {number}") for number in range(count)]))
        settings.clear()

    assert growth(write, 10) < 6


def test_what_was_not_compared_with_the_service_is_not_said_to_be_unchanged() -> None:
    def said(*results: CaseResult) -> str:
        return CaseReport(results, against_cassette=True).summary.splitlines()[1]

    assert said(unrunnable()) == "Nothing was compared with the service: no case has a response."
    assert said(passed(), unrunnable()) == (
        "The service did not change. Your definition did not change. 1 case was not compared."
    )


@pytest.mark.parametrize("form", FORMATS)
def test_an_action_that_no_case_has_is_in_every_report(form: str) -> None:
    problem = Diagnostic("KNB160", Severity.ERROR, "", 'no case has the action "fnid".', "use another.")
    report = CaseReport([], Diagnostics([problem]))

    assert "no case has the action" in FORMATS[form](report)
    assert report.summary == "0 cases: 1 not found"


def test_strings_that_differ_in_the_middle_are_both_shown_in_eighty_columns() -> None:
    results = []
    for order in range(6):
        before, after = (
            {"url": f"https://api.shop.com/v{number}/tenants/a/orders/{order}"} for number in (1, 2)
        )
        sides = {"request": diff(before, after), "output": diff(1, 1)}
        results.append(CaseResult(case=a_case(), outcome=Outcome.FAILED, **sides))

    report = report_text(CaseReport(results))

    assert report.count('changed from "…op.com/v1/tenants…" to "…op.com/v2/tenants…"') == 6


def test_a_long_value_leaves_room_for_what_replaced_it() -> None:
    request = diff({"body": {"note": "a" * 100}}, {"body": None})
    result = CaseResult(case=a_case(), outcome=Outcome.FAILED, request=request, output=diff(1, 1))

    assert "… to null" in report_text(CaseReport([result]))


def test_what_does_not_match_a_marker_is_no_change_from_it() -> None:
    output = compare({"at": "#date", "id": "#uuid"}, {"at": "now"})
    result = CaseResult(case=a_case(), outcome=Outcome.FAILED, request=diff(1, 1), output=output)

    report = report_text(CaseReport([result]))

    assert '/at (output): "now" does not match "#date"' in report
    assert '/id (output): missing, must match "#uuid"' in report


def test_an_error_is_shown_whole_with_its_fix_and_before_what_comes_of_it() -> None:
    message = "`{{{note}}` has 2 closing braces after 3 opening braces, so that nothing of the body is sent."
    problem = Diagnostic(
        "KNB315", Severity.ERROR, "/note", message, "end it with }}}.", span=Span(9, 12, 27, 32)
    )
    result = replace(failed(), problems=Diagnostics([problem]))

    lines = report_text(CaseReport([result])).splitlines()

    assert lines[1].startswith("  shop.json:27:32: error KNB315 `{{{note}}`")
    assert lines[2].endswith("Fix: end it with }}}.")
    assert lines[3].startswith("  /headers/x-tenant (request): removed")


def test_cases_that_differ_in_the_same_way_are_told_once() -> None:
    alike = [failed(f"refund {number}", path=Path(f"cases/{number}.case.json")) for number in range(6)]
    other = CaseResult(a_case("another"), Outcome.FAILED, output=diff({"status": "paid"}, {"status": "lost"}))

    block = report_text(CaseReport([*alike[:3], other, *alike[3:]])).split("\n\n")[0]
    page = results_page(CaseReport([*alike[:3], other, *alike[3:]]))

    lines = block.splitlines()
    assert len(lines) <= MOST_LINES
    assert lines[:3] == [
        "shop.json: 7 failed of 7 cases",
        '  /headers/x-tenant (request): removed, was "a" [6 cases]',
        "  /body/amount (request): changed from 10 to 12",
    ]
    assert lines[4] == "    kustomer-nb test cases/0.case.json  # refund: refund 0"
    assert lines[6] == "    and 4 more of them"
    assert block.count("[refund: another]") == 1
    assert page.count("x-tenant") == 1
    assert "6 cases, each with the same differences" in page
    for number in range(6):
        command = f"<code>kustomer-nb test cases/{number}.case.json</code>"
        assert f"refund: refund {number}. Run it again: {command}" in page


def test_a_single_cause_has_room_for_the_commands_of_all_its_cases() -> None:
    alike = [failed(f"refund {number}", path=Path(f"cases/{number}.case.json")) for number in range(8)]

    lines = report_text(CaseReport(alike)).split("\n\n")[0].splitlines()

    assert [line for line in lines if "kustomer-nb test" in line] == [
        f"    kustomer-nb test cases/{number}.case.json  # refund: refund {number}" for number in range(8)
    ]
    assert len(as_json(CaseReport(alike))["cases"]) == 8


def test_differences_that_only_look_the_same_are_told_apart() -> None:
    long = ["a" * 5000 + end for end in "bc"]
    results = [
        CaseResult(a_case(text[-1]), Outcome.FAILED, output=diff({"text": ""}, {"text": text}))
        for text in long
    ]

    assert [len(group) for group in by_cause(results)] == [1, 1]


@pytest.mark.parametrize("count", [2, 6, 7, 100, 5000])
@pytest.mark.parametrize("causes", [1, 2, 5, 6, 7, 40])
def test_groups_of_any_size_have_room_in_fifteen_lines(count: int, causes: int) -> None:
    results = [
        CaseResult(a_case(f"{number}"), Outcome.FAILED, output=diff({"n": -1}, {"n": number % causes}))
        for number in range(count)
    ]

    lines = report_text(CaseReport(results)).split("\n\n")[0].splitlines()

    assert len(lines) <= MOST_LINES
    assert sum("/n (output)" in line for line in lines) == min(causes, count, 6)
