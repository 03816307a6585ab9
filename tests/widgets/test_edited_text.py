from __future__ import annotations

import random

import pytest

from kustomer_nb.widgets.edited_text import MOST_EDITS, Edit, EditedText, edit_between

# Line ends of every kind, characters of one and of two UTF-16 units, and a token that is masked.
TEXTS = [
    "",
    "{}",
    '{"a": 1}\n',
    '{\r\n  "a": "\u00e9\U0001f600",\r\n  "b": 2\r\n}\r\n',
    "a\rb\r\nc\nd\r",
    "\U0001f600\U0001f600\n\u2028x",
]


def masked(text: str) -> str:
    return text.replace("SECRET", "******")


def edited(text: str) -> EditedText:
    return EditedText(text, masked)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def of_field(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("text", TEXTS)
def test_every_offset_of_a_page_is_one_of_the_text(text: str) -> None:
    page = edited(text)

    for index in range(len(page.of_page) + 1):
        offset = units(page.of_page[:index])
        source = page.edit_of_page(offset, 0, "").start
        assert of_field(text[:source]) == page.of_page[:index]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_typed_in_a_page_is_in_the_text_with_its_line_ends(text: str) -> None:
    shuffled = random.Random(5)
    page = edited(text)
    for _ in range(60):
        field = page.of_page
        start = shuffled.randint(0, len(field))
        end = shuffled.randint(start, min(len(field), start + 3))
        inserted = shuffled.choice(["", "x", "\n", "a\nb", "\U0001f600"])
        expected = field[:start] + inserted + field[end:]

        edit = page.edit_of_page(units(field[:start]), units(field[start:end]), inserted)
        page.change(edit)

        assert page.of_page == expected
        assert of_field(page.text) == expected


@pytest.mark.parametrize("text", TEXTS)
def test_all_edits_are_undone_and_made_again_to_the_byte(text: str) -> None:
    shuffled = random.Random(11)
    page = edited(text)
    for _ in range(80):
        start = shuffled.randint(0, len(page.text))
        end = shuffled.randint(start, min(len(page.text), start + 2))
        page.change(Edit(start, page.text[start:end], shuffled.choice(["", "y", "z", "\r\n", "word"])))
    after = page.text

    while page.undo():
        pass
    undone = page.text
    while page.redo():
        pass

    assert undone == text
    assert page.text == after


def test_a_word_that_is_typed_is_one_edit() -> None:
    page = edited("")
    for at, character in enumerate("find orders"):
        page.change(Edit(at, "", character))

    page.undo()

    assert page.text == "find "
    page.undo()
    assert page.text == ""


def test_characters_deleted_in_a_row_are_one_edit() -> None:
    page = edited("abcdef")
    for at in (5, 4, 3):
        page.change(Edit(at, page.text[at], ""))
    for _ in range(2):
        page.change(Edit(0, page.text[0], ""))

    texts = []
    while page.undo():
        texts.append(page.text)

    assert texts[-1] == "abcdef"
    assert len(texts) <= 2


def test_after_an_edit_nothing_is_made_again() -> None:
    page = edited("a")
    page.replace("ab")
    page.undo()
    page.replace("ac")

    assert page.redo() is None
    assert page.text == "ac"


def test_old_edits_are_forgotten() -> None:
    page = edited("")
    for number in range(MOST_EDITS + 20):
        page.replace(f"{number:04}")

    count = 0
    while page.undo():
        count += 1

    assert count == MOST_EDITS


def test_an_edit_beside_a_token_leaves_the_token() -> None:
    page = edited('{"a": "SECRET"}')

    assert page.of_page == '{"a": "******"}'
    page.change(page.edit_of_page(13, 0, "!"))

    assert page.text == '{"a": "SECRET!"}'


def test_a_token_is_moved_by_cutting_and_pasting() -> None:
    page = edited('{"a": "SECRET", "b": ""}')
    page.remember(6, 14)
    page.change(page.edit_of_page(6, 8, "0"))

    page.change(page.edit_of_page(page.of_page.index('""'), 2, '"******"'))

    assert page.text == '{"a": 0, "b": "SECRET"}'


def test_undoing_brings_the_token_back_and_not_its_mask() -> None:
    page = edited('{"a": "SECRET"}')
    page.change(page.edit_of_page(0, 15, ""))

    edit = page.undo()

    assert edit is not None
    assert edit.inserted == '{"a": "******"}'
    assert page.text == '{"a": "SECRET"}'


def test_what_becomes_a_token_is_masked_where_it_is() -> None:
    page = edited("SECRE, T")

    edit = page.change(page.edit_of_page(5, 2, ""))

    assert (edit, page.of_page) == ((0, 8, "******"), "******")


@pytest.mark.parametrize(("start", "removed"), [(-1, 0), (0, 9), (3, 9), (100, 0), (1, 0)])
def test_an_edit_outside_the_text_or_within_a_character_is_refused(start: int, removed: int) -> None:
    with pytest.raises(ValueError, match="offset"):
        edited("\U0001f600a").edit_of_page(start, removed, "")


def test_the_edit_between_two_texts_is_the_least_one() -> None:
    assert edit_between("aaa", "aaaa") == Edit(3, "", "a")
    assert edit_between("same", "same") is None
    assert edit_between("abc", "") == Edit(0, "abc", "")
