"""A document after something was typed in it is as if its text was read at once."""

import json
import os
import random

import pytest

from kustomer_nb.definition import read_document
from kustomer_nb.errors import LoadError
from kustomer_nb.rules import lint_document
from tests.jsontext.mutations import FILES
from tests.work import SLOW

SEED = int(os.environ.get("KUSTOMER_NB_FUZZ_SEED", "20260131"))
EDITS = int(os.environ.get("KUSTOMER_NB_FUZZ", "3000" if SLOW else "60"))
APP = json.loads(FILES[0].read_text(encoding="utf-8"))
TEXTS = {
    "an app": json.dumps({**APP, "actions": APP["actions"] * 3}, indent=2),
    "a list": json.dumps(APP["actions"] * 2, indent=2),
    "an action": json.dumps(APP["actions"][0]),
}
TYPED = [
    *'"{}[],: \\x9-',
    "{{orderId}}",
    "{{{authToken}}}",
    "/#body.id",
    '"type": 1, ',
    '"name": "a.b", ',
    '"defaultValue": "hunter-2-battery", ',
    '}, {"name": "a.c"',
    "true",
]


def facts(document):
    """Return all that a document says: its actions with their models, what is wrong with it, and where."""
    actions = [(read.pointer, read.definition, json.dumps(read.value)) for read in document.actions]
    spans = [document.span(f"{read.pointer}/inputTemplate/uri") for read in document.actions]
    problems = [(str(problem), problem.span, problem.edits) for problem in lint_document(document)]
    return actions, spans, document.app, document.type_mismatches, document.kind, problems


def read_or_rejected(make):
    try:
        return facts(make())
    except LoadError as error:
        return error.diagnostics


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", TEXTS)
def test_what_is_typed_makes_the_document_that_reading_its_text_makes(name):
    chance, before, readable = random.Random(f"{SEED} {name}"), read_document(TEXTS[name]), 0

    for _ in range(EDITS):
        start = chance.randrange(len(before.text))
        end = start + chance.choice([0, 0, 0, 1, 4])
        text = before.text[:start] + chance.choice([*TYPED, ""]) + before.text[end:]
        if read_or_rejected(lambda text=text: read_document(text)) != read_or_rejected(
            lambda before=before, text=text: before.retyped(text)
        ):
            pytest.fail(f"{before.text[start - 20 : end + 20]} became {text[start - 20 : end + 40]}")
        try:
            after = before.retyped(text)
        except LoadError:
            continue
        if after.reading.is_strict or chance.random() < 0.1:
            before, readable = after, readable + 1
        elif not before.reading.is_strict:
            before = read_document(TEXTS[name])
    assert readable > EDITS / 6


def test_only_the_action_that_is_typed_in_is_read_again():
    before = read_document(TEXTS["an app"])

    after = before.retyped(before.text.replace('"method": "', '"method": " ', 1))

    same = [
        read.definition is other.definition for read, other in zip(before.actions, after.actions, strict=True)
    ]
    assert same == [False, True, True]
    assert all(read is not other for read, other in zip(before.actions, after.actions, strict=True))
