"""Reading what was typed gives an editor what reading all of the text gives, for less work."""

from __future__ import annotations

import json
import random

import pytest

from benchmarks.lint import definition
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.errors import LoadError
from kustomer_nb.language.latest_texts import LatestTexts
from kustomer_nb.rules import lint_document
from tests.language.marked import SHOP
from tests.work import SLOW, count_calls

TYPED = [*'"{}[],:1', "{{x}}", "{{{token}}}", '"apiKey": "correct-horse-9", ', "Bearer s3cret-battery ", "\n"]
EDITS = 3_000 if SLOW else 150


def problems_of(latest: LatestTexts, text: str) -> Diagnostics | None:
    try:
        return lint_document(latest.read(text, None), mask=latest.mask)
    except LoadError:
        return None


@pytest.mark.timeout(900)
def test_typed_texts_have_the_problems_that_they_have_alone() -> None:
    chance, latest = random.Random(18), LatestTexts()
    # Two texts in turn, as two cells.
    texts = [SHOP, json.dumps(definition(3), indent=2)]
    compared = 0

    for count in range(EDITS):
        text = texts[count % 2]
        at = chance.randrange(len(text))
        typed = text[:at] + chance.choice(TYPED) + text[at + chance.choice([0, 0, 1, 3]) :]
        problems, alone = problems_of(latest, typed), problems_of(LatestTexts(), typed)
        assert problems == alone, (typed[at - 30 : at + 30], count)
        # The text that is quoted is masked.
        assert problems is None or problems.text == (alone or problems).text
        if problems is not None:
            texts[count % 2], compared = typed, compared + 1
    assert compared > EDITS / 4


def test_a_key_takes_less_work_than_a_new_text() -> None:
    text = json.dumps(definition(40), indent=2)
    at = text.rindex('"uri": "') + len('"uri": "')
    latest = LatestTexts()

    def work(texts: LatestTexts, typed: str) -> int:
        return count_calls(lambda: problems_of(texts, text[:at] + typed + text[at:]))

    # What rules know of a value is cached.
    work(latest, "{{{or")
    work(latest, "{{{ord")
    new, key = work(LatestTexts(), "{{{orde"), work(latest, "{{{orde")
    assert key < new * 0.8, (key, new)


def test_what_was_not_typed_is_not_read_again() -> None:
    text = json.dumps(definition(3))
    latest = LatestTexts()
    before = latest.read(text, None)

    after = latest.read(text.replace('"uri": "', '"uri": " ', 1), None)
    pasted = latest.read(text.replace('"uri": "', '"uri": "' + "x" * 2_000, 1), None)

    same = [new.value is old.value for new, old in zip(after.actions, before.actions, strict=True)]
    assert same == [False, True, True]
    assert not any(new.value is old.value for new, old in zip(pasted.actions, before.actions, strict=True))
