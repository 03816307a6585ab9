"""Changes to a document at a JSON pointer, and the way back into its file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from kustomer_nb.diagnostics import Diagnostic, Edit, Severity, Span
from kustomer_nb.errors import EditError, LoadError, SaveError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.edits import apply
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.layout import Layout
from kustomer_nb.jsontext.textfile import TextFile, write_file

from .document import Document


def edited(document: Document, pointer: str, value: Any) -> Document:
    """Return a document with another value at a JSON pointer.

    Raises:
        EditError: the pointer names no place, or the value is not JSON.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> edited(read_document('{"app": "shop"}'), "/app", "market").text
        '{"app": "market"}'
    """
    try:
        plain = json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        fix = "pass what json.loads gives: dicts, lists, texts, numbers, true, false and None."
        raise _refusal("KNB135", pointer, f"the new value is not JSON: {error}.", fix) from error
    changed = _changed(document, pointer, lambda layout: layout.set(pointer, plain))
    last = pointer.rpartition("/")[2]
    found = _at(changed, pointer) if last != "-" else plain
    return _sure(
        changed, pointer, is_so=json.dumps(found, sort_keys=True) == json.dumps(plain, sort_keys=True)
    )


def removed(document: Document, pointer: str) -> Document:
    """Return a document without what stands at a JSON pointer.

    Raises:
        EditError: the pointer names no place.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> removed(read_document('{"app": "shop", "tags": []}'), "/tags").text
        '{"app": "shop"}'
    """
    around = pointer.rpartition("/")[0]
    before = _size(document, around)
    changed = _changed(document, pointer, lambda layout: layout.remove(pointer))
    return _sure(changed, pointer, is_so=_size(changed, around) == before - 1)


def renamed(document: Document, pointer: str, key: str) -> Document:
    """Return a document with another key for the member at a JSON pointer.

    Raises:
        EditError: the pointer names no member of an object, or the object has that key already.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> renamed(read_document('{"ap": "shop"}'), "/ap", "app").text
        '{"app": "shop"}'
    """
    return _changed(document, pointer, lambda layout: layout.rename(pointer, key))


def saved(document: Document, path: Path | None = None) -> Document:
    """Write a document into its file, or into one that is not there yet, and return it as it is there.

    Raises:
        SaveError: there is no path; the file changed since it was read, is there already, or cannot be
            written, as half of a surrogate pair cannot.
    """
    target = path or document.path
    if target is None:
        message = "this definition was not read from a file."
        raise SaveError([Diagnostic("KNB141", Severity.ERROR, "", message, "pass a path: app.save(path).")])
    file = TextFile(document.text, document.file is not None and document.file.has_mark)
    _check_characters(document, target)
    is_own = document.path is not None and target == document.path
    write_file(target, file, over=document.file if is_own else None)
    return replace(document, path=target, file=file)


def _check_characters(document: Document, path: Path) -> None:
    try:
        document.text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"'{path}' cannot be written: character {error.start} is half of a surrogate pair."
        span = Span.of(document.text, error.start)
        fix = f"write it as the escape \\u{ord(document.text[error.start]):04x}, or take it out."
        raise SaveError([Diagnostic("KNB143", Severity.ERROR, "", message, fix, span)]) from error


def _changed(document: Document, pointer: str, edits: Callable[[Layout], tuple[Edit, ...]]) -> Document:
    if pointer and not pointer.startswith("/"):
        fix = f"write it with slashes: /{pointer.replace('.', '/')}."
        raise _refusal("KNB140", pointer, f"{pointer!r} is no JSON pointer.", fix)
    try:
        return document.rewritten(apply(document.text, edits(Layout(document.reading))))
    except LookupError as error:
        raise _refusal("KNB140", pointer, *_why(document, pointer)) from error
    except (ValueError, LoadError) as error:
        raise _unsure(pointer) from error


def _why(document: Document, pointer: str) -> tuple[str, str]:
    keys = pointers.split(pointer)
    for count in range(1, len(keys) + 1):
        if pointers.resolve(document.value, keys[:count]) is UNDEFINED:
            holder = pointers.resolve(document.value, keys[: count - 1])
            there = list(holder)[:20] if isinstance(holder, dict) else []
            where = pointers.join("", *keys[: count - 1]) or "the document"
            fix = f"there is {', '.join(there)}." if there else "look at the value around it."
            return f"there is no {keys[count - 1]!r} in {where}.", fix
    return (
        f"{pointer or 'the document'} cannot be changed so.",
        "name a member of an object, and a key that is free.",
    )


def _at(document: Document, pointer: str) -> Any:
    found = pointers.resolve(document.value, pointer)
    return None if found is UNDEFINED else found


def _size(document: Document, pointer: str) -> int:
    found = _at(document, pointer)
    return len(found) if isinstance(found, (dict, list)) else 0


def _sure(changed: Document, pointer: str, *, is_so: bool) -> Document:
    if not is_so:
        raise _unsure(pointer)
    return changed


def _unsure(pointer: str) -> EditError:
    message = "the text around it is not whole JSON, so a change could go astray; nothing was changed."
    return _refusal("KNB145", pointer, message, "mend the text first: app.fix().")


def _refusal(code: str, pointer: str, message: str, fix: str) -> EditError:
    return EditError([Diagnostic(code, Severity.ERROR, pointer, message, fix)])
