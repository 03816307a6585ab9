import json
import random

import pytest
from jsonschema import Draft202012Validator

from kustomer_nb import definition_schema, lint
from kustomer_nb.app import load
from kustomer_nb.definition import document_of
from kustomer_nb.rules import RULES, lint_document
from tests.samples import ECOMMSTORE, FIXTURES

from .mutating import mutated

SCHEMA = definition_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
OF_VALUES = [one for one in RULES if one.code >= "KNB2"]
# What a schema cannot say, or what does not hold in every definition: a rule says it better.
FOUND_BY_BAD = {"KNB202", "KNB204", "KNB205", "KNB206", "KNB208", "KNB209", "KNB211", "KNB212", "KNB213"}
FOUND_BY_BAD |= {"KNB201", "KNB214", "KNB221", "KNB222", "KNB401", "KNB411", "KNB414", "KNB501"}
BASES = [
    json.loads(ECOMMSTORE.read_text(encoding="utf-8")),
    *(json.loads(one.good) for one in OF_VALUES[::4]),
]


def valid(value):
    return VALIDATOR.is_valid(value)


def test_it_is_a_schema_of_draft_2020_12():
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMA)


def test_every_property_is_described():
    named = {
        f"{model}.{name}": one
        for model, schema in SCHEMA["$defs"].items()
        for name, one in schema["properties"].items()
    }

    assert len(named) > 50
    assert [name for name, one in named.items() if not one.get("description")] == []


def test_nothing_in_it_is_somewhere_else():
    assert all(ref.startswith("#/$defs/") for ref in references(SCHEMA))


def references(value):
    if isinstance(value, dict):
        yield from ([value["$ref"]] if isinstance(value.get("$ref"), str) else [])
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from references(one)


@pytest.mark.parametrize("path", [ECOMMSTORE, FIXTURES / "ecommstore.json"], ids=lambda one: one.parent.name)
def test_it_takes_the_examples(path):
    assert not lint(load(path))
    assert [error.message for error in VALIDATOR.iter_errors(json.loads(path.read_text("utf-8")))] == []


@pytest.mark.parametrize("one", [pytest.param(one, id=one.code) for one in OF_VALUES])
def test_it_takes_what_lint_finds_nothing_in(one):
    assert [error.message for error in VALIDATOR.iter_errors(json.loads(one.good))] == []


@pytest.mark.parametrize("code", sorted(FOUND_BY_BAD))
def test_it_rejects_what_these_rules_report(code):
    (rule,) = [one for one in RULES if one.code == code]

    assert not valid(json.loads(rule.bad))


@pytest.mark.parametrize("seed", range(5))
def test_what_it_rejects_lint_reports(seed):
    chance = random.Random(seed)
    rejected = 0
    for _ in range(100):
        value = mutated(chance.choice(BASES), chance)
        if isinstance(value, (dict, list)) and not valid(value):
            rejected += 1
            assert lint_document(document_of(value)), json.dumps(value)

    assert rejected > 20
