import copy
import math
import pickle

import pytest

from kustomer_nb.jsontext.javascript import (
    UNDEFINED,
    Undefined,
    number,
    number_text,
    ordered,
    parse,
    quoted,
    string,
    string_number,
    trim,
    utf8,
    whole,
)
from kustomer_nb.jsontext.json_styles import parse_with_losses


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
