import json
from pathlib import Path

import pytest

from kustomer_nb.template.helpers.date_formats import format_instant
from kustomer_nb.template.helpers.date_parsing import parse_date

ROWS = json.loads(Path(__file__).with_name("moment.json").read_text("utf-8"))["rows"]


@pytest.mark.parametrize(
    ("value", "pattern", "expected"),
    [pytest.param(*row, id=f"{row[0]} as {row[1]!r}") for row in ROWS],
)
def test_prints_what_moment_prints(value, pattern, expected):
    instant = parse_date(value)

    written = format_instant(instant, pattern)

    assert written == expected


def test_a_pattern_of_line_ends_alone_prints_nothing():
    written = format_instant(0, "\n")

    assert written == ""


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param("Y", "+12026", id="a plus beyond the year 9999"),
        pytest.param("YYYYYY", "+012026", id="six digits and a sign"),
        pytest.param("GGGG gggg YY", "12026 12026 26", id="the years of its weeks"),
    ],
)
def test_goes_beyond_the_years_of_python(pattern, expected):
    written = format_instant(317355062400000, pattern)

    assert written == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param("YY gg GG", "-01 -01 -02", id="the sign stays in the remainder"),
        pytest.param("y N NNNN", "2 BC Before Christ", id="the years count backwards"),
        pytest.param("Y YYYYYY", "-0001 -000001", id="the sign does not count as a digit"),
    ],
)
def test_goes_before_the_years_of_python(pattern, expected):
    written = format_instant(-62198755200000, pattern)

    assert written == expected
