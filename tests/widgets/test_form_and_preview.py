"""The form coerces inputs through the function that the preview asks: they never contradict each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb import UNDEFINED, Platform
from kustomer_nb.config import FILE
from kustomer_nb.widgets.running import Runner
from kustomer_nb.widgets.session import Session
from tests.samples import an_action

SCHEMA = {"properties": {"qty": {"type": "number"}}, "required": ["qty"]}
TEMPLATE = {"uri": "http://a.b/", "method": "post", "json": True, "data": {"qty": "/#qty"}}


def strict(value: Any) -> Any:
    return value if isinstance(value, int) else UNDEFINED


def lenient(value: Any) -> Any:
    return 0 if value == "none" else UNDEFINED


CASES = [
    pytest.param(SCHEMA, {"qty": "7"}, {}, id="as the platform is assumed to"),
    pytest.param(SCHEMA, {"qty": "x"}, {}, id="an error as the platform is assumed to"),
    pytest.param(SCHEMA, {"qty": 7.5}, {"platform": Platform(conversions={"number": strict})}, id="stricter"),
    pytest.param(
        SCHEMA, {"qty": "none"}, {"platform": Platform(conversions={"number": lenient})}, id="more lenient"
    ),
    pytest.param(None, {"qty": 7}, {}, id="no schema"),
    pytest.param(SCHEMA, {"qty": "/#steps.a.b"}, {"steps": {"a": {"b": 7}}}, id="a reference to a step"),
    pytest.param(SCHEMA, {"qty": "/#steps.a.c"}, {"steps": {"a": {"b": 7}}}, id="a reference to nothing"),
]


@pytest.mark.parametrize(("schema", "inputs", "options"), CASES)
def test_the_form_finds_the_same_errors_as_the_preview(
    schema: Any, inputs: dict[str, Any], options: dict[str, Any]
) -> None:
    action = knb.load(an_action(inputSchema=schema, inputTemplate=TEMPLATE)).action()

    session = Session(action, options)
    form = knb.ActionForm(session, inputs)

    prepared = session.previewed
    assert prepared is not None
    assert [diagnostic.pointer for diagnostic in prepared.input_errors] == list(form.faults)
    direct = action.prepare(form.value, action.context(**options))
    assert direct.input_errors == prepared.input_errors


def test_a_form_without_a_schema_has_no_fields_if_the_platform_takes_no_inputs() -> None:
    action = knb.load(an_action(inputSchema=None, inputTemplate=TEMPLATE)).action()

    platform = Platform(absent_input_schema_takes_all=False)
    assert knb.ActionForm(action).fields["is_open"]
    assert not knb.ActionForm(action, platform=platform).fields["is_open"]


def test_the_form_reads_the_choices_of_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / FILE).write_text("[platform]\nabsent_input_schema_takes_all = false\n")
    action = knb.load(an_action(inputSchema=None, inputTemplate=TEMPLATE)).action()

    assert not knb.ActionForm(action).fields["is_open"]


def test_a_broken_project_file_is_shown_by_the_preview_and_leaves_the_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / FILE).write_text("[platform\n")
    action = knb.load(an_action(inputSchema=SCHEMA, inputTemplate=TEMPLATE)).action()

    session = Session(action)
    form = knb.ActionForm(session, {"qty": "x"})

    assert list(form.faults) == ["/qty"]
    assert session.previewed is None
    assert FILE in str(session.preview_error)


@pytest.mark.parametrize("options", [{}, {"seed": None, "now": None}])
def test_what_is_previewed_is_what_is_run(options: dict[str, Any]) -> None:
    template = {"uri": "https://a.b/{{randomId size=6}}", "method": "get"}
    action = knb.load(an_action(inputTemplate=template, sampleOutputContext={})).action()
    session = Session(action, {"mode": "sample", **options})
    knb.ActionForm(session)

    previewed = session.previewed
    run = Runner(session).start()

    assert previewed is not None
    assert run is not None
    assert run.request.url == previewed.request.url


def test_names_given_by_an_iterator_are_kept() -> None:
    action = knb.load(an_action(inputTemplate={"uri": "http://a.b/{{gone}}", "method": "get"})).action()

    session = Session(action, {"allow_missing": (name for name in ["gone"])})

    for _ in range(2):
        assert not session.preview().request.diagnostics.errors
