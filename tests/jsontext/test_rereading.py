"""A text that is read again after an edit is as if it was read at once, and costs what the edit does."""

import json
import os
import random

import pytest

from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.bounds import MAX_DEPTH
from kustomer_nb.jsontext.parser import read
from kustomer_nb.jsontext.pointer import join
from kustomer_nb.jsontext.rereading import reread
from kustomer_nb.jsontext.text_difference import difference_between
from kustomer_nb.jsontext.tree_builder import nodes_of
from tests.jsontext.mutations import FILES, MARKS, PIECES, SMALL
from tests.work import SLOW, count_calls

SEED = int(os.environ.get("KUSTOMER_NB_FUZZ_SEED", "20260131"))
EDITS = int(os.environ.get("KUSTOMER_NB_FUZZ", "12000" if SLOW else "400"))
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in FILES if path.suffix == ".json"}
TEXTS |= {
    "small": SMALL,
    "one line": json.dumps(json.loads(TEXTS["ecommstore.json"])),
    "mark": f"\ufeff{SMALL}",
}
TYPED = [
    *'{}[]":, \\\n019.-eatru',
    "{{",
    "/#body.",
    '": "',
    '", "',
    '"}, {"',
    "},",
    '"a": ',
    "[]",
    "é",
    "😀",
    "use strict",
]


def read_or_rejected(make):
    try:
        return make()
    except LoadError as error:
        return error.diagnostics


def offsets(node):
    """Return the offsets of a value and of all its parts, in their order."""
    nodes = nodes_of(node)
    if isinstance(nodes, dict):
        return *node[:4], {key: offsets(inner) for key, inner in nodes.items()}
    return *node[:4], nodes and [offsets(inner) for inner in nodes]


def everything(reading):
    """Return all that a reading says, with the types and the order of what compares as equal."""
    value, places = json.dumps(reading.value), repr(offsets(reading.root))
    places_of_lines = [reading.span_between(at, at) for at in range(0, len(reading.text), 97)]
    return value, places, places_of_lines, reading.is_strict, reading.is_module, reading.diagnostics, reading


def edited(chance, text):
    """Return a text after something was typed, pasted, moved or deleted in it."""
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice([0, 0, 0, 1, 1, 2, 7, 60]))
    copied = chance.randrange(len(text) + 1)
    pasted = text[copied : copied + chance.choice([1, 5, 40])]
    if chance.random() < 0.4:
        # Most of what is typed is words.
        start, inserted = end, chance.choice([*"ab 0", "{{id}}", "/#x"])
    else:
        inserted = chance.choice([*TYPED, *TYPED, *MARKS, *PIECES, "", "", "", pasted, text[start:end] * 2])
    return text[:start] + inserted + text[end:]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_is_read_again_is_as_one_that_is_read_at_once(name):
    chance, before = random.Random(f"{SEED} {name}"), read(TEXTS[name])
    kinds = {"strict": 0, "repaired": 0, "rejected": 0}

    for _ in range(EDITS):
        text = edited(chance, before.text)
        whole = read_or_rejected(lambda text=text: read(text))
        again = read_or_rejected(lambda before=before, text=text: reread(before, text))

        if not hasattr(whole, "value"):
            assert again == whole
            kinds["rejected"] += 1
            continue
        assert everything(again) == everything(whole), repr(difference_between(before.text, text))
        kinds["strict" if whole.is_strict else "repaired"] += 1
        # What is broken is mostly corrected at once: a text would be broken for ever otherwise.
        if whole.is_strict or chance.random() < 0.05:
            before = again
        if not before.is_strict and chance.random() < 0.5:
            before = read(TEXTS[name])
    assert kinds["strict"] > EDITS / 25 < kinds["repaired"]


def test_the_other_values_are_the_same_objects():
    before = read('{"a": {"b": [1, 2]}, "c": {"d": "x"}, "e": [{}]}')

    after = reread(before, before.text.replace('"x"', '"xy"'))

    assert after.value == {"a": {"b": [1, 2]}, "c": {"d": "xy"}, "e": [{}]}
    assert after.value["a"] is before.value["a"]
    assert after.value["e"] is before.value["e"]
    assert before.value["c"] == {"d": "x"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"a": [1], "a": 2}', id="a key given twice"),
        pytest.param('{"b": [1e999]}', id="a number that is no double"),
        pytest.param('{"b": [1]], "c": []}', id="a bracket too many"),
        pytest.param('{"b": ["use strict"]}', id="what a module begins with"),
        pytest.param('{"b": [' + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "]}", id="nested too deeply"),
        pytest.param('{"b": ["\ud800"]}', id="half a character"),
    ],
)
def test_what_is_no_plain_json_any_more_is_read_whole(text):
    before = read('{"b": [1]}')

    again = read_or_rejected(lambda: reread(before, text))

    assert again == read_or_rejected(lambda: read(text))


def key_typed(actions):
    """Return the calls of a key in the middle one of so many actions, and of looking where it is after it."""
    action = json.loads(TEXTS["ecommstore.json"])["actions"][0]
    text = json.dumps({"app": "shop", "actions": [action] * actions}, indent=2)
    pointer = join("/actions", actions // 2)
    before = read(text)
    offset = before.span(f"{pointer}/inputTemplate/uri").end - 1
    typed = f"{text[:offset]}x{text[offset:]}"
    return count_calls(lambda: reread(before, typed).span(f"{pointer}/inputTemplate/uri"))


def test_what_a_key_costs_is_that_of_what_it_is_typed_in():
    key_typed(4)

    few, many = key_typed(20), key_typed(200)

    assert few < 1000
    # A few calls move each of the actions below, and pass over each one above, whatever is in them.
    assert many - few < 4 * 180
