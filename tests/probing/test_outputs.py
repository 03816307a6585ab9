"""Values of a response that reach the output as something else, each with a twin that does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.probing import HazardKind
from kustomer_nb.testing.collect import collect
from kustomer_nb.testing.replay import replay
from kustomer_nb.testing.results import Outcome

TEXT, NUMBER = {"type": "string"}, {"type": "number"}


def definition(template: Any, sample: Any, schema: Any = None) -> dict[str, Any]:
    action = {
        "name": "kustomer.app.shop.find",
        "type": "rest_api",
        "inputTemplate": {"uri": "https://api.shop.com/x", "method": "get", "json": True},
        "outputTemplate": template,
        "sampleOutputContext": sample,
        **({} if schema is None else {"outputSchema": schema}),
    }
    return {"app": "shop", "version": "1.0.0", "title": "Shop", "actions": [action]}


def found(template: Any, sample: Any, schema: Any = None) -> dict[HazardKind, list[str]]:
    hazards = knb.hazards(knb.load(definition(template, sample, schema)).action())
    return {
        hazard.kind: [value.name for value in hazard.values]
        for hazard in hazards.at_least(knb.Severity.WARNING)
    }


CLOSED = {"properties": {"a": TEXT}, "additionalProperties": False}
WIDER = {**CLOSED, "properties": {"a": TEXT, "b": TEXT}}


@pytest.mark.parametrize(
    ("kind", "arguments", "values", "twin"),
    [
        pytest.param(
            HazardKind.ESCAPED,
            ({"a": "{{body.a}}!", "n": "/#body.a"}, {"n": "x"}),
            {"double quotes", "&"},
            ({"a": "{{{body.a}}}!", "n": "/#body.a"}, {"n": "x"}),
            id="escaped",
        ),
        pytest.param(
            HazardKind.DROPPED,
            ({"a": "/#body.a", "b": "/#body.b"}, {"a": "x", "b": "y"}, CLOSED),
            {"any value"},
            (
                {"a": "/#body.a", "b": "/#body.b"},
                {"a": "x", "b": "y"},
                {**CLOSED, "properties": {"a": TEXT, "b": TEXT}},
            ),
            id="dropped",
        ),
        pytest.param(
            HazardKind.CONVERTED,
            ({"a": "/#body.a"}, {"a": 7}, {"properties": {"a": NUMBER}}),
            {"null"},
            ({"a": "/#body.a"}, {"a": 7}, {"properties": {"a": {"type": ["number", "null"]}}}),
            id="null for a number",
        ),
        pytest.param(
            HazardKind.LOST,
            ({"a": "{{#if body.n}}{{body.n}}{{/if}}", "n": "/#body.n"}, {"n": 7}),
            {"0"},
            ({"a": "{{body.n}}", "n": "/#body.n"}, {"n": 7}),
            id="zero in a block",
        ),
    ],
)
def test_each_cause_has_its_values_and_a_twin_without_any(
    kind: HazardKind, arguments: tuple[Any, ...], values: set[str], twin: tuple[Any, ...]
) -> None:
    assert set(found(*arguments).get(kind, [])) >= values
    assert kind not in found(*twin)


def test_what_arrives_as_it_is_is_no_hazard() -> None:
    assert found({"a": "/#body.a"}, {"a": "x"}, {"properties": {"a": {"type": ["string", "null"]}}}) == {}


def test_without_an_output_template_nothing_is_tried() -> None:
    value = definition(None, {"a": "x"})
    del value["actions"][0]["outputTemplate"]

    assert not knb.hazards(knb.load(value).action())


def test_the_hazard_names_the_response_and_the_place(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(definition({"a": "{{body.a}}!", "n": "/#body.a"}, {"n": "x"}), indent=2))
    hazards = knb.hazards(knb.load(path).action())

    (escaped,) = [hazard for hazard in hazards if hazard.kind is HazardKind.ESCAPED]
    assert (escaped.input, escaped.pointer) == ("body.a", "/actions/0/outputTemplate/a")
    saved = hazards.save_case([*hazards].index(escaped) + 1)
    assert [replay(case).outcome for case in collect([saved]).cases] == [Outcome.PASSED]
    assert "&quot;" in saved.read_text()
