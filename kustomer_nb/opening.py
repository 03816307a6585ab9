"""Opens the document of a file, and masks the tokens in what an error quotes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kustomer_nb.codes import Code
from kustomer_nb.config import evaluates, project_root
from kustomer_nb.definition import SCRIPT_SUFFIXES, Document, read_document
from kustomer_nb.errors import LoadError, SaveError
from kustomer_nb.printable import quoted
from kustomer_nb.storage.definitions import open_document, open_evaluated

# What only Node can tell the value of, or reads in another way.
_GUESSED = frozenset({Code.NOT_LITERAL, Code.FOREIGN_LITERAL, Code.BAD_ESCAPE, Code.NUMBER_FORM})


def open_file(path: Path) -> Document:
    """Return the document of a file; Node evaluates a module whose text does not show all, if it may.

    Raises:
        LoadError: the file cannot be read, or its text is not a definition.
    """
    if path.suffix.lower() not in SCRIPT_SUFFIXES:
        return open_document(path)
    try:
        document = open_document(path)
    except LoadError:
        if not path.is_file() or not evaluates(project_root(path)):
            raise
    else:
        if _GUESSED.isdisjoint(document.reading.diagnostics.codes) or not evaluates(project_root(path)):
            return document
    return open_evaluated(path, project_root(path))


def reopened(document: Document, *, discard: bool) -> Document:
    """Return the document of the same file, as it is now.

    Raises:
        LoadError: the file cannot be read, or its text is not a definition.
        SaveError: there is no file, or the document has changes that were not saved; ``discard`` drops them.
    """
    if document.path is None:
        message = "this definition was not read from a file."
        raise SaveError.from_code(Code.NO_PATH_TO_SAVE, message, "load it with load(path).")
    if not document.is_saved and not discard:
        name = quoted(document.path.name)
        message = f"{name} was not read again: the definition has changes that are not saved."
        fix = "save them with app.save(path) under another name, or drop them: app.reload(discard=True)."
        raise SaveError.from_code(Code.CHANGES_NOT_SAVED, message, fix)
    return open_file(document.path)


def open_revision(path: Path, revision: str) -> Document:
    """Return the document that a file was in a revision of its git repository; no module is evaluated.

    Raises:
        LoadError: the revision or the file cannot be read, or its text is not a definition.
    """
    from kustomer_nb.storage.revisions import read_revision

    file = read_revision(path, revision)
    return replace(read_document(file.text, path), file=file)


def without_tokens_in_errors(read: Callable[[], Document]) -> Document:
    """Return the document that ``read`` returns; an error of it has the tokens that it quotes masked.

    Raises:
        LoadError: as ``read``.
    """
    try:
        return read()
    except LoadError as error:
        from kustomer_nb.linting import conceal

        masked_error = LoadError(conceal(error.diagnostics)).with_traceback(error.__traceback__)
        masked_error.__cause__ = error.__cause__
    # Not inside the except block: Python would print the unmasked error as the context of this one.
    raise masked_error


def require_string(value: object, expectation: str) -> None:
    """Refuse a value that is not a string, with a message that does not quote it."""
    if not isinstance(value, str):
        msg = f"{expectation}, got {type(value).__name__}"
        raise TypeError(msg)
