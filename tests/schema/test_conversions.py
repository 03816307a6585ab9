import json
import math
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

import pytest

from kustomer_nb.errors import InputError
from kustomer_nb.jsontext.javascript import UNDEFINED, whole
from kustomer_nb.schema import coerce, project
from kustomer_nb.schema.conversions import convert, is_whole, kind_of

AJV = json.loads((Path(__file__).parents[1] / "conformance/ajv_coercion.json").read_text("utf-8"))


def read(text):
    return json.loads(text, parse_int=lambda digits: whole(float(digits)))


def exact(value):
    """Tell 1 from true and 0 from -0, but not 1 from 1.0: JavaScript has one kind of number."""
    return repr(whole(value) if isinstance(value, float) and not math.isinf(value) else value)


def outcome_of_coerce(row):
    try:
        return True, exact(coerce({"x": read(row["input"])}, {"properties": {"x": row}}).value["x"])
    except InputError as error:
        return error.diagnostics.codes != ["KNB702"], exact(read(row["out"]))


def outcome_of_project(row):
    result = project({"x": read(row["input"])}, {"properties": {"x": row}})
    return not result.unconverted, exact(result.value["x"])


TABLE = [
    pytest.param(list(rows), id=f"to {wanted}")
    for wanted, rows in groupby(sorted(AJV["table"], key=lambda r: str(r["type"])), lambda r: str(r["type"]))
]


@pytest.mark.parametrize("rows", TABLE)
@pytest.mark.parametrize("outcome", [outcome_of_coerce, outcome_of_project])
def test_every_row_of_the_table_comes_out_as_from_ajv(rows, outcome):
    expected = {(row["input"], row["ok"], exact(read(row["out"]))) for row in rows}

    converted = {(row["input"], *outcome(row)) for row in rows}

    assert converted == expected


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(True, "boolean", id="a boolean is no number"),
        pytest.param(type("Text", (str,), {})("x"), "string", id="a string of a class of its own"),
        pytest.param(MappingProxyType({}), "object", id="a mapping that is no dict"),
        pytest.param((), "array", id="a tuple"),
        pytest.param(UNDEFINED, "", id="undefined is no JSON"),
        pytest.param(Decimal(1), "", id="a Decimal is no JSON"),
    ],
)
def test_knows_the_json_type_of_a_value(value, kind):
    assert kind_of(value) == kind


@pytest.mark.parametrize(
    "value",
    [
        pytest.param([], id="an empty array"),
        pytest.param({}, id="an empty object"),
        pytest.param(Decimal(0), id="what is no JSON, though it equals 0"),
        pytest.param(UNDEFINED, id="undefined"),
    ],
)
def test_converts_nothing_but_scalars(value):
    scalars = ["string", "number", "integer", "boolean", "null"]

    converted = convert(value, scalars)

    assert converted is UNDEFINED


def test_takes_the_first_type_a_value_can_become():
    types = ["object", "boolean", "number", "string"]

    converted = [convert(value, types) for value in ("true", "1", "x")]

    assert converted == [True, 1, UNDEFINED]


def test_counts_infinity_as_a_whole_number_and_a_half_not():
    assert [is_whole(value) for value in (3, 3.0, 3.5, -math.inf)] == [True, True, False, True]
