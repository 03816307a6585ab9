from datetime import datetime

import pytest

from kustomer_nb.jsontext.javascript import UNDEFINED
from tests.template.helpers.given import World

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
    world = World()

    result = world.helper("date", unit, count=count)

    assert (result, world.found) == (expected, [])


def test_date_takes_a_time_without_a_zone_for_utc():
    world = World(now=lambda: datetime(2034, 1, 1))

    result = world.helper("date", "day", count=0)

    assert result == "2034-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("args", "given", "why"),
    [
        pytest.param((), {}, "no value is not one of its public units", id="a variable of this name"),
        pytest.param(("months",), {"count": 1}, "'months' is not one of its public units", id="a month"),
        pytest.param((5,), {"count": 1}, "5 is not one of its public units", id="a unit that is no text"),
        pytest.param(("days",), {}, "its count is no value", id="no count"),
        pytest.param(("days",), {"count": 1.5}, "its count is 1.5", id="half a day"),
        pytest.param(("days",), {"count": True}, "its count is true", id="a count that is no number"),
        pytest.param(("years",), {"count": 10**9}, "no date is that far from now", id="too far away"),
    ],
)
def test_date_gives_nothing_where_the_platform_is_not_known(args, given, why):
    world = World()

    result = world.helper("date", *args, **given)

    assert (result, world.messages) == (UNDEFINED, [f"what `date` gives is not known here: {why}."])


def test_date_tells_how_a_variable_of_its_name_is_written():
    world = World()

    world.helper("date")

    assert world.found[0].fix == "use year, day, hour, minute; a variable of this name is {{this.date}}."


def test_date_diff_is_the_time_from_one_to_the_other():
    world = World()

    result = world.helper("dateDiff", "milliseconds", **{"from": START, "to": END})

    assert (result, world.found) == (1500, [])


def test_date_diff_is_no_number_when_an_end_is_no_date():
    world = World()

    result = world.helper("dateDiff", "milliseconds", **{"from": None, "to": END})

    assert str(result) == "nan"


@pytest.mark.parametrize(
    ("unit", "given", "why"),
    [
        pytest.param("days", {}, "'days' is not a unit seen in use", id="another unit"),
        pytest.param(
            "milliseconds",
            {"to": END},
            "its date is missing, and Moment.js takes that for now",
            id="no beginning",
        ),
        pytest.param(
            "milliseconds",
            {"from": START, "to": {}},
            "its date is an object, which is not in ISO 8601",
            id="no end",
        ),
    ],
)
def test_date_diff_gives_nothing_where_the_platform_is_not_known(unit, given, why):
    world = World()

    result = world.helper("dateDiff", unit, **given)

    assert (result, world.messages) == (UNDEFINED, [f"what `dateDiff` gives is not known here: {why}."])


def test_date_format_writes_a_date_by_its_pattern():
    world = World()

    result = world.helper("dateFormat", "2034-01-01T00:00:00.000Z", format="LL")

    assert (result, world.found) == ("January 1, 2034", [])


def test_date_format_as_a_function_keeps_the_commas_of_its_pattern():
    world = World()

    result = world.function("dateFormat", "2034-01-01T23:30:00+02:00", "dddd", " MMMM D", " YYYY")

    assert (result, world.found) == ("Sunday, January 1, 2034", [])


def test_date_format_says_invalid_for_what_is_no_date():
    world = World()

    result = world.helper("dateFormat", "never", format="LL")

    assert (result, world.found) == ("Invalid date", [])


@pytest.mark.parametrize("pattern", ["", None, UNDEFINED])
def test_date_format_takes_the_default_of_moment_and_says_so(pattern):
    world = World()

    result = world.helper("dateFormat", END, format=pattern)

    assert (result, len(world.found)) == ("2022-06-16T00:00:01+00:00", 1)


def test_date_format_as_a_function_takes_the_same_default():
    world = World()

    result = world.function("dateFormat", END)

    assert (result, len(world.found)) == ("2022-06-16T00:00:01+00:00", 1)


@pytest.mark.parametrize(
    ("value", "pattern", "why"),
    [
        pytest.param(UNDEFINED, "LL", "its date is missing, and Moment.js takes that for now", id="no date"),
        pytest.param(
            "1/2/34", "LL", "its date is a text that is not in ISO 8601", id="another way to write one"
        ),
        pytest.param(0, 5, "its format is 5", id="a format that is no text"),
    ],
)
def test_date_format_gives_nothing_where_the_platform_is_not_known(value, pattern, why):
    world = World()

    result = world.helper("dateFormat", value, format=pattern)

    assert (result, world.messages) == (UNDEFINED, [f"what `dateFormat` gives is not known here: {why}."])


def test_no_finding_quotes_a_long_value():
    world = World()

    world.helper("dateFormat", "s3cret-t0ken-1234", format="LL")
    world.helper("date", "s3cret-t0ken-1234", count=1)

    assert "s3cret" not in " ".join(map(str, world.found))
