"""A definition whose text an editor has, such as JupyterLab: read from there, and never from its file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kustomer_nb import reporting
from kustomer_nb.app import App
from kustomer_nb.authoring import with_action
from kustomer_nb.codes import Code
from kustomer_nb.definition import Document, Kind, read_document
from kustomer_nb.errors import EditError, LoadError
from kustomer_nb.jsontext.text_file import TextFile
from kustomer_nb.opening import without_tokens_in_errors
from kustomer_nb.storage.files import read_file

from .line_ends import with_newlines

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic

_OTHER_FILE = "open the file of a definition, or this one with Open With > Editor."


@dataclass(frozen=True)
class Refusal:
    """Why a text has no workbench, and what to do; ``begin`` is the title of a button that adds an action."""

    message: str
    fix: str
    line: int = 0
    begin: str = ""


def hosted_file(text: str) -> TextFile:
    """Return the file of a text that an editor has saved."""
    return TextFile(text, is_hosted=True)


def saved_text(path: Path) -> str:
    """Return the text of a file as an editor has it, with newlines alone; "" if it cannot be read."""
    try:
        return with_newlines(read_file(path).text)
    except LoadError:
        return ""


def hosted_app(text: str, path: Path, file: TextFile) -> App | Refusal:
    """Return the app of a text, or why there is none to work on.

    Example:
        >>> hosted_app("[1]", Path("shop.json"), hosted_file("[1]")).fix
        'open the file of a definition, or this one with Open With > Editor.'
        >>> hosted_app("", Path("shop.json"), hosted_file("")).begin
        'Write an Example'
    """
    try:
        document = without_tokens_in_errors(lambda: read_document(text, path))
    except LoadError as error:
        return _unreadable(error.diagnostics[0])
    return _refused(document) or App(replace(document, file=file))


def _unreadable(problem: Diagnostic) -> Refusal:
    line = problem.span.line if problem.span else 0
    is_empty = problem.code == Code.EMPTY
    fix = "write a definition, or begin with an example." if is_empty else problem.fix
    return Refusal(problem.message, fix, line, "Write an Example" if is_empty else "")


def _refused(document: Document) -> Refusal | None:
    if document.actions:
        return None
    if errors := document.reading.diagnostics.errors:
        return _unreadable(errors[0])
    if document.kind is not Kind.DEFINITION:
        return Refusal(document.no_definition().message, _OTHER_FILE)
    return Refusal(f"{document.name} has no actions.", "add the first one.", begin="Add an Action")


def begun(text: str, path: Path) -> str:
    """Return the text with its first action: an example in an empty one.

    Raises:
        EditError: there is no place for an action.

    Example:
        >>> print(begun('{"app": "shop"}', Path("shop.json")).splitlines()[0][:40])
        {"app": "shop", "actions": [{"name": "ku
        >>> '"app": "my_shop"' in begun("", Path("My shop.kustomer.json"))
        True
    """
    try:
        document = read_document(text, path)
    except LoadError as error:
        if error.diagnostics[0].code != Code.EMPTY:
            problem = error.diagnostics[0]
            raise EditError.from_code(Code.EDIT_UNSAFE, problem.message, problem.fix) from error
        return reporting.starter(_app_id(path))
    return with_action(document, "newAction").text


def _app_id(path: Path) -> str:
    stem = path.name.partition(".")[0].lower()
    return re.sub(r"[^a-z0-9_-]+", "_", stem).lstrip("0123456789_-") or "shop"
