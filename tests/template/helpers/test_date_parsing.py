import math

import pytest

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.template.helpers.date_parsing import parse_date


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("31.01.2034", id="a text the engine of JavaScript would read"),
        pytest.param("January 31, 2034", id="words"),
        pytest.param("2034-06T10:20", id="a time after a month"),
        pytest.param("2034-W24T10:20", id="a time after a week"),
        pytest.param("+002034-06", id="a long year without a day"),
        pytest.param("2034-06-15T10:20+14:01", id="an offset east of all"),
        pytest.param("2034-06-15T10:20-12:01", id="an offset west of all"),
        pytest.param("2034-06-15T10:20+02:60", id="an offset of 60 minutes"),
        pytest.param("15 Nov 1994 08:12:31 +1500", id="an offset in a mail's date"),
        pytest.param([2034, 1, 31], id="an array"),
        pytest.param({"year": 2034}, id="an object"),
        pytest.param(UNDEFINED, id="no value, which Moment.js takes for now"),
    ],
)
def test_says_when_it_is_not_known_what_the_platform_reads(value):
    instant = parse_date(value)

    assert instant is None


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 10**400])
def test_a_number_that_is_no_time_is_no_date(value):
    instant = parse_date(value)

    assert math.isnan(instant)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("2034-01-01T00:00:00.25" + "0" * 2_000_000, 2019686400250, id="a long fraction"),
        pytest.param(" " * 2_000_000 + "2034", 2019686400000, id="much white space"),
        pytest.param("1" * 2_000_000, None, id="many digits"),
    ],
)
def test_reads_a_long_text_in_one_pass(value, expected):
    # With a pass for each character it takes hours.
    instant = parse_date(value)

    assert instant == expected


@pytest.mark.parametrize("time", ["24:00", "24:00:00"])
def test_hour_24_is_no_time_in_the_date_of_a_mail(time):
    # Moment.js 2.30 wants minute, second and millisecond to be 0 beside it, and reads no millisecond here.
    assert math.isnan(parse_date(f"1 Nov 2024 {time} GMT"))
    assert not math.isnan(parse_date("1 Nov 2024 23:59 GMT"))
    assert not math.isnan(parse_date("2024-11-01T24:00"))
