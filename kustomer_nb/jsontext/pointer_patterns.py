"""Places that a comparison passes over, named by JSON pointers with wildcards."""

from __future__ import annotations

import re
from collections.abc import Iterable

from . import pointer as pointers

_LONE_TILDE = re.compile("~(?![01])")

Rest = tuple[str, ...]


class PointerPatterns:
    """What is left of the ignored pointers at one place; where nothing is left there is None instead.

    Places with the same remainder have the same object, so that a walk makes few of them.

    Example:
        >>> ignored = PointerPatterns.of(["/*/id", "/**/at"])
        >>> ignored.under("order").under("id").covers, ignored.under("order").under("name").covers
        (True, False)
    """

    __slots__ = ("_known", "_names", "_rests", "_under", "covers")

    def __init__(self, rests: frozenset[Rest], known: dict[frozenset[Rest], PointerPatterns]) -> None:
        self.covers = () in rests
        self._rests = rests
        self._known = known
        self._names = {rest[0] for rest in rests if rest} - {"*", "**"}
        self._under: dict[str, PointerPatterns | None] = {}

    @staticmethod
    def of(ignore: Iterable[str], *, name: str = "ignore") -> PointerPatterns | None:
        """Return what is ignored in the whole value; ``name`` is what the user knows the pointers by.

        Raises:
            ValueError: a pointer is malformed.
        """
        if isinstance(ignore, str):
            msg = f"{name} is a list of pointers, not one pointer: write {name}=[{ignore!r}]"
            raise ValueError(msg)
        return _state((_rest(pointer) for pointer in ignore), {})

    def under(self, key: str | int) -> PointerPatterns | None:
        """Return what is ignored at a key or an index of this place."""
        name = str(key)
        if name not in self._names:
            name = "*"
        if name not in self._under:
            left = (rest if rest[0] == "**" else rest[1:] for rest in self._rests if self._fits(rest, name))
            self._under[name] = _state(left, self._known)
        return self._under[name]

    @staticmethod
    def _fits(rest: Rest, name: str) -> bool:
        return bool(rest) and rest[0] in {"*", "**", name}

    def between(self, key: str | int, other_key: str | int) -> PointerPatterns | None:
        """Return what is ignored where the value at one key is compared with the one at another."""
        one, other = self.under(key), self.under(other_key)
        if one is other or one is None or other is None:
            return one or other
        return _state(one._rests | other._rests, self._known)


def _rest(pointer: str) -> Rest:
    """Return the keys of an ignored pointer."""
    if pointer and not pointer.startswith("/"):
        dotted = pointer.removeprefix("$").strip(".").replace(".", "/")
        msg = f"{pointer!r} is no JSON pointer, for it does not begin with '/': write {'/' + dotted!r}"
        raise ValueError(msg)
    if _LONE_TILDE.search(pointer):
        msg = f"{pointer!r} is no JSON pointer: write {_LONE_TILDE.sub('~0', pointer)!r}"
        raise ValueError(msg)
    return tuple(pointers.split(pointer))


def _state(rests: Iterable[Rest], known: dict[frozenset[Rest], PointerPatterns]) -> PointerPatterns | None:
    found = set()
    for rest in rests:
        found.add(rest)
        while rest[:1] == ("**",):
            rest = rest[1:]
            found.add(rest)
    key = frozenset(found)
    if key and key not in known:
        known[key] = PointerPatterns(key, known)
    return known.get(key)
