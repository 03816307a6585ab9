"""What the start page and the editors of a definition tell Python: one class for each kind of message."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .message import Message

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
class AskTemplate(Message):
    """What there is to say of a template is wanted: of which one in a string of the definition."""

    kind = "about_template"
    pointer: str
    index: int


@dataclass(frozen=True)
class FixPart(Message):
    """A fix for a template of the definition was chosen."""

    kind = "fix_part"
    seq: int
    version: int
    pointer: str
    id: str


@dataclass(frozen=True)
class AskPaths(Message):
    """The paths of the last response are to be listed."""

    kind = "paths"


@dataclass(frozen=True)
class PickPath(Message):
    """A path of the last response was picked for an output."""

    kind = "pick_path"
    seq: int
    version: int
    pointer: str
    path: str


@dataclass(frozen=True)
class SaveText(Message):
    """The definition is to be saved; ``name`` is the name of a file for one that has none yet."""

    kind = "save"
    name: str = ""


# -- the start page


@dataclass(frozen=True)
class ListFiles(Message):
    """The definitions of the folder are to be listed, or those that a typed path begins with."""

    kind = "files"
    path: str = ""


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
class OpenDraft(Message):
    """A definition that was never saved was chosen."""

    kind = "open_draft"
    id: str


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
    """Values of the command that was read were ticked or unticked: all ticked ones, as in id=path[1].

    ``public`` are the places of what looks like a credential and was unticked.
    """

    kind = "choose_inputs"
    inputs: tuple[str, ...]
    public: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChooseApp(Message):
    """The id of the new app was typed; "" for the proposed id."""

    kind = "choose_app"
    app: str


@dataclass(frozen=True)
class ForgetCurl(Message):
    """The pasted command is not wanted any more."""

    kind = "forget_curl"


@dataclass(frozen=True)
class CreateAction(Message):
    """The action of the pasted command is to be created, and its credentials kept there.

    ``app`` is the id of its new app; "" for the proposed id.
    """

    kind = "create_action"
    name: str
    secrets: Literal["memory", "env", "keyring"]
    app: str = ""
