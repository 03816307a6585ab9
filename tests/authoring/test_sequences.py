"""Whatever an author does by name, the text says what the model says, and comes back to the byte."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from kustomer_nb import App, loads
from kustomer_nb.jsontext.serialization import same_json
from tests.authoring.generated import INPUTS, Model, model, written
from tests.work import SLOW

SEEDS = range(400 if SLOW else 20)
_COMMENT = re.compile(r"// note \d+|/\* a \d+ \*/")


def renders(app: App, inputs: Any) -> str:
    request = app.action("find").render(inputs, settings={"tok": "t-0-k"})
    return f"{request.method} {request.url} {request.headers['x-a']} {request.body}"


def is_subsequence(part: str, text: str) -> bool:
    characters = iter(text)
    return all(character in characters for character in part)


class Author:
    """Makes one random change after the other, in the definition and in the model of it.

    Each verb returns whether it only adds text.
    """

    def __init__(self, generator: random.Random) -> None:
        self.random = generator
        self.model: Model = model(generator)
        self.app = loads(written(self.model.value, generator))
        self.count = 0
        self.verbs: list[Callable[[], bool]] = [
            self.rename_input,
            self.rename_input,
            self.rename_setting,
            self.add_input,
            self.add_output,
            self.edit,
            self.add_action,
            self.duplicate_action,
            self.rename_step,
        ]

    def name(self) -> str:
        self.count += 1
        return f"fresh{self.count}"

    def rename_input(self) -> bool:
        path, new = self.random.choice(INPUTS), self.name()
        self.app.action("find").rename_input(self.model.qualified(path), new)
        self.model.names[path] = new
        return False

    def rename_setting(self) -> bool:
        new = self.name()
        self.app.action("find").rename_setting(self.model.names["tok"], new)
        self.model.names["tok"] = new
        return False

    def add_input(self) -> bool:
        new = self.name()
        self.app.action("find").add_input(new, "number", required=True, description="a")
        self.model.action["inputSchema"]["properties"][new] = {"type": "number", "description": "a"}
        self.model.action["inputSchema"]["required"].append(new)
        is_removed = self.random.random() < 0.5
        if is_removed:
            removed = self.app.action("find").remove_input(new)
            assert not removed.diagnostics
            del self.model.action["inputSchema"]["properties"][new]
            self.model.action["inputSchema"]["required"].remove(new)
        return not is_removed

    def add_output(self) -> bool:
        new = self.name()
        self.model.action["outputTemplate"][new] = "/#body.order.id"
        self.app.action("find").add_output(new, "/#body.order.id")
        return True

    def edit(self) -> bool:
        new = self.name()
        self.model.action["description"] = new
        self.app.edit("/actions/0/description", new)
        return False

    def add_action(self) -> bool:
        new = self.name()
        self.app.add_action(new)
        self.model.marked["actions"].append(self.app.action(new).value)
        return True

    def duplicate_action(self) -> bool:
        new = self.name()
        self.app.duplicate_action("find", new)
        copied = {**self.model.value["actions"][0], "name": f"kustomer.app.shop.{new}"}
        self.model.marked["actions"].append(copied)
        is_removed = self.random.random() < 0.5
        if is_removed:
            self.app.remove_action(new)
            self.model.marked["actions"].pop()
        return not is_removed

    def rename_step(self) -> bool:
        self.app.rename_action("find", "search")
        steps = self.app.document.value["workflows"][0]["steps"]
        assert [step["action"] for step in steps] == ["kustomer.app.shop.search", "kustomer.note.create"]
        self.app.rename_action("search", "find")
        return False


@pytest.mark.uncounted
@pytest.mark.parametrize("seed", SEEDS)
def test_the_text_says_what_the_model_says_and_comes_back_to_the_byte(seed: int) -> None:
    author = Author(random.Random(seed))
    before, comments = author.app.text, _COMMENT.findall(author.app.text)

    for _ in range(author.random.randint(2, 7)):
        text = author.app.text
        is_addition = author.random.choice(author.verbs)()
        # What adds leaves every character of the author in its order: comments, blanks, quotes.
        assert not is_addition or is_subsequence(text, author.app.text)

        assert same_json(author.app.document.value, author.model.value)
        assert same_json(loads(author.app.text).document.value, author.model.value)
        # Order too, which JSON.stringify shows.
        assert list(author.app.document.value) == list(author.model.value)
        # A copy has the comments of the original.
        assert [note for note in comments if note not in author.app.text] == []

    while author.app._undo_stack.changes:
        author.app.undo()
    assert author.app.text == before


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rename_changes_only_its_name_and_makes_the_same_request(seed: int) -> None:
    generator = random.Random(1000 + seed)
    subject = model(generator)
    # A template in a key is not rendered, so the rename changes what is sent there.
    subject.action["inputTemplate"]["data"].pop("{{⟦a⟧}}")
    app = loads(written(subject.value, generator))
    text, request = app.text, renders(app, subject.inputs())
    path = generator.choice(INPUTS)
    old = subject.names[path]

    places = app.action("find").plan_rename(subject.qualified(path), "fresh")
    app.action("find").rename_input(subject.qualified(path), "fresh")
    renamed = app.text
    subject.names[path] = "fresh"

    assert renders(app, subject.inputs()) == request
    assert renamed.replace("fresh", old) == text
    assert renamed.count("fresh") == len(places)
    assert same_json(app.document.value, subject.value)
    app.action("find").rename_input(subject.qualified(path), old)
    assert app.text == text
