"""``kustomer-nb test``: case files of a real project, run by the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import kustomer_nb as knb
from kustomer_nb.testing.last_results import read_results
from kustomer_nb.testing.results import Outcome
from kustomer_nb.testing.updating import CaseUpdate
from tests.case_files import CASE, a_project, edit_definition, write_case
from tests.cli.conftest import Call
from tests.orders_service import OrdersService, orders_service

TOKEN = "c4nary-0f-a-token-9f3b"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    # In CI no case is updated, which a test of its own tries.
    monkeypatch.delenv("CI", raising=False)
    return a_project(tmp_path)


def in_a_process(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, with no variable that says it is in a test."""
    inherited = {"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path), "HOME": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", "kustomer_nb", "test", *arguments],
        cwd=folder,
        env=inherited | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_cases_that_pass_are_counted(project: Path) -> None:
    write_case(project)
    write_case(project, "again", name="another refund")

    done = in_a_process(project)

    assert (done.stdout, done.stderr, done.returncode) == ("2 cases: 2 passed\n", "", 0)


def test_the_results_are_kept_for_the_panel_of_jupyterlab(project: Path) -> None:
    write_case(project)

    in_a_process(project)

    last = read_results(project)
    assert last is not None
    assert [(row.file, row.outcome) for row in last.results] == [
        ("cases/refundOrder/paid.case.json", Outcome.PASSED)
    ]


def test_a_changed_definition_fails_with_its_pointers_and_a_command_that_repeats_it(project: Path) -> None:
    write_case(project)
    write_case(project, "other", name="a case of the status alone", exchange=None)
    edit_definition(project, '"refund": true', '"refund": false')

    done = in_a_process(project)

    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[:3] == [
        "ecommstore.json: 1 failed of 2 cases",
        "  /body/refund (request): changed from true to false [refundOrder: refund of a…]",
        "    kustomer-nb test cases/refundOrder/paid.case.json",
    ]
    again = in_a_process(project, *lines[2].split()[2:])
    assert again.returncode == 1
    assert "/body/refund (request)" in again.stdout


@pytest.mark.parametrize(
    ("paths", "count"),
    [
        ([], 3),
        (["cases"], 3),
        (["cases/refundOrder/a.case.json"], 1),
        (["cases/*/[ab].case.json"], 2),
        (["cases/refundOrder/a.case.json", "cases/refundOrder/b.case.json"], 2),
    ],
    ids=["this folder", "a folder", "a file", "a pattern", "two files"],
)
def test_paths_choose_the_cases(project: Path, call: Call, paths: list[str], count: int) -> None:
    for slug in "abc":
        write_case(project, slug, name=slug)

    done = call("test", *paths, "--json")

    assert len(json.loads(done.stdout)["data"]["cases"]) == count
    assert done.exit_code == 0


@pytest.mark.parametrize(("name", "count"), [("refundOrder", 1), ("store.refundOrder", 1), ("find", 0)])
def test_an_action_chooses_the_cases(project: Path, call: Call, name: str, count: int) -> None:
    write_case(project)

    done = call("test", "--action", name, "--json")

    assert len(json.loads(done.stdout)["data"]["cases"]) == count
    assert done.exit_code == (0 if count else 2)


def test_several_reports_are_written_at_once(project: Path, call: Call) -> None:
    write_case(project, expected={"statusCode": 201})
    targets = [f"{form}=reports/{form}" for form in ("text", "junit", "json", "html")]

    done = call("test", *(word for target in targets for word in ("--report", target)))

    assert done.exit_code == 1
    written = {path.name: path.read_text(encoding="utf-8") for path in (project / "reports").iterdir()}
    assert "/statusCode (output): changed from 201 to 200" in written["text"]
    assert done.stdout.startswith(written["text"])
    failure = ET.fromstring(written["junit"]).find("testsuite/testcase/failure")
    assert failure is not None
    assert "/statusCode (output)" in (failure.text or "")
    assert json.loads(written["json"])["data"]["counts"]["failed"] == 1
    assert "<code>/statusCode</code>" in written["html"]


def test_the_page_has_what_the_cases_cover_if_asked(project: Path, call: Call) -> None:
    write_case(project)

    done = call("test", "cases", "--coverage", "--report", "html=report.html")
    call("test", "cases", "--report", "html=plain.html")

    assert done.exit_code == 0
    page = (project / "report.html").read_text(encoding="utf-8")
    assert "<h2>Coverage of <code>ecommstore.json</code></h2>" in page
    assert "no case with a response of 5xx" in page
    assert page.index("Coverage of") > page.index("1 passed")
    assert "Coverage" not in (project / "plain.html").read_text(encoding="utf-8")


def test_a_definition_that_cannot_be_read_has_no_coverage(project: Path, call: Call) -> None:
    write_case(project, app="../../ecommstore.json")
    (project / "ecommstore.json").write_bytes(b"\xff\xfe")

    done = call("test", "cases", "--coverage", "--report", "html=report.html")

    assert done.exit_code == 1
    page = (project / "report.html").read_text(encoding="utf-8")
    assert "1 case: 1 error" in page
    assert "Coverage" not in page


def test_coverage_needs_a_page(project: Path, call: Call) -> None:
    write_case(project)

    done = call("test", "--coverage", "--report", "junit=report.xml")

    assert done.exit_code == 2
    assert "add --report html=FILE" in done.stderr


def test_a_report_is_written_over_an_earlier_one(project: Path, call: Call) -> None:
    write_case(project)
    (project / "report.xml").write_text("<old/>", encoding="utf-8")

    done = call("test", "--report", "junit=report.xml")

    assert done.exit_code == 0
    assert ET.fromstring((project / "report.xml").read_text(encoding="utf-8")).get("tests") == "1"


@pytest.mark.parametrize("form", ["junit", "html", "json"])
def test_one_report_goes_to_stdout_alone(project: Path, form: str) -> None:
    write_case(project)

    done = in_a_process(project, "--report", form, "--report", "text=report.txt")

    assert done.stdout.startswith({"junit": "<?xml", "html": "<!doctype", "json": "{"}[form])
    assert "Wrote" not in done.stdout
    assert (project / "report.txt").read_text(encoding="utf-8") == "1 case: 1 passed\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--report", "junt=a"], 'there is no report "junt"; did you mean junit?'),
        (["--report", "junit="], "junit= names no file"),
        (["--report", "junit", "--report", "json"], "only one report goes to stdout"),
        (["--report", "junit=a", "--report", "json=a"], "two reports are written to the same file"),
        (["--mode", "record"], "record"),
        (["--fail-under", "101"], "101"),
    ],
    ids=["unknown", "no file", "two on stdout", "two in a file", "mode", "percent"],
)
def test_a_malformed_option_is_a_usage_error(
    project: Path, call: Call, arguments: list[str], words: str
) -> None:
    write_case(project)

    done = call("test", *arguments)

    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())


def test_no_case_is_a_usage_error(project: Path, call: Call) -> None:
    done = call("test")

    assert done.exit_code == 2
    assert "has no case files" in done.stdout


def test_a_file_that_cannot_be_read_is_named_and_the_others_run(project: Path, call: Call) -> None:
    write_case(project)
    write_case(project, "broken").write_text('{"name": "x", "acton": "y"}', encoding="utf-8")

    done = call("test")

    assert done.exit_code == 2
    assert "broken.case.json:1:" in done.stdout
    assert "1 case: 1 passed, 1 unreadable case file" in done.stdout


@pytest.mark.parametrize(("percent", "code"), [("100", 1), ("51", 1), ("50", 0), ("0", 0)])
def test_a_share_of_the_cases_may_fail(project: Path, call: Call, percent: str, code: int) -> None:
    write_case(project)
    write_case(project, "failing", expected=None)

    assert call("test", "--fail-under", percent).exit_code == code


def test_a_case_of_severity_warning_does_not_fail(project: Path, call: Call) -> None:
    write_case(project, expected=None, severity="warning")

    done = call("test")

    assert done.exit_code == 0
    assert "  warned: (all of it) (output): changed from null" in done.stdout


def test_sample_mode_compares_the_request_and_takes_the_output_of_the_sample(
    project: Path, call: Call
) -> None:
    write_case(project)
    edit_definition(project, '"refund": true', '"refund": false')

    done = call("test", "--mode", "sample", "--json")

    (case,) = json.loads(done.stdout)["data"]["cases"]
    assert {"request", "output"} >= {row["part"] for row in case["differences"]}
    assert "/body/refund" in [row["pointer"] for row in case["differences"]]
    assert case["rerun"].endswith("--mode sample")


@pytest.mark.parametrize("form", ["text", "junit", "json", "html"])
def test_no_report_has_a_token(project: Path, form: str) -> None:
    changed: dict[str, Any] = json.loads(json.dumps(CASE["exchange"]))
    changed["request"]["headers"]["authorization"] = "Bearer sk_live_51H8xY2eZvKYlo2C"
    changed["request"]["body"]["reason"] = TOKEN
    write_case(project, exchange=changed, settings={"ecommstore.default.authToken": TOKEN})

    done = in_a_process(project, "--report", form, ECOMMSTORE_DEFAULT_AUTHTOKEN=TOKEN)

    assert done.returncode == 1
    assert "authorization" in done.stdout
    assert TOKEN not in done.stdout + done.stderr
    assert "sk_live_51H8xY2eZvKYlo2C" not in done.stdout + done.stderr


def test_no_run_of_a_case_is_in_the_history(project: Path) -> None:
    write_case(project)

    in_a_process(project, KUSTOMER_NB_HISTORY="on")

    assert not (project / ".kustomer-nb/history.jsonl").exists()


def test_an_update_shows_each_change_and_writes_it_with_yes(project: Path, call: Call) -> None:
    path = write_case(project, expected={"statusCode": 201, "body": "#object"})

    shown = call("test", "--update", "changed")
    before = json.loads(path.read_text(encoding="utf-8"))
    written = call("test", "--update", "changed", "--yes")

    assert shown.exit_code == 1
    assert "cases/refundOrder/paid.case.json: changed\n" in shown.stdout
    assert '-    "statusCode": 201,\n+    "statusCode": 200,' in shown.stdout
    assert "Nothing was written. Add --yes to write." in shown.stdout
    assert before["expected"]["statusCode"] == 201
    assert written.exit_code == 0
    assert "Updated 1 case file.\n\n1 case: 1 passed" in written.stdout
    assert json.loads(path.read_text(encoding="utf-8"))["expected"] == {"statusCode": 200, "body": "#object"}


def test_an_update_of_a_file_that_changes_meanwhile_is_refused_and_the_others_are_written(
    project: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    changing = write_case(project, "changing", expected={"statusCode": 201})
    other = write_case(project, "other", expected={"statusCode": 201})
    write = CaseUpdate.write

    def write_late(update: CaseUpdate) -> None:
        if update.path.name == changing.name:
            write_case(project, "changing", expected={"statusCode": 202})
        write(update)

    monkeypatch.setattr(CaseUpdate, "write", write_late)
    done = call("test", "--update", "changed", "--yes")

    assert "has changed since it was read, so it was not overwritten." in done.stderr
    assert "Fix: run the command again." in done.stderr
    assert "Updated 1 case file." in done.stdout
    assert done.exit_code == 1
    assert json.loads(changing.read_text(encoding="utf-8"))["expected"] == {"statusCode": 202}
    assert json.loads(other.read_text(encoding="utf-8"))["expected"]["statusCode"] == 200


def test_a_case_that_expects_nothing_yet_can_be_new(project: Path, call: Call) -> None:
    new = {key: CASE[key] for key in ("name", "action", "inputs")}
    path = write_case(project)
    path.write_text(json.dumps(new), encoding="utf-8")

    done = call("test", "--update", "new", "--yes")

    assert done.exit_code == 0
    assert "1 case: 1 passed" in done.stdout


def test_ci_updates_no_case(project: Path) -> None:
    path = write_case(project, expected=None)
    before = path.read_bytes()

    done = in_a_process(project, "--update", "changed", "--yes", CI="true")

    assert done.returncode == 6
    assert "KNB838" in done.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize("categories", ["chnged", "new,chnged", ","])
def test_a_category_that_does_not_exist_is_a_usage_error(project: Path, call: Call, categories: str) -> None:
    write_case(project)

    done = call("test", "--update", categories)

    assert done.exit_code == 2
    assert "changed" in done.stderr


@pytest.fixture
def service() -> Iterator[OrdersService]:
    with orders_service() as running:
        yield running


def test_drift_tells_the_service_from_the_definition(tmp_path: Path, service: OrdersService) -> None:
    service.project(tmp_path)
    service.document = {**service.document, "status": "open"}

    done = in_a_process(tmp_path, "--mode", "live", "--against", "cassette")

    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[1].startswith('  /state (service): changed from "paid" to "open"')
    assert lines[2].split()[-4:] == ["--mode", "live", "--against", "cassette"]
    assert lines[-1] == "The service changed in 1 case. Your definition did not change."


def test_ci_refuses_a_live_run_of_cases_beyond_this_machine(tmp_path: Path, service: OrdersService) -> None:
    service.project(tmp_path)
    (tmp_path / "kustomer-nb.toml").unlink()

    done = in_a_process(tmp_path, "--mode", "live", CI="true")

    assert done.returncode == 6
    assert "KNB837" in done.stdout
    assert service.paths == []


def test_a_loopback_service_answers_in_ci_too(tmp_path: Path, service: OrdersService) -> None:
    service.project(tmp_path)

    done = in_a_process(tmp_path, "--mode", "live", CI="true")

    assert done.returncode == 0
    assert service.paths == ["/orders/7"]


@pytest.mark.parametrize("option", [["--against", "cassette"], ["--profile", "eu"], ["--confirm", "eu"]])
def test_an_option_of_live_runs_needs_the_mode(project: Path, call: Call, option: list[str]) -> None:
    write_case(project)

    done = call("test", *option)

    assert done.exit_code == 2
    assert f"{option[0]} is for live runs; add --mode live" in done.stderr


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)


def test_a_revision_chooses_what_changed_and_names_what_has_no_case(tmp_path: Path) -> None:
    project = a_project(tmp_path)
    (project / ".git").rmdir()
    git(project, "init", "-q", "-b", "main")
    app = json.loads((project / "ecommstore.json").read_text(encoding="utf-8"))
    other = {**app["actions"][0], "name": "kustomer.app.ecommstore.store.findOrder"}
    (project / "ecommstore.json").write_text(
        json.dumps({**app, "actions": [*app["actions"], other]}), encoding="utf-8"
    )
    write_case(project)
    git(project, "add", ".")
    git(project, "commit", "-qm", "First")

    unchanged = in_a_process(project, "--since", "main")
    other["description"] = other["description"] + "!"
    other["inputTemplate"] = {**other["inputTemplate"], "method": "GET"}
    (project / "ecommstore.json").write_text(
        json.dumps({**app, "actions": [*app["actions"], other]}), encoding="utf-8"
    )
    changed = in_a_process(project, "--since", "main")
    unknown = in_a_process(project, "--since", "nowhere")

    assert (unchanged.stdout, unchanged.returncode) == ("no cases\n", 0)
    name = other["name"]
    assert changed.stdout == f"No case for {name}, which changed.\n\nno cases\n"
    assert changed.returncode == 0
    assert unknown.returncode == 2
    assert "nowhere" in unknown.stderr


def test_a_token_in_a_name_is_shown_nowhere(project: Path, call: Call) -> None:
    name = "of https://shop:hunter2@api.shop.com"
    write_case(project, "a", name=name, expected={}, rows=[{"case.name": name}, {"case.name": f"{name}/2"}])
    write_case(project, "b", name=name, expected={})
    write_case(project, "c", name=name, expected={})

    shown = [repr(knb.test(project)), *(repr(result) for result in knb.test(project))]
    shown += [repr(result.case) for result in knb.test(project)]
    shown += [str(problem) for problem in knb.test(project).problems]
    shown += [call("test", "--report", form).stdout for form in ("text", "junit", "json", "html")]
    outer = [
        sys.executable,
        "-m",
        "pytest",
        "-rA",
        "--import-mode=importlib",
        "-p",
        "no:cacheprovider",
        "cases",
    ]
    shown.append(
        subprocess.run(outer, cwd=project, capture_output=True, encoding="utf-8", check=False).stdout
    )

    assert "hunter2" not in "".join(shown)
    assert all("shop:" in text for text in shown[1:])


def test_a_row_that_no_table_has_is_named(project: Path, call: Call) -> None:
    write_case(project)

    done = call("test", "--row", "gone")

    assert done.exit_code == 2
    assert 'no case has the row "gone"' in done.stdout


def test_a_secret_that_a_person_wrote_into_a_case_is_in_no_report(project: Path) -> None:
    write_case(
        project, inputs={**CASE["inputs"], "orderId": TOKEN}, expected={"body": TOKEN, "statusCode": 1}
    )
    reports = {kind: project / f"report.{kind}" for kind in ("text", "junit", "json", "html")}
    targets = [word for kind, path in reports.items() for word in ("--report", f"{kind}={path}")]

    done = in_a_process(project, *targets, ECOMMSTORE_DEFAULT_AUTHTOKEN=TOKEN)
    in_pytest = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-vv", "--junitxml=pytest.xml", "cases"],
        cwd=project,
        env=os.environ | {"ECOMMSTORE_DEFAULT_AUTHTOKEN": TOKEN, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )

    shown = {kind: path.read_text(encoding="utf-8") for kind, path in reports.items()}
    shown["pytest"] = in_pytest.stdout + in_pytest.stderr
    shown["pytest.xml"] = (project / "pytest.xml").read_text(encoding="utf-8")
    assert (done.returncode, in_pytest.returncode) == (1, 1)
    assert [kind for kind, text in shown.items() if TOKEN in text] == []
    assert TOKEN not in done.stdout + done.stderr
    assert [kind for kind, text in shown.items() if "$secret" not in text] == []
