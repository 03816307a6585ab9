import math
import re

import pytest

from kustomer_nb.jsontext.javascript import UNDEFINED, number_text
from tests.template.helpers.runner import HelperRunner


@pytest.mark.parametrize(
    ("left", "operator", "right", "expected"),
    [
        pytest.param("1500", "+", 500, "2000", id="text and a number are added as numbers"),
        pytest.param(1, "-", 0.9, "0.09999999999999998", id="doubles, as JavaScript has them"),
        pytest.param(2, "*", "3 pieces", "6", id="a text that begins with a number"),
        pytest.param(7, "/", 2, "3.5", id="a fraction"),
        pytest.param(-7, "%", 3, "-1", id="the remainder keeps the sign"),
        pytest.param(1, "/", 0, "Infinity", id="something by nothing"),
        pytest.param(-1, "/", 0, "-Infinity", id="less than nothing by nothing"),
        pytest.param(1, "/", "-0", "-Infinity", id="something by minus nothing"),
        pytest.param(0, "/", 0, "NaN", id="nothing by nothing"),
        pytest.param("x", "/", 0, "NaN", id="no number by nothing"),
        pytest.param(1, "%", 0, "NaN", id="the remainder by nothing"),
        pytest.param("Infinity", "%", 2, "NaN", id="the remainder of infinity"),
        pytest.param(None, "+", 1, "NaN", id="null is no number"),
        pytest.param(UNDEFINED, "+", 1, "NaN", id="nor is a missing value"),
        pytest.param(1e308, "*", 10, "Infinity", id="too large"),
        pytest.param(9007199254740992, "+", 1, "9007199254740992", id="beyond the exact integers"),
    ],
)
def test_math_calculates_as_javascript_does(left, operator, right, expected):
    runner = HelperRunner()

    result = runner.helper("math", left, operator, right)

    assert (number_text(result), runner.diagnostics) == (expected, [])


@pytest.mark.parametrize("args", [(), (1,), (1, "**", 2), (1, ["+"], 2)])
def test_math_gives_nothing_for_what_is_no_operator(args):
    runner = HelperRunner()

    result = runner.helper("math", *args)

    assert (result, runner.diagnostics[0].fix) == (UNDEFINED, "use one of + - * / % in quotes.")


@pytest.mark.parametrize(
    ("value", "integer", "decimal"),
    [
        pytest.param("7", "7", "7", id="digits"),
        pytest.param("12.50", "12", "12.5", id="a fraction"),
        pytest.param(" -3.9 kg", "-3", "-3.9", id="more behind it"),
        pytest.param("1e3", "1", "1000", id="an exponent"),
        pytest.param("1e", "1", "1", id="an exponent that is none"),
        pytest.param(".5", "NaN", "0.5", id="no digit before the point"),
        pytest.param("0x1F", "31", "0", id="hexadecimal"),
        pytest.param("-0x1f", "-31", "0", id="hexadecimal below nothing"),
        pytest.param("0x", "NaN", "0", id="hexadecimal without digits"),
        pytest.param("Infinity", "NaN", "Infinity", id="infinity"),
        pytest.param("9" * 400, "Infinity", "Infinity", id="too many digits"),
        pytest.param("0x" + "f" * 400, "Infinity", "0", id="too many hexadecimal digits"),
        pytest.param("\u00a0\ufeff4", "4", "4", id="white space of JavaScript"),
        pytest.param("٣", "NaN", "NaN", id="digits of other scripts"),
        pytest.param("", "NaN", "NaN", id="an empty text"),
        pytest.param(1e21, "1", "1e+21", id="a number is read as it is printed"),
        pytest.param([7, 8], "7", "7", id="an array too"),
        pytest.param(True, "NaN", "NaN", id="a boolean"),
        pytest.param(None, "NaN", "NaN", id="null"),
        pytest.param(UNDEFINED, "NaN", "NaN", id="a missing value"),
        pytest.param({}, "NaN", "NaN", id="an object"),
    ],
)
def test_reads_numbers_as_javascript_does(value, integer, decimal):
    runner = HelperRunner()

    results = runner.function("parseInt", value), runner.function("parseFloat", value)

    assert [number_text(result) for result in results] == [integer, decimal]


def test_the_result_is_a_number_and_no_text():
    runner = HelperRunner()

    results = runner.function("parseInt", "7"), runner.function("parseFloat", "12.50")

    assert results == (7, 12.5)


def test_reports_an_argument_nobody_documents():
    runner = HelperRunner()

    result = runner.function("parseInt", "11", "2")

    assert (result, [diagnostic.code for diagnostic in runner.diagnostics]) == (11, ["KNB308"])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("www.kustomer.com", False, id="no @"),
        pytest.param("k@t", True, id="a letter on either side"),
        pytest.param("@t", False, id="nothing before it"),
        pytest.param("k@", False, id="nothing after it"),
        pytest.param("a\n@t", False, id="a line end before it"),
        pytest.param("@@@", True, id="itself on either side"),
        pytest.param(["k@t"], True, id="an array is text in JavaScript"),
        pytest.param(None, False, id="null"),
        pytest.param(UNDEFINED, False, id="a missing value"),
    ],
)
def test_an_address_is_valid_with_an_at_between_characters(value, expected):
    runner = HelperRunner()

    result = runner.function("isValidEmailAddress", value)

    assert result is expected


def test_checks_a_long_text_in_one_pass():
    # With two passes for each character it takes hours.
    result = HelperRunner().function("isValidEmailAddress", "a" * 3_000_000)

    assert result is False


@pytest.mark.parametrize("value", ["USA", 1, True, [0], {}, {"a": 1}])
def test_gives_the_text_when_the_value_exists(value):
    runner = HelperRunner()

    result = runner.function("ifExists", value, "yes")

    assert (result, runner.diagnostics) == ("yes", [])


@pytest.mark.parametrize("value", ["", 0, -0.0, False, None, UNDEFINED, [], math.nan])
def test_gives_nothing_when_there_is_none(value):
    runner = HelperRunner()

    result = runner.function("ifExists", value, "yes")

    assert (result, runner.diagnostics) == (UNDEFINED, [])


@pytest.mark.parametrize("args", [(), ("yes", "no")])
def test_reports_arguments_nobody_documents(args):
    runner = HelperRunner()

    result = runner.function("ifExists", "USA", *args)

    assert (result, [diagnostic.code for diagnostic in runner.diagnostics]) == (UNDEFINED, ["KNB308"])


@pytest.mark.parametrize(
    ("hash_args", "length"),
    [
        pytest.param({}, 10, id="ten characters"),
        pytest.param({"size": 6}, 6, id="as many as asked"),
        pytest.param({"size": "6"}, 6, id="a size written as text"),
        pytest.param({"size": 0}, 0, id="none at all"),
        pytest.param({"size": 1000}, 1000, id="as many as are made here"),
    ],
)
def test_is_made_of_upper_case_letters_and_digits(hash_args, length):
    runner = HelperRunner()

    result = runner.helper("randomId", **hash_args)

    assert re.fullmatch(f"[A-Z0-9]{{{length}}}", result)


def test_is_the_same_for_the_same_chance():
    runner = HelperRunner()

    results = {runner.helper("randomId") for _ in range(3)}

    assert len(results) == 1


@pytest.mark.parametrize("size", [-1, 1001, 1e300, 2.5, None, True, "many", [], UNDEFINED])
def test_gives_nothing_for_a_size_it_cannot_make(size):
    runner = HelperRunner()

    result = runner.helper("randomId", size=size)

    assert (result, runner.diagnostics[0].fix) == (UNDEFINED, "set size= to a whole number from 0 to 1,000.")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("HELLO", "hello", id="a text"),
        pytest.param("ÀΣ", "àς", id="letters of other scripts"),
        pytest.param(None, "", id="null"),
        pytest.param(UNDEFINED, "", id="a missing value"),
        pytest.param(1e21, "1e+21", id="a number"),
        pytest.param(["A", None], "a,", id="an array"),
    ],
)
def test_writes_in_lower_case(value, expected):
    runner = HelperRunner()

    result = runner.helper("toLower", value)

    assert (result, runner.diagnostics) == (expected, [])


def test_gives_nothing_without_a_text():
    runner = HelperRunner()

    result = runner.helper("toLower")

    assert (result, len(runner.diagnostics)) == (UNDEFINED, 1)
