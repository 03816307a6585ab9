"""How an author's text is laid out, and the edits that change a part of it and keep the rest."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from kustomer_nb.diagnostics import Edit

from . import pointer as pointers
from .edits import cut_out, gap_end, indentation, line_break
from .javascript import quoted
from .parser import ParsedText
from .tree_builder import Node

_INDENTED = re.compile(r"\n([ \t]+)[^\s]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_DEFAULT_INDENT = "  "


class Member(NamedTuple):
    """A member of an object or an item of an array: its name or index, and where it stands, key included."""

    name: str | int
    start: int
    end: int


class Layout:
    r"""Makes the edits that set, add, remove or rename what stands at a JSON pointer of one text.

    Indentation, line ends, comments, the order of keys and everything that is not named stay as they are.

    Example:
        >>> from kustomer_nb.jsontext.edits import apply
        >>> from kustomer_nb.jsontext.parser import read
        >>> text = '{\n    "b": [1, 2], // two\n    "a": {}\n}'
        >>> layout = Layout(read(text))
        >>> print(apply(text, [*layout.set("/b/1", None), *layout.set("/a/x", True)]))
        {
            "b": [1, null], // two
            "a": {
                "x": true
            }
        }
    """

    def __init__(self, reading: ParsedText) -> None:
        self._reading = reading
        self._text = reading.text

    def set(self, pointer: str, value: Any) -> tuple[Edit, ...]:
        """Return the edits that make the value at a pointer another one, as few as there can be.

        A key that is not there is added at the end of its object; so is ``-``, or the index after the last
        one, to an array.

        Raises:
            LookupError: the pointer names nothing, and nothing that can be added.
            ValueError: the value is not JSON.

        Example:
            >>> from kustomer_nb.jsontext.parser import read
            >>> Layout(read('{"a": 1}')).set("/a", [2])
            (Edit(start=6, end=7, text='[2]'),)
        """
        node = self._reading.node(pointer)
        *around, key = pointers.split(pointer) or [""]
        parent = self._reading.node(outer := pointers.join("", *around))
        if node is not None:
            written = pointers.resolve(self._reading.value, pointer)
            return tuple(self._changes(node, written, value, parent if pointer else None))
        holder = pointers.resolve(self._reading.value, outer)
        if parent is None or not _can_take(holder, key):
            raise LookupError(pointer)
        name = key if isinstance(holder, dict) else None
        return tuple(self._regrouped(parent, (), [(len(holder), name, value)]))

    def remove(self, pointer: str) -> tuple[Edit, ...]:
        """Return the edits that take out the member or item at a pointer.

        Raises:
            LookupError: the pointer names nothing, or the whole document.

        Example:
            >>> from kustomer_nb.jsontext.parser import read
            >>> Layout(read('{"a": 1, "b": 2}')).remove("/b")
            (Edit(start=7, end=15, text=''),)
        """
        *around, key = pointers.split(pointer) or [""]
        parent = self._reading.node(pointers.join("", *around))
        if not pointer or parent is None or self._reading.node(pointer) is None:
            raise LookupError(pointer)
        return tuple(self._regrouped(parent, (key if isinstance(parent[4], dict) else int(key),), []))

    def rename(self, pointer: str, key: str) -> tuple[Edit, ...]:
        """Return the edit that gives the member at a pointer another key.

        Raises:
            LookupError: the pointer names no member of an object, or the object has that key already.

        Example:
            >>> from kustomer_nb.jsontext.parser import read
            >>> Layout(read('{"a": 1}')).rename("/a", "b")
            (Edit(start=1, end=4, text='"b"'),)
        """
        node = self._reading.node(pointer)
        if node is None or node[0] < 0 or self._reading.node(_beside(pointer, key)) is not None:
            raise LookupError(pointer)
        return (Edit(node[0], node[1], quoted(key)),)

    @cached_property
    def _unit(self) -> str:
        found = _INDENTED.search(self._text)
        return found[1] if found else _DEFAULT_INDENT

    @cached_property
    def _newline(self) -> str:
        return line_break(self._text)

    def _changes(self, root: Node, written: Any, meant: Any, around: Node | None) -> Iterator[Edit]:
        # Without recursion: what a document holds may be nested deep.
        waiting = [(around, root, written, meant)]
        while waiting:
            parent, node, old, new = waiting.pop()
            nodes = node[4]
            if isinstance(old, dict) and isinstance(new, dict) and isinstance(nodes, dict):
                gone = [key for key in old if key not in new]
                added = [(len(old), key, item) for key, item in new.items() if key not in old]
                yield from self._regrouped(node, gone, added)
                waiting += [(node, nodes[key], old[key], new[key]) for key in old if key in new]
            elif isinstance(old, list) and isinstance(new, list) and isinstance(nodes, list):
                start, old_end, new_end = _differing(old, new)
                common = min(old_end, new_end)
                added = [(old_end, None, item) for item in new[common:new_end]]
                yield from self._regrouped(node, range(common, old_end), added)
                waiting += [(node, nodes[at], old[at], new[at]) for at in range(start, common)]
            elif not _same(old, new):
                indent, is_inline = indentation(self._text, node[2]), self._is_inline(node, parent)
                yield Edit(node[2], node[3], self._written(new, indent, is_inline=is_inline))

    def _is_inline(self, node: Node, parent: Node | None) -> bool:
        """Return whether a value is written in one line, or its array is."""
        if node[4]:
            return "\n" not in self._text[node[2] : node[3]]
        is_item = parent is not None and isinstance(parent[4], list)
        return is_item and parent is not None and self._indent_within(parent, _members(parent)) is None

    def _regrouped(
        self, node: Node, gone: Collection[str | int], added: list[tuple[int, str | None, Any]]
    ) -> Iterator[Edit]:
        """Yield the edits that take members out of an object or array, and put some in before a position."""
        members = _members(node)
        kept = [one for one in members if one.name not in gone]
        if gone:
            yield from self._removals(node, members, kept, keeps_comma=bool(added))
        inner = [one for one in added if one[0] < len(members)]
        yield from (self._inserted(node, members, at, item) for at, _, item in inner)
        last = [(name, item) for at, name, item in added if at >= len(members)]
        if last:
            yield from self._appended(node, members, kept, last)

    def _removals(
        self, node: Node, members: list[Member], kept: list[Member], *, keeps_comma: bool
    ) -> Iterator[Edit]:
        gone = [one for one in members if one not in kept]
        if not kept and not _has_words(self._text[node[2] + 1 : members[0].start]):
            end = self._comma_end(members[-1]) or members[-1].end
            yield Edit(node[2] + 1, gap_end(self._text, end), "")
            return
        cuts = [cut_out(self._text, one.start, self._comma_end(one) or one.end) for one in gone]
        is_last = bool(kept) and members[-1] in gone and self._comma_end(members[-1]) is None
        comma = self._comma_end(kept[-1]) if is_last and not keeps_comma else None
        if comma is not None:
            before = kept[-1].end
            tail = next(one for one in members if one.start > before)
            gaps = (before, comma - 1), (comma, tail.start), (members[-1].end, self._closer(node, members))
            is_bare = not any(_has_words(self._text[start:end]) for start, end in gaps)
            cuts.append(Edit(before, members[-1].end, "") if is_bare else Edit(comma - 1, comma, ""))
        yield from _merged(cuts)

    def _inserted(self, node: Node, members: list[Member], at: int, value: Any) -> Edit:
        start = members[at].start
        indent = self._indent_within(node, members)
        space = " " if indent is None else self._newline + indent
        return Edit(start, start, f"{self._written(value, indent or '', is_inline=indent is None)},{space}")

    def _appended(
        self, node: Node, members: list[Member], kept: list[Member], added: list[tuple[str | None, Any]]
    ) -> Iterator[Edit]:
        text, closer = self._text, self._closer(node, members)
        indent = self._indent_within(node, members)
        space = "" if indent is None else self._newline + indent
        items = [self._entry(name, value, indent) for name, value in added]
        if not kept:
            whole = space + f",{space or ' '}".join(items)
            is_empty = not members and not _has_words(text[node[2] + 1 : closer])
            ending = "" if indent is None else self._newline + indentation(text, node[2])
            yield Edit(
                node[2] + 1,
                closer if is_empty else node[2] + 1,
                whole + (ending if is_empty or members else ""),
            )
            return
        comma = self._comma_end(kept[-1])
        if comma is None:
            yield Edit(kept[-1].end, kept[-1].end, ",")
        end = kept[-1].end
        at = end + len(text[end:closer].rstrip()) if kept[-1] is members[-1] else comma or end
        is_trailing = self._comma_end(members[-1]) is not None
        new = "".join(f"{',' if index else ''}{space or ' '}{item}" for index, item in enumerate(items))
        yield Edit(at, at, new + ("," if is_trailing else ""))

    def _entry(self, name: str | None, value: Any, indent: str | None) -> str:
        written = self._written(value, indent or "", is_inline=indent is None)
        return written if name is None else f"{quoted(name)}: {written}"

    def _written(self, value: Any, indent: str, *, is_inline: bool) -> str:
        unit = None if is_inline or "\n" not in self._text else self._unit
        try:
            text = json.dumps(value, indent=unit, ensure_ascii=False, allow_nan=False)
        except (TypeError, RecursionError) as error:
            raise ValueError(str(error)) from error
        text = _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        return text.replace("\n", self._newline + indent)

    def _indent_within(self, node: Node, members: list[Member]) -> str | None:
        """Return what the members' lines start with; None where they stand side by side."""
        text = self._text
        if not members:
            outer = indentation(text, node[2])
            return outer + self._unit if "\n" in text else None
        ends = [node[2] + 1, *(one.end for one in members)]
        starts = [*(one.start for one in members), self._closer(node, members)]
        if not any("\n" in text[end:start] for end, start in zip(ends, starts, strict=True)):
            return None
        for one in reversed(members):
            if "\n" in text[node[2] : one.start]:
                return indentation(text, one.start)
        return indentation(text, node[2]) + self._unit

    def _closer(self, node: Node, members: list[Member]) -> int:
        """Return the offset of the closing bracket, or where it is missing."""
        inner_end = members[-1].end if members else node[2] + 1
        return node[3] - 1 if inner_end < node[3] else node[3]

    def _comma_end(self, member: Member) -> int | None:
        offset = gap_end(self._text, member.end)
        return offset + 1 if self._text.startswith(",", offset) else None


def _beside(pointer: str, key: str) -> str:
    return pointers.join("", *pointers.split(pointer)[:-1], key)


def _can_take(holder: Any, key: str) -> bool:
    if isinstance(holder, list):
        return key in ("-", str(len(holder)))
    return isinstance(holder, dict)


def _members(node: Node) -> list[Member]:
    nodes = node[4] or {}
    named = nodes.items() if isinstance(nodes, dict) else enumerate(nodes)
    found = [Member(name, one[0] if one[0] >= 0 else one[2], one[3]) for name, one in named]
    return sorted(found, key=lambda one: one.start)


def _has_words(gap: str) -> bool:
    return bool(gap.strip())


def _merged(cuts: list[Edit]) -> Iterator[Edit]:
    """Yield edits that only take out, those that meet made one."""
    start = end = -1
    for one in sorted(cuts):
        if one.start > end:
            if end >= 0:
                yield Edit(start, end, "")
            start = one.start
        end = max(end, one.end)
    if end >= 0:
        yield Edit(start, end, "")


def _differing(old: list[Any], new: list[Any]) -> tuple[int, int, int]:
    """Return where two lists begin to differ, and where in each the end that they share begins."""
    pairs = zip(old, new, strict=False)
    start = sum(1 for _ in itertools.takewhile(lambda pair: _same(*pair), pairs))
    rest = zip(reversed(old[start:]), reversed(new[start:]), strict=False)
    shared = sum(1 for _ in itertools.takewhile(lambda pair: _same(*pair), rest))
    return start, len(old) - shared, len(new) - shared


def _same(one: Any, other: Any) -> bool:
    """Return whether two values are the same JSON; in Python true equals 1, and in JSON it does not."""
    if isinstance(one, (dict, list)) and isinstance(other, (dict, list)):
        return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)
