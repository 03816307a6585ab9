import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, astuple, fields, replace

import pytest

from kustomer_nb.template import Kind, Piece, Scope, Template, Text, Traced

LABEL = "$shop.default.base"


def setting(text="s3cret", label=LABEL):
    return Text((Piece(text, Kind.SETTING, "base", label),))


TEXT = Text.of("Bearer ") + setting() + Text.of("!")


def shown(*texts):
    return [text.shown for text in texts]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(TEXT, id="a text"),
        pytest.param(TEXT.pieces, id="pieces"),
        pytest.param(TEXT.map(str.upper).pieces, id="pieces that were changed"),
        pytest.param(Traced("s3cret", TEXT.pieces[1]), id="a traced value"),
        pytest.param(Scope({"base": "s3cret"}, {"base": LABEL}), id="a scope"),
    ],
)
def test_the_value_of_a_setting_is_not_in_a_repr(value):
    result = [repr(value), str([value]), f"{[value]}"]

    assert "s3cret" not in "".join(result).lower()


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(TEXT, id="a text"),
        pytest.param(TEXT.pieces[1], id="a piece"),
        pytest.param(Traced("s3cret", TEXT.pieces[1]), id="a traced value"),
    ],
)
@pytest.mark.parametrize(
    "keep", [pickle.dumps, copy.deepcopy, asdict, astuple], ids=lambda keep: keep.__name__
)
def test_what_may_hold_a_setting_is_not_pickled_or_taken_apart(keep, value):
    with pytest.raises(TypeError, match="never pickled or copied"):
        keep(value)


def test_a_text_that_is_printed_or_written_into_another_is_the_shown_one():
    result = {str(TEXT), f"{TEXT}", f"{TEXT:>30}".strip(), "".join(map(str, [TEXT]))}

    assert result == {"Bearer $shop.default.base!"}
    assert TEXT.real == "Bearer s3cret!"


def test_a_repr_tells_what_is_shown_and_where_it_is_from():
    result = [repr(TEXT), repr(TEXT.pieces[1]), repr(Traced([1], Piece("", Kind.INPUT)))]

    assert result == [
        "<Text: Bearer $shop.default.base!>",
        "<Piece: '$shop.default.base', setting>",
        "<Traced: [1]>",
    ]


def test_a_change_keeps_what_was_there_before_the_first_one():
    text = Text.of("a b").map(lambda part: part.replace(" ", "%20")).map(str.upper)

    (piece,) = text.pieces

    assert (piece.text, piece.raw, piece.changed) == ("A%20B", "a b", 2)


def test_a_piece_that_did_not_change_is_the_same():
    text = Text.of("a").map(str.lower)

    assert text.pieces[0].raw is None
    assert text.pieces[0].changed == 0


@pytest.mark.parametrize(
    ("index", "before", "after"),
    [
        pytest.param(0, "", "Bearer $shop.default.base!", id="at the start"),
        pytest.param(3, "Bea", "rer $shop.default.base!", id="in the first piece"),
        pytest.param(7, "Bearer ", "$shop.default.base!", id="between two pieces"),
        pytest.param(9, "Bearer $shop.default.base", "!", id="in a setting"),
        pytest.param(99, "Bearer $shop.default.base!", "", id="behind the end"),
    ],
)
def test_a_label_stays_with_the_first_part(index, before, after):
    parts = TEXT.split_at(index)

    assert shown(*parts) == [before, after]
    assert "".join(part.real for part in parts) == TEXT.real


@pytest.mark.parametrize(
    ("index", "text", "label"),
    [
        pytest.param(9, "cret!", "$shop.default.base!", id="in a setting"),
        pytest.param(7, "s3cret!", "$shop.default.base!", id="before a setting"),
        pytest.param(13, "!", "!", id="behind a setting"),
        pytest.param(14, "", "", id="at the end"),
    ],
)
def test_a_label_goes_with_the_rest_where_the_first_part_is_left_out(index, text, label):
    remainder = TEXT.after(index)

    assert (remainder.real, remainder.shown) == (text, label)


def test_a_text_is_parted_as_a_string_is():
    text = Text.of("a=") + setting("b=c") + Text.of("=d")

    parts = text.partition("=")

    assert [part.real for part in parts] == ["a", "=", "b=c=d"]
    assert [part.real for part in text.split("=")] == ["a", "b", "c", "d"]
    assert [part.real for part in text.partition("?")] == ["a=b=c=d", "", ""]


def test_a_setting_keeps_its_label_when_white_space_goes():
    text = (Text.of("\n") + setting(" base ") + Text.of("\t")).strip(" \n\t")

    assert (text.real, text.shown) == ("base", LABEL)


def test_texts_are_joined_with_a_separator():
    text = Text.join([Text.of("a"), setting(), Text()], separator="; ")

    assert text.shown == f"a; {LABEL}; "
    assert not Text.join([], separator="; ")


@pytest.mark.parametrize(
    ("text", "label", "raw"),
    [
        pytest.param(TEXT, "Bearer $shop.default.base!", "Bearer s3cret!", id="with a setting in it"),
        pytest.param(Text.of("b"), "new", "b", id="without one"),
    ],
)
def test_a_rewritten_text_is_one_piece_that_still_hides_a_setting(text, label, raw):
    (piece,) = text.rewritten("new").pieces

    assert (piece.text, piece.shown, piece.raw) == ("new", label, raw)


def test_a_text_rewritten_as_itself_keeps_its_pieces():
    text = TEXT.rewritten(TEXT.real)

    assert text is TEXT


def test_a_text_of_nothing_is_false():
    texts = [Text(), Text.of(""), Text((Piece("", Kind.MISSING),)), Text.of("a")]

    assert [bool(text) for text in texts] == [False, False, False, True]


def test_the_members_of_a_traced_value_have_its_origin():
    piece = Piece("", Kind.INPUT, "order")

    result = [Traced({"a": 1}, piece).opened(), Traced([1], piece).opened(), Traced(1, piece).opened()]

    assert result == [{"a": Traced(1, piece)}, [Traced(1, piece)], Traced(1, piece)]


@pytest.mark.parametrize(
    ("segments", "origin"),
    [
        pytest.param(("base", "x"), (Kind.SETTING, LABEL), id="a setting"),
        pytest.param(("_env", "orgId"), (Kind.ENV, None), id="the environment"),
        pytest.param(("orderId",), (Kind.INPUT, None), id="an input"),
    ],
)
def test_a_path_is_of_its_first_name(segments, origin):
    result = Scope({}, {"base": LABEL}).origin(segments)

    assert result == origin


@pytest.mark.parametrize("attribute", [field.name for field in fields(Piece)])
def test_a_piece_is_frozen(attribute):
    piece = Piece("a", Kind.INPUT)

    with pytest.raises(FrozenInstanceError):
        setattr(piece, attribute, "b")

    assert piece == Piece("a", Kind.INPUT)


def test_a_piece_of_one_render_cannot_change_the_next():
    scope = Scope({"id": 7})

    def origins():
        return Template.parse("http://a.b/{{id}}").origins(scope, pointer="/uri")

    with pytest.raises(FrozenInstanceError):
        origins().pieces[0].text = "http://evil/"

    assert origins().real == "http://a.b/7"


def test_a_replaced_text_is_read_anew():
    text = Text.of("a") + setting()
    assert (text.real, text.shown) == ("as3cret", "a" + LABEL)

    other = replace(text, pieces=Text.of("b").pieces)

    assert (other.real, other.shown) == ("b", "b")
