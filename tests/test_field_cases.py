"""Small inputs after real files, public reports and documented calls of services, each with what is right.

`fixtures/field_cases.json` holds them. ``expect.says`` is a pattern that a finding, a loss or an assumption
must match; a case whose finding was right before guards against overdoing it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb.definition import read_document
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.widgets import ActionForm
from tests.conftest import FIXTURES
from tests.oracle.conftest import started

CASES = json.loads((FIXTURES / "field_cases.json").read_text(encoding="utf-8"))


def cases(*calls: str) -> Any:
    return pytest.mark.parametrize(
        "case",
        [pytest.param(case, id=case["id"]) for case in CASES if case["call"] in calls],
    )


def app_of(case: dict[str, Any], folder: Path) -> knb.App:
    if "text" in case:
        path = folder / f"shop{case.get('suffix', '.json')}"
        path.write_text(case["text"], encoding="utf-8")
        return knb.load(path)
    return knb.load(case["definition"])


def settings_of(case: dict[str, Any]) -> dict[str, Any]:
    keys = {name: setting["key"] for name, setting in _action(case).get("appSettings", {}).items()}
    settings: dict[str, Any] = case.get("settings", {})
    return {keys.get(name, name): value for name, value in settings.items()}


def _action(case: dict[str, Any]) -> dict[str, Any]:
    action: dict[str, Any] = case.get("definition", {"actions": [{}]})["actions"][0]
    return action


def words(diagnostics: knb.Diagnostics) -> list[str]:
    return [f"{finding.code} {finding.message} {finding.fix}" for finding in diagnostics]


def texts_of(result: knb.Request | knb.Run) -> list[str]:
    """Return everything that a request or run says of itself."""
    if isinstance(result, knb.Request):
        return words(result.diagnostics)
    return [*words(result.diagnostics), *result.losses, *[str(assumption) for assumption in result.assumed]]


def require_said(pattern: str, texts: list[str]) -> None:
    assert any(re.search(pattern, text) for text in texts), texts


def require_codes(expect: dict[str, Any], diagnostics: knb.Diagnostics) -> None:
    codes = set(diagnostics.codes)
    assert codes >= set(expect.get("codes_include", ())), codes
    assert codes.isdisjoint(expect.get("codes_exclude", ())), codes
    if "fix_of" in expect:
        code, pattern = expect["fix_of"]
        require_said(pattern, [finding.fix for finding in diagnostics if finding.code == code])


@cases("lint")
def test_a_file_has_these_findings(case: dict[str, Any], tmp_path: Path) -> None:
    diagnostics = app_of(case, tmp_path).lint()
    require_codes(case["expect"], diagnostics)
    if "says" in case["expect"]:
        require_said(case["expect"]["says"], words(diagnostics))


@pytest.mark.node
@cases("fix")
def test_a_fixed_module_is_still_javascript(case: dict[str, Any], tmp_path: Path, node: str) -> None:
    app = app_of(case, tmp_path)
    app.fix()
    with started(node, "modules.mjs") as oracle:
        (answer,) = oracle.tell([{"suffix": case["suffix"], "text": app.text}])
    assert "value" in answer, answer
    read_document(app.text, Path(f"shop{case['suffix']}"))


@cases("render", "lint+render")
def test_a_request_is_rendered_like_this(case: dict[str, Any], tmp_path: Path) -> None:
    expect, app = case["expect"], app_of(case, tmp_path)
    linted = words(app.lint()) if "lint" in case["call"] else []
    try:
        request = app.action().render(case.get("inputs", {}), settings=settings_of(case))
    except KustomerNbError as error:
        require_said(expect["error"], [f"{error}"])
        return
    assert "error" not in expect, request
    if "says" in expect:
        require_said(expect["says"], [*linted, *texts_of(request)])
    actual = {"url": request.url, "target": request.address and request.address.target.real}
    actual |= {"body": request.body, "converted": bool(request.converted)}
    assert {name: actual[name] for name in actual.keys() & expect.keys()} == {
        name: expect[name] for name in actual.keys() & expect.keys()
    }
    if "header" in expect:
        name, value = expect["header"]
        assert request.headers[name] == value


@cases("run")
def test_a_run_of_this_response_says_so(case: dict[str, Any], tmp_path: Path) -> None:
    expect, response = case["expect"], case["answer"]
    body = json.dumps(response["json"]) if "json" in response else response.get("text", "")
    headers = {"content-type": "application/json", **response.get("headers", {})}
    sent: list[bytes] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return httpx.Response(response.get("status", 200), headers=headers, content=body.encode())

    transport = httpx.MockTransport(respond)
    try:
        run = (
            app_of(case, tmp_path)
            .action()
            .run(
                case.get("inputs", {}),
                settings=settings_of(case),
                mode="live",
                confirm="api.x.com",
                transport=transport,
            )
        )
    except KustomerNbError as error:
        require_said(expect["refused_or_says"], [f"{error}"])
        return
    for key in expect.keys() & {"says", "refused_or_says"}:
        require_said(expect[key], texts_of(run))
    if "sent" in expect:
        assert [json.loads(content) for content in sent] == [expect["sent"]]
    if "output_json" in expect:
        assert json.dumps(run.output) == expect["output_json"]
    if "no_diff" in expect:
        assert not run.diff
    if "html_inert" in expect:
        assert "<script>alert" not in run._repr_html_()


@cases("form")
def test_a_field_of_the_form_says_what_is_wrong(case: dict[str, Any], tmp_path: Path) -> None:
    form = ActionForm(app_of(case, tmp_path).action())
    form.enter(case["field"], case["entry"])
    require_said(case["expect"]["fault"], [str(fault) for fault in form.faults.values()])
