"""`fix` applies groups of fixes at once; the simple way, one fix after the other, gives the same text."""

import random

import pytest

from kustomer_nb.definition import read_document
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.serialization import same_json
from kustomer_nb.linting import Selection, fixer
from kustomer_nb.rules import RULES, fix_document
from tests.samples import ECOMMSTORE

DOCUMENT = ECOMMSTORE.read_text(encoding="utf-8")
SLIPS = [
    ('",\n', '"\n'), ('",\n', '",,\n'), ('"\n', '",\n'), ('": ', '" '), ('": ', '"= '), ("true", "True"),
    ('"', "'"), ('"', ""), ("}", ""), ("{", "{{"), ("\n", " // note\n"), ("}", "]"), ("{{{", "{{"),
    ('"post"', '"psot"'), ('"/#', '"/# '), ('"number"', '"int"'), ("inputTemplate", "inputTemplat"),
    ("https", "htps"),
    ('"', "\u201c"), ("[", "[,"), ("orderId", "orderid"), ("data", "dta"),
]  # fmt: skip


def slipped(seed):
    """Return the definition of the demo store after a few slips of the hand."""
    chance, text = random.Random(seed), DOCUMENT
    for _ in range(chance.choice([1, 2, 4, 8])):
        before, after = chance.choice(SLIPS)
        places = [at for at in range(len(text)) if text.startswith(before, at)]
        if places:
            at = chance.choice(places)
            text = text[:at] + after + text[at + len(before) :]
    return text if chance.random() < 0.7 else f"export default {text};"


def fixed_one_by_one(document, *, unsafe):
    """Return the text after each fix was tried alone, and kept if it did what it promised."""
    seen = {document.text}
    for _ in range(fixer.ROUNDS):
        new = one_round(document, unsafe=unsafe)
        if new.text in seen:
            break
        seen.add(new.text)
        document = new
    return document.text


def one_round(document, *, unsafe):
    value = document.value

    def is_same_value(old, new):
        return new.reading.problem_count < old.reading.problem_count and same_json(new.value, value)

    safe = [problem for problem in document.reading.diagnostics if problem.is_safe]
    after = all_accepted(document, safe, is_same_value)
    if after is not document:
        return after
    fixes = fixer._unsafe_fixes(document, RULES, Selection(), unsafe=unsafe)
    return all_accepted(document, fixes, fixer._is_no_worse)


def all_accepted(document, diagnostics, is_accepted):
    after, applied = document, []
    for diagnostic in fixer._without_overlaps(diagnostics):
        new = fixer._edited(document, [*applied, diagnostic])
        if new is not None and is_accepted(after, new):
            after, applied = new, [*applied, diagnostic]
    return after


@pytest.mark.uncounted
@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_a_group_of_fixes_gives_what_one_after_the_other_gives(unsafe):
    different, fixed = [], 0
    for seed in range(60):
        try:
            document = read_document(slipped(seed))
        except LoadError:
            continue
        quick = fix_document(document, unsafe=unsafe)[0].text
        fixed += quick != document.text
        if quick != fixed_one_by_one(document, unsafe=unsafe):
            different.append(seed)

    assert different == []
    assert fixed > 20
