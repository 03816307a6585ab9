import pytest

from kustomer_nb.jsontext.javascript import UNDEFINED

from .given import World


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
    world = World()

    result = world.helper("toLower", value)

    assert (result, world.found) == (expected, [])


def test_gives_nothing_without_a_text():
    world = World()

    result = world.helper("toLower")

    assert (result, len(world.found)) == (UNDEFINED, 1)
