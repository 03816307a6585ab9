from pathlib import Path

import pytest

from kustomer_nb.definition import document_from_value, read_document
from kustomer_nb.rules import lint_document
from tests.rules.looking import LEFT_OUT, a_request, an_action, closed_schema, look, places


def taking(schema):
    return an_action(inputSchema=schema)


def with_type(kind):
    return taking({"properties": {"a": {"type": kind}}})


@pytest.mark.parametrize("kind", ["string", "boolean", "number", "object", "array", None], ids=repr)
def test_a_type_of_the_page_is_right(kind):
    assert look(with_type(kind)).codes == []


@pytest.mark.parametrize(
    ("kind", "severity", "fix"),
    [
        pytest.param("integer", "warning", "did you mean `number`?", id="another type of JSON Schema"),
        pytest.param("Int", "error", "did you mean `number`?", id="another name"),
        pytest.param("strng", "error", "did you mean `string`?", id="a near miss"),
        pytest.param("file", "error", "use one of string, boolean, number, object, array.", id="another"),
        pytest.param(5, "error", "use one of string, boolean, number, object, array.", id="a number"),
    ],
)
def test_another_type_is_reported_with_its_near_miss(kind, severity, fix):
    diagnostics = look(with_type(kind))

    assert [(diagnostic.code, diagnostic.severity.value, diagnostic.fix) for diagnostic in diagnostics] == [
        ("KNB501", severity, fix)
    ]
    assert diagnostics[0].pointer == "/inputSchema/properties/a/type"


def test_each_type_of_a_list_is_looked_at():
    diagnostics = look(with_type(["string", "null", "int"]))

    assert [diagnostic.severity.value for diagnostic in diagnostics] == ["warning", "error"]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        pytest.param({"items": {"type": "x"}}, "error /outputSchema/items/type", id="of items"),
        pytest.param(
            {"additionalProperties": {"type": "x"}},
            "error /outputSchema/additionalProperties/type",
            id="of what is not named",
        ),
        pytest.param(
            {"properties": {"a": {"properties": {"b/c": {"type": "x"}}}}},
            "error /outputSchema/properties/a/properties/b~1c/type",
            id="of a property's own",
        ),
    ],
)
def test_schemas_within_schemas_are_looked_at(schema, expected):
    assert places(an_action(outputSchema=schema), "KNB501") == [expected]


@pytest.mark.parametrize(
    ("schema", "fix"),
    [
        pytest.param("number", 'write {"type": "number"}.', id="the name of a type"),
        pytest.param("id", 'write {"type": "string"}.', id="other text"),
        pytest.param(5, 'write {"type": "string"}.', id="a number"),
    ],
)
def test_a_property_that_is_no_schema_is_an_error(schema, fix):
    diagnostics = look(taking({"properties": {"a": schema}}))

    assert [(diagnostic.code, diagnostic.fix) for diagnostic in diagnostics] == [("KNB501", fix)]


def test_a_property_that_is_true_asks_nothing():
    assert look(taking({"properties": {"a": True}})).codes == []


def test_properties_that_are_no_object_are_one_error():
    assert places(taking({"properties": ["a"]}), "KNB501") == ["error /inputSchema/properties"]


@pytest.mark.parametrize(
    ("key", "closed", "severity"),
    [
        pytest.param("inputSchema", False, "error", id="of inputs that allow no other"),
        pytest.param("inputSchema", True, "warning", id="of inputs that allow others"),
        pytest.param("outputSchema", False, "warning", id="of outputs"),
    ],
)
def test_a_required_name_that_is_not_declared_is_reported(key, closed, severity):
    schema = {**closed_schema(a="string"), "required": ["a", "b", 5], "additionalProperties": closed}

    assert places(an_action(**{key: schema}), "KNB502") == [
        f"{severity} /{key}/required/1",
        # What is no name at all.
        f"warning /{key}/required/2",
    ]


def test_a_required_name_is_told_its_near_miss():
    (diagnostic,) = look(taking({**closed_schema(orderId="string"), "required": ["orderID"]}))

    assert diagnostic.fix == "did you mean `orderId`?"


@pytest.mark.parametrize("closed", ["false", None, 0, []], ids=["text", "null", "a number", "an array"])
def test_additional_properties_that_are_no_schema_are_a_warning(closed):
    value = taking({**closed_schema(a="string"), "additionalProperties": closed})

    assert places(value, "KNB501") == ["warning /inputSchema/additionalProperties"]


def test_required_that_is_no_list_is_a_warning():
    value = taking({"properties": {"a": {"type": "string", "required": True}}})

    assert places(value, "KNB502") == ["warning /inputSchema/properties/a/required"]


@pytest.mark.parametrize(
    ("keyword", "fix"),
    [
        pytest.param("pattern", "let the service validate the value.", id="of JSON Schema"),
        pytest.param("requird", "did you mean `required`?", id="a near miss"),
    ],
)
def test_a_keyword_that_is_not_applied_is_a_hint(keyword, fix):
    diagnostics = look(taking({"properties": {"a": {keyword: "x"}}}))

    assert [(diagnostic.code, diagnostic.severity.value, diagnostic.fix) for diagnostic in diagnostics] == [
        ("KNB503", "hint", fix)
    ]
    assert diagnostics.text[diagnostics[0].span.start : diagnostics[0].span.end] == f'"{keyword}"'


def test_a_property_named_as_a_keyword_is_none():
    assert look(taking(closed_schema(enum="string", format="string"))).codes == []


@pytest.mark.parametrize("schema", [LEFT_OUT, None, {}], ids=repr)
def test_no_schema_is_right(schema):
    assert look(taking(schema)).codes == []


def reading(qs, **keys):
    schema = closed_schema(orderId="string", note="string")
    return an_action(inputSchema=schema, inputTemplate=a_request(qs=qs, **keys))


def unread(value):
    diagnostics = lint_document(document_from_value(value))
    return [d.pointer.rpartition("/")[2] for d in diagnostics if d.code == "KNB513"]


@pytest.mark.parametrize(
    ("qs", "expected"),
    [
        pytest.param({"a": "/#orderId"}, ["note"], id="a reference to the other"),
        pytest.param({"a": "{{{note}}}"}, ["orderId"], id="a template with the other"),
        pytest.param({"a": "orderId"}, ["orderId", "note"], id="a fixed text"),
        pytest.param({"orderId": 1}, ["orderId", "note"], id="a key of that name"),
    ],
)
def test_an_input_that_no_template_reads_is_a_hint(qs, expected):
    assert unread(reading(qs)) == expected


@pytest.mark.parametrize(
    "qs",
    [
        pytest.param({"a": "/#orderId", "b": "{{#if note}}c{{/if}}"}, id="in a condition"),
        pytest.param({"a": "/#fn:parseInt,orderId", "b": "{{toLower note}}"}, id="as arguments"),
        pytest.param(
            {"a": "{{#with orderId}}{{length}}{{/with}}", "b": ["/#note"]}, id="in a block and an array"
        ),
        pytest.param({"a": "{{#each this}}{{@key}}{{/each}}"}, id="all of them"),
        pytest.param({"a": "{{lookup . orderId}}{{{lookup this note}}}"}, id="by a name that a run knows"),
        pytest.param({"a": "{{orderId"}, id="a template that does not parse"),
        pytest.param(
            {"a": "x /#orderId", "b": "{{{orderid}}} {{{nte}}} /#note"}, id="names that others report"
        ),
    ],
)
def test_an_input_that_a_template_reads_or_may_read_is_right(qs):
    assert unread(reading(qs)) == []


def test_nothing_is_said_of_inputs_where_the_request_is_code():
    text = (
        "export default {name: 'kustomer.app.shop.find', type: 'rest_api', description: 'd', "
        "inputTemplate: make(), inputSchema: {type: 'object', properties: {a: {type: 'string'}}}}"
    )

    assert "KNB513" not in lint_document(read_document(text, Path("a.js"))).codes
