"""What a page and Python tell each other: one frozen class for each kind of message.

``lib/protocol.js`` declares the same messages for the page, and a test holds both sides equal. A page sends
what a person did, never the state that follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, Union, cast, get_args, get_origin, get_type_hints

from .page_messages import wire_name

LONGEST_KIND = 40
# A page that was reloaded has another id; nobody waits for the answers to older ones.
MOST_PAGES = 20


class InvalidMessage(Exception):  # noqa: N818  # it names the message, as Message does
    """A message that no version of the page sends: of an unknown kind, or with a missing or wrong field.

    The text names the field, never its value, which may be typed into a settings form.
    """


@dataclass(frozen=True)
class Message:
    """A message from the page; ``kind`` names it there."""

    kind: ClassVar[str]


# -- the run bar


@dataclass(frozen=True)
class PickAction(Message):
    """Another action was picked."""

    kind = "pick"
    name: str


@dataclass(frozen=True)
class ChooseProfile(Message):
    """Another profile was chosen; "" is the default one."""

    kind = "profile"
    name: str


@dataclass(frozen=True)
class ChooseMode(Message):
    """Another mode was chosen; "" leaves it to the profile."""

    kind = "mode"
    name: str


@dataclass(frozen=True)
class Allow(Message):
    """A question was answered: its request is to be sent; ``typed`` is the typed name, if it asks for one."""

    kind = "allow"
    press: str
    question: str
    until: Literal["once", "minutes", "restart"]
    typed: str = ""


@dataclass(frozen=True)
class AskAgain(Message):
    """All approvals were taken back."""

    kind = "ask"


@dataclass(frozen=True)
class Ping(Message):
    """The page looks whether the kernel is there: without one, this cannot be sent, or has no answer."""

    kind = "ping"


@dataclass(frozen=True)
class StartRun(Message):
    """Run was pressed; ``press`` names this press, and ``turn`` counts the runs that its page knew of."""

    kind = "run"
    press: str
    turn: int


@dataclass(frozen=True)
class CancelRun(Message):
    """Cancel was pressed."""

    kind = "cancel"


@dataclass(frozen=True)
class Simulate(Message):
    """A failure was chosen to be simulated."""

    kind = "simulate"
    name: str


@dataclass(frozen=True)
class ShowLive(Message):
    """The live result was chosen in place of a simulated one."""

    kind = "live"


# -- problems, the status line and settings


@dataclass(frozen=True)
class Fix(Message):
    """The fix of a problem was chosen."""

    kind = "fix"
    id: str


@dataclass(frozen=True)
class GoTo(Message):
    """A line of the file was chosen."""

    kind = "goto"
    line: int


@dataclass(frozen=True)
class SetSecret(Message):
    """The value of a setting was typed; "" clears it."""

    kind = "secret"
    key: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class SetAccount(Message):
    """The token of an app account was typed; "" clears it."""

    kind = "account"
    name: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class SetEnv(Message):
    """A variable of ``_env`` was typed; "" restores its sample value."""

    kind = "env"
    name: str
    value: str


# -- the text of the definition


@dataclass(frozen=True)
class OpenText(Message):
    """A page wants the whole text: it begins, or an edit is missing there."""

    kind = "open_text"


@dataclass(frozen=True)
class EditText(Message):
    """Text was typed: in this version, ``removed`` UTF-16 units were replaced from ``start`` on."""

    kind = "edit_text"
    view: str
    revision: int
    version: int
    start: int
    removed: int
    inserted: str = field(repr=False)


@dataclass(frozen=True)
class UndoText(Message):
    """The latest edit is to be taken back, or to be made again."""

    kind = "undo_text"
    redo: bool
    # Of the form alone, which waits for an answer.
    seq: int = 0
    version: int = 0


@dataclass(frozen=True)
class CopyText(Message):
    """A stretch of the text was copied or cut; its masked tokens are to stay the same where it is pasted."""

    kind = "copy_text"
    version: int
    start: int
    end: int


@dataclass(frozen=True)
class Complete(Message):
    """Completions are wanted at an offset; ``explicit`` if a person pressed the key for it."""

    kind = "complete"
    version: int
    offset: int
    explicit: bool


@dataclass(frozen=True)
class PutPart(Message):
    """A value of the definition was typed: a string, or JSON text.

    ``seq`` numbers what the page sends; ``version`` is that of the rows which the page shows.
    """

    kind = "put_part"
    seq: int
    version: int
    pointer: str
    text: str = field(repr=False)
    form: Literal["text", "json"] = "text"


@dataclass(frozen=True)
class PutInput(Message):
    """The type, default or description of an input was typed, or whether it is required was chosen."""

    kind = "put_input"
    seq: int
    version: int
    pointer: str
    key: Literal["type", "required", "default", "description"]
    text: str = field(repr=False)


@dataclass(frozen=True)
class RenamePart(Message):
    """Another name was typed for a key; ``confirmed`` if the other places that change were shown."""

    kind = "rename_part"
    seq: int
    version: int
    pointer: str
    name: str
    confirmed: bool


@dataclass(frozen=True)
class AddPart(Message):
    """A member or an item is to be added below a pointer of the definition."""

    kind = "add_part"
    seq: int
    version: int
    pointer: str
    form: Literal["text", "json", "object", "array"]


@dataclass(frozen=True)
class RemovePart(Message):
    """A value of the definition is to be removed."""

    kind = "remove_part"
    seq: int
    version: int
    pointer: str


@dataclass(frozen=True)
class ConvertPart(Message):
    """A value of the definition is to be text, a JSON value, an object or an array."""

    kind = "convert_part"
    seq: int
    version: int
    pointer: str
    form: Literal["text", "json", "object", "array"]


@dataclass(frozen=True)
class CompletePart(Message):
    """Completions are wanted at an offset of a string of the definition."""

    kind = "complete_part"
    pointer: str
    offset: int


@dataclass(frozen=True)
class AskPaths(Message):
    """The paths of the last response are to be listed."""

    kind = "paths"


@dataclass(frozen=True)
class SaveText(Message):
    """The definition is to be saved; ``name`` is the name of a file for one that has none yet."""

    kind = "save"
    name: str = ""


# -- the form


@dataclass(frozen=True)
class Link:
    """Where an input takes its value from: a value in the last output of an action, and its text."""

    action: str
    pointer: str
    text: str


@dataclass(frozen=True)
class EditId:
    """Which edit of which page a message is, and of the form of which action.

    The page puts later ones on top of what Python answers.
    """

    page: str
    number: int
    action: str = ""

    def added_to(self, answered: Mapping[str, int]) -> dict[str, int]:
        """Return the latest edit of each page, with this one.

        Example:
            >>> EditId("b", 4).added_to({"b": 3, "a": 7})
            {'a': 7, 'b': 4}
        """
        others = [item for item in answered.items() if item[0] != self.page]
        return {**dict(others[1 - MOST_PAGES :]), self.page: self.number}


@dataclass(frozen=True)
class Entry(Message):
    """A field has other text or another state; ``from_`` is set if it takes its value from an output."""

    kind = "entry"
    pointer: str
    state: Literal["value", "unset", "null", "from", "json"]
    text: str
    from_: Link | None = None
    edit: EditId | None = None


@dataclass(frozen=True)
class ChangeItem(Message):
    """An item of an array was added at an index, removed from it, or moved to the index ``to``."""

    kind = "item"
    pointer: str
    op: Literal["add", "remove", "move"]
    index: int
    to: int = 0
    edit: EditId | None = None


@dataclass(frozen=True)
class ConvertEntry(Message):
    """A group, or all inputs, is to be edited as JSON text, or by its fields again."""

    kind = "convert"
    pointer: str
    to: Literal["json", "form"]
    edit: EditId | None = None


@dataclass(frozen=True)
class AskChoices(Message):
    """The presets and the values of the last outputs are to be listed."""

    kind = "choices"


@dataclass(frozen=True)
class SetInputs(Message):
    """The inputs were replaced by pasted JSON."""

    kind = "inputs"
    text: str
    edit: EditId | None = None


@dataclass(frozen=True)
class UsePreset(Message):
    """A preset was chosen."""

    kind = "preset"
    name: str
    edit: EditId | None = None


@dataclass(frozen=True)
class SaveExample(Message):
    """The inputs are to be kept with the project under a name."""

    kind = "save_example"
    name: str


# -- results


@dataclass(frozen=True)
class More(Message):
    """The next children of an object or array are to be shown."""

    kind = "more"
    pointer: str
    from_: int


@dataclass(frozen=True)
class MoreText(Message):
    """The next part of a raw text is to be shown."""

    kind = "more_text"
    from_: int


@dataclass(frozen=True)
class ShowRows(Message):
    """The rows below one are to be shown."""

    kind = "rows"
    id: str
    from_: int


@dataclass(frozen=True)
class Explain(Message):
    """It is asked why the output has its value at a row."""

    kind = "why"
    pointer: str


@dataclass(frozen=True)
class ShowStage(Message):
    """The value behind a stage is to be shown."""

    kind = "stage"
    name: str


@dataclass(frozen=True)
class Infer(Message):
    """An outputSchema and a sample are to be made from the response.

    ``replaces``: a person has seen what they replace.
    """

    kind = "infer"
    replaces: bool = False


@dataclass(frozen=True)
class Accept(Message):
    """Values of the output are to become those of the sample."""

    kind = "accept"
    pointers: tuple[str, ...]


@dataclass(frozen=True)
class Declare(Message):
    """A value of the output is to be declared in outputSchema."""

    kind = "declare"
    pointer: str
    # Of the form alone, which waits for an answer.
    seq: int = 0
    version: int = 0


@dataclass(frozen=True)
class Ignore(Message):
    """A difference is to be ignored; ``keep`` adds it to kustomer-nb.toml."""

    kind = "ignore"
    pointer: str
    keep: bool = False


@dataclass(frozen=True)
class Unignore(Message):
    """A difference is not to be ignored any more."""

    kind = "unignore"
    pointer: str


@dataclass(frozen=True)
class Undo(Message):
    """The latest change of the file is to be undone; ``toast`` is the message that offered it, if one did."""

    kind = "undo"
    toast: int = 0


@dataclass(frozen=True)
class RestoreInputs(Message):
    """The inputs of an earlier run are to be entered."""

    kind = "restore"
    id: str


@dataclass(frozen=True)
class Rerun(Message):
    """An earlier run is to be run again; ``press`` and ``turn`` are as for Run."""

    kind = "rerun"
    id: str
    press: str
    turn: int


@dataclass(frozen=True)
class CompareRuns(Message):
    """Two runs are to be compared."""

    kind = "compare"
    a: str
    b: str


@dataclass(frozen=True)
class DecideConflict(Message):
    """The file changed on disk and here: one of both was chosen."""

    kind = "conflict"
    keep: Literal["file", "own"]


@dataclass(frozen=True)
class SearchRuns(Message):
    """Runs that contain a text are to be listed."""

    kind = "search"
    text: str


@dataclass(frozen=True)
class Copy(Message):
    """The request is to be copied in a form."""

    kind = "copy"
    form: Literal["curl", "httpx", "http", "body"]


# -- the start page


@dataclass(frozen=True)
class ListFiles(Message):
    """The definitions of the folder are to be listed."""

    kind = "files"


@dataclass(frozen=True)
class NewAction(Message):
    """A new action was asked for."""

    kind = "new_action"


@dataclass(frozen=True)
class DuplicateAction(Message):
    """A copy of the selected action was asked for, under this name."""

    kind = "duplicate_action"
    name: str


@dataclass(frozen=True)
class RenameAction(Message):
    """Another name was typed for the selected action."""

    kind = "rename_action"
    name: str


@dataclass(frozen=True)
class RemoveAction(Message):
    """The selected action is to be deleted."""

    kind = "remove_action"


@dataclass(frozen=True)
class CloseStart(Message):
    """The start page was left without a choice."""

    kind = "close_start"


@dataclass(frozen=True)
class MapValue(Message):
    """A value of the response is to be an output."""

    kind = "map_value"
    pointer: str


@dataclass(frozen=True)
class OpenFile(Message):
    """A file was chosen."""

    kind = "open_file"
    path: str


@dataclass(frozen=True)
class OpenDemo(Message):
    """The demo was chosen."""

    kind = "demo"


@dataclass(frozen=True)
class ReadCurl(Message):
    """A command was pasted or typed; ``read_id`` names this read in what Python answers."""

    kind = "read_curl"
    text: str = field(repr=False)
    read_id: str = "read"


@dataclass(frozen=True)
class ChooseInputs(Message):
    """Values of the command that was read were ticked or unticked: all ticked ones, as in id=path[1]."""

    kind = "choose_inputs"
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class ForgetCurl(Message):
    """The pasted command is not wanted any more."""

    kind = "forget_curl"


@dataclass(frozen=True)
class CreateAction(Message):
    """The action of the pasted command is to be created, and its credentials kept there."""

    kind = "create_action"
    name: str
    secrets: Literal["memory", "env", "keyring"]


def message_types() -> dict[str, type[Message]]:
    """Return the class of each kind of message from the page."""
    return {message.kind: message for message in Message.__subclasses__()}


def read_message(content: object) -> Message:
    """Return the message that a page sent.

    Raises:
        InvalidMessage: it is of no known kind, or a field is missing, unknown or of another type.

    Example:
        >>> read_message({"kind": "goto", "line": 29})
        GoTo(line=29)
    """
    if not isinstance(content, Mapping):
        raise InvalidMessage(_explained("it is not an object"))
    kind = content.get("kind")
    message_type = message_types().get(kind) if isinstance(kind, str) else None
    if message_type is None:
        raise InvalidMessage(_explained(f"there is no message {str(kind)[:LONGEST_KIND]!r}"))
    values = {name: value for name, value in content.items() if name != "kind"}
    return cast(Message, _read(message_type, values, str(kind)))


def _read(structure: type[Any], values: Mapping[Any, Any], where: str) -> Any:
    types = _types_of(structure)
    if unknown := [str(name) for name in values if name not in types]:
        raise InvalidMessage(_explained(f"{where} has no field {unknown[0][:LONGEST_KIND]!r}"))
    arguments = {}
    for item in fields(structure):
        name = wire_name(item.name)
        if name in values:
            arguments[item.name] = _checked(values[name], types[name], f"{where}.{name}")
        elif item.default is MISSING:
            raise InvalidMessage(_explained(f"{where}.{name} is missing"))
    return structure(**arguments)


def _checked(value: Any, expected: Any, where: str) -> Any:
    """Return a value of a field as its type has it."""
    origin, arguments = get_origin(expected), get_args(expected)
    if origin in (Union, UnionType):
        if value is None:
            return None
        return _checked(value, next(item for item in arguments if item is not NoneType), where)
    if is_dataclass(expected):
        if isinstance(value, Mapping):
            return _read(cast(type[Any], expected), value, where)
    elif origin is Literal:
        if value in arguments:
            return value
    elif origin is tuple:
        if isinstance(value, list):
            return tuple(_checked(item, arguments[0], where) for item in value)
    elif isinstance(value, expected) and isinstance(value, bool) == (expected is bool):
        return value
    raise InvalidMessage(_explained(f"{where} has the wrong type"))


def _types_of(structure: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(structure)
    return {wire_name(name): hint for name, hint in hints.items() if name != "kind"}


def _explained(problem: str) -> str:
    return f"The page sent a message that cannot be read: {problem}. Run the cell again."
