"""What a page tells Python of requests, inputs, results and problems: one class for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .message import Message

# A page that was reloaded has another id; nobody waits for the answers to older ones.
MOST_PAGES = 20
# Where a credential is kept.
SecretPlace = Literal["memory", "env", "keyring"]

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
    """The value of a setting was typed; "" clears it. ``place`` is where it is kept."""

    kind = "secret"
    key: str
    value: str = field(repr=False)
    place: SecretPlace = "memory"


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
class SaveCase(Message):
    """The run is to be written as a test case.

    ``replaces``: a person has seen that there is one of that name.
    """

    kind = "save_case"
    name: str
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
class DecideDraft(Message):
    """What becomes of the unsaved edits of an earlier session."""

    kind = "draft"
    act: Literal["restore", "undo", "discard", "compare", "dismiss"]


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
