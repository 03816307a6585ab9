import re

import pytest

from kustomer_nb.jsontext.javascript import UNDEFINED

from .given import World


@pytest.mark.parametrize(
    ("given", "length"),
    [
        pytest.param({}, 10, id="ten characters"),
        pytest.param({"size": 6}, 6, id="as many as asked"),
        pytest.param({"size": "6"}, 6, id="a size written as text"),
        pytest.param({"size": 0}, 0, id="none at all"),
        pytest.param({"size": 1000}, 1000, id="as many as are made here"),
    ],
)
def test_is_made_of_upper_case_letters_and_digits(given, length):
    world = World()

    result = world.helper("randomId", **given)

    assert re.fullmatch(f"[A-Z0-9]{{{length}}}", result)


def test_is_the_same_for_the_same_chance():
    world = World()

    results = {world.helper("randomId") for _ in range(3)}

    assert len(results) == 1


@pytest.mark.parametrize("size", [-1, 1001, 1e300, 2.5, None, True, "many", [], UNDEFINED])
def test_gives_nothing_for_a_size_it_cannot_make(size):
    world = World()

    result = world.helper("randomId", size=size)

    assert (result, world.found[0].fix) == (UNDEFINED, "pass size= with a whole number from 0 to 1,000.")
