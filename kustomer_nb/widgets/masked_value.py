"""An action's value as a page may have it: its tokens are masked, and stay when something else is edited."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.linting import Concealment

if TYPE_CHECKING:
    from kustomer_nb.definition import Document

_STARS = re.compile(r"\*+")
# Fewer stars in a row are text that somebody writes.
_LONGEST_TEXT_OF_STARS = 3


class MaskedValue:
    """The value of an action of a document, with masked tokens; ``tokens`` are those by their pointer.

    ``concealment`` is that of the document, if there is one: to make it, the whole text is looked through.

    A key may be a token, too: a page knows it by its mask, in `shown` pointers.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> text = '{"inputTemplate": {"uri": "/", "headers": {"Authorization": "Bearer correct-horse"}}}'
        >>> masked = MaskedValue(read_document(text), "", read_document(text).value)
        >>> masked.value["inputTemplate"]["headers"]
        {'Authorization': 'Bearer *************'}
        >>> masked.restored("/inputTemplate/headers", masked.value["inputTemplate"]["headers"])
        {'Authorization': 'Bearer correct-horse'}
    """

    def __init__(
        self, document: Document, pointer: str, value: Any, concealment: Concealment | None = None
    ) -> None:
        self._document, self._pointer = document, pointer
        self._concealment = concealment or Concealment(document.reading)
        self._text = self._concealment.source(document.reading)
        self._real = value
        # By the pointer of an object and a key, as it is shown, the key as it is; and the other way.
        self._real_keys: dict[tuple[str, str], str] = {}
        self._shown_keys: dict[tuple[str, str], str] = {}
        self.tokens: dict[str, str] = {}
        self.value = self._masked(value, "") if self._text != document.text else value

    def message(self, text: str) -> str:
        """Return a message that may quote the value, with tokens masked."""
        return self._concealment.message(text)

    def _masked(self, value: Any, at: str) -> Any:
        if isinstance(value, dict):
            return {
                self._masked_key(key, at, value): self._masked(item, pointers.join(at, key))
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self._masked(item, pointers.join(at, index)) for index, item in enumerate(value)]
        masked = self._masked_leaf(value, at)
        if masked is None:
            return value
        self.tokens[at] = masked
        return masked

    def _masked_result(self, value: Any) -> str | None:
        """Return a value that code puts together with its tokens masked; None if it has none."""
        masked = self._concealment.message(value) if isinstance(value, str) else value
        return masked if masked != value else None

    def _masked_key(self, key: str, at: str, among: dict[str, Any]) -> str:
        """Return a key with its token masked; two keys of an object stay two."""
        span = self._document.reading.key_span(f"{self._pointer}{pointers.join(at, key)}")
        if span is None:
            mask = self._concealment.message(key)
        else:
            masked, source = (text[span.start : span.end] for text in (self._text, self._document.text))
            inner = masked[1:-1] if source[:1] in ("'", '"') else masked
            is_part = len(inner) == len(key) and "\\" not in source
            mask = key if masked == source else inner if is_part else "*" * len(key)
        if mask == key:
            return key
        label, number = mask, 1
        while label in among or (at, label) in self._real_keys:
            number += 1
            label = f"{mask} {number}"
        self._real_keys[at, label], self._shown_keys[at, key] = key, label
        return label

    @property
    def shown_tokens(self) -> set[str]:
        """The pointers of the values that are masks, as a page knows them."""
        return {self.shown(at) for at in self.tokens}

    @property
    def shown_keys(self) -> set[str]:
        """The pointers of the members whose keys are masks, as a page knows them."""
        return {self.shown(pointers.join(at, key)) for at, key in self._shown_keys}

    def shown(self, pointer: str) -> str:
        """Return a pointer as a page may have it."""
        if not self._shown_keys:
            return pointer
        at, path = "", ""
        for key in pointers.split(pointer):
            path = pointers.join(path, self._shown_keys.get((at, key), key))
            at = pointers.join(at, key)
        return path

    def real(self, pointer: str) -> str:
        """Return the pointer that a page means."""
        if not self._real_keys:
            return pointer
        at = ""
        for key in pointers.split(pointer):
            at = pointers.join(at, self._real_keys.get((at, key), key))
        return at

    def real_key(self, pointer: str, key: str) -> str:
        """Return the key that a page means for the member at a pointer: the one it has, or another one.

        Raises:
            EditError: a part of a mask would be written.
        """
        return self._real_key(pointer.rpartition("/")[0], key)

    def _real_key(self, at: str, key: str) -> str:
        if (known := self._real_keys.get((at, key))) is not None:
            return known
        # In an object that moved.
        others = {real for (_, label), real in self._real_keys.items() if label == key}
        if len(others) == 1:
            return others.pop()
        lengths = {_longest(label) for _, label in self._real_keys}
        if others or (_longest(key) > _LONGEST_TEXT_OF_STARS and _longest(key) in lengths):
            raise _part_of_mask(at)
        return key

    def _masked_leaf(self, value: Any, at: str) -> str | None:
        """Return a value with its tokens masked; None if it has none."""
        span = self._document.reading.span(f"{self._pointer}{at}")
        if span is None:
            return self._masked_result(value)
        masked, source = (text[span.start : span.end] for text in (self._text, self._document.text))
        if masked == source:
            return None
        if not isinstance(value, str):
            return "*" * len(source)
        inner = masked[1:-1]
        # With an escape, a part of the source is no part of the value.
        return inner if len(inner) == len(value) and "\\" not in source else "*" * len(value)

    def restored(self, pointer: str, value: Any) -> Any:
        """Return a new value for a pointer with its masks replaced by what they stand for.

        Raises:
            EditError: a part of a mask would be written.
        """
        tokens = {at: mask for at, mask in self.tokens.items() if f"{at}/".startswith(f"{pointer}/")}
        return self._restored(value, pointer, tokens) if tokens or self._real_keys else value

    def _restored(self, value: Any, at: str, tokens: dict[str, str]) -> Any:
        if isinstance(value, dict):
            members = ((self._real_key(at, key), item) for key, item in value.items())
            return {key: self._restored(item, pointers.join(at, key), tokens) for key, item in members}
        if isinstance(value, list):
            return [
                self._restored(item, pointers.join(at, index), tokens) for index, item in enumerate(value)
            ]
        if not isinstance(value, str) or "*" not in value:
            return value
        if tokens.get(at) == value:
            return self._real_at(at)
        if self._real_at(at) == value:
            return value
        # An item or a key that moved.
        originals = [self._real_at(other) for other, mask in tokens.items() if mask == value]
        if originals and all(real == originals[0] for real in originals):
            return originals[0]
        if originals or _longest(value) in _forbidden(at, tokens, _longest(value)):
            raise _part_of_mask(at)
        return value

    def _real_at(self, at: str) -> Any:
        real = pointers.resolve(self._real, at)
        return None if real is UNDEFINED else real


def _part_of_mask(at: str) -> EditError:
    message = "this text has a part of a masked token, which would be written as stars."
    return EditError.from_code(Code.EDIT_UNSAFE, message, "replace the whole value.", pointer=at)


def _longest(text: str) -> int:
    return max((len(stars) for stars in _STARS.findall(text)), default=0)


def _forbidden(at: str, tokens: dict[str, str], length: int) -> set[int]:
    """Return the lengths of stars that are a mask; where a token is, a part of its mask is one too."""
    lengths = {_longest(mask) for mask in tokens.values() if _longest(mask) > _LONGEST_TEXT_OF_STARS}
    if at in tokens and length >= min(_LONGEST_TEXT_OF_STARS, _longest(tokens[at])):
        lengths.add(length)
    return lengths
