import copy
import math
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.jsontext.javascript import (
    UNDEFINED,
    Undefined,
    _stringified,
    _stringified_by_python,
    number,
    number_text,
    ordered,
    parse,
    quoted,
    same_json,
    string,
    string_number,
    stringify,
    trim,
    utf8,
    whole,
)
from kustomer_nb.jsontext.json_styles import parse_with_losses
from tests.work import SLOW, count_calls


def test_undefined_exists_once_and_is_false():
    copies = [Undefined(), copy.deepcopy(UNDEFINED), pickle.loads(pickle.dumps(UNDEFINED))]

    assert all(copied is UNDEFINED for copied in copies)
    assert not UNDEFINED
    assert repr(UNDEFINED) == "UNDEFINED"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(2**53, 2**53, id="the largest integer that is safe"),
        pytest.param(2**53 + 1, 2**53, id="an integer between two doubles"),
        pytest.param(10**400, math.inf, id="an integer beyond any double"),
        pytest.param(-(10**400), -math.inf, id="a negative one"),
        pytest.param(1.5, 1.5, id="a fraction"),
    ],
)
def test_a_number_is_the_double_that_javascript_has(value, expected):
    result = number(value)

    assert result == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(1.0, "1", id="a whole double"),
        pytest.param(-0.0, "0", id="minus zero"),
        pytest.param(-1.5, "-1.5", id="a negative fraction"),
        pytest.param(123.456, "123.456", id="digits on both sides of the point"),
        pytest.param(1e21, "1e+21", id="the first number with an exponent"),
        pytest.param(123456789012345680000, "123456789012345680000", id="the last without one"),
        pytest.param(1.5e300, "1.5e+300", id="a mantissa of two digits"),
        pytest.param(1e-6, "0.000001", id="the smallest without an exponent"),
        pytest.param(1e-7, "1e-7", id="a small one with an exponent"),
        pytest.param(5e-324, "5e-324", id="the smallest of all"),
        pytest.param(math.nan, "NaN", id="NaN"),
        pytest.param(math.inf, "Infinity", id="infinity"),
        pytest.param(-math.inf, "-Infinity", id="minus infinity"),
    ],
)
def test_a_number_prints_as_in_javascript(value, text):
    result = number_text(value)

    assert result == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(" \ufeff12\u2003\n", "12", id="white space around it"),
        pytest.param("", "0", id="nothing"),
        pytest.param("0b101", "5", id="binary"),
        pytest.param("0XfF", "255", id="hexadecimal"),
        pytest.param("-0x1", "NaN", id="a sign before hexadecimal"),
        pytest.param("+.5e1", "5", id="no digit before the point"),
        pytest.param("1_000", "NaN", id="an underscore, which Python would take"),
        pytest.param("١", "NaN", id="a digit of another script"),
        pytest.param("Infinity", "Infinity", id="infinity"),
        pytest.param("-Infinity", "-Infinity", id="minus infinity"),
        pytest.param("inf", "NaN", id="Python's infinity"),
    ],
)
def test_a_text_becomes_the_number_of_javascript(text, expected):
    result = string_number(text)

    assert number_text(result) == expected


def test_minus_zero_differs_from_zero():
    result = whole(-0.0)

    assert math.copysign(1, result) == -1
    assert isinstance(result, float)


def test_only_the_white_space_of_javascript_is_trimmed():
    result = trim("\x85\u2028 a \x1c\t\n")

    assert result == "\x85\u2028 a \x1c"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(True, "true", id="true"),
        pytest.param(None, "null", id="null"),
        pytest.param(UNDEFINED, "undefined", id="undefined"),
        pytest.param([1, [None, UNDEFINED, [2]], {}], "1,,,2,[object Object]", id="an array of arrays"),
        pytest.param((1, "a"), "1,a", id="a tuple"),
        pytest.param({"a": 1}, "[object Object]", id="an object"),
    ],
)
def test_a_value_becomes_a_string_as_in_javascript(value, text):
    result = string(value)

    assert result == text


def test_names_that_are_indexes_come_first():
    value = {"z": 0, "10": 1, "-1": 2, "9": 3, "01": 4, "4294967295": 5, "4294967294": 6}

    keys = [key for key, _ in ordered(value)]

    assert keys == ["9", "10", "4294967294", "z", "-1", "01", "4294967295"]


def test_a_lone_surrogate_is_escaped_and_nothing_else_beyond_ascii():
    result = quoted("é\u2028\ud83d\n\x7f")

    assert result == '"é\u2028\\ud83d\\n\x7f"'


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


def test_a_lone_surrogate_is_sent_as_the_replacement_character():
    result = utf8("\ud83d\ude00\ude00a\ud83d")

    assert result.decode() == "😀\ufffda\ufffd"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("9007199254740993", 9007199254740992, id="an integer between two doubles"),
        pytest.param("1e400", math.inf, id="a number beyond any double"),
        pytest.param("-0", -0.0, id="minus zero"),
        pytest.param('{"a":1,"a":2}', {"a": 2}, id="a key given twice"),
    ],
)
def test_a_json_text_is_parsed_with_doubles(text, value):
    result = parse(text)

    assert (result, str(result)) == (value, str(value))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("NaN", "NaN is not JSON", id="NaN"),
        pytest.param("[1,]", "Illegal trailing comma|Expecting value", id="a trailing comma"),
        pytest.param("[" * 100_000, "nested too deep", id="too deep"),
    ],
)
def test_what_is_not_json_is_rejected(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse(text)


@pytest.mark.parametrize("depth", [1, 440, 9_000])
def test_a_deep_array_is_a_string(depth):
    value = "x"
    for _ in range(depth):
        value = [value, 1]

    assert string(value) == "x" + ",1" * depth


def test_of_an_array_within_itself_nothing_is_written():
    value = [1]
    value += [value, [value, 2]]

    # As Node writes it.
    assert string(value) == "1,,,2"


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


@pytest.mark.parametrize(
    ("text", "value", "repeated"),
    [
        pytest.param('{"a": 1, "b": {"a": 2}}', {"a": 1, "b": {"a": 2}}, [], id="none in one object"),
        pytest.param('[{"a": 1, "a": 2}, {"b": 1, "b": -0}]', [{"a": 2}, {"b": 0}], ["a", "b"], id="two"),
        pytest.param('{"a": {"c": 1, "c": 2}, "a": 3}', {"a": 3}, ["c", "a"], id="one in another"),
    ],
)
def test_repeated_keys_are_named_and_the_last_value_counts(text, value, repeated):
    assert parse_with_losses(text)[:2] == (value, repeated)


@pytest.mark.parametrize("text", ["\ufeff{}", "[NaN]", "[" * 100_000, "{", '{"a": 1, "a": NaN}', ""])
def test_what_json_parse_refuses_has_no_repeated_keys(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_with_losses(text)
    with pytest.raises(ValueError, match=r".+"):
        parse(text)
