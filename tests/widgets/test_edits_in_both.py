"""The page makes each edit at once, and Python when its message arrives: both end with the same entries."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.widgets.form_tree import InputField
from tests.samples import an_action

pytestmark = pytest.mark.node
REPLAY = Path(__file__).parents[1] / "javascript" / "replay_edits.js"
LINE = {
    "type": "object",
    "properties": {
        "sku": {"type": "string"},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
SCHEMA = {
    "properties": {
        "id": {"type": "number"},
        "a/b~": {"type": "boolean"},
        "to": {"type": "object", "properties": {"city": {"type": "string"}}},
        "lines": {"type": "array", "items": LINE},
        "grid": {"type": "array", "items": {"type": "array", "items": LINE}},
        "counts": {"type": "array", "items": {"type": "number"}},
    }
}
SCALARS = [{"state": "unset"}, {"state": "null"}, {"state": "value", "text": "7"}]


def a_form() -> knb.ActionForm:
    return knb.ActionForm(knb.load(an_action(inputSchema=SCHEMA)).action())


def places(member: InputField, entry: dict[str, Any], pointer: str = "") -> list[tuple[str, InputField]]:
    """Return each field that a page shows or could show, and one behind the last item of each array."""
    listed = [(pointer, member)] if pointer else []
    if member.items is not None:
        items = entry.get("items", [])
        for index in range(len(items) + 2):
            inner = items[index] if index < len(items) else {}
            listed += places(member.items, inner, f"{pointer}/{index}") if index < len(items) else []
            listed += [(f"{pointer}/{index}", member.items)] if index >= len(items) else []
    for name, child in member.members.items():
        listed += places(child, entry.get("fields", {}).get(name, {}), pointers.join(pointer, name))
    return listed


def an_edit(chance: random.Random, form: knb.ActionForm) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a random edit as the page makes it, and the message about it."""
    pointer, member = chance.choice(places(form._content.root, form.entries))
    if member.items is not None and chance.random() < 0.7:
        op, index, to = (
            chance.choice(["add", "add", "remove", "move"]),
            chance.randrange(4),
            chance.randrange(5),
        )
        change = {"pointer": pointer, "op": op, "index": index, "to": to}
        return change, {"kind": "item", **change}
    entry = chance.choice(SCALARS)
    if member.is_group and entry["state"] == "value":
        entry = {"state": "value"}
    message = {"kind": "entry", "pointer": pointer, "state": entry["state"], "text": entry.get("text", "")}
    return {"op": "put", "pointer": pointer, "entry": entry}, message


@pytest.mark.uncounted
def test_the_page_and_python_make_the_same_of_every_edit(node: str) -> None:
    chance = random.Random(15)
    cases, expected, refused = [], [], 0
    for _ in range(60):
        form = a_form()
        case: dict[str, Any] = {"fields": form.fields, "entries": form.entries, "edits": []}
        trees = []
        for number in range(25):
            edit, message = an_edit(chance, form)
            form._receive(None, {**message, "edit": {"page": "p", "number": number}}, [])
            assert form.answered == {"p": number}
            refused += bool(form.notice)
            case["edits"].append(edit)
            trees.append(form.entries)
        cases.append(case)
        expected.append(trees)

    command = [node, "--experimental-detect-module", str(REPLAY)]
    replayed = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, check=True)

    assert json.loads(replayed.stdout) == expected
    assert 50 < refused < 900


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an item that is gone": (
        {"kind": "item", "pointer": "/lines", "op": "remove", "index": 3},
        "the array has no items",
    ),
    "a field that is gone": (
        {"kind": "entry", "pointer": "/more", "state": "value", "text": "x"},
        "is not a field",
    ),
    "an output that is gone": (
        {
            "kind": "entry",
            "pointer": "/id",
            "state": "from",
            "text": "7",
            "from": {"action": "find", "pointer": "/id", "text": "7"},
        },
        "has no value",
    ),
    "a preset that is gone": ({"kind": "preset", "name": "example:x"}, "no inputs named"),
    "pasted text": ({"kind": "inputs", "text": "{"}, "Invalid JSON"),
    "JSON in place of no field": ({"kind": "convert", "pointer": "/more", "to": "json"}, "is not a field"),
}


@pytest.mark.parametrize(("message", "notice"), REFUSED.values(), ids=REFUSED)
def test_a_refused_edit_is_answered_too_and_changes_nothing(message: dict[str, Any], notice: str) -> None:
    form = a_form()
    form.enter("id", "7")
    before = form.entries

    form._receive(None, {**message, "edit": {"page": "p", "number": 4}}, [])

    assert (form.entries, form.answered) == (before, {"p": 4})
    assert notice in form.notice


def test_the_fields_what_is_said_of_them_and_the_answer_are_one_update() -> None:
    form = a_form()
    updates: list[set[str]] = []
    form.send_state = lambda key=None: updates.append({key} if isinstance(key, str) else set(key or ()))

    edit = {"page": "p", "number": 1}
    form._receive(
        None, {"kind": "entry", "pointer": "/id", "state": "value", "text": "007", "edit": edit}, []
    )

    assert [sorted(names & {"entries", "answered", "states"}) for names in updates] == [
        ["answered", "entries", "states"]
    ]


def test_what_is_typed_before_another_action_is_shown_is_of_the_action_it_was_typed_for() -> None:
    actions = [
        an_action(name=f"kustomer.app.shop.{name}", inputSchema={"properties": {"id": {"type": "number"}}})
        for name in ("first", "second")
    ]
    bench = knb.workbench({"app": "shop", "version": "1.0.0", "title": "Shop", "actions": actions}, "first")
    form, shown = bench.form, bench.form.action

    bench.pick("second")
    edit = {"page": "p", "number": 1, "action": shown}
    form._receive(None, {"kind": "entry", "pointer": "/id", "state": "value", "text": "7", "edit": edit}, [])

    assert (form.value, form.answered) == ({}, {"p": 1})
    bench.pick("first")
    assert form.value == bench._session.inputs == {"id": 7}
