"""Definitions read from their files, and written back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kustomer_nb.codes import Code
from kustomer_nb.definition import Document, read_document
from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import SaveError
from kustomer_nb.jsontext.text_file import TextFile

from .files import read_file, write_file


def open_document(path: Path) -> Document:
    """Return the document of a file.

    Raises:
        LoadError: the file cannot be read, or nothing can be made of its text.
    """
    file = read_file(path)
    return replace(read_document(file.text, path), file=file)


def save_document(document: Document, path: Path | None = None) -> Document:
    """Write a document into its file, or into one that is not there yet, and return it as it is there.

    Raises:
        SaveError: there is no path; the file changed since it was read, is there already, or cannot be
            written, as half of a surrogate pair cannot.
    """
    target = path or document.path
    if target is None:
        message = "this definition was not read from a file."
        raise SaveError(
            [Diagnostic(Code.NO_PATH_TO_SAVE, Severity.ERROR, "", message, "pass a path: app.save(path).")]
        )
    file = TextFile(document.text, document.file is not None and document.file.has_mark)
    _check_characters(document, target)
    is_own = document.path is not None and target == document.path
    try:
        write_file(target, file, over=document.file if is_own else None)
    except ValueError as error:
        # Of a path that holds a null or half a character.
        message = f"{str(target)!r} is no path of a file: {error}."
        raise SaveError(
            [Diagnostic(Code.FILE_NOT_WRITABLE, Severity.ERROR, "", message, "name another file.")]
        ) from None
    return replace(document, path=target, file=file)


def _check_characters(document: Document, path: Path) -> None:
    try:
        document.text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"'{path}' cannot be written: character {error.start} is half of a surrogate pair."
        span = Span.from_offsets(document.text, error.start)
        fix = f"write it as the escape \\u{ord(document.text[error.start]):04x}, or take it out."
        raise SaveError(
            [Diagnostic(Code.FILE_NOT_WRITABLE, Severity.ERROR, "", message, fix, span)]
        ) from error
