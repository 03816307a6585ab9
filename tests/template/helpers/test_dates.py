from datetime import datetime

import pytest

from kustomer_nb.jsontext.javascript import UNDEFINED
from tests.template.helpers.runner import HelperRunner

START, END = "2022-06-16T00:00:00.000Z", "2022-06-16T00:00:01.500Z"


@pytest.mark.parametrize(
    ("unit", "count", "expected"),
    [
        pytest.param("days", 0, "2034-01-31T12:30:15.250Z", id="count 0 is now"),
        pytest.param("hours", 0, "2034-01-31T12:30:15.250Z", id="in every unit"),
        pytest.param("days", 1, "2034-01-30T12:30:15.250Z", id="a count is in the past"),
        pytest.param("hour", -24, "2034-02-01T12:30:15.250Z", id="a negative count is in the future"),
        pytest.param("minutes", "30", "2034-01-31T12:00:15.250Z", id="a count written as text"),
        pytest.param("year", 1.0, "2033-01-31T12:30:15.250Z", id="a whole number as a float"),
    ],
)
def test_date_is_now_minus_the_count(unit, count, expected):
    runner = HelperRunner()

    result = runner.helper("date", unit, count=count)

    assert (result, runner.diagnostics) == (expected, [])


def test_date_takes_a_time_without_a_zone_for_utc():
    runner = HelperRunner(now=lambda: datetime(2034, 1, 1))

    result = runner.helper("date", "day", count=0)

    assert result == "2034-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("args", "hash_args", "why"),
    [
        pytest.param((), {}, "no value is not a documented unit", id="a variable of this name"),
        pytest.param(("months",), {"count": 1}, '"months" is not a documented unit', id="a month"),
        pytest.param((5,), {"count": 1}, "5 is not a documented unit", id="a unit that is no text"),
        pytest.param(("days",), {}, "its count is no value", id="no count"),
        pytest.param(("days",), {"count": 1.5}, "its count is 1.5", id="half a day"),
        pytest.param(("days",), {"count": True}, "its count is true", id="a count that is no number"),
        pytest.param(("years",), {"count": 10**9}, "the date is out of range", id="too far away"),
    ],
)
def test_date_gives_nothing_where_the_platform_is_not_known(args, hash_args, why):
    runner = HelperRunner()

    result = runner.helper("date", *args, **hash_args)

    assert (result, runner.messages) == (UNDEFINED, [f"the result of `date` is unknown: {why}."])


def test_date_tells_how_a_variable_of_its_name_is_written():
    runner = HelperRunner()

    runner.helper("date")

    assert (
        runner.diagnostics[0].fix
        == "use year, day, hour, minute; for a variable of this name, write {{this.date}}."
    )


def test_date_diff_is_the_time_from_one_to_the_other():
    runner = HelperRunner()

    result = runner.helper("dateDiff", "milliseconds", **{"from": START, "to": END})

    assert (result, runner.diagnostics) == (1500, [])


def test_date_diff_is_no_number_when_an_end_is_no_date():
    runner = HelperRunner()

    result = runner.helper("dateDiff", "milliseconds", **{"from": None, "to": END})

    assert str(result) == "nan"


@pytest.mark.parametrize(
    ("unit", "hash_args", "why"),
    [
        pytest.param("days", {}, '"days" is not a unit seen in public apps', id="another unit"),
        pytest.param(
            "milliseconds",
            {"to": END},
            "its date is missing, which Moment.js reads as the current time",
            id="no beginning",
        ),
        pytest.param(
            "milliseconds",
            {"from": START, "to": {}},
            "its date is an object, which is not ISO 8601",
            id="no end",
        ),
    ],
)
def test_date_diff_gives_nothing_where_the_platform_is_not_known(unit, hash_args, why):
    runner = HelperRunner()

    result = runner.helper("dateDiff", unit, **hash_args)

    assert (result, runner.messages) == (UNDEFINED, [f"the result of `dateDiff` is unknown: {why}."])


def test_date_format_writes_a_date_by_its_pattern():
    runner = HelperRunner()

    result = runner.helper("dateFormat", "2034-01-01T00:00:00.000Z", format="LL")

    assert (result, runner.diagnostics) == ("January 1, 2034", [])


def test_date_format_as_a_function_keeps_the_commas_of_its_pattern():
    runner = HelperRunner()

    result = runner.function("dateFormat", "2034-01-01T23:30:00+02:00", "dddd", " MMMM D", " YYYY")

    assert (result, runner.diagnostics) == ("Sunday, January 1, 2034", [])


def test_date_format_says_invalid_for_what_is_no_date():
    runner = HelperRunner()

    result = runner.helper("dateFormat", "never", format="LL")

    assert (result, runner.diagnostics) == ("Invalid date", [])


@pytest.mark.parametrize("pattern", ["", None, UNDEFINED])
def test_date_format_takes_the_default_of_moment_and_says_so(pattern):
    runner = HelperRunner()

    result = runner.helper("dateFormat", END, format=pattern)

    assert (result, len(runner.diagnostics)) == ("2022-06-16T00:00:01+00:00", 1)


def test_date_format_as_a_function_takes_the_same_default():
    runner = HelperRunner()

    result = runner.function("dateFormat", END)

    assert (result, len(runner.diagnostics)) == ("2022-06-16T00:00:01+00:00", 1)


@pytest.mark.parametrize(
    ("value", "pattern", "why"),
    [
        pytest.param(
            UNDEFINED, "LL", "its date is missing, which Moment.js reads as the current time", id="no date"
        ),
        pytest.param(
            "1/2/34", "LL", "its date is a string that is not ISO 8601", id="another way to write one"
        ),
        pytest.param(0, 5, "its format is 5", id="a format that is no text"),
    ],
)
def test_date_format_gives_nothing_where_the_platform_is_not_known(value, pattern, why):
    runner = HelperRunner()

    result = runner.helper("dateFormat", value, format=pattern)

    assert (result, runner.messages) == (UNDEFINED, [f"the result of `dateFormat` is unknown: {why}."])


def test_no_finding_quotes_a_long_value():
    runner = HelperRunner()

    runner.helper("dateFormat", "s3cret-t0ken-1234", format="LL")
    runner.helper("date", "s3cret-t0ken-1234", count=1)

    assert "s3cret" not in " ".join(map(str, runner.diagnostics))
