from __future__ import annotations

import contextlib
import random
import re
from collections.abc import Callable

import pytest

from kustomer_nb.widgets.edited_text import MOST_EDITS, Edit, EditedText, edit_between
from kustomer_nb.widgets.hidden_values import HiddenValueError

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


TWO = '{\n"a": "FIRST1",\n"b": "SECOND"\n}'


def of_values(text: str, *values: str) -> EditedText:
    def stars(source: str) -> str:
        for value in values:
            source = source.replace(value, "*" * len(value))
        return source

    return EditedText(text, stars)


def typed(page: EditedText, old: str, new: str) -> None:
    page.change(page.edit_of_page(page.of_page.index(old), len(old), new))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            lambda text: text.replace('"a"', '  "a"').replace('"b"', '  "b"'),
            TWO.replace('"a"', '  "a"').replace('"b"', '  "b"'),
            id="lines that are indented",
        ),
        pytest.param(
            lambda text: text.replace('"a": "******",\n', ""),
            TWO.replace('"a": "FIRST1",\n', ""),
            id="the first of two is removed",
        ),
        pytest.param(
            lambda text: text.replace(',\n"b": "******"', ""),
            TWO.replace(',\n"b": "SECOND"', ""),
            id="the second of two is removed",
        ),
        pytest.param(
            lambda text: text.replace('"a": "**', '"a": "x**').replace('"b"', '"bb"'),
            TWO.replace('"FIRST1"', '"xFIRST1"').replace('"b"', '"bb"'),
            id="both lines are changed",
        ),
        pytest.param(
            lambda text: text.replace("{\n", "{\n/* ***** */ // *** \n"),
            TWO.replace("{\n", "{\n/* ***** */ // *** \n"),
            id="stars of the author before them",
        ),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_masks_in_what_replaces_them_are_the_same_tokens(
    change: Callable[[str], str], expected: str, line_end: str
) -> None:
    page = of_values(TWO.replace("\n", line_end), "FIRST1", "SECOND")

    typed(page, page.of_page, change(page.of_page))

    assert page.text == expected.replace("\n", line_end)


def test_a_mask_that_may_be_one_of_two_tokens_is_refused() -> None:
    page = of_values(TWO, "FIRST1", "SECOND")

    with pytest.raises(HiddenValueError, match="cannot be typed; paste it from where it is, or undo"):
        typed(page, page.of_page, '{"c": "******"}')

    assert page.text == TWO


@pytest.mark.parametrize("inserted", ['"******"', "x ****** y", "******"])
def test_a_mask_that_was_neither_cut_nor_copied_is_refused(inserted: str) -> None:
    page = edited('{"a": "SECRET", "b": 0}')

    with pytest.raises(HiddenValueError):
        typed(page, "0", inserted)


@pytest.mark.parametrize(
    "inserted",
    [
        "*",
        "**",
        "***",
        "****",
        "// *****",
        "0\n/******/\n",
        "0\n/******\n x\n ******/\n",
        '"*******"',
        "0\n// ******",
    ],
)
def test_stars_of_the_author_are_typed_as_they_are(inserted: str) -> None:
    page = edited('{"a": "SECRET", "b": 0}')
    page.remember(page.of_page.index("***"), page.of_page.index("***") + 6)

    typed(page, "0", inserted)

    assert page.text == f'{{"a": "SECRET", "b": {inserted}}}'


def test_stars_of_the_author_are_indented_and_moved_as_long_as_a_mask() -> None:
    text = '{\n// ****** mine\n"a": "SECRET"\n}'
    page = edited(text)

    typed(page, '// ****** mine\n"a"', '  // ****** mine\n  "a"')
    at = page.of_page.index("// ***")
    page.remember(at, at + len("// ****** mine"))
    typed(page, "\n}", "\n// ****** mine\n}")

    assert page.text == '{\n  // ****** mine\n  "a": "SECRET"\n// ****** mine\n}'


@pytest.mark.parametrize("length", [1, 3, 4, 5])
def test_a_part_of_a_token_is_not_copied(length: int) -> None:
    page = edited('{"a": "SECRET", "b": 0}')
    at = page.of_page.index("***")

    page.remember(at, at + length)
    typed(page, "0", "*" * length)

    assert page.text == f'{{"a": "SECRET", "b": {"*" * length}}}'


def test_a_token_is_pasted_over_another_one() -> None:
    page = of_values(TWO, "FIRST1", "SECOND")
    first, second = (match.start() for match in re.finditer(r"\*{6}", page.of_page))

    page.remember(first, first + 6)
    page.change(page.edit_of_page(second, 6, "******"))

    assert page.text == TWO.replace("SECOND", "FIRST1")


def test_no_mask_is_written_whatever_is_typed_cut_and_indented() -> None:
    for seed in range(40):
        shuffled = random.Random(seed)
        page = of_values(TWO, "FIRST1", "SECOND")
        for _ in range(30):
            field = page.of_page
            start = shuffled.randint(0, len(field))
            end = shuffled.randint(start, len(field))
            removed = field[start:end]
            page.remember(start, end)
            inserted = shuffled.choice(
                ["", "x", removed, removed.replace("\n", "\n  "), f"y{removed}", "******"]
            )
            with contextlib.suppress(HiddenValueError):
                page.change(page.edit_of_page(start, end - start, inserted))
            if "FIRST1" not in page.text and "SECOND" not in page.text:
                break
            assert "******" not in page.text


def test_a_token_that_was_cut_before_python_heard_of_it_is_pasted() -> None:
    page = edited('{"a": "SECRET", "b": 0}')

    typed(page, '"******"', "1")
    typed(page, "0", '"******"')

    assert page.text == '{"a": 1, "b": "SECRET"}'
