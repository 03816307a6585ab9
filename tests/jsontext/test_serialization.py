import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import _stringified, _stringified_by_python, same_json, stringify
from tests.work import SLOW, count_calls


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(
            {"a": UNDEFINED, "b": [UNDEFINED, math.nan]}, '{"b":[null,null]}', id="nothing to write"
        ),
        pytest.param((1, {}), "[1,{}]", id="a tuple"),
        pytest.param("é", '"é"', id="a string"),
        pytest.param(-0.0, "0", id="minus zero"),
        pytest.param([math.inf, -math.inf, 10**400, -(10**400)], "[null,null,null,null]", id="infinity"),
        pytest.param(UNDEFINED, None, id="undefined"),
    ],
)
def test_a_value_is_written_as_json_stringify_writes_it(value, text):
    result = stringify(value)

    assert result == text


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({"b": 1, "2": 2, "1": [1.0]}, {"b": 1.0, "1": [1], "2": 2}, id="indexes in any order"),
        pytest.param([math.nan, math.inf], [None, None], id="what JSON has no word for"),
        pytest.param([[[]]] * 2, [[[]], [[]]], id="arrays in arrays"),
    ],
)
def test_values_that_are_written_the_same_are_the_same_json(first, second):
    assert same_json(first, second)
    assert stringify(first) == stringify(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({"a": 1, "b": 2}, {"b": 2, "a": 1}, id="another order of names"),
        pytest.param([{}], [[]], id="an object and an array"),
        pytest.param([1], ["1"], id="a number and its text"),
        pytest.param([None], [], id="one more"),
        pytest.param({"a": {"b": [0]}}, {"a": {"b": [False]}}, id="deep inside"),
        pytest.param([{}], [None], id="an object and null"),
    ],
)
def test_values_that_are_written_otherwise_are_not_the_same_json(first, second):
    assert not same_json(first, second)
    assert stringify(first) != stringify(second)


def test_deep_values_are_compared_without_recursion():
    first, second = [1], [1]
    for _ in range(100_000):
        first, second = [first], [second]

    assert same_json(first, second)


_KEYS = st.text(max_size=4) | st.sampled_from(["1", "10", "01", "-1", "NaN", "e+1", '"1":', "\ud800"])
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.integers(-(2**60), 2**60)
    | st.sampled_from(
        [3.0, -0.0, 1e16, 1e-7, 0.1, 2.0**53, UNDEFINED, "3.0,", '":3.0,', "\\", "\ud83d", "é", "1e+16"]
    )
    | st.text(max_size=6)
)
_VALUES = st.recursive(
    _SCALARS,
    lambda items: st.lists(items, max_size=4) | st.dictionaries(_KEYS, items, max_size=4),
    max_leaves=8,
)


@settings(max_examples=2_000 if SLOW else 500, deadline=None)
@given(value=_VALUES)
def test_what_the_encoder_of_python_writes_is_what_the_walk_writes(value):
    assert stringify(value) == _stringified(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(
            {"items": [{"id": "a-1", "price": 1.5}, {"é": None}]},
            '{"items":[{"id":"a-1","price":1.5},{"é":null}]}',
            id="strings and fractions",
        ),
        pytest.param([3.0, -2.0, 10.0, 0.05], "[3,-2,10,0.05]", id="whole floats"),
        pytest.param({"3.0": "3.0,", "a": 3.0}, '{"3.0":"3.0,","a":3}', id="one within a string"),
        pytest.param(['":3.0,\\', 3.0], '["\\":3.0,\\\\",3]', id="one within escaped quotes"),
        pytest.param(["\\", 3.0, '\\"'], '["\\\\",3,"\\\\\\""]', id="a backslash at the end of a string"),
        pytest.param(0.1 + 0.2, "0.30000000000000004", id="a long fraction"),
        pytest.param(
            [2**53, -(10**21), 10**400, 2**60],
            "[9007199254740992,-1e+21,null,1152921504606847000]",
            id="long",
        ),
        pytest.param(["1e+16 NaN 12345678901234567890"], '["1e+16 NaN 12345678901234567890"]', id="a string"),
    ],
)
def test_the_encoder_of_python_writes_what_a_service_sends(value, text):
    assert _stringified_by_python(value) == text


@pytest.mark.parametrize("value", [-0.0, 1e16, 1e-7, float("nan")])
def test_a_number_that_the_encoder_of_python_writes_differently_is_left_to_the_walk(value):
    assert _stringified_by_python([value]) is None


def test_an_item_costs_no_call_to_write():
    one, many = ([{"id": f"a-{at}", "price": at * 1.5} for at in range(size)] for size in (1, 1_000))

    assert count_calls(lambda: stringify(many)) == count_calls(lambda: stringify(one))
