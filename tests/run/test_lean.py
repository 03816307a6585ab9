"""A plan for many rows gives the bytes and the outputs of runs, or leaves a row to a run."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from kustomer_nb.action import Action
from kustomer_nb.errors import InputError
from kustomer_nb.platform import Platform
from kustomer_nb.run.lean import LeanPlan, NotLeanError
from kustomer_nb.schema import identity_losses
from kustomer_nb.transport.models import RawResponse
from tests.conftest import FIXTURES
from tests.test_field_cases import CASES, app_of, settings_of
from tests.work import SLOW, count_calls

from .lean_rows import RESPONSES, ROWS, SETTINGS, TOKEN, actions, an_action, of_plan, of_run, prepared

CONFORMANCE = FIXTURES.parent / "conformance"
ANSWER = RawResponse(200, (("content-type", "application/json"),), b'{"id": 7, "items": [{"id": 1}]}')
# Each has eight rows, a third of which a plan does: 20,000 in `make test-slow`.
EXAMPLES = 7_000 if SLOW else 60
TEMPLATE = {"uri": "https://api.shop.com/orders/{{{id}}}", "method": "post", "json": True}
PROPERTIES = {"id": {"type": "string"}, "n": {"type": "number"}, "lines": {"type": "array"}}


def sound(template: dict[str, Any] | None = None, **action: Any) -> Action:
    settings = {name: {"key": f"shop.default.{name}"} for name in ("token", "base", "pin")}
    return an_action(
        {
            "name": "kustomer.app.shop.do",
            "type": "rest_api",
            "appSettings": settings,
            "inputSchema": {"type": "object", "properties": PROPERTIES},
            "inputTemplate": {**TEMPLATE, **(template or {})},
            "outputTemplate": {"id": "/#body.id"},
            **action,
        }
    )


def plan_of(action: Action, inputs: dict[str, Any], **options: Any) -> LeanPlan:
    fixed = [name for name in ("now", "seed") if options.get(name, True) is not None]
    return LeanPlan(action.definition, prepared(action, inputs, **options), fixed=fixed)


@pytest.mark.uncounted
@settings(max_examples=EXAMPLES)
@given(actions(), ROWS, RESPONSES)
def test_random_actions_give_the_same_by_a_plan_and_by_runs(
    definition: dict[str, Any], rows: list[dict[str, Any]], response: RawResponse
) -> None:
    action = an_action(definition)
    try:
        plan = plan_of(action, rows[0])
    except NotLeanError:
        return
    for row in rows:
        by_plan = of_plan(plan, row, response)
        # In JSON, 1 and true are equal in Python.
        assert by_plan is None or repr(by_plan) == repr(of_run(action, row, response))


@pytest.mark.uncounted
def test_most_conformance_cases_of_templates_are_rendered_by_a_plan() -> None:
    """Each template is a body, a header and an output, with the context as inputs and as the response."""
    cases = json.loads((CONFORMANCE / "handlebars.json").read_text(encoding="utf-8"))
    cases += json.loads((CONFORMANCE / "kustomer_examples.json").read_text(encoding="utf-8"))
    planned = 0
    for case in cases:
        context = case["context"]
        if not isinstance(context, dict):
            continue
        template, properties = case["template"], {name: {} for name in context}
        action = sound(
            {"data": {"text": template, "list": [template]}, "headers": {"x-text": template}},
            inputSchema={"properties": {"id": {}, **properties}},
            outputTemplate={"text": template, "in": f"{{{{#with body}}}}{template}{{{{/with}}}}"},
        )
        response = RawResponse(200, (), json.dumps(context).encode())
        try:
            plan = plan_of(action, context)
        except NotLeanError:
            continue
        by_plan = of_plan(plan, context, response)
        planned += by_plan is not None
        assert by_plan is None or repr(by_plan) == repr(of_run(action, context, response)), case

    assert planned > 400


def test_conformance_cases_of_conversions_give_the_same_by_a_plan() -> None:
    table = json.loads((CONFORMANCE / "ajv_coercion.json").read_text(encoding="utf-8"))["table"]
    for row in table:
        schema = {"properties": {"id": {}, "v": {"type": row["type"]}}}
        action = sound({"data": {"v": "/#v"}, "qs": {"v": "{{{v}}}"}}, inputSchema=schema)
        plan, inputs = plan_of(action, {}), {"id": "7", "v": json.loads(row["input"])}
        by_plan = of_plan(plan, inputs, ANSWER)

        assert by_plan is None or repr(by_plan) == repr(of_run(action, inputs, ANSWER)), row


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["id"]) for case in CASES if "definition" in case]
)
def test_field_cases_give_the_same_by_a_plan(case: dict[str, Any], tmp_path: Any) -> None:
    action, inputs = app_of(case, tmp_path).actions[0], case.get("inputs", {})
    given_settings = {**settings_of(case)}
    try:
        plan = plan_of(action, inputs, settings=given_settings)
    except NotLeanError:
        return
    by_plan = of_plan(plan, inputs, ANSWER)

    assert by_plan is None or repr(by_plan) == repr(of_run(action, inputs, ANSWER, settings=given_settings))


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({}, id="no body"),
        pytest.param({"uri": "{{{base}}}/orders/{{{id}}}"}, id="a setting as the start of the URL"),
        pytest.param({"uri": "https://a.b/x"}, id="a URL without variables"),
        pytest.param({"qs": {"q": "{{{id}}}", "n": "/#n", "key": "/#token"}}, id="a query"),
        pytest.param({"headers": {"authorization": "Bearer {{{token}}}", "accept": "/#n"}}, id="headers"),
        pytest.param({"data": {"a": ["/#n", {"b": "x {{id}}"}], "c": "/#lines", "d": 1.0}}, id="a JSON body"),
        pytest.param({"data": "/#lines"}, id="a reference as the body"),
        pytest.param({"data": "a={{id}}", "json": False}, id="a text body"),
        pytest.param(
            {"data": {"a": "{{#each lines}}{{this}},{{/each}}", "b": "{{toLower id}}"}}, id="a loop"
        ),
        pytest.param({"data": {"a": "{{_env.orgId}}", "b": "/#_env"}}, id="the environment"),
        pytest.param({"data": {"a": "/#fn:parseInt,id"}, "method": "GET"}, id="a function"),
    ],
)
@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"id": "8", "n": "9", "lines": ["a", "b"]}, id="usual"),
        pytest.param({"id": "é a/b?c#d", "n": 1e21, "lines": [{"1": 1.0}]}, id="what is encoded"),
        pytest.param({"id": ""}, id="nothing"),
        pytest.param({"id": 'q"\\\n\ud800', "lines": []}, id="what JSON escapes"),
    ],
)
def test_these_are_done_by_a_plan(template: dict[str, Any], row: dict[str, Any]) -> None:
    action = sound(template)
    plan = plan_of(action, {"id": "7", "n": 1, "lines": ["x"]})
    by_plan = of_plan(plan, row, ANSWER)

    by_run = of_run(action, row, ANSWER)
    # Half a surrogate pair, or a line break where Node sends none, is left to a run.
    is_sent = by_run.wire is not None and "\ud800" not in row["id"]
    assert by_plan is not None or not is_sent or row["id"].startswith("é")
    assert by_plan is None or repr(by_plan) == repr(by_run)


def test_each_character_is_encoded_as_in_a_run() -> None:
    action = sound(
        {
            "uri": "https://a.b/{{{id}}}/x",
            "qs": {"q": "{{{id}}}", "e": "{{id}}"},
            "headers": {"x-id": "{{{id}}}"},
            "data": {"id": "/#id", "t": "<{{id}}>"},
        }
    )
    in_path = sound({"uri": "https://a.b/{{{id}}}"})
    plans = [(tested, plan_of(tested, {"id": "7"})) for tested in (action, in_path)]
    by_plans = 0
    for character in map(chr, (*range(0x250), 0x2028, 0x3000, 0xD800, 0xFEFF, 0x1F600)):
        for tested, plan in plans:
            inputs = {"id": f"a{character}b"}
            by_plan = of_plan(plan, inputs, ANSWER)
            by_plans += by_plan is not None
            assert by_plan is None or repr(by_plan) == repr(of_run(tested, inputs, ANSWER)), character

    # Node sends no other characters in a URL, or in a header.
    assert by_plans > 300


@pytest.mark.parametrize(
    ("template", "action"),
    [
        pytest.param({"method": "{{id}}"}, {}, id="a method of an input"),
        pytest.param({"headers": {"host": "x"}}, {}, id="a host header"),
        pytest.param({"headers": {"cookie": "a=b"}}, {}, id="a cookie"),
        pytest.param({"headers": {"x-id": "{{id}} {{token}}"}}, {}, id="a setting beside an input"),
        pytest.param({"data": {"pin": "/#pin"}}, {}, id="a short setting in the body"),
        pytest.param({"data": {"a": "{{#if token}}{{token}}{{/if}}"}}, {}, id="a setting in a block"),
        pytest.param({"uri": "https://a.b/{{{id}}}?key={{{token}}}"}, {}, id="a setting after an input"),
        pytest.param({"uri": "https://a.b/?key={{{pin}}}{{id}}"}, {}, id="a short setting in the query"),
        pytest.param({"uri": "https://me:{{{token}}}@a.b/{{{id}}}"}, {}, id="user and password"),
        pytest.param({"json": "yes"}, {}, id="a json that is a string"),
        pytest.param({"qs": "a={{id}}"}, {}, id="a qs that is a string"),
        pytest.param({"data": {"2": "a", "1": "b"}}, {}, id="keys that JavaScript orders"),
        pytest.param({"data": {"a": TOKEN}}, {}, id="the value of a setting in the template"),
        pytest.param({}, {"appAccountName": "default"}, id="an app account"),
        pytest.param({"data": "{{broken"}, {}, id="an error"),
    ],
)
def test_such_an_action_has_no_plan(template: dict[str, Any], action: dict[str, Any]) -> None:
    with pytest.raises(NotLeanError):
        plan_of(sound(template, **action), {"id": "7"})


@pytest.mark.parametrize(
    ("template", "row"),
    [
        pytest.param({"headers": {"x-id": "{{{id}}}"}}, {"id": "a\nb"}, id="a line break in a header"),
        pytest.param({"headers": {"x-id": "/#lines"}}, {"lines": ["a"]}, id="an array in a header"),
        pytest.param({"qs": {"q": "/#lines"}}, {"lines": ["a"]}, id="an array in a query"),
        pytest.param({"qs": {"q": "1"}}, {"id": "7?a=b"}, id="two queries"),
        pytest.param({"data": {"a": "/#id"}}, {"id": TOKEN}, id="the value of a setting"),
        pytest.param({"data": {"a": "/#id"}}, {"id": "dG9rLTRmOWMyYjdlMWQ="}, id="a setting in base64"),
        pytest.param(
            {"data": {"a": "{{#lines}}{{gone}}{{/lines}}"}}, {"lines": True}, id="a missing variable"
        ),
        pytest.param({"data": {"a": "/#{{id}}"}}, {}, id="braces in a reference"),
        pytest.param({"data": {"a": "/#fn:parseInt,{{id}}"}}, {}, id="braces in a function"),
    ],
)
def test_such_a_row_is_left_to_a_run(template: dict[str, Any], row: dict[str, Any]) -> None:
    plan = plan_of(
        sound(template, inputSchema={"properties": {"id": {}, "lines": {}, "{{id}}": {}}}),
        {"id": "7", "lines": "x", "{{id}}": "7"},
    )

    assert of_plan(plan, {"id": "1", **row}, ANSWER) is None


@pytest.mark.parametrize(
    "template",
    [
        "/#response",
        "/#response.request.method",
        "{{#each response}}{{this}}{{/each}}",
        "{{#each this}}{{#each request}}{{@key}}{{/each}}{{/each}}",
        "{{#each this}}{{#each this as |part|}}{{#each part}}{{@key}}{{/each}}{{/each}}{{/each}}",
        # With true, a block does not change the context.
        "{{#body.ok}}{{response.request.method}}{{/body.ok}}",
    ],
)
def test_an_output_of_such_a_template_is_made_of_its_request_alone(template: str) -> None:
    plan = plan_of(sound(outputTemplate={"out": template, "id": "/#body.id"}), {"id": "7"})

    with pytest.raises(NotLeanError):
        plan.output(200, ANSWER.headers, b'{"id": 7, "ok": true}')


REQUEST_READS = [
    "/#response",
    "/#response.request.headers.x-id",
    "{{#with response}}{{request.method}}{{/with}}",
    "{{#with ./response}}{{request.method}}{{/with}}",
    "{{#with this as |all|}}{{all.response.request.method}}{{/with}}",
    "{{#with this}}{{response.request.method}}{{/with}}",
    "{{#each .}}{{request.method}}{{/each}}",
    "{{#each this.response}}{{method}}{{/each}}",
]


@pytest.mark.parametrize("template", [None, *REQUEST_READS, "{{@root.response.request.uri.href}}"])
@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(
            {"qs": {"q": "{{id}}"}, "data": {"a": "/#n"}, "headers": {"x-id": "/#n"}}, id="all parts"
        ),
        pytest.param({"method": "get", "uri": "http://A.b:8080/{{{id}}}?q=1"}, id="a query in the uri"),
        pytest.param({"headers": {"authorization": "Bearer {{{token}}}", "accept": "x"}}, id="a setting"),
    ],
)
def test_an_output_may_have_its_request_in_it(template: str | None, parts: dict[str, Any]) -> None:
    action = sound(parts, outputTemplate=None if template is None else {"out": template, "id": "/#body.id"})
    plan = plan_of(action, {"id": "7"})
    row = {"id": "8", "n": "9"}

    by_plan = of_plan(plan, row, ANSWER)
    assert by_plan is not None
    assert repr(by_plan) == repr(of_run(action, row, ANSWER))
    with pytest.raises(NotLeanError):
        plan.output(ANSWER.status_code, ANSWER.headers, ANSWER.content)


@pytest.mark.parametrize(
    "template",
    [
        "{{#each this as |part|}}{{#each part}}{{@key}},{{/each}}{{/each}}",
        "{{#each this~}}{{@key}}{{#each this}}{{@key}}{{/each}}{{/each}}",
        "{{#if body.gone}}{{else this}}{{#each response}}{{@key}},{{/each}}{{/if}}",
        "{{#body.ok}}{{#each this as |part|}}{{#each part}}{{@key}}{{/each}}{{/each}}{{/body.ok}}",
        "{{this}}{{#each (lookup this 'response')}}{{@key}}={{this}},{{/each}}",
    ],
)
def test_an_output_may_list_the_parts_of_a_response(template: str) -> None:
    action = sound(outputTemplate={"out": template})
    answer = RawResponse(200, ANSWER.headers, b'{"ok": true}')

    by_plan = of_plan(plan_of(action, {"id": "7"}), {"id": "8"}, answer)

    assert by_plan is not None
    assert repr(by_plan) == repr(of_run(action, {"id": "8"}, answer))
    assert "request" in by_plan.output[0]["out"]


def test_the_templates_of_an_output_share_their_steps() -> None:
    loop = "{{#each body.items}}{{this}}{{/each}}"
    action = sound(outputTemplate={"first": loop, "second": loop})
    answer = RawResponse(200, (), b'{"items": [1, 2, 3, 4, 5, 6]}')
    by_plans = 0
    for steps in range(1, 100, 3):
        platform = Platform(template_steps=steps)
        by_plan = of_plan(plan_of(action, {"id": "7"}, platform=platform), {"id": "8"}, answer)
        by_plans += by_plan is not None

        assert by_plan is None or repr(by_plan) == repr(
            of_run(action, {"id": "8"}, answer, platform=platform)
        )

    assert by_plans


def test_a_number_that_is_none_is_sent_as_null_and_null_is_not_sent() -> None:
    action = sound({"data": "/#fn:parseInt,id"})
    null = sound({"data": "/#n"}, inputSchema={"properties": {"id": {}, "n": {}}})
    for tested, row in ((action, {"id": "x"}), (null, {"id": "x", "n": None}), (null, {"id": "x"})):
        by_plan = of_plan(plan_of(tested, {"id": "7", "n": 1}), row, ANSWER)

        assert by_plan is not None
        assert repr(by_plan) == repr(of_run(tested, row, ANSWER))


@pytest.mark.parametrize("uri", ["{{{base}}}/orders/{{{id}}}", "https://a.b/{{{id}}}#part"])
def test_an_output_with_such_a_url_in_it_is_left_to_a_run(uri: str) -> None:
    plan = plan_of(sound({"uri": uri}, outputTemplate="/#response"), {"id": "7"})

    assert of_plan(plan, {"id": "8"}, ANSWER) is None


@pytest.mark.parametrize(
    ("fixed", "is_left"), [({}, False), ({"seed": None}, True), ({"now": None}, False)], ids=str
)
def test_random_numbers_are_used_only_if_the_caller_chose_their_seed(
    fixed: dict[str, Any], is_left: bool
) -> None:
    action = sound({"data": {"key": "{{randomId size=8}}"}})
    try:
        plan = plan_of(action, {"id": "7"}, **fixed)
    except NotLeanError:
        assert is_left
        return
    rows = [plan.request({"id": "7"}).body for _ in range(2)]

    assert not is_left
    assert rows[0] == rows[1] == of_run(action, {"id": "7"}, ANSWER, **fixed).wire[3].decode()


def test_an_input_that_is_refused_has_the_diagnostics_of_a_run() -> None:
    action = sound()

    with pytest.raises(InputError) as caught:
        plan_of(action, {"id": "7"}).request({"n": "many"})

    expected = prepared(action, {"n": "many"}).input_errors
    assert [str(problem) for problem in caught.value.diagnostics] == [str(problem) for problem in expected]


def test_lost_identities_are_found_in_the_conversions() -> None:
    coerced = plan_of(sound(), {"id": "7"}).coerce({"id": "7", "n": "007"})

    assert [loss.code for loss in identity_losses(coerced.converted)] == ["KNB726"]


def test_a_request_never_shows_its_values() -> None:
    request = plan_of(sound({"headers": {"authorization": "Bearer {{{token}}}"}}), {"id": "7"}).request(
        {"id": "8"}
    )

    assert request.headers[0] == ("authorization", f"Bearer {TOKEN}")
    assert request.masked_headers[0] == ("authorization", "Bearer $shop.default.token")
    assert TOKEN not in repr(request)


def test_what_a_service_echoes_of_a_setting_is_not_in_the_output() -> None:
    plan = plan_of(sound({"headers": {"authorization": "Bearer {{{token}}}"}}), {"id": "7"})

    assert plan.output(200, (), json.dumps({"id": f"got {TOKEN}"}).encode()).value == {
        "id": "got $shop.default.token"
    }


def test_a_row_takes_a_fraction_of_the_calls_of_a_run() -> None:
    action = sound({"data": {"a": "{{{id}}}"}, "headers": {"authorization": "Bearer {{{token}}}"}})
    row = {"id": "8", "n": 3}
    plan = plan_of(action, row)

    assert 8 * count_calls(lambda: plan.request(row)) < count_calls(lambda: prepared(action, row))


def test_sent_rows_have_no_sample_of_the_environment_and_no_other_method() -> None:
    def sent(template: dict[str, Any], inputs: dict[str, Any], **options: Any) -> LeanPlan:
        action = sound(template)
        context = action.context(
            mode="live", settings=SETTINGS, now=datetime(2034, 1, 2, tzinfo=UTC), **options
        )
        return LeanPlan(action.definition, action.prepare(inputs, context), fixed=["now"])

    assert sent({"data": {"a": "{{id}}"}}, {"id": "7"}).request({"id": "8"}).body == '{"a":"8"}'
    with pytest.raises(NotLeanError):
        sent({"data": {"a": "{{_env.orgId}}"}}, {"id": "7"})
    with pytest.raises(NotLeanError):
        sent({"data": {"a": "/#lines"}}, {"id": "7"}).request({"id": "8", "lines": [{"_method": "DELETE"}]})
