import json

import pytest

from kustomer_nb import definition_schema, loads
from kustomer_nb.definition import Kind, read_document
from kustomer_nb.rules import fix_document, lint_document
from tests.samples import ECOMMSTORE, FIXTURES

COMMAND = {
    "name": "shop.app.api.fetch",
    "displayName": "F",
    "permittedArgs": ["email"],
    "url": "https://api.x.com/o?e={{{email}}}",
    "httpMethod": "get",
    "appSettings": {"t": {"key": "shop.default.t"}},
}
OTHERS = {
    "package.json": ({"name": "x", "version": "1.0.0", "scripts": {"a": "b"}, "dependencies": {}}, "PACKAGE"),
    "package.json with little in it": ({"name": "x", "dependencies": {"y": "1"}}, "PACKAGE"),
    "package-lock.json": ({"name": "x", "lockfileVersion": 3, "packages": {}}, "PACKAGE"),
    "tsconfig.json": ({"compilerOptions": {"strict": True}, "include": ["src"]}, "TYPESCRIPT_CONFIG"),
    "a cassette": ({"version": 1, "exchanges": []}, "CASSETTE"),
    "the schema of definitions": (definition_schema(), "JSON_SCHEMA"),
    "another schema": (
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "T", "version": "1"},
        "JSON_SCHEMA",
    ),
    "a schema without $schema": ({"type": "object", "properties": {"a": {"type": "string"}}}, "JSON_SCHEMA"),
    "a notebook": ({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, "NOTEBOOK"),
    "a workflow": ({"name": "find", "description": "d", "steps": [], "trigger": {}}, "WORKFLOW"),
    "a command": (COMMAND, "COMMAND"),
}
UNKNOWN = {
    "an empty object": {},
    "an empty array": [],
    "data": {"orders": [{"id": 7}], "total": 1},
    "a list of data": [{"id": 7, "type": "order"}],
    "a context of a step": {"input": {}, "run": {}, "output": {}},
    "reactions": {"reactions": [1], "sections": [2], "fractions": {}},
    "a title and texts": {"title": "x", "description": "y"},
    "settings of an editor": {"settings": {"editor.tabSize": 2}},
}
DEFINITIONS = {
    "an app without actions": {"app": "shop", "version": "1.0.0"},
    "an app by its name alone": {"app": "shop"},
    "an app without its name": {"version": "1.0.0", "title": "Shop"},
    "an app with commands alone": {"commands": [COMMAND]},
    "an app with settings alone": {"settings": {"default": {"token": {"type": "secret"}}}},
    "an app with dependencies and scripts": {"app": "shop", "dependencies": ["x-^1"], "scripts": {}},
    "an app with the $schema of definitions": {"$schema": "./kustomer-action.schema.json", "app": "shop"},
    "an app with the $schema of JSON Schema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "app": "shop",
    },
    "an app with misspelt actions": {"acitons": [{}], "name": "x"},
    "actions that are no array": {"actions": {}},
    "a template alone": {"inputTemplate": None},
    "inputs and scripts": {"inputSchema": {}, "scripts": {}, "name": "x"},
    "inputs and exchanges": {"inputSchema": {}, "exchanges": [], "version": 1},
    "an output alone": {"outputTemplate": "/#body"},
    "a name of an action": {"name": "kustomer.app.shop.find"},
    "a type of an action": {"type": "REST-API", "url": "https://x.com"},
    "an action with a method and an address": {**COMMAND, "type": "rest_api"},
    "a list with one action": [{}, {"inputSchema": {}}],
    "a misspelt template": {"name": "find", "inputTemplat": {}},
}
BROKEN = {
    "a bracket too few": '{"app": "shop", "actions": [{"inputTemplate": {"uri": "x"}',
    "a quote too few": '{"app": "shop, "version": "1.0.0"}',
    "a bracket too many in front": '{"list": []}, "actions": [{"name": "x"}]}',
    "a part that another part took in": '{"data": {"x": [1, "inputTemplate": {"uri": "y"}',
}


@pytest.mark.parametrize(("value", "kind"), OTHERS.values(), ids=OTHERS)
def test_what_is_kept_next_to_a_definition_is_known_and_left_alone(value, kind):
    # Written as loosely as a safe fix would not leave it.
    document = read_document(json.dumps(value).replace('"', "'") + " // x")

    assert document.kind is Kind[kind]
    assert not document.is_definition
    assert fix_document(document, unsafe=True)[0].text == document.text


@pytest.mark.parametrize(("value", "kind"), OTHERS.values(), ids=OTHERS)
def test_no_rule_checks_what_is_not_a_definition(value, kind):
    diagnostics = lint_document(read_document(json.dumps(value)))

    assert diagnostics.codes == ["KNB217" if kind == "WORKFLOW" else "KNB129"]
    assert kind == "WORKFLOW" or Kind[kind].value in diagnostics[0].message


@pytest.mark.parametrize("value", UNKNOWN.values(), ids=UNKNOWN)
def test_a_value_without_keys_of_a_definition_is_unknown(value):
    document = read_document(json.dumps(value))

    assert document.kind is Kind.UNKNOWN
    assert not document.is_definition
    assert document.no_definition().code == "KNB129"


@pytest.mark.parametrize("value", DEFINITIONS.values(), ids=DEFINITIONS)
def test_a_definition_is_known_by_any_of_its_keys(value):
    document = read_document(json.dumps(value))

    assert document.kind is Kind.DEFINITION
    assert document.is_definition


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_definition_is_still_checked(text):
    assert read_document(text).is_definition


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*r*.*")), ids=lambda path: path.name)
def test_the_definitions_of_the_tests_are_definitions(path):
    assert read_document(path.read_text(encoding="utf-8")).is_definition


@pytest.mark.parametrize("suffix", [".json", ".mjs"])
def test_a_command_with_inputs_is_only_reported_as_one(suffix):
    text = json.dumps({**COMMAND, "inputSchema": {"type": "object"}})
    app = loads(f"export default {text};" if suffix == ".mjs" else text)

    assert app.document.is_definition
    assert app.lint().codes == ["KNB149"]
    assert not app.lint().errors
    assert not app.fix(unsafe=True)


def test_a_cassette_that_is_broken_is_known_by_its_name(tmp_path):
    path = tmp_path / "shop.cassette.json"

    assert read_document('{"version": 1, "exchnges": [{"actions": 1}', path).kind is Kind.CASSETTE


def test_the_value_of_a_file_that_is_no_definition_can_still_be_loaded():
    app = loads('{"name": "x", "scripts": {"a": "b"}}')

    assert app.document.value["scripts"] == {"a": "b"}
    assert app.actions == ()


def test_a_definition_is_found_whatever_else_is_in_the_file():
    assert read_document(ECOMMSTORE.read_text(encoding="utf-8")).kind is Kind.DEFINITION
