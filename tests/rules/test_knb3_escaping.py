import pytest

from tests.rules.looking import an_app, closed_schema, look, places, quoted, sending

TOKEN = {"token": {"key": "shop.default.token"}}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        pytest.param({"uri": "https://a.b/x/{{id}}"}, "{{id}}", id="in the uri"),
        pytest.param({"headers": {"x-id": "id {{id}}"}}, "{{id}}", id="in a header"),
        pytest.param({"qs": {"a": [{"b": "{{id}}"}]}}, "{{id}}", id="deep in qs"),
        pytest.param({"headers": {"x-key": "{{ token }}"}}, "{{ token }}", id="of a setting"),
    ],
)
def test_double_braces_where_escaping_corrupts_the_value_are_reported(template, text):
    value = sending(closed_schema(id="string"), TOKEN, **template)

    assert quoted(value, "KNB304") == [text]
    assert look(value).codes == ["KNB304"]


@pytest.mark.parametrize(
    ("template", "fix"),
    [
        pytest.param(
            {"uri": "https://a.b/x?q={{id}}&z=1"},
            'use qs, an object, which is encoded: "qs": {"q": "/#id"}.',
            id="a parameter of the uri",
        ),
        pytest.param(
            {"uri": "https://a.b/x?a=1&q=is {{id}}"},
            "use qs, an object with the parameter q, which is encoded.",
            id="a part of a parameter",
        ),
        pytest.param(
            {"uri": "https://a.b/x?q={{toLower id}}"},
            "use qs, an object with the parameter q, which is encoded.",
            id="a helper",
        ),
        pytest.param(
            {"qs": "q={{id}}"},
            'use qs, an object, which is encoded: "qs": {"q": "/#id"}.',
            id="qs as a string",
        ),
        pytest.param({"uri": "https://a.b/x?{{id}}"}, "write `{{{id}}}`.", id="a whole query"),
        pytest.param({"uri": "https://a.b/x/{{id}}?q=1"}, "write `{{{id}}}`.", id="a path before a query"),
        pytest.param({"qs": {"q": "{{id}}"}}, "write `{{{id}}}`.", id="qs as an object"),
    ],
)
def test_the_fix_of_double_braces_lets_no_value_delimit_a_query(template, fix):
    diagnostics = look(sending(closed_schema(id="string"), **template))

    (finding,) = [item for item in diagnostics if item.code == "KNB304"]
    assert finding.fix == fix
    assert bool(finding.edits) == ("{{{id}}}" in fix)


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"uri": "https://a.b/x/{{{id}}}/{{&id}}"}, id="not escaped"),
        pytest.param({"uri": "https://a.b/x/{{size}}/{{paid}}/{{order.size}}"}, id="numbers and booleans"),
        pytest.param({"uri": "https://a.b/x/{{limit}}"}, id="a setting that is a number"),
        pytest.param({"uri": "https://a.b/x/{{_env.orgId}}"}, id="the environment"),
        pytest.param({"data": {"note": "for {{id}}"}}, id="in the data, which KNB319 reports"),
    ],
)
def test_double_braces_that_do_no_harm_are_not_reported(template):
    schema = closed_schema(id="string", size="number", paid="boolean", order="object")
    schema["properties"]["order"]["properties"] = {"size": {"type": "number"}}
    action = sending(schema, {"limit": {"key": "shop.default.limit"}}, **template)
    settings = {"default": {"limit": {"type": "number"}}}

    assert places(an_app(settings=settings, actions=[action]), "KNB304") == []


BODY = {
    "properties": {
        "name": {"type": "string"},
        "size": {"type": "number"},
        "order": closed_schema(name="string"),
    }
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        pytest.param({"data": {"name": "{{name}}"}}, "{{name}}", id="in the data"),
        pytest.param({"data": {"a": [{"b": "for {{ order.name }}."}]}}, "{{ order.name }}", id="deep within"),
        pytest.param({"data": {"name": "{{toLower name}}"}}, "{{toLower name}}", id="a call"),
        pytest.param({"data": {"k": "{{token}}"}}, "{{token}}", id="a setting"),
    ],
)
def test_double_braces_in_a_body_are_a_hint(template, text):
    value = sending(BODY, TOKEN, **template)

    assert quoted(value, "KNB319") == [text]
    assert {d.severity.value for d in look(value) if d.code == "KNB319"} == {"hint"}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"name": "{{{name}}}", "b": "{{&name}}", "c": "/#name"}, id="not escaped"),
        pytest.param({"size": "n {{size}}"}, id="a number"),
        pytest.param({"html": "<p>Hello {{name}}</p>"}, id="a text that is HTML"),
        pytest.param({"html": "{{name}} &amp; you"}, id="a text with an entity"),
        pytest.param({"at": "{{date 'day' count=0}}"}, id="a helper whose result has nothing to escape"),
        pytest.param("name={{name}}", id="a body that is one text"),
        pytest.param({"a": "{{#if name}}b{{/if}}"}, id="a condition, which prints nothing"),
    ],
)
def test_a_body_where_escaping_changes_nothing_or_is_meant_is_right(data):
    assert places(sending(BODY, TOKEN, data=data), "KNB319") == []


@pytest.mark.parametrize(
    ("template", "severity"),
    [
        pytest.param({"uri": "{{url}}"}, "warning", id="a whole URL"),
        pytest.param({"uri": "https://a.b/c?{{query}}"}, "warning", id="a whole query"),
        pytest.param({"headers": {"authorization": "Basic {{token}}"}}, "warning", id="base64"),
        pytest.param({"headers": {"authorization": "Bearer {{token}}"}}, "hint", id="a token"),
        pytest.param({"uri": "https://a.b/{{query}}"}, "hint", id="a segment of the path"),
        pytest.param({"qs": {"q": "{{query}}"}}, "hint", id="a parameter"),
    ],
)
def test_double_braces_are_a_warning_where_the_value_surely_has_such_characters(template, severity):
    value = sending(closed_schema(url="string", query="string"), **template, settings=TOKEN)

    assert [d.severity.value for d in look(value) if d.code == "KNB304"] == [severity]
