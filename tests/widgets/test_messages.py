from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from kustomer_nb.widgets import messages
from kustomer_nb.widgets.base import BaseWidget, handles
from kustomer_nb.widgets.message import InvalidMessage, message_types, read_message
from kustomer_nb.widgets.messages import (
    Accept,
    Allow,
    EditId,
    Entry,
    Fix,
    GoTo,
    Link,
    SetSecret,
    ShowLive,
    StartRun,
)
from kustomer_nb.widgets.page_messages import Chunk, Focus, page_message_types

PROTOCOL = (Path(messages.__file__).parent / "lib" / "protocol.js").read_text(encoding="utf-8")
SCALARS = {str: "string", int: "number", bool: "boolean", Any: "unknown"}


def typescript(hint: Any) -> str:
    """Return a type of Python as TypeScript writes it."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " | ".join(f'"{value}"' for value in arguments)
    if origin in (Union, UnionType):
        return " | ".join("null" if item is NoneType else typescript(item) for item in arguments)
    if origin is tuple:
        return f"{typescript(arguments[0])}[]"
    return str(SCALARS.get(hint) or hint.__name__)


def typedef(structure: type[Any]) -> str:
    """Return the typedef of a message as protocol.js has it."""
    hints = get_type_hints(structure)
    kind = [f'kind: "{structure.kind}"'] if hasattr(structure, "kind") else []
    members = [
        f"{item.name.removesuffix('_')}{'?' if item.default is not item.default_factory else ''}:"
        f" {typescript(hints[item.name])}"
        for item in fields(structure)
    ]
    return f"{{{{ {', '.join([*kind, *members])} }}}}".replace("{{", "{").replace("}}", "}")


def typedefs() -> dict[str, str]:
    return {name: text for text, name in re.findall(r"@typedef \{(\{.*\})\} (\w+) \*/", PROTOCOL)}


@pytest.mark.parametrize(
    "structure", [Link, EditId, *message_types().values()], ids=lambda item: item.__name__
)
def test_the_page_and_python_declare_the_same_message(structure: type[Any]) -> None:
    assert is_dataclass(structure)
    assert typedefs()[structure.__name__] == typedef(structure)


def test_neither_side_has_a_message_of_its_own() -> None:
    union = re.search(r"@typedef \{([^{}]+)\} Message$", PROTOCOL, re.MULTILINE)
    page_union = re.search(r"@typedef \{([^{}]+)\} PageMessage$", PROTOCOL, re.MULTILINE)

    assert union is not None
    assert page_union is not None
    assert set(union[1].split(" | ")) == {item.__name__ for item in message_types().values()}
    assert set(page_union[1].split(" | ")) == {item.__name__ for item in page_message_types().values()}
    assert set(typedefs()) == {*union[1].split(" | "), *page_union[1].split(" | "), "Link", "EditId"}


def test_kinds_are_unique() -> None:
    assert len(message_types()) == len(messages.Message.__subclasses__())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"kind": "live"}, ShowLive()),
        ({"kind": "run", "press": "view 1", "turn": 0}, StartRun("view 1", 0)),
        ({"kind": "accept", "pointers": ["/a", "/b/0"]}, Accept(("/a", "/b/0"))),
        (
            {"kind": "entry", "pointer": "/lines/0", "state": "value", "text": "7"},
            Entry("/lines/0", "value", "7"),
        ),
        (
            {
                "kind": "entry",
                "pointer": "/id",
                "state": "from",
                "text": "7",
                "from": {"action": "find", "pointer": "/body/id", "text": "7"},
            },
            Entry("/id", "from", "7", Link("find", "/body/id", "7")),
        ),
        (
            {"kind": "entry", "pointer": "", "state": "null", "text": "", "from": None},
            Entry("", "null", ""),
        ),
        (
            {"kind": "allow", "press": "view 1", "question": "5f", "until": "minutes"},
            Allow("view 1", "5f", "minutes"),
        ),
    ],
    ids=["without fields", "fields", "a list", "a default", "nested", "null", "a choice"],
)
def test_a_message_is_read(content: dict[str, Any], message: object) -> None:
    assert read_message(content) == message


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "it is not an object"),
        ([], "it is not an object"),
        ({}, "there is no message 'None'"),
        ({"kind": "launch"}, "there is no message 'launch'"),
        ({"kind": ["run"]}, "there is no message"),
        ({"kind": "goto"}, "goto.line is missing"),
        ({"kind": "goto", "line": "29"}, "goto.line has the wrong type"),
        ({"kind": "goto", "line": True}, "goto.line has the wrong type"),
        ({"kind": "goto", "line": 29.5}, "goto.line has the wrong type"),
        ({"kind": "goto", "line": None}, "goto.line has the wrong type"),
        ({"kind": "goto", "line": 29, "column": 1}, "goto has no field 'column'"),
        ({"kind": "accept", "pointers": "/a"}, "accept.pointers has the wrong type"),
        ({"kind": "accept", "pointers": ["/a", 1]}, "accept.pointers has the wrong type"),
        ({"kind": "entry", "pointer": "", "state": "on", "text": ""}, "entry.state has the wrong type"),
        (
            {"kind": "entry", "pointer": "", "state": "from", "text": "", "from": {"action": "a"}},
            "entry.from.pointer is missing",
        ),
        (
            {"kind": "entry", "pointer": "", "state": "from", "text": "", "from": 7},
            "entry.from has the wrong",
        ),
    ],
)
def test_another_message_is_refused_with_the_field_at_fault(content: object, problem: str) -> None:
    with pytest.raises(InvalidMessage, match=re.escape(problem)):
        read_message(content)


@pytest.mark.parametrize(
    "content",
    [
        {"kind": "secret", "key": "token", "value": ["s3cret"]},
        {"kind": "secret", "key": "token", "value": "s3cret", "more": 1},
        {"kind": "account", "value": "s3cret"},
    ],
)
def test_a_refusal_never_quotes_what_was_typed(content: object) -> None:
    with pytest.raises(InvalidMessage) as refusal:
        read_message(content)

    assert "s3cret" not in str(refusal.value)


def test_a_typed_secret_is_not_in_the_repr_of_its_message() -> None:
    assert repr(SetSecret("token", "s3cret")) == "SetSecret(key='token', place='memory')"


def test_a_message_to_the_page_has_the_names_of_the_page() -> None:
    assert Focus("/a").as_content() == {"kind": "focus", "pointer": "/a"}
    assert Chunk("", 100, [[100, {"t": "null"}]]).as_content()["from"] == 100


class Leaf(BaseWidget):
    _esm = "export default { render() {} };"

    def __init__(self) -> None:
        self.calls: list[object] = []
        super().__init__()

    @handles(Fix)
    def _fix(self, message: Fix) -> None:
        self.calls.append(message.id)

    @handles(GoTo)
    def _go_to(self, message: GoTo) -> None:
        raise RuntimeError(message.line)


class SpecialLeaf(Leaf):
    @handles(StartRun)
    def _run(self, message: StartRun) -> None:
        self.calls.append("run")


def test_a_leaf_gets_each_message_by_the_method_for_its_type() -> None:
    leaf = SpecialLeaf()

    leaf._receive(leaf, {"kind": "fix", "id": "a"}, [])
    leaf._receive(leaf, {"kind": "run", "press": "view 1", "turn": 0}, [])

    assert leaf.calls == ["a", "run"]
    assert leaf.notice == ""


@pytest.mark.parametrize(
    ("content", "notice"),
    [
        (
            {"kind": "fix"},
            "The page sent a message that cannot be read: fix.id is missing. Run the cell again.",
        ),
        ("no object", "there is no message"),
        ({"kind": "cancel"}, "The page sent a message that Leaf does not handle: cancel."),
        ({"kind": "goto", "line": 1}, "Internal error in the widget (RuntimeError)."),
    ],
    ids=["malformed", "not an object", "of another leaf", "an error"],
)
def test_what_goes_wrong_is_a_notice_and_never_a_traceback(content: object, notice: str) -> None:
    leaf = Leaf()

    leaf._receive(leaf, content, [])

    assert notice in leaf.notice


def test_the_next_message_clears_the_notice() -> None:
    leaf = Leaf()
    leaf._receive(leaf, {"kind": "cancel"}, [])

    leaf._receive(leaf, {"kind": "fix", "id": "a"}, [])

    assert leaf.notice == ""


def test_half_a_character_can_be_sent_to_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[object] = []
    leaf = Leaf()
    monkeypatch.setattr(leaf, "send", sent.append)

    leaf.tell(Focus("/\ud83d"))

    assert sent == [{"kind": "focus", "pointer": "/\\ud83d"}]
