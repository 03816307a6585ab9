from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from kustomer_nb.definition import (
    ActionDefinition,
    AppSetting,
    InputTemplate,
    Setting,
    WholeApp,
    document_from_value,
)
from kustomer_nb.definition.json_schema import definition_schema
from kustomer_nb.diagnostics import Diagnostics, Severity
from kustomer_nb.linting import Rule
from kustomer_nb.rules import RULES as ALL_RULES
from kustomer_nb.rules import lint_document
from tests.definition.mutating import mutated
from tests.samples import ECOMMSTORE, an_action, an_app

# The first family is about texts that are not JSON, and a schema is about values.
RULES = [rule for rule in ALL_RULES if rule.code > "KNB2"]
ROOT = Path(__file__).parents[2]
SCHEMA = definition_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
RULE_CASES = pytest.mark.parametrize(
    "rule", [pytest.param(rule, id=f"{rule.code} {rule.name}") for rule in RULES]
)
REFUND: dict[str, Any] = json.loads(ECOMMSTORE.read_text(encoding="utf-8"))

# The rules whose every error the schema rejects too.
REJECTED_BY_BOTH = {
    *("KNB201", "KNB202", "KNB204", "KNB205", "KNB206", "KNB208", "KNB209", "KNB211", "KNB212", "KNB213"),
    *("KNB214", "KNB217", "KNB221", "KNB401", "KNB411", "KNB501"),
}
# Those that are warnings, and one of which a pattern can say a part: whether a URL has http:// before it.
PARTLY_REJECTED = {"KNB222", "KNB402", "KNB414"}
# All the others depend on several parts of the file, on what a template reads, or are advice.


def schemas_in(schema: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each object of the schema that is not an example, with its path."""
    if isinstance(schema, dict):
        yield path, schema
        for key, item in schema.items():
            if key != "examples":
                yield from schemas_in(item, f"{path}/{key}")
    elif isinstance(schema, list):
        for at, item in enumerate(schema):
            yield from schemas_in(item, f"{path}/{at}")


DEFINED = [(path, schema) for path, schema in schemas_in(SCHEMA) if path.startswith("#/$defs")]


def errors(value: Any) -> list[ValidationError]:
    return list(VALIDATOR.iter_errors(value))


def look(value: Any) -> Diagnostics:
    return lint_document(document_from_value(value))


def test_it_is_a_schema_of_draft_2020_12() -> None:
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_it_refers_to_nothing_outside() -> None:
    referred = {schema["$ref"] for _, schema in schemas_in(SCHEMA) if "$ref" in schema}

    assert referred == {f"#/$defs/{name}" for name in SCHEMA["$defs"]}


def test_every_property_at_every_level_is_described() -> None:
    properties = {
        f"{path}/{name}": schema
        for path, parent in DEFINED
        if not path.endswith("/properties")
        for name, schema in parent.get("properties", {}).items()
    }

    assert len(properties) > 60
    assert [path for path, schema in properties.items() if len(schema.get("description", "")) < 10] == []
    assert [name for name, schema in SCHEMA["$defs"].items() if not schema.get("description")] == []


def test_nothing_in_it_would_make_an_editor_write_null() -> None:
    assert [
        path for path, schema in DEFINED if "default" in schema and not path.endswith("/properties")
    ] == []


@pytest.mark.parametrize("model", [WholeApp, ActionDefinition, InputTemplate, AppSetting, Setting])
def test_each_model_is_in_it_with_every_key_and_those_that_must_be_there(model: Any) -> None:
    values = SCHEMA["$defs"][model.__name__]

    assert tuple(values["properties"]) == model.keys()
    assert tuple(values["required"]) == model.REQUIRED
    assert set(model.REQUIRED) <= set(model.keys())


EXAMPLES = [
    pytest.param({**schema, "$defs": SCHEMA["$defs"]}, example, id=path)
    for path, schema in DEFINED
    if not path.endswith("/properties")
    for example in schema.get("examples", [])
]


@pytest.mark.parametrize(("schema", "example"), EXAMPLES)
def test_an_example_matches_its_schema(schema: dict[str, Any], example: Any) -> None:
    assert list(Draft202012Validator(schema).iter_errors(example)) == []


def test_the_example_of_an_action_lints_clean() -> None:
    (example,) = SCHEMA["$defs"]["ActionDefinition"]["examples"]

    assert look([example]).codes == []


@pytest.mark.parametrize("path", [ROOT / "notebooks/ecommstore.json", ECOMMSTORE], ids=["notebooks", "tests"])
def test_the_definitions_of_this_project_are_accepted(path: Path) -> None:
    assert errors(json.loads(path.read_text(encoding="utf-8"))) == []


@RULE_CASES
def test_the_good_file_of_a_rule_is_accepted(rule: Rule) -> None:
    assert errors(json.loads(rule.good)) == []


@RULE_CASES
def test_the_bad_file_of_a_rule_is_rejected_if_a_schema_can_express_it(rule: Rule) -> None:
    assert bool(errors(json.loads(rule.bad))) is (rule.code in REJECTED_BY_BOTH | PARTLY_REJECTED)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(an_app(an_action()), id="a whole app"),
        pytest.param(an_action(), id="one action"),
        pytest.param([an_action(), an_action(name="other")], id="an array of actions"),
        pytest.param([], id="an empty array"),
        pytest.param(an_action(notes="mine"), id="a key of an action that is not known"),
        pytest.param(
            an_action(
                description=None, appSettings=None, appAccountName=None, inputSchema=None, outputSchema=None
            ),
            id="null for what may be left out",
        ),
        pytest.param(
            an_action(inputSchema={"properties": {"a": {"enum": [1]}, "b": True}, "minProperties": 1}),
            id="keywords of JSON Schema that are not applied",
        ),
        pytest.param(
            an_action(inputSchema={"properties": {"type": {"type": ["string", "number"]}}}),
            id="an input named like a keyword",
        ),
    ],
)
def test_it_accepts(value: Any) -> None:
    assert errors(value) == []


@pytest.mark.parametrize(
    "method", ["get", "DELETE", "Patch", "/#method", "{{{method}}}", "{{#if x}}put{{/if}}"]
)
def test_a_method_may_be_in_any_case_or_come_from_a_variable(method: str) -> None:
    template = {"uri": "https://api.shop.com", "method": method}

    assert errors(an_action(inputTemplate=template)) == []


@pytest.mark.parametrize(
    "uri", ["http://a.b", " HTTPS://a.b", "/#uri", "{{{host}}}/x", "{{! x }}https://a.b"]
)
def test_an_address_may_begin_with_its_scheme_or_a_variable(uri: str) -> None:
    assert errors(an_action(inputTemplate={"uri": uri, "method": "get"})) == []


@pytest.mark.parametrize(
    ("value", "path", "message"),
    [
        pytest.param(5, [], "5 is not of type 'object', 'array'", id="neither object nor array"),
        pytest.param([5], [0], "5 is not of type 'object'", id="an action that is a number"),
        pytest.param({}, [], "'app' is a required property", id="nothing"),
        pytest.param({"app": "shop"}, [], "'version' is a required property", id="a version missing"),
        pytest.param({"type": "rest_api"}, [], "'name' is a required property", id="a name missing"),
        pytest.param(
            an_app(an_action(name=None)), ["actions", 0, "name"], "None is not of type 'string'", id="null"
        ),
        pytest.param(
            an_app(an_action(type="rest")),
            ["actions", 0, "type"],
            "'rest' is not one of ['rest_api']",
            id="another type",
        ),
        pytest.param(
            {"$schema": "./kustomer-action.schema.json", **an_app()},
            [],
            "Additional properties are not allowed ('$schema' was unexpected)",
            id="$schema in a definition",
        ),
        pytest.param(
            an_app(settings={"default": {"token": {"type": "text", "defaultValue": ""}}}),
            ["settings", "default", "token", "type"],
            "'text' is not one of ['string', 'number', 'boolean', 'secret']",
            id="a setting of no type",
        ),
        pytest.param(
            an_action(inputSchema={"properties": {"a": {"properties": {"b": 5}}}}),
            ["inputSchema", "properties", "a", "properties", "b"],
            "5 is not valid under any of the given schemas",
            id="deep in a schema",
        ),
    ],
)
def test_what_it_rejects_is_reported_at_its_path_and_not_as_a_failed_union(
    value: Any, path: list[Any], message: str
) -> None:
    reported = [
        (list(error.absolute_path), error.message) for error in _deepest(VALIDATOR.iter_errors(value))
    ]

    assert (path, message) in reported


def _deepest(errors: Any) -> Iterator[ValidationError]:
    for error in errors:
        yield from _deepest(error.context) if error.context else ()
        yield error


BASES: list[Any] = [
    *[REFUND, REFUND["actions"], REFUND["actions"][0]] * 10,
    *(json.loads(text) for rule in RULES for text in (rule.good, rule.bad)),
]


def some_mutated(seed: int) -> list[Any]:
    generator = random.Random(seed)
    values = (mutated(generator.choice(BASES), generator, generator.choice([1, 1, 3])) for _ in range(100))
    return [value for value in values if isinstance(value, (dict, list))]


SEEDS = pytest.mark.parametrize("seed", range(6))


@SEEDS
def test_it_reads_an_object_as_an_app_or_an_action_as_a_document_does(seed: int) -> None:
    objects = [value for value in (*some_mutated(seed), {}, *BASES) if isinstance(value, dict)]
    is_app = Draft202012Validator(SCHEMA["else"]["if"])

    assert [
        value for value in objects if is_app.is_valid(value) is not document_from_value(value).is_app
    ] == []


@SEEDS
def test_what_it_rejects_lint_reports(seed: int) -> None:
    rejected = [value for value in some_mutated(seed) if errors(value)]

    assert len(rejected) > 30
    assert [value for value in rejected if not look(value)] == []


@SEEDS
def test_it_rejects_the_errors_of_lint_that_a_schema_can_express(seed: int) -> None:
    reported = [
        value
        for value in some_mutated(seed)
        if any(d.code in REJECTED_BY_BOTH and d.severity is Severity.ERROR for d in look(value))
    ]

    assert len(reported) > 30
    assert [value for value in reported if not errors(value)] == []
