"""What Kustomer prints or shows in use, row by row: the rows of kustomer_examples.json on these helpers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.template.helpers import FUNCTIONS, HELPERS, Call
from tests.template.helpers.runner import HelperRunner, Options

JSON = st.recursive(
    st.sampled_from([UNDEFINED, None, True, "days", "milliseconds", "+", "LL", "2034-01-01", "0x1f"])
    | st.integers()
    | st.floats()
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
HASH = st.dictionaries(st.sampled_from(["count", "from", "to", "format", "size"]), JSON)


@pytest.mark.parametrize(
    ("name", "args", "options", "expected"),
    [
        pytest.param("date", ["days"], {"count": 0}, "2034-01-31T12:30:15.250Z", id="the current day"),
        pytest.param("date", ["days"], {"count": 1}, "2034-01-30T12:30:15.250Z", id="a day ago"),
        pytest.param("date", ["hour"], {"count": -24}, "2034-02-01T12:30:15.250Z", id="in a day"),
        pytest.param("date", ["hours"], {"count": 0}, "2034-01-31T12:30:15.250Z", id="the current hour"),
        pytest.param(
            "dateFormat", ["2034-01-01T00:00:00.000Z"], {"format": "LL"}, "January 1, 2034", id="LL"
        ),
        pytest.param("toLower", ["HELLO"], {}, "hello", id="lower case"),
        pytest.param(
            "dateDiff",
            ["milliseconds"],
            {"from": "2022-06-16T00:00:00.000Z", "to": "2022-06-16T00:00:01.500Z"},
            1500,
            id="a timer",
        ),
        pytest.param("math", ["1500", "+", 500], {}, 2000, id="a sum"),
    ],
)
def test_a_helper_gives_what_its_page_says(name, args, options, expected):
    runner = HelperRunner()

    result = runner.helper(name, *args, **options)

    assert (result, runner.diagnostics) == (expected, [])


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        pytest.param("isValidEmailAddress", "www.kustomer.com", False, id="no address"),
        pytest.param("isValidEmailAddress", "k@t", True, id="an address"),
        pytest.param("parseInt", "7", 7, id="an integer"),
        pytest.param("parseInt", "2000", 2000, id="the timer's integer"),
        pytest.param("parseFloat", "12.50", 12.5, id="a decimal"),
    ],
)
def test_a_function_gives_what_its_page_says(name, value, expected):
    runner = HelperRunner()

    result = runner.function(name, value)

    assert (result, runner.diagnostics) == (expected, [])


@given(st.sampled_from(sorted(HELPERS)), st.lists(JSON, max_size=4), HASH)
@settings(max_examples=300, deadline=None)
def test_no_helper_raises(name, args, options):
    result = HELPERS[name](Options(name, options), *args)

    assert result is UNDEFINED or isinstance(result, (str, int, float))


@given(st.sampled_from(sorted(FUNCTIONS)), JSON, st.lists(st.text(), max_size=3))
@settings(max_examples=300, deadline=None)
def test_no_function_raises(name, value, args):
    result = FUNCTIONS[name](Call(name), value, *args)

    assert result is UNDEFINED or isinstance(result, (str, int, float))
