from collections import OrderedDict, namedtuple
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from types import MappingProxyType, SimpleNamespace

import pytest

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.schema.from_python import WrittenNumber, plain
from kustomer_nb.schema.nodes import DEPTH

NAN = float("nan")
NATType = type("NaTType", (datetime,), {})
NAType = type("NAType", (), {})
Colour = Enum("Colour", {"RED": "red"}, type=str)
Level = IntEnum("Level", {"LOW": 1})
Point = namedtuple("Point", "x y")


class Scalar:
    """Stands in for numpy's scalars, which know ``item()`` and have no dimension."""

    def __init__(self, value, *, kind="i", ndim=0):
        self._value = value
        self.ndim = ndim
        self.dtype = SimpleNamespace(kind=kind)

    def item(self):
        return self._value


class Moment(Scalar):
    """Stands in for numpy's datetime64, whose ``item()`` is a bare number until asked for milliseconds."""

    def __init__(self, value):
        super().__init__(1714564800000000000, kind="M")
        self._moment = value

    def astype(self, unit):
        return Scalar({"datetime64[ms]": self._moment}[unit])


class Own(Scalar):
    """Stands in for numpy's longdouble, whose ``item()`` is another longdouble."""

    def item(self):
        return Own(0)


def same(result, expected):
    """Tell 1 from 1.0 and a text from an enum, within arrays and objects too."""
    return (type(result), repr(result)) == (type(expected), repr(expected))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("x", "x", id="a string"),
        pytest.param(None, None, id="null"),
        pytest.param(True, True, id="a boolean"),
        pytest.param(Colour.RED, "red", id="a text enum"),
        pytest.param(Level.LOW, 1, id="a number enum"),
        pytest.param(
            9007199254740993, 9007199254740993, id="an integer beyond a double, kept to be reported"
        ),
        pytest.param(10**400, float("inf"), id="an integer beyond any double"),
        pytest.param(float("-inf"), float("-inf"), id="minus infinity"),
        pytest.param(Decimal("1.50"), 1.5, id="a Decimal"),
        pytest.param(Decimal("2.00"), 2, id="a whole Decimal"),
        pytest.param(Decimal("1e999"), WrittenNumber("inf"), id="a Decimal beyond any double"),
        pytest.param(Scalar(3), 3, id="a numpy integer"),
        pytest.param(Scalar(True), True, id="a numpy boolean"),
        pytest.param(SimpleNamespace(item=lambda: 4), 4, id="a scalar that knows item() and no dimension"),
        pytest.param(Moment(datetime(2024, 5, 1, 12)), "2024-05-01T12:00:00.000", id="a numpy datetime64"),
        pytest.param(date(2024, 5, 1), "2024-05-01", id="a date"),
        pytest.param(datetime(2024, 5, 1, 12), "2024-05-01T12:00:00.000", id="a datetime without zone"),
        pytest.param(
            datetime(2024, 5, 1, 12, tzinfo=UTC), "2024-05-01T12:00:00.000Z", id="a datetime in UTC"
        ),
        pytest.param(
            datetime(2024, 5, 1, 12, 0, 0, 987654, tzinfo=timezone(timedelta(hours=2))),
            "2024-05-01T10:00:00.987Z",
            id="a datetime elsewhere, with microseconds",
        ),
        pytest.param((1, (2,)), [1, [2]], id="tuples"),
        pytest.param(Point(1, 2), [1, 2], id="a named tuple"),
        pytest.param(OrderedDict(a=1), {"a": 1}, id="an ordered dict"),
        pytest.param(MappingProxyType({Colour.RED: ()}), {"red": []}, id="a read-only mapping"),
    ],
)
def test_takes_a_value_of_python_as_json(value, expected):
    result = plain(value)

    assert same(result.value, expected)
    assert result.faults == ()


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(UNDEFINED, id="undefined"),
        pytest.param(NAN, id="NaN"),
        pytest.param(Decimal("NaN"), id="a Decimal NaN"),
        pytest.param(Decimal("sNaN"), id="a Decimal NaN that signals"),
        pytest.param(Scalar(NAN), id="a numpy NaN"),
        pytest.param(Moment(None), id="a numpy NaT"),
        pytest.param(NATType(1, 1, 1), id="a pandas NaT, which is a datetime"),
        pytest.param(NAType(), id="a pandas NA"),
    ],
)
def test_leaves_out_what_means_absent_and_writes_null_for_it_in_an_array(value):
    result = plain({"gone": value, "list": [value, 1]})

    assert result.value == {"list": [None, 1]}
    assert result.faults == ()


@pytest.mark.parametrize(
    ("value", "type_name", "fix"),
    [
        pytest.param({1}, "set", "pass a list.", id="a set"),
        pytest.param(frozenset(), "frozenset", "pass a list.", id="a frozen set"),
        pytest.param(Scalar(1, ndim=1), "Scalar", "pass a list.", id="a numpy array of one element"),
        pytest.param(b"x", "bytes", "pass a string,", id="bytes"),
        pytest.param(1j, "complex", "pass a string,", id="a complex number"),
        pytest.param(time(12), "time", "pass a string,", id="a time of day"),
        pytest.param(Scalar(1000, kind="m"), "Scalar", "pass a string,", id="a numpy timedelta64"),
        pytest.param(Own(0), "Own", "pass a string,", id="a numpy longdouble"),
        pytest.param(
            SimpleNamespace(item="x"), "SimpleNamespace", "pass a string,", id="an item that is no call"
        ),
    ],
)
def test_reports_the_type_of_a_value_that_is_not_json(value, type_name, fix):
    (fault,) = plain({"a/b": [0, value]}).faults

    assert (fault.code, fault.pointer) == ("KNB704", "/a~1b/1")
    assert fault.message == f"a value of type {type_name} is not a JSON value."
    assert fault.fix.startswith(fix)


def test_reports_a_key_that_is_not_a_string_and_continues():
    result = plain({7: {"x": {1}}})

    assert [(fault.pointer, fault.message) for fault in result.faults] == [
        ("/7", "the key 7 is not a string."),
        ("/7/x", "a value of type set is not a JSON value."),
    ]


@pytest.mark.parametrize(
    ("make", "step"),
    [
        pytest.param(lambda inner: [inner], "/0", id="arrays"),
        pytest.param(lambda inner: {"a": inner}, "/a", id="objects"),
    ],
)
def test_reports_nesting_beyond_a_hundred_levels(make, step):
    value = 1
    for _ in range(5000):
        value = make(value)

    (fault,) = plain(value).faults

    assert str(fault) == (
        f"{step * DEPTH}: KNB704 it is nested deeper than 100 levels, or contains itself. "
        "Fix: pass a flatter value."
    )


def test_takes_nesting_of_a_hundred_levels():
    value = 1
    for _ in range(DEPTH):
        value = [value]

    result = plain(value)

    assert (result.value, result.faults) == (value, ())


def test_reports_a_value_that_contains_itself():
    value = {}
    value["me"] = value

    (fault,) = plain(value).faults

    assert (fault.code, fault.pointer) == ("KNB704", "/me" * DEPTH)


def test_copies_rather_than_changes_the_value():
    value = {"a": [{"b": NAN}]}

    result = plain(value).value

    assert result == {"a": [{}]}
    assert list(value["a"][0]) == ["b"]
