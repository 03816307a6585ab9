"""Another name for an input or a variable of an app setting, as edits of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustomer_nb.authoring import rename_edits
from kustomer_nb.authoring.schema_places import name_of_route, schema_names
from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError

from .reading import action_at, document_of
from .subject import find_subject
from .written_names import WrittenName, find_name

if TYPE_CHECKING:
    from kustomer_nb.definition import Document, ReadAction
    from kustomer_nb.diagnostics import Edit


def find_renamable(text: str, offset: int) -> WrittenName | None:
    """Return the declared input or setting at an offset that `rename` renames, None if there is none.

    Example:
        >>> text = '{"inputSchema": {"properties": {"id": {}}}, "inputTemplate": {"uri": "/{{{id}}}"}}'
        >>> find_renamable(text, 75).name, find_renamable(text, 70)
        ('id', None)
    """
    target = _target(text, offset)
    return None if target is None else target[2]


def rename(text: str, offset: int, name: str) -> tuple[Edit, ...]:
    """Return the edits that give the input or the setting at an offset another name, wherever it is used.

    Raises:
        EditError: there is no such name, it cannot have the new one, or the text cannot be edited.

    Example:
        >>> text = '{"inputSchema": {"properties": {"id": {}}}, "inputTemplate": {"uri": "/{{{id}}}"}}'
        >>> [(edit.start, edit.text) for edit in rename(text, 75, "key")]
        [(32, '"key"'), (74, 'key')]
    """
    target = _target(text, offset)
    if target is None:
        message = "there is no declared input and no app setting at this position."
        fix = "select the name of an input or of an app setting of the action."
        raise EditError.from_code(Code.POINTER_NOT_FOUND, message, fix)
    document, read, written = target
    # An input whose own name has a dot is meant before a path.
    old = str(written.route[0]) if len(written.route) == 1 else name_of_route(written.route)
    return rename_edits(document, read, old, name)


def _target(text: str, offset: int) -> tuple[Document, ReadAction, WrittenName] | None:
    document, subject = document_of(text), find_subject(text, offset)
    if document is None or subject is None:
        return None
    written, read = find_name(subject, offset), action_at(document, subject.action_pointer)
    if written is None or read is None:
        return None
    if written.kind == "setting" and len(written.route) == 1:
        return document, read, written
    is_declared = written.kind == "input" and written.route in schema_names(read.value.get("inputSchema"))
    return (document, read, written) if is_declared else None
