import pytest

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.linting.messages import cut, did_you_mean, quote


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("a\nb", r'"a\nb"', id="text, on one line"),
        pytest.param("x" * 61, '"' + "x" * 59 + '…"', id="long text"),
        pytest.param(10**400, "Infinity", id="a number beyond all"),
        pytest.param(True, "true", id="a boolean"),
        pytest.param({"a": "secret"}, "an object", id="an object"),
        pytest.param(["secret"], "an array", id="an array"),
        pytest.param(UNDEFINED, "undefined", id="nothing"),
    ],
)
def test_a_value_is_quoted_on_one_short_line(value, expected):
    assert quote(value) == expected


def test_a_text_of_sixty_characters_is_whole():
    assert cut("x" * 60) == "x" * 60


def test_without_a_near_miss_the_other_way_out_is_told():
    assert did_you_mean("x", ["order"], "declare it.") == "declare it."
