"""Reads definitions from their files, and writes them back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.definition import Change, Document, evaluated_document, read_document, undone
from kustomer_nb.diagnostics import Span
from kustomer_nb.errors import SaveError
from kustomer_nb.jsontext.text_file import TextFile
from kustomer_nb.printable import quoted

from .files import read_file, write_file

if TYPE_CHECKING:
    from kustomer_nb.definition.evaluated import Evaluation


def open_document(path: Path) -> Document:
    """Return the document of a file.

    Raises:
        LoadError: the file cannot be read, or its text is not a definition.
    """
    file = read_file(path)
    return replace(read_document(file.text, path), file=file)


def open_evaluated(path: Path, root: Path) -> Document:
    """Return the document of a module with the values that Node gives it.

    Raises:
        LoadError: the file cannot be read, or neither Node nor its text gives a definition.
    """
    file = read_file(path)
    return replace(evaluated_document(file.text, path, partial(_evaluate, path, root)), file=file)


def _evaluate(path: Path, root: Path, text: str) -> Evaluation:
    # Imported by projects that ask for it: everything else starts no process.
    from .evaluation import evaluate

    return evaluate(path, text, root)


def save_document(document: Document, path: Path | None = None) -> Document:
    """Write a document to its file, or to a new one, and return it as it was written.

    Raises:
        SaveError: there is no path; the file changed since it was read; a new file exists already; or it
            cannot be written, for example half of a surrogate pair.
    """
    target = path or document.path
    if target is None:
        message = "this definition was not read from a file."
        raise SaveError.from_code(Code.NO_PATH_TO_SAVE, message, "pass a path: app.save(path).")
    file = TextFile(document.text, document.file is not None and document.file.has_mark)
    _check_characters(document, target)
    is_own = document.path is not None and target == document.path
    try:
        write_file(target, file, over=document.file if is_own else None)
    except ValueError as error:
        # A path that contains a null character or half of a surrogate pair.
        message = f"{quoted(str(target))} is not a file path: {error}."
        raise SaveError.from_code(Code.FILE_NOT_WRITABLE, message, "use another file name.") from None
    return replace(document, path=target, file=file)


def taken_back(change: Change, document: Document) -> Document:
    """Return the document before a change; its file is written if the change was saved.

    A file that an editor has is left to it.

    Raises:
        SaveError: the file changed since, or cannot be written.
    """
    before, is_saved = undone(change, document)
    if not is_saved or (document.file is not None and document.file.is_hosted):
        return before
    try:
        return save_document(before)
    except SaveError as error:
        if error.diagnostics.codes != [Code.FILE_CHANGED]:
            raise
        message = f"'{before.path}' has changed since this change was saved; nothing was taken back."
        fix = "load the file again, and edit it there."
        raise SaveError.from_code(Code.FILE_CHANGED, message, fix) from error


def _check_characters(document: Document, path: Path) -> None:
    # Before the file is opened, so that the diagnostic can point to the character.
    try:
        document.text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f'"{path}" cannot be written: character {error.start} is half of a surrogate pair.'
        span = Span.from_offsets(document.text, error.start)
        fix = f"write it as the escape \\u{ord(document.text[error.start]):04x}, or remove it."
        raise SaveError.from_code(Code.FILE_NOT_WRITABLE, message, fix, span=span) from error
