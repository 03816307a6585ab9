import datetime
import math

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kustomer_nb.errors import InputError
from kustomer_nb.schema import coerce

from .schemas import JSON, SCHEMAS


class Another(dict):
    """An object that is no plain dict, so that it is read part by part first."""


# What Python has and JSON has not, and numbers beyond a double.
ODD = st.sampled_from(
    [math.nan, math.inf, 2**60, -(10**400), datetime.date(2034, 1, 2), {1: 2}, ("a", 1), b"x"]
)
OBJECTS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d/e", "other"]) | st.integers(0, 1), JSON | ODD, max_size=5
)


def outcome(value, schema):
    """Return what became of inputs with their types, or what was found wrong with them."""
    try:
        found = coerce(value, schema)
    except InputError as error:
        return [str(one) for one in error.diagnostics]
    return repr(found)


@settings(max_examples=500)
@given(value=OBJECTS, schema=SCHEMAS)
@example(value={"a": math.nan}, schema={"properties": {"a": {"type": "number"}}, "required": ["a"]})
@example(value={"a": [1, {"b": 2**60}]}, schema={"properties": {"a": {"type": "array"}}})
@example(value={"a": True}, schema={"properties": {"a": {"type": "number"}}, "type": "object"})
@example(value={"a": 1}, schema={"type": "array", "properties": {}})
def test_in_one_pass_or_in_two_the_inputs_become_the_same(value, schema):
    assert outcome(value, schema) == outcome(Another(value), schema)


def test_what_was_given_is_shared_with_nothing():
    inner = [1, {"a": 2}]

    taken = coerce({"list": inner}, {"properties": {"list": {"type": "array"}}}).value
    taken["list"][1]["a"] = 3

    assert inner == [1, {"a": 2}]


def test_own_conversions_go_before_those_of_the_table():
    schema = {"properties": {"flag": {"type": "boolean"}}}

    taken = coerce({"flag": "yes"}, schema, conversions={"boolean": lambda value: value == "yes"})

    assert taken.value == {"flag": True}
