import json

import pytest

from kustomer_nb.definition import read_document
from kustomer_nb.rules import lint_document

from .looking import LEFT_OUT, a_request, an_action, an_app, closed_schema, look, places, quoted

TOKEN = {"token": {"key": "shop.default.token"}}


def sending(schema=LEFT_OUT, settings=LEFT_OUT, output=LEFT_OUT, **template):
    return an_action(
        inputSchema=schema,
        appSettings=settings,
        outputTemplate=output,
        inputTemplate=a_request(method="post", json=True, **template),
    )


def test_every_template_that_cannot_be_read_is_pointed_at_inside_its_string():
    value = sending(closed_schema(a="string"), data={"x": "Hello {{a[0]}}", "y": ["{{{a}}}", "{{#a}}"]})

    assert quoted(value, "KNB301") == ["{{a[0]}}", "{{#a}}"]
    assert look(value).errors.codes == ["KNB301", "KNB301"]


def test_a_call_that_can_only_fail_is_pointed_at_too():
    value = sending(
        closed_schema(a="string"), data="{{#if a a}}{{/if}} {{#each a}}{{unless a}}{{/each}}{{#if}}{{/if}}"
    )

    assert quoted(value, "KNB301") == ["{{#if a a}}", "{{unless a}}", "{{#if}}"]


@pytest.mark.parametrize(
    "output", ["/#", {"body": ["/#fn:parseInt,/#body.total"]}], ids=["no path", "a function, deep inside"]
)
def test_a_reference_that_cannot_be_read_is_an_error_in_outputs_too(output):
    assert len(places(sending(output=output), "KNB302")) == 1


@pytest.mark.parametrize(
    ("schema", "severity", "said"),
    [
        pytest.param(closed_schema(orderId="number"), "error", "can never be supplied", id="a closed schema"),
        pytest.param({"properties": {"orderId": {}}}, "warning", "declared neither", id="an open schema"),
        pytest.param(LEFT_OUT, "warning", "declared neither", id="no schema"),
    ],
)
def test_an_undeclared_variable_is_an_error_where_it_can_never_be_supplied(schema, severity, said):
    found = look(sending(schema, data={"id": "/#item"}))

    assert [(one.code, one.severity.value) for one in found] == [("KNB303", severity)]
    assert said in found[0].message
    assert found[0].fix == "declare `item` in inputSchema."


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        pytest.param("orderid", "did you mean `orderId`?", id="an input"),
        pytest.param("tokn", "did you mean `token`?", id="an app setting"),
        pytest.param("_enf", "did you mean `_env`?", id="the environment"),
    ],
)
def test_an_undeclared_variable_is_told_its_near_miss(name, fix):
    found = look(sending(closed_schema(orderId="number"), TOKEN, data={"id": f"/#{name}.x"}))

    assert [(one.code, one.fix) for one in found] == [("KNB303", fix)]


def test_a_setting_that_is_declared_and_not_in_app_settings_is_named():
    action = sending(closed_schema(a="string"), data={"key": "{{{region}}}"})

    found = look(an_app(settings={"eu": {"region": {"type": "string"}}}, actions=[action]))

    assert 'add "region": {"key": "shop.eu.region"} to appSettings.' in [one.fix for one in found]


def test_each_place_of_an_undeclared_variable_is_reported():
    value = sending(closed_schema(a="string"), uri="https://a.b/{{{x}}}/{{{x}}}", data="/#x")

    assert quoted(value, "KNB303") == ["{{{x}}}", "{{{x}}}", "/#x"]


@pytest.mark.parametrize("schema", [5, {"properties": []}], ids=["no object", "properties that are none"])
def test_variables_are_not_asked_for_where_the_schema_cannot_be_read(schema):
    assert places(sending(schema, data="/#x"), "KNB303") == []


@pytest.mark.parametrize(
    ("output", "fix"),
    [
        pytest.param("/#bdy.total", "did you mean `body`?", id="a near miss"),
        pytest.param("{{{total}}}", "did you mean `body.total`?", id="a key of the body"),
    ],
)
def test_an_output_that_reads_anything_but_the_response_is_a_warning(output, fix):
    found = look(sending(output={"total": output}))

    assert [(one.code, one.severity.value, one.fix) for one in found] == [("KNB303", "warning", fix)]


def test_an_output_may_read_response_body_and_environment():
    output = ["/#response.statusCode", "{{body.a}}", "/#_env.orgId"]

    assert look(sending(settings=TOKEN, output=output)).codes == []


@pytest.mark.parametrize(
    ("template", "text"),
    [
        pytest.param({"uri": "https://a.b/x/{{id}}"}, "{{id}}", id="in the uri"),
        pytest.param({"headers": {"x-id": "id {{id}}"}}, "{{id}}", id="in a header"),
        pytest.param({"qs": {"a": [{"b": "{{id}}"}]}}, "{{id}}", id="deep in qs"),
        pytest.param({"headers": {"x-key": "{{ token }}"}}, "{{ token }}", id="of a setting"),
    ],
)
def test_double_braces_where_escaping_corrupts_the_value_are_a_warning(template, text):
    value = sending(closed_schema(id="string"), TOKEN, **template)

    assert quoted(value, "KNB304") == [text]
    assert look(value).codes == ["KNB304"]


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"uri": "https://a.b/x/{{{id}}}/{{&id}}"}, id="not escaped"),
        pytest.param({"uri": "https://a.b/x/{{size}}/{{paid}}/{{order.size}}"}, id="numbers and booleans"),
        pytest.param({"uri": "https://a.b/x/{{limit}}"}, id="a setting that is a number"),
        pytest.param({"uri": "https://a.b/x/{{_env.orgId}}"}, id="the environment"),
        pytest.param({"data": {"note": "for {{id}}"}}, id="in the data"),
    ],
)
def test_double_braces_that_do_no_harm_are_not_reported(template):
    schema = closed_schema(id="string", size="number", paid="boolean", order="object")
    schema["properties"]["order"]["properties"] = {"size": {"type": "number"}}
    action = sending(schema, {"limit": {"key": "shop.default.limit"}}, **template)
    settings = {"default": {"limit": {"type": "number"}}}

    assert places(an_app(settings=settings, actions=[action]), "KNB304") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Order /#order.id.", "/#order.id.", id="after text"),
        pytest.param(" /#order", "/#order", id="after a space"),
        pytest.param("/#order /#size", "/#size", id="after another"),
        pytest.param("https://a.b/x/#order", "/#order", id="a variable after an address"),
        pytest.param("n /#fn:parseInt,order", "/#fn:parseInt,order", id="a function"),
    ],
)
def test_a_reference_within_a_longer_string_is_a_warning_alone(text, found):
    value = sending(closed_schema(order="string"), data={"note": text})

    assert quoted(value, "KNB305") == [found]
    assert look(value).codes == ["KNB305"]


@pytest.mark.parametrize("text", ["https://a.b/c/#section", "a/# b", "#x", "/#order"])
def test_what_only_looks_like_a_reference_is_not_reported(text):
    value = sending(closed_schema(order="string"), data={"note": text})

    assert look(value).codes == []


def test_a_reference_within_an_output_is_a_warning():
    assert places(sending(output={"said": "Status /#response.statusCode"}), "KNB305") == [
        "warning /outputTemplate/said"
    ]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        pytest.param("{{{size}}}", "size", id="not escaped"),
        pytest.param("{{size}}", "size", id="escaped"),
        pytest.param("{{order.list}}", "order.list", id="within an object"),
        pytest.param("{{paid}}", "paid", id="a boolean"),
    ],
)
def test_a_type_that_a_template_loses_is_a_hint_with_the_reference(text, path):
    schema = closed_schema(size="number", paid="boolean", order="object")
    schema["properties"]["order"]["properties"] = {"list": {"type": "array"}}

    found = look(sending(schema, data={"a": [text]}))

    assert [(one.code, one.severity.value) for one in found] == [("KNB306", "hint")]
    assert found[0].fix == f'write "/#{path}", which keeps the type.'


@pytest.mark.parametrize("text", ["{{name}}", "{{size}} items", "{{size}}{{size}}", "/#size", "{{token}}"])
def test_a_template_that_is_meant_as_text_is_not_reported(text):
    value = sending(closed_schema(size="number", name="string"), TOKEN, data={"a": text})

    assert look(value).codes == []


def test_a_place_inside_a_string_with_escapes_is_found():
    value = sending(closed_schema(a="string"), data="\t{{{x}}}")

    assert quoted(value, "KNB303") == ["{{{x}}}"]


def test_a_place_inside_a_string_has_the_line_and_column_of_its_text():
    text = json.dumps(sending(closed_schema(a="string"), uri="https://a.b/{{{x}}}"), indent=1)

    (found,) = lint_document(read_document(text))

    assert text.splitlines()[found.span.line - 1][found.span.column - 1 :].startswith("{{{x}}}")
