"""Inputs, outputs and braces."""

from __future__ import annotations

import json
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.errors import EditError


def app_of(**action: Any) -> knb.App:
    return knb.loads(json.dumps({"name": "kustomer.app.shop.find", "type": "rest_api", **action}, indent=2))


def test_adds_an_input_with_all_that_is_said_of_it() -> None:
    app = app_of()
    text = app.text

    app.action().add_input("orderId", "number", required=True, default=7, description="On the receipt")

    assert app.action().value["inputSchema"] == {
        "type": "object",
        "properties": {"orderId": {"type": "number", "default": 7, "description": "On the receipt"}},
        "additionalProperties": False,
        "required": ["orderId"],
    }
    app.undo()
    assert app.text == text


def test_adds_a_property_to_an_input() -> None:
    app = app_of()
    action = app.action()
    for name, kind in (
        ("lines", "array"),
        ("lines[].sku", "string"),
        ("order", "object"),
        ("order.id", None),
    ):
        action.add_input(name, kind, required=name.endswith("sku"))

    properties = action.value["inputSchema"]["properties"]

    assert properties["lines"] == {
        "type": "array",
        "items": {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]},
    }
    assert properties["order"] == {"type": "object", "properties": {"id": {}}}
    assert "required" not in action.value["inputSchema"]


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("id", "string", "is already the name of an input"),
        ("token", "string", "is already the name of an app setting"),
        ("order id", "string", "{{[order id]}}"),
        ("date", "string", "{{this.date}}"),
        ("x", "integer", "`integer` is not a type of an input."),
        ("x", "numbr", "did you mean `number`?"),
        ("order.id", "string", 'action.add_input("order", "object")'),
        ("id[].x", "string", 'action.add_input("id", "array")'),
        ("lines[]", "string", "name a property"),
        ("", "string", "KNB158"),
    ],
)
def test_refuses_an_input_that_could_not_be_read(name: str, kind: str, expected: str) -> None:
    schema = {"properties": {"id": {"type": "string"}, "lines": {"type": "array"}}}
    app = app_of(appSettings={"token": {"key": "a.b.c"}}, inputSchema=schema)
    text = app.text

    with pytest.raises(EditError) as error:
        app.action().add_input(name, kind)

    assert expected in str(error.value)
    assert app.text == text


def test_removing_an_input_lists_the_templates_that_still_use_it() -> None:
    schema = {"properties": {"id": {}, "b": {}}, "required": ["id"], "dependencies": {"id": ["b"]}}
    app = app_of(
        inputSchema=schema,
        inputTemplate={"uri": "/{{id}}/{{#if id}}x{{/if}}", "qs": {"b": "/#b", "id": "/#id.x"}},
    )
    text = app.text

    changes = app.action().remove_input("id")

    assert app.action().value["inputSchema"] == {"properties": {"b": {}}, "dependencies": {}}
    assert [problem.pointer for problem in changes.diagnostics] == ["/inputTemplate/uri"] * 2 + [
        "/inputTemplate/qs/id"
    ]
    assert changes.diagnostics.codes == ["KNB303"] * 3
    changes.undo()
    assert app.text == text


def test_removes_a_property_within_an_input() -> None:
    line = {"properties": {"sku": {}, "id": {}}, "required": ["sku", "id"]}
    app = app_of(inputSchema={"properties": {"lines": {"items": line}, "sku": {}}, "required": ["sku"]})

    changes = app.action().remove_input("lines[].sku")

    assert not changes.diagnostics
    assert app.action().value["inputSchema"] == {
        "properties": {"lines": {"items": {"properties": {"id": {}}, "required": ["id"]}}, "sku": {}},
        "required": ["sku"],
    }


@pytest.mark.parametrize(
    ("template", "variable", "expected"),
    [
        ({"uri": "/{{id}}"}, "id", {"type": "string"}),
        ({"data": {"id": "/#id"}}, "id", {"type": "string"}),
        ({"data": '{"n": {{n}}, "s": "{{s}}"}'}, "n", {"type": "number"}),
        ({"data": '{"n": {{n}}, "s": "{{s}}"}'}, "s", {"type": "string"}),
        ({"data": "{{math n '+' 1}}"}, "n", {"type": "number"}),
        ({"data": "{{#if flag}}x{{/if}}"}, "flag", {"type": "boolean"}),
        ({"data": "{{#if flag}}{{flag}}{{/if}}"}, "flag", {"type": "string"}),
        ({"data": "{{#x}}1{{/x}}"}, "x", {}),
        ({"data": "{{order.id}}"}, "order", {"type": "object", "properties": {"id": {"type": "string"}}}),
        (
            {"data": "/#lines[0].sku"},
            "lines",
            {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}},
        ),
        (
            {"data": "{{#each lines}}{{sku}}{{#if paid}}x{{/if}}{{/each}}"},
            "lines",
            {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"sku": {"type": "string"}, "paid": {"type": "boolean"}},
                },
            },
        ),
        ({"data": "{{#each tags}}{{this}}{{/each}}{{tags.length}}"}, "tags", {"type": "array"}),
    ],
)
def test_declares_a_variable_with_the_type_of_its_use(template: Any, variable: str, expected: Any) -> None:
    app = app_of(inputTemplate=template)

    app.action().declare(variable)

    assert app.action().value["inputSchema"]["properties"] == {variable: expected}


def test_declares_what_is_missing_within_an_input() -> None:
    app = app_of(
        inputTemplate={"uri": "{{order.id}}{{order.no}}"},
        inputSchema={"properties": {"order": {"type": "object", "properties": {"id": {}}}}},
    )

    app.action().declare("order")

    assert app.action().value["inputSchema"]["properties"]["order"]["properties"] == {
        "id": {},
        "no": {"type": "string"},
    }


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("zzz", "no template reads `zzz`"),
        ("id", "declared in inputSchema already"),
        ("token", "an app setting"),
        ("_env", "the platform"),
    ],
)
def test_does_not_declare_what_needs_no_declaration(variable: str, expected: str) -> None:
    app = app_of(
        inputTemplate={"uri": "{{id}}{{token}}{{_env.orgId}}"},
        inputSchema={"properties": {"id": {}}},
        appSettings={"token": {"key": "a.b.c"}},
    )

    with pytest.raises(EditError, match=expected):
        app.action().declare(variable)


def test_adds_an_output_to_the_template_and_to_a_schema_that_declares_keys() -> None:
    schema = {"properties": {"a": {"type": "string"}}, "additionalProperties": False}
    app = app_of(outputTemplate={"a": "/#body.a"}, outputSchema=schema)
    action = app.action()

    action.add_output("id", "/#body.id", value=7)
    action.add_output("status", "/#response.statusCode")
    action.add_output("unknown", "/#body.x")
    action.add_output("/order/id", "/#body.order.id", value="x")

    assert action.value["outputTemplate"] == {
        "a": "/#body.a",
        "id": "/#body.id",
        "status": "/#response.statusCode",
        "unknown": "/#body.x",
        "order": {"id": "/#body.order.id"},
    }
    assert action.value["outputSchema"]["properties"] == {
        "a": {"type": "string"},
        "id": {"type": "number"},
        "status": {"type": "number"},
        "unknown": {},
        "order": {"type": "object", "properties": {"id": {"type": "string"}}},
    }


def test_one_undo_takes_an_output_back_from_both() -> None:
    app = app_of(outputTemplate={"a": "/#body.a"}, outputSchema={"properties": {}})
    text = app.text

    app.action().add_output("id", "/#body.id", value=7).undo()

    assert app.text == text


def test_a_schema_that_declares_nothing_stays_and_no_template_becomes_one() -> None:
    app = app_of(outputSchema={"type": "object"})

    app.action().add_output("id", "/#body.id")

    assert app.action().value["outputTemplate"] == {"id": "/#body.id"}
    assert app.action().value["outputSchema"] == {"type": "object"}


@pytest.mark.parametrize(
    ("template", "key", "reference", "expected"),
    [
        ({"id": 1}, "id", "/#body.id", "KNB158 the output has a key `id` already."),
        ("/#body", "id", "/#body.id", "KNB145"),
        ({"id": 1}, "/id/x", "/#body.id", "KNB145"),
        ({}, "", "/#body.id", "KNB158"),
        ({}, "id", "body.id", "such as /#body.id"),
        ({}, "id", "/body/id", "such as /#body.id"),
        ({}, "id", "{{body.id", "KNB301"),
        ({}, "id", "/#", "KNB302"),
    ],
)
def test_refuses_an_output_that_would_read_nothing(
    template: Any, key: str, reference: str, expected: str
) -> None:
    app = app_of(outputTemplate=template)

    with pytest.raises(EditError) as error:
        app.action().add_output(key, reference)

    assert expected in str(error.value)


@pytest.mark.parametrize(
    ("template", "variable", "expected"),
    [
        ("/{{id}}/{{b}}/{{ id }}", "id", "/{{{id}}}/{{b}}/{{{ id }}}"),
        ("{{~id~}}", "id", "{{~{id}~}}"),
        ("{{order.id}}{{id}}", "order.id", "{{{order.id}}}{{id}}"),
        ("{{#each l}}{{this.id}}{{/each}}", "l[].id", "{{#each l}}{{{this.id}}}{{/each}}"),
        ("{{toLower id}}{{id}}", "toLower id", "{{{toLower id}}}{{id}}"),
        ('"\\ é {{id}}', "id", '"\\ é {{{id}}}'),
    ],
)
def test_writes_three_braces_for_a_variable(template: str, variable: str, expected: str) -> None:
    app = app_of(inputTemplate={"uri": template})
    text = app.text

    app.action().use_unescaped("/inputTemplate/uri", variable)

    assert app.action().value["inputTemplate"]["uri"] == expected
    app.undo()
    assert app.text == text


@pytest.mark.parametrize(
    ("pointer", "variable", "expected"),
    [
        ("/inputTemplate/uri", "x", "no tag in this template escapes `x`"),
        ("/inputTemplate/uri", "raw", "no tag in this template escapes `raw`"),
        ("/inputTemplate/url", "id", "there is no template at this pointer"),
        ("/inputTemplate", "id", "there is no template at this pointer"),
        ("/inputTemplate/data", "id", "KNB301"),
    ],
)
def test_says_where_nothing_is_escaped(pointer: str, variable: str, expected: str) -> None:
    app = app_of(inputTemplate={"uri": "{{id}}{{{raw}}}{{!x}}", "data": "{{#if id}}"})

    with pytest.raises(EditError) as error:
        app.action().use_unescaped(pointer, variable)

    assert expected in str(error.value)
