"""What can be written at an offset of a text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
# Fewer letters are in too many names.
_CONTAINED = 3
Kind = Literal["key", "input", "setting", "helper", "env", "body", "value"]


@dataclass(frozen=True)
class Completion:
    """One proposal: what a list shows, what it is, a few words on it, and the text to insert."""

    label: str
    kind: Kind
    detail: str = ""
    insert: str = ""


@dataclass(frozen=True)
class Completions:
    r"""The proposals for an offset; each replaces ``text[start:end]`` with its ``insert``.

    ``quote`` is that of the string which they are parts of, empty for those that are source already.

    Example:
        >>> within = Completions(0, 0, (Completion('q"uote', "input", "", '[q"uote]'),), quote='"')
        >>> print(within.as_source().items[0].insert)
        [q\"uote]
    """

    start: int
    end: int
    items: tuple[Completion, ...] = ()
    quote: str = ""

    def as_source(self) -> Completions:
        """Return the proposals as the text of the definition has them: escaped for the string around them."""
        if not self.quote:
            return self
        items = tuple(replace(item, insert=_escaped(item.insert, self.quote)) for item in self.items)
        return Completions(self.start, self.end, items)


def quoted_source(text: str, quote: str) -> str:
    r"""Return the source of a string in a quote; without one, as a name of JavaScript if it can be one.

    Example:
        >>> print(quoted_source("it's", "'"), quoted_source("uri", ""), quoted_source("x-a", ""))
        'it\'s' uri "x-a"
    """
    if not quote and _NAME.fullmatch(text):
        return text
    quote = quote or '"'
    return f"{quote}{_escaped(text, quote)}{quote}"


def _escaped(text: str, quote: str) -> str:
    source = json.dumps(text, ensure_ascii=False)[1:-1]
    if quote == '"':
        return source
    # The other quote is not escaped. A template literal would evaluate `${`, and not all readers know `\$`.
    source = source.replace('\\"', '"').replace(quote, f"\\{quote}")
    return source.replace("${", "\\u0024{") if quote == "`" else source


def matching(items: Iterable[Completion], typed: str) -> tuple[Completion, ...]:
    """Return the proposals that fit what is typed: first those that begin with it.

    From the third letter on, those that contain it follow.

    Example:
        >>> names = [Completion(name, "input") for name in ("sourceId", "id", "name")]
        >>> [item.label for item in matching(names, "ID")], len(matching(names, "ceid"))
        (['id'], 1)
    """
    word = typed.lower()
    beginning, containing = list[Completion](), list[Completion]()
    for item in items:
        label = item.label.lower()
        # A block helper is meant by its name too.
        if label.startswith((word, f"#{word}")):
            beginning.append(item)
        elif len(word) >= _CONTAINED and word in label:
            containing.append(item)
    return (*beginning, *containing)
