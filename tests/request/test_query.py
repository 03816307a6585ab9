import pytest

from kustomer_nb.request.query import merged
from kustomer_nb.template import UNDEFINED, Kind, Piece, Text, Traced

TOKEN = Piece("a&b", Kind.SETTING, "token", "$shop.default.token")


@pytest.mark.parametrize(
    ("search", "qs", "query"),
    [
        pytest.param("", {}, "", id="nothing"),
        pytest.param("?", {}, "", id="a question mark alone"),
        pytest.param("", {"a": {}, "b": [], "c": UNDEFINED}, "", id="nothing to write"),
        pytest.param("?a=1", {}, "?a=1", id="nothing to merge"),
        pytest.param("?a=b c&&d", {}, "?a=b%20c&d=", id="a query written anew"),
        pytest.param("?a=1&b=2", {"a": 3}, "?a=3&b=2", id="a name in both"),
        pytest.param("?a[b]=1&c=2&a[d]=3", {}, "?a%5Bb%5D=1&a%5Bd%5D=3&c=2", id="members of one name"),
        pytest.param("?a[b]=1", {"a": 2}, "?a=2", id="a name in the place of its members"),
        pytest.param("?a=1&a=2&a=3", {}, "?a%5B0%5D=1&a%5B1%5D=2&a%5B2%5D=3", id="a name given three times"),
        pytest.param("?a[]=1", {}, "?a%5B0%5D=1", id="an array of one"),
        pytest.param("?b=1&2=3&1=4", {"0": 5}, "?0=5&1=4&2=3&b=1", id="names that are numbers"),
        pytest.param("?a=%zz+1&b=1+2", {}, "?a=%25zz%2B1&b=1%202", id="what cannot be decoded stays"),
        pytest.param("?=1", {"a": 1}, "?a=1", id="a value without a name"),
        pytest.param(
            "", {"a": [None, {"b": True}]}, "?a%5B0%5D=&a%5B1%5D%5Bb%5D=true", id="arrays and objects"
        ),
    ],
)
def test_a_query_is_merged_as_by_npm_request(search, qs, query):
    result = merged(Text.of(search), qs)

    assert result.real == query


def test_a_setting_is_encoded_and_shown_by_its_label():
    query = merged(Text.of("?t=") + Text((TOKEN,)), {"u": Traced("a&b", TOKEN), "v": Text((TOKEN,))})

    assert query.real == "?t=a&b=&u=a%26b&v=a%26b"
    assert "a%26b" not in query.shown
    assert query.shown.endswith("&u=$shop.default.token&v=$shop.default.token")


def test_an_escape_across_two_pieces_is_decoded():
    search = Text.of("?a=%2") + Text((Piece("0", Kind.INPUT, "x"),)) + Text((TOKEN,))

    query = merged(search, {})

    assert query.real.startswith("?a=%20a&")
    assert "a&b" not in query.shown


def test_the_members_of_a_reference_keep_its_origin():
    piece = Piece("", Kind.INPUT, "filter")

    query = merged(Text(), {"f": Traced({"a": [1, None]}, piece)})

    assert query.real == "?f%5Ba%5D%5B0%5D=1&f%5Ba%5D%5B1%5D="
    assert [piece.path for piece in query.pieces if piece.text == "1"] == ["filter"]
    assert {piece.path for piece in query.pieces if piece.raw in ("[a]", "[0]")} == {"filter"}


def test_each_pair_has_the_location_of_its_member():
    query = merged(Text.of("?x=1&x=2"), {"a": {"b": [5, True]}, "c": "d"}, "/qs")

    places = {}
    for piece in query.pieces:
        places[piece.pointer] = places.get(piece.pointer, "") + piece.text
    assert places == {
        "": "?x%5B0%5D=1&x%5B1%5D=2",
        "/qs/a": "&a&a",
        "/qs/a/b": "%5Bb%5D%5Bb%5D",
        "/qs/a/b/0": "%5B0%5D=5",
        "/qs/a/b/1": "%5B1%5D=true",
        "/qs/c": "&c=d",
    }


def test_a_reference_for_all_of_it_gives_its_names_too():
    piece = Piece("", Kind.INPUT, "filter", pointer="/qs")

    query = merged(Text(), {"f": Traced(1, piece)}, "/qs", piece)

    assert [(piece.text, piece.kind.value, piece.pointer) for piece in query.pieces] == [
        ("?", "literal", "/qs"),
        ("f", "input", "/qs"),
        ("=", "literal", "/qs"),
        ("1", "input", "/qs"),
    ]
