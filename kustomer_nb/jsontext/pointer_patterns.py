"""JSON pointers with wildcards, for the parts of a value that a comparison ignores or a cassette masks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

from kustomer_nb.printable import quoted

_LONE_TILDE = re.compile("~(?![012])")


class Wildcard(Enum):
    """A part of a pattern that stands for any one key, or for any number of them."""

    ONE = "*"
    MANY = "**"


Pattern = tuple[str | Wildcard, ...]
_WILDCARDS = {wildcard.value: wildcard for wildcard in Wildcard}


def exact_pattern(pointer: str) -> str:
    """Return the pattern that matches a pointer alone: a key that reads as a wildcard is written as ~2.

    Example:
        >>> exact_pattern("/prices/*/a~1b"), exact_pattern("/2*3")
        ('/prices/~2/a~1b', '/2*3')
    """
    keys = pointer.split("/")
    return "/".join(key.replace("*", "~2") if key in _WILDCARDS else key for key in keys)


class PointerPatterns:
    """The patterns that may still match at or below one part of a value; None in its place if none can.

    ``*`` matches any one key or index, ``**`` any number of them, and ``~2`` is a star that is part of a key.
    ``covers`` is true if the part itself matches. Parts with the same patterns share one object, so that a
    walk through a large value makes few of them.

    Example:
        >>> ignored = PointerPatterns.from_pointers(["/*/id", "/**/at"])
        >>> ignored.under("order").under("id").covers, ignored.under("order").under("name").covers
        (True, False)
    """

    __slots__ = ("_cache", "_names", "_patterns", "_under", "covers")

    def __init__(
        self, patterns: frozenset[Pattern], cache: dict[frozenset[Pattern], PointerPatterns]
    ) -> None:
        self.covers = () in patterns
        self._patterns = patterns
        self._cache = cache
        # All other keys match the same patterns, those that begin with a wildcard, and share one entry below.
        self._names = {pattern[0] for pattern in patterns if pattern} - {*Wildcard}
        self._under: dict[str | Wildcard, PointerPatterns | None] = {}

    @staticmethod
    def from_pointers(texts: Iterable[str], *, name: str = "ignore") -> PointerPatterns | None:
        """Return the patterns for a whole value; ``name`` is the user's argument, for error messages.

        Raises:
            ValueError: a pointer is malformed.
        """
        if isinstance(texts, str):
            msg = f"{name} is a list of pointers, not one pointer: write {name}=[{quoted(texts)}]"
            raise ValueError(msg)
        return _cached((_pattern(text) for text in texts), {})

    def under(self, key: str | int) -> PointerPatterns | None:
        """Return the patterns for the value at a key or an index."""
        name: str | Wildcard = str(key)
        if name not in self._names:
            name = Wildcard.ONE
        if name not in self._under:
            matching = (p for p in self._patterns if p and p[0] in {*Wildcard, name})
            # `**` matches any number of keys, so it stays for the levels below.
            self._under[name] = _cached(
                (p if p[0] is Wildcard.MANY else p[1:] for p in matching), self._cache
            )
        return self._under[name]

    def between(self, key: str | int, other_key: str | int) -> PointerPatterns | None:
        """Return the patterns for the value at one key compared with the value at another."""
        left, right = self.under(key), self.under(other_key)
        if left is right or left is None or right is None:
            return left or right
        return _cached(left._patterns | right._patterns, self._cache)


def _pattern(pointer: str) -> Pattern:
    if pointer and not pointer.startswith("/"):
        dotted = pointer.removeprefix("$").strip(".").replace(".", "/")
        better = quoted(f"/{dotted}")
        msg = f"{quoted(pointer)} is not a JSON pointer, since it does not begin with '/': write {better}"
        raise ValueError(msg)
    if _LONE_TILDE.search(pointer):
        msg = f"{quoted(pointer)} is not a JSON pointer: write {quoted(_LONE_TILDE.sub('~0', pointer))}"
        raise ValueError(msg)
    # `~1` first and `~0` last, so that each escape is read once.
    return tuple(
        _WILDCARDS.get(key) or key.replace("~1", "/").replace("~2", "*").replace("~0", "~")
        for key in pointer.split("/")[1:]
    )


def _cached(
    patterns: Iterable[Pattern], cache: dict[frozenset[Pattern], PointerPatterns]
) -> PointerPatterns | None:
    expanded = set()
    for pattern in patterns:
        expanded.add(pattern)
        # `**` matches no key at all too.
        while pattern[:1] == (Wildcard.MANY,):
            pattern = pattern[1:]
            expanded.add(pattern)
    key = frozenset(expanded)
    if key and key not in cache:
        cache[key] = PointerPatterns(key, cache)
    return cache.get(key)
