"""What of a run must not be written into a definition: what stands for a secret, cookies, personal data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import same_json
from kustomer_nb.secrets import Redactor
from kustomer_nb.secrets.cookies import cookies_in
from kustomer_nb.secrets.masking import LABEL, cover, masked

from .losses import quoted_path
from .recordable import build_record

if TYPE_CHECKING:
    from .result import Run

# What responses from a cassette have in place of cookies, and error pages of a proxy of its password.
_PLACEHOLDER = re.compile(rf"{LABEL.pattern}|<cookie:[0-9a-f]{{8}}>|\$proxy[0-9]*(?![\w.])")


class Unwritable:
    """Finds in values of a run what no file may hold: what the history hides, and what is hidden already."""

    def __init__(self, run: Run) -> None:
        labels, mask = run.request.labels, run.profile.mask
        record = build_record(run, run)
        self._labels = re.compile("|".join(map(re.escape, sorted(labels, key=len, reverse=True))) or "(?!)")
        self._redactor = Redactor(masked(mask, record), cookies_in(record, labels))
        self._output = run.output
        self._covered = cover(mask, {"output": run.output})["output"] if mask else UNDEFINED

    def require_clear(self, value: Any, pointer: str) -> None:
        """Refuse a value at a pointer into the output that holds what must not be written.

        Raises:
            EditError: it does; the message names the part, and not its value.
        """
        for at, text, is_key in _texts(value, pointer):
            self._require_no_placeholder(text, at, is_key=is_key)
        covered = pointers.resolve(self._covered, pointer)
        if self._redactor.value(value) is not value or (
            covered is not UNDEFINED and not same_json(covered, pointers.resolve(self._output, pointer))
        ):
            message = (
                f"{quoted_path(pointer)} holds a cookie, or personal data that `mask` of the profile names."
            )
            raise _refusal(pointer, message, "accept the values around it one by one.")

    def require_clear_keys(self, value: Any, pointer: str) -> None:
        """Refuse a value whose keys hold what must not be written; its other strings are not written.

        Raises:
            EditError: they do.
        """
        keys = [(pointer, key) for key in pointers.split(pointer)]
        keys += [(at, text) for at, text, is_key in _texts(value, pointer) if is_key]
        for at, key in keys:
            self._require_no_placeholder(key, at, is_key=True)
            if self._redactor.text(key) is not key:
                raise self._hidden(at)

    def _hidden(self, pointer: str) -> EditError:
        # Whose key it is would show the key, so that only what is around it is named.
        name = quoted_path(self._redactor.text(pointer))
        message = f"{name} holds a cookie, or personal data that `mask` of the profile names."
        return _refusal("", message, "accept the values around it one by one.")

    def _require_no_placeholder(self, text: str, pointer: str, *, is_key: bool) -> None:
        match = self._labels.search(text) or _PLACEHOLDER.search(text)
        if match is None:
            return
        part = f"a key of {quoted_path(pointer)}" if is_key else quoted_path(pointer)
        message = f"{part} contains `{match[0]}` in place of a value that is not shown, so it is not written."
        raise _refusal(pointer, message, "leave it out of outputTemplate, or accept the other values.")


def _texts(value: Any, pointer: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the strings of a value, each with its pointer and whether it is a key of that."""
    pending = [(value, pointer)]
    while pending:
        item, at = pending.pop()
        if isinstance(item, str):
            yield at, item, False
        elif isinstance(item, dict):
            yield from ((at, key, True) for key in item)
            pending += [(member, pointers.join(at, key)) for key, member in item.items()]
        elif isinstance(item, list):
            pending += [(member, pointers.join(at, index)) for index, member in enumerate(item)]


def _refusal(pointer: str, message: str, fix: str) -> EditError:
    return EditError.from_code(Code.NOT_ACCEPTED, message, fix, pointer=pointer)
