import pytest

from kustomer_nb.definition import ActionDefinition
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.output import dotted_path, map_output, map_sample
from kustomer_nb.platform import Platform
from kustomer_nb.template import Rendering

RESPONSE = {"statusCode": 200, "body": {"id": "7", "debug": 1, "o": {"a": 1, "b": 2}}}
SCHEMA = {
    "properties": {
        "id": {"type": "number"},
        "o": {"type": "object", "properties": {"a": {}}, "additionalProperties": False},
    },
    "required": ["id", "name"],
    "additionalProperties": False,
}


def action(**properties):
    return ActionDefinition.read(properties).model


def test_an_output_is_rendered_converted_and_filtered():
    definition = action(outputTemplate="/#body", outputSchema=SCHEMA)

    output = map_output(definition, RESPONSE)

    projected = output.projected
    assert projected.value == {"id": 7, "o": {"a": 1}}
    assert [conversion.pointer for conversion in projected.converted] == ["/id"]
    assert [drop.pointer for drop in projected.dropped] == ["/debug", "/o/b"]
    assert projected.absent == ("/name",)
    assert output.missing == ()


def test_nested_members_may_be_kept():
    definition = action(outputTemplate="/#body", outputSchema=SCHEMA)

    output = map_output(definition, RESPONSE, Platform(output_schema_at_every_depth=False))

    assert output.projected.value == {"id": 7, "o": {"a": 1, "b": 2}}


def test_without_an_output_template_the_output_is_response_and_body():
    output = map_output(action(), RESPONSE)

    assert output.projected.value == {"response": RESPONSE, "body": RESPONSE["body"]}


def test_an_empty_body_is_left_out():
    definition = action(outputTemplate={"status": "/#response.statusCode", "body": "/#body"})

    output = map_output(definition, {"statusCode": 204})

    assert output.projected.value == {"status": 204}
    assert [(reference.path, reference.pointer) for reference in output.missing] == [
        ("body", "/outputTemplate/body")
    ]


def test_a_missing_output_is_null():
    output = map_output(action(outputTemplate="/#body.nope"), RESPONSE)

    assert output.projected.value is None
    assert output.projected.value is not UNDEFINED


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        pytest.param(None, ["a&amp;b", "2"], id="as measured"),
        pytest.param(Platform(escape_html=False), ["a&b", "2"], id="without escaping"),
        pytest.param(Platform(adjacent_raw_numbers_add=False), ["a&amp;b", "11"], id="without sums"),
    ],
)
def test_the_platform_decides_how_templates_render(platform, expected):
    definition = action(outputTemplate=["{{body.t}}", "{{{body.n}}}{{{body.n}}}"])

    output = map_output(definition, {"body": {"t": "a&b", "n": 1}}, platform)

    assert output.projected.value == expected


def test_a_template_that_cannot_be_parsed_is_an_error_with_its_place():
    with pytest.raises(TemplateError) as caught:
        map_output(action(outputTemplate={"a": ["{{#if x}}"]}), RESPONSE)

    assert caught.value.diagnostics[0].pointer == "/outputTemplate/a/0"


def test_the_sample_passes_the_output_schema_alone():
    definition = action(
        outputTemplate={"a": "{{#if x}}"}, outputSchema=SCHEMA, sampleOutputContext=RESPONSE["body"]
    )

    output = map_sample(definition)

    assert output.projected.value == {"id": 7, "o": {"a": 1}}


@pytest.mark.parametrize("schema", [None, {}, {"properties": {"ids": {"type": "array"}}}])
def test_an_output_that_is_changed_does_not_change_the_sample(schema):
    definition = action(outputSchema=schema, sampleOutputContext={"ids": [7], "o": {"a": [1]}})

    value = map_sample(definition).projected.value
    value["ids"].append(8)
    value["o"]["a"].append(2)

    assert map_sample(definition).projected.value == {"ids": [7], "o": {"a": [1]}}


@pytest.mark.parametrize(
    ("pointer", "text"),
    [
        pytest.param("/body/items/0", "body.items.0", id="a path"),
        pytest.param("/a~1b", "a/b", id="an escaped key"),
        pytest.param("", "(the whole value)", id="the whole"),
    ],
)
def test_a_pointer_is_written_as_a_path(pointer, text):
    path = dotted_path(pointer)

    assert path == text


@pytest.mark.parametrize(
    ("template", "body", "fix"),
    [
        pytest.param(
            "{{body.a}}", {"a": {"id": 1}}, 'write "/#body.a", which keeps the type.', id="an object"
        ),
        pytest.param(
            "is {{body.a}}",
            {"a": {"id": 1}},
            "print one of its members, as in {{{body.a.id}}}.",
            id="in text",
        ),
        pytest.param("{{body.a}}", {"a": [{}, {}]}, 'write "/#body.a", which keeps the type.', id="an array"),
        pytest.param(
            "{{mine}}",
            {},
            "print a member of the object, or let a helper of yours return a string.",
            id="of a helper",
        ),
    ],
)
def test_an_object_that_is_printed_is_reported(template, body, fix):
    rendering = Rendering(helpers={"mine": lambda options: {"id": 1}})

    output = map_output(action(outputTemplate={"n": template}), {"body": body}, rendering=rendering)

    assert [(item.code, item.pointer, item.fix) for item in output.diagnostics] == [
        ("KNB732", "/outputTemplate/n", fix)
    ]


@pytest.mark.parametrize(
    ("template", "body"),
    [
        pytest.param("/#body.a", {"a": {"id": 1}}, id="a reference"),
        pytest.param("{{body.a}}", {"a": "the page shows [object Object]"}, id="text of the response"),
        pytest.param("{{body.a}}", {"a": [1, "b"]}, id="an array of scalars"),
    ],
)
def test_what_prints_no_object_is_not_reported(template, body):
    output = map_output(action(outputTemplate={"n": template}), {"body": body})

    assert output.diagnostics == ()


def test_a_value_that_escaping_changes_is_reported_once_per_location():
    definition = action(outputTemplate={"n": "{{#each body.l}}{{this}}{{/each}}{{{body.q}}}"})

    output = map_output(definition, {"body": {"l": ["a&b", "c&d"], "q": "x=y"}})

    assert [
        (diagnostic.code, diagnostic.pointer, diagnostic.span.column) for diagnostic in output.diagnostics
    ] == [("KNB708", "/outputTemplate/n", 17)]
    # The path is body.l.0, and no tag says so.
    assert output.diagnostics[0].fix == "use three braces in that tag."
