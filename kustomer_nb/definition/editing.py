"""Changes to a document at a JSON pointer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError, InputError, LoadError
from kustomer_nb.jsontext import javascript
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.bounds import MAX_DEPTH, require_end
from kustomer_nb.jsontext.edits import apply
from kustomer_nb.jsontext.formatting import Layout
from kustomer_nb.jsontext.problems import quote
from kustomer_nb.jsontext.serialization import same_json
from kustomer_nb.jsontext.written_numbers import has_written_numbers, json_source, read_json
from kustomer_nb.printable import quoted

from .document import Document

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Edit


def edited(document: Document, pointer: str, value: Any) -> Document:
    """Return a document with another value at a JSON pointer.

    Raises:
        EditError: nothing can be set at the pointer, or the value is not JSON.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> edited(read_document('{"app": "shop"}'), "/app", "market").text
        '{"app": "market"}'
    """
    try:
        require_end(value, pointer, max_depth=MAX_DEPTH)
        # A copy as plain JSON: without tuples and subclasses, and independent of the caller's value.
        source = json_source(value, allow_nan=False)
        # Numbers that come as they are written stay so.
        plain, new = json.loads(source), read_json(source) if has_written_numbers(value) else None
    except InputError as error:
        raise EditError(replace(d, code=Code.VALUE_NOT_JSON) for d in error.diagnostics) from None
    except (TypeError, ValueError, RecursionError) as error:
        fix = "pass what json.loads returns: dicts, lists, strings, numbers, True, False and None."
        raise _edit_error(
            Code.VALUE_NOT_JSON, pointer, f"the new value is not JSON: {error}.", fix
        ) from error
    changed = _changed(document, pointer, lambda layout: layout.set(pointer, plain if new is None else new))
    _require_no_other_change(document, changed, pointer)
    # An edit is trusted only after reading it back: in a text that had to be repaired it may go elsewhere.
    result = _appended_item(document, changed, pointer)
    differing = next(_differing(result, plain, pointer), None)
    if differing is not None:
        # Within a value that is written out, code may put a part together.
        require_literal(document, differing)
    return _verified(changed, pointer, is_expected=differing is None)


def removed(document: Document, pointer: str) -> Document:
    """Return a document without the value at a JSON pointer.

    Raises:
        EditError: there is no value at the pointer.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> removed(read_document('{"app": "shop", "tags": []}'), "/tags").text
        '{"app": "shop"}'
    """
    parent = pointer.rpartition("/")[0]
    before = _size(document, parent)
    changed = _changed(document, pointer, lambda layout: layout.remove(pointer))
    # Of a key given twice, the last value counts; without it the one before would.
    is_member = isinstance(_value_at(document, parent), dict)
    while is_member and _size(changed, parent) == before and len(changed.text) < len(document.text):
        shorter = _changed(changed, pointer, lambda layout: layout.remove(pointer))
        if len(shorter.text) >= len(changed.text):
            break
        changed = shorter
    _require_no_other_change(document, changed, pointer)
    return _verified(changed, pointer, is_expected=_size(changed, parent) == before - 1)


def renamed(document: Document, pointer: str, key: str) -> Document:
    """Return a document with another key for the member at a JSON pointer.

    Raises:
        EditError: the pointer matches no member of an object, or the object already has that key.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> renamed(read_document('{"ap": "shop"}'), "/ap", "app").text
        '{"app": "shop"}'
    """
    return _changed(document, pointer, lambda layout: layout.rename(pointer, key))


def rewritten(document: Document, edits: Iterable[Edit], expected: Any, pointer: str = "") -> Document:
    """Return a document with several edits applied at once, whose value is then the expected one.

    Raises:
        EditError: the edited text has another value, or none; ``pointer`` is where it was to change.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> from kustomer_nb.diagnostics import Edit
        >>> rewritten(read_document('{"app": "shop"}'), [Edit(9, 13, "bank")], {"app": "bank"}).text
        '{"app": "bank"}'
    """
    try:
        changed = document.rewritten(apply(document.text, edits))
    except (ValueError, LoadError) as error:
        raise _unsafe_edit(pointer) from error
    # Trusted only after reading it back, as every edit: a constant may give other values too.
    return _verified(changed, pointer, is_expected=same_json(changed.value, expected))


def _changed(document: Document, pointer: str, edits: Callable[[Layout], tuple[Edit, ...]]) -> Document:
    if pointer and not pointer.startswith("/"):
        fix = f"write it with slashes: /{pointer.replace('.', '/')}."
        message = f"{quoted(pointer)} is not a JSON pointer."
        raise _edit_error(Code.POINTER_NOT_FOUND, pointer, message, fix)
    require_literal(document, pointer)
    try:
        return document.rewritten(apply(document.text, edits(Layout(document.reading))))
    except LookupError as error:
        raise _edit_error(Code.POINTER_NOT_FOUND, pointer, *_not_found(document, pointer)) from error
    except (ValueError, LoadError) as error:
        # The edits overlap, or the edited text cannot be read.
        raise _unsafe_edit(pointer) from error


def require_literal(document: Document, pointer: str) -> None:
    """Reject an edit of what code puts together: no literal in the text could be changed.

    Raises:
        EditError: code puts the value at the pointer together, or one around it.
    """
    reading = document.reading
    if not (reading.code.literals or reading.code.keys):
        return
    keys = pointers.split(pointer)
    for count in range(len(keys) + 1):
        outer = pointers.join("", *keys[:count])
        if (
            pointers.resolve(document.value, outer) is javascript.UNDEFINED
            or reading.literal(outer) is not None
        ):
            continue
        span = document.span(outer)
        source = ""
        if span is not None and reading.node(outer) is not None:
            source = f": {quote(document.text[span.start : span.end])} on line {span.line}"
        message = f"its value is not written out in the file, but put together by code{source}."
        raise _edit_error(Code.EDIT_UNSAFE, outer, message, "change that code in the file.")


def _require_no_other_change(before: Document, after: Document, pointer: str) -> None:
    """Reject an edit of a constant that gives other values too."""
    if not before.reading.code.literals:
        return
    for other in _differing(before.value, after.value):
        # An array whose length changes differs as a whole.
        if not f"{other}/".startswith(f"{pointer}/") and other != pointer.rpartition("/")[0]:
            message = f"the value is in a constant that {other} uses too; nothing was changed."
            fix = "change the constant in the file, or write the value out in one of the two places."
            raise _edit_error(Code.EDIT_UNSAFE, pointer, message, fix)


def _differing(before: Any, after: Any, pointer: str = "") -> Iterator[str]:
    """Yield the pointers of the innermost values that differ."""
    pending = [(before, after, pointer)]
    while pending:
        old, new, at = pending.pop()
        if isinstance(old, dict) and isinstance(new, dict):
            pending += [(old[key], new[key], pointers.join(at, key)) for key in old if key in new]
            yield from (pointers.join(at, key) for key in old.keys() ^ new.keys())
        elif _are_as_long(old, new):
            pairs = enumerate(zip(old, new, strict=True))
            pending += [(*pair, pointers.join(at, index)) for index, pair in pairs]
        # As the layout compares them: 1.0 stays as it is written where the new value is 1.
        elif not same_json(old, new):
            yield at


def _are_as_long(old: Any, new: Any) -> bool:
    """Return whether two values are arrays of the same length."""
    return isinstance(old, list) and isinstance(new, list) and len(old) == len(new)


def _not_found(document: Document, pointer: str) -> tuple[str, str]:
    """Return the message and the fix for a pointer at which nothing can be changed."""
    keys = pointers.split(pointer)
    for count in range(1, len(keys) + 1):
        if pointers.resolve(document.value, keys[:count]) is javascript.UNDEFINED:
            parent = pointers.resolve(document.value, keys[: count - 1])
            names = list(parent)[:20] if isinstance(parent, dict) else []
            location = pointers.join("", *keys[: count - 1]) or "the document"
            fix = f"use one of its keys: {', '.join(names)}." if names else "check the value around it."
            return f"there is no {quoted(keys[count - 1])} in {location}.", fix
    return (
        f"{pointer or 'the document'} cannot be changed this way.",
        "use the pointer of a member of an object, and a key that it does not have yet.",
    )


def _value_at(document: Document, pointer: str) -> Any:
    value = pointers.resolve(document.value, pointer)
    return None if value is javascript.UNDEFINED else value


def _appended_item(before: Document, after: Document, pointer: str) -> Any:
    """Return the value at a pointer; of one that ends in ``-``, the item that was added to the array."""
    parent, _, last_key = pointer.rpartition("/")
    array, changed = _value_at(before, parent), _value_at(after, parent)
    if last_key != "-" or not isinstance(array, list):
        return _value_at(after, pointer)
    if not isinstance(changed, list) or len(changed) != len(array) + 1:
        raise _unsafe_edit(pointer)
    if next(_differing(array, changed[:-1]), None) is not None:
        raise _unsafe_edit(pointer)
    return changed[-1]


def _size(document: Document, pointer: str) -> int:
    container = _value_at(document, pointer)
    return len(container) if isinstance(container, (dict, list)) else 0


def _verified(changed: Document, pointer: str, *, is_expected: bool) -> Document:
    if not is_expected:
        raise _unsafe_edit(pointer)
    return changed


def _unsafe_edit(pointer: str) -> EditError:
    message = "the text around it is not valid JSON, so that this edit is not safe; nothing was changed."
    return _edit_error(Code.EDIT_UNSAFE, pointer, message, "fix the text first: app.fix().")


def _edit_error(code: str, pointer: str, message: str, fix: str) -> EditError:
    return EditError.from_code(code, message, fix, pointer=pointer)
