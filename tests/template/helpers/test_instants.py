import math
from datetime import UTC, datetime, timedelta, timezone

import pytest

from kustomer_nb.template.helpers.instants import MAX_INSTANT, Moment, from_datetime, subtract, to_iso

LEAP_DAY = 1709208000000


@pytest.mark.parametrize("day", [-719_528, -1, 0, 11_016, 47_541, 2_932_897, 10_000_000])
def test_the_calendar_goes_there_and_back(day):
    moment = Moment.from_instant(day * 86_400_000)

    same = subtract(moment.instant, 0, "year")

    assert same == moment.instant


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        pytest.param(0, "1970-01-01T00:00:00.000Z", id="the beginning"),
        pytest.param(-1, "1969-12-31T23:59:59.999Z", id="a millisecond earlier"),
        pytest.param(MAX_INSTANT, "+275760-09-13T00:00:00.000Z", id="the last date there is"),
        pytest.param(-MAX_INSTANT, "-271821-04-20T00:00:00.000Z", id="the first date there is"),
        pytest.param(-62167219200000, "0000-01-01T00:00:00.000Z", id="the year nought"),
    ],
)
def test_writes_an_instant_as_javascript_does(instant, expected):
    written = to_iso(instant)

    assert written == expected


@pytest.mark.parametrize(
    ("count", "unit", "expected"),
    [
        pytest.param(1, "year", "2023-02-28T12:00:00.000Z", id="the 28th in a year without a 29th"),
        pytest.param(4, "year", "2020-02-29T12:00:00.000Z", id="the 29th where there is one"),
        pytest.param(1, "day", "2024-02-28T12:00:00.000Z", id="a day"),
        pytest.param(-24, "hour", "2024-03-01T12:00:00.000Z", id="hours ahead"),
        pytest.param(90, "minute", "2024-02-29T10:30:00.000Z", id="minutes"),
    ],
)
def test_counts_back_from_an_instant(count, unit, expected):
    earlier = subtract(LEAP_DAY, count, unit)

    assert to_iso(earlier) == expected


@pytest.mark.parametrize("count", [300_000, -300_000, 10**300])
def test_no_date_is_further_than_javascript_goes(count):
    earlier = subtract(LEAP_DAY, count, "year")

    assert math.isnan(earlier)


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(2024, 2, 29, 12), id="no zone, so UTC"),
        pytest.param(datetime(2024, 2, 29, 12, tzinfo=UTC), id="UTC"),
        pytest.param(datetime(2024, 2, 29, 14, tzinfo=timezone(timedelta(hours=2))), id="another zone"),
    ],
)
def test_takes_a_datetime_of_any_zone(moment):
    instant = from_datetime(moment)

    assert instant == LEAP_DAY
