"""Changes to a document at a JSON pointer, and the way back into its file."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Edit, Severity
from kustomer_nb.display import Displayable
from kustomer_nb.errors import EditError, InputError, LoadError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.bounds import require_end
from kustomer_nb.jsontext.brackets import DEEPEST
from kustomer_nb.jsontext.edits import apply
from kustomer_nb.jsontext.formatting import Layout
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.printable import one_line, visible

from .document import Document

# Not str.splitlines, which also splits at U+2028, an ordinary character in a JSON string.
_LINE_END = re.compile("\r\n|\n|\r")


class _Line(str):
    """A line as it is shown; it equals a line whose text in the file is the same."""

    written: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Line) and self.written == other.written

    def __hash__(self) -> int:
        return hash(self.written)


@dataclass(frozen=True, repr=False)
class Changes(Displayable):
    """A text before and after, and the findings that were mended between the two; shows the difference.

    ``before`` and ``after`` are the texts; ``shown`` has each with its tokens masked, line by line the same.

    Example:
        >>> changes = Changes('{"a": 1}', '{"a": 2}', "shop.json")
        >>> changes
        <Changes: 1 line of shop.json>
        >>> print(changes.diff)
        --- shop.json
        +++ shop.json (changed)
        @@ -1 +1 @@
        -{"a": 1}
        +{"a": 2}
    """

    before: str
    after: str
    name: str
    mended: Diagnostics = Diagnostics()  # noqa: RUF009 - an immutable value
    shown: tuple[str, str] | None = field(default=None, compare=False)

    @property
    def diff(self) -> str:
        """The unified difference of the two as it may be shown, empty where nothing changed."""
        return visible("\n".join(self._lines))

    @property
    def _lines(self) -> list[str]:
        texts = (self.before, self.after)
        before, after = map(_lines_of, texts, self.shown or texts)
        name = one_line(self.name)
        return list(difflib.unified_diff(before, after, name, f"{name} (changed)", lineterm=""))

    def __bool__(self) -> bool:
        return self.before != self.after

    def __repr__(self) -> str:
        # The first two lines name the file.
        removed, added = (sum(line.startswith(mark) for line in self._lines[2:]) for mark in "-+")
        count = max(removed, added)
        said = f"{count} line{'' if count == 1 else 's'} of {self.name}" if self else "none"
        return one_line(f"<Changes: {said}>")


def _lines_of(written: str, shown: str) -> list[str]:
    lines: list[str] = []
    for written_line, shown_line in zip(_LINE_END.split(written), _LINE_END.split(shown), strict=True):
        line = _Line(shown_line)
        line.written = written_line
        lines.append(line)
    # A line end at the end of the text starts no further line.
    return lines if lines[-1] else lines[:-1]


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
        require_end(value, pointer, deepest=DEEPEST)
        plain = json.loads(json.dumps(value, allow_nan=False))
    except InputError as error:
        raise EditError(replace(one, code=Code.VALUE_NOT_JSON) for one in error.diagnostics) from None
    except (TypeError, ValueError, RecursionError) as error:
        fix = "pass what json.loads gives: dicts, lists, texts, numbers, true, false and None."
        raise _refusal(Code.VALUE_NOT_JSON, pointer, f"the new value is not JSON: {error}.", fix) from error
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


def _changed(document: Document, pointer: str, edits: Callable[[Layout], tuple[Edit, ...]]) -> Document:
    if pointer and not pointer.startswith("/"):
        fix = f"write it with slashes: /{pointer.replace('.', '/')}."
        raise _refusal(Code.POINTER_NOT_FOUND, pointer, f"{pointer!r} is no JSON pointer.", fix)
    try:
        return document.rewritten(apply(document.text, edits(Layout(document.reading))))
    except LookupError as error:
        raise _refusal(Code.POINTER_NOT_FOUND, pointer, *_why(document, pointer)) from error
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
    return _refusal(Code.EDIT_UNSAFE, pointer, message, "mend the text first: app.fix().")


def _refusal(code: str, pointer: str, message: str, fix: str) -> EditError:
    return EditError([Diagnostic(code, Severity.ERROR, pointer, message, fix)])
