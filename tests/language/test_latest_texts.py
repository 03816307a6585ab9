"""Reading what was typed gives an editor what reading all of the text gives, for less work."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest

from benchmarks.lint import definition
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.errors import LoadError
from kustomer_nb.language.latest_texts import LatestTexts
from kustomer_nb.linting.context import LintedAction
from kustomer_nb.reporting import starter
from kustomer_nb.rules import lint_document
from tests.language.marked import SHOP
from tests.work import SLOW, count_calls

TYPED = [*'"{}[],:1', "{{x}}", "{{{token}}}", '"apiKey": "correct-horse-9", ', "Bearer s3cret-battery ", "\n"]
EDITS = 3_000 if SLOW else 150


def problems_of(latest: LatestTexts, text: str) -> Diagnostics | None:
    try:
        return lint_document(latest.read(text, None), mask=latest.mask, checked=latest.checked)
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
    assert key < new * 0.4, (key, new)


def checks(latest: LatestTexts, text: str, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return how often a rule checked each action of a text."""
    counts: Counter[str] = Counter()
    init = LintedAction.at

    def at(action: LintedAction, *keys: str) -> str:
        counts[action.pointer] += 1
        return init(action, *keys)

    with monkeypatch.context() as patch:
        patch.setattr(LintedAction, "at", at)
        problems_of(latest, text)
    return counts


def test_only_the_action_in_which_is_typed_is_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(definition(40), indent=2)
    at = text.rindex('"uri": "') + len('"uri": "')
    latest = LatestTexts()

    new = checks(latest, text, monkeypatch)
    typed = checks(latest, f"{text[:at]}x{text[at:]}", monkeypatch)

    last = "/actions/39"
    assert len(new) == 40
    assert typed[last] == new[last] > 10
    # What is left are the rules that compare actions with each other.
    assert all(typed[pointer] * 4 < new[pointer] for pointer in new if pointer != last)


def test_a_change_around_the_actions_has_all_checked_again() -> None:
    text = json.dumps(
        {
            "app": "shop",
            "settings": {"default": {"token": {"type": "secret"}}},
            "actions": [
                {
                    "name": "kustomer.app.shop.find",
                    "type": "rest_api",
                    "appSettings": {"token": {"key": "shop.default.token"}},
                    "inputTemplate": {"uri": "https://a.b/", "method": "GET", "headers": {"x": "{{token}}"}},
                }
            ],
        },
        indent=1,
    )
    latest = LatestTexts()

    before = problems_of(latest, text)
    typed = text.replace('"shop"', '"shops"', 1)

    after = problems_of(latest, typed)

    # The name of the action has that of another app now.
    assert before is not None
    assert after is not None
    assert "KNB207" in {*after.codes} - {*before.codes}
    assert after == problems_of(LatestTexts(), typed)


def test_a_text_without_problems_is_not_searched_for_places(monkeypatch: pytest.MonkeyPatch) -> None:
    text = starter("shop")
    document = LatestTexts().read(text, None)
    monkeypatch.setattr("kustomer_nb.jsontext.parser.scan", lambda text: pytest.fail("all places are read"))

    assert not lint_document(document)


def test_what_was_not_typed_is_not_read_again() -> None:
    text = json.dumps(definition(3))
    latest = LatestTexts()
    before = latest.read(text, None)

    after = latest.read(text.replace('"uri": "', '"uri": " ', 1), None)
    pasted = latest.read(text.replace('"uri": "', '"uri": "' + "x" * 2_000, 1), None)

    same = [new.value is old.value for new, old in zip(after.actions, before.actions, strict=True)]
    assert same == [False, True, True]
    assert not any(new.value is old.value for new, old in zip(pasted.actions, before.actions, strict=True))
