import math
import time

import pytest

from kustomer_nb.jsontext.javascript import UNDEFINED

from .given import World


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
    world = World()

    result = world.function("isValidEmailAddress", value)

    assert result is expected


def test_checks_a_long_text_in_one_pass():
    world = World()
    started = time.perf_counter()

    world.function("isValidEmailAddress", "a" * 1_000_000)

    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("value", ["USA", 1, True, [0], {}, {"a": 1}])
def test_gives_the_text_when_the_value_exists(value):
    world = World()

    result = world.function("ifExists", value, "yes")

    assert (result, world.found) == ("yes", [])


@pytest.mark.parametrize("value", ["", 0, -0.0, False, None, UNDEFINED, [], math.nan])
def test_gives_nothing_when_there_is_none(value):
    world = World()

    result = world.function("ifExists", value, "yes")

    assert (result, world.found) == (UNDEFINED, [])


@pytest.mark.parametrize("args", [(), ("yes", "no")])
def test_reports_arguments_nobody_documents(args):
    world = World()

    result = world.function("ifExists", "USA", *args)

    assert (result, [one.code for one in world.found]) == (UNDEFINED, ["KNB308"])
