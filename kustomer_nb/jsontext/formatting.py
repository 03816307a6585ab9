"""How an author's text is laid out, and the edits that change a part of it and leave the rest."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.diagnostics import Edit

from . import pointer as pointers
from .edits import cut_out, gap_end, indentation, line_break
from .javascript import UNDEFINED, quoted
from .tree_builder import nodes_of
from .written_numbers import WrittenNumber, has_written_numbers, json_source, written

if TYPE_CHECKING:
    from .parser import ParsedText
    from .tree_builder import Node

_INDENTED = re.compile(r"\n([ \t]+)[^\s]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_DEFAULT_INDENT = "  "
_LONGEST_LINE = 100
# The product of two lengths, up to which equal items between others are searched for.
_MOST_COMPARED = 40_000


class Member(NamedTuple):
    """A member of an object or an item of an array: its name or index, and its offsets, key included."""

    name: str | int
    start: int
    end: int


class Layout:
    r"""Makes the edits that set, add, remove or rename the value at a JSON pointer of one text.

    Indentation, line ends, comments, the order of keys and all other values stay as they are.

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

    def __init__(self, parsed: ParsedText) -> None:
        self._parsed = parsed
        self._text = parsed.text

    def set(self, pointer: str, value: Any) -> tuple[Edit, ...]:
        """Return the edits that replace the value at a pointer, as few as possible.

        A missing key is added at the end of its object; ``-``, or the index after the last item, adds to an
        array. There is no edit for what code puts together.

        Raises:
            LookupError: the pointer matches no value, and none can be added there.
            ValueError: the value is not JSON.

        Example:
            >>> from kustomer_nb.jsontext.parser import read
            >>> Layout(read('{"a": 1}')).set("/a", [2])
            (Edit(start=6, end=7, text='[2]'),)
        """
        *parent_keys, key = pointers.split(pointer) or [""]
        node, parent_pointer = self._parsed.node(pointer), pointers.join("", *parent_keys)
        parent = self._parsed.literal(parent_pointer)
        if self._is_computed(pointer) or self._is_computed(parent_pointer):
            return ()
        if node is None:
            return self._added(pointer, parent, parent_pointer, key, value)
        current = pointers.resolve(self._parsed.value, pointer)
        if has_written_numbers(value):
            # Compared by their text: who types 1.0 in place of 1 means it.
            current = written(self._parsed, pointer, current)
        return tuple(self._replacements(node, current, value, parent if pointer else None))

    def _added(
        self, pointer: str, parent: Node | None, parent_pointer: str, key: str, value: Any
    ) -> tuple[Edit, ...]:
        container = pointers.resolve(self._parsed.value, parent_pointer)
        if parent is None or not _accepts(container, key):
            raise LookupError(pointer)
        name = key if isinstance(container, dict) else None
        return tuple(self._member_edits(parent, (), [(len(container), name, value)]))

    def remove(self, pointer: str) -> tuple[Edit, ...]:
        """Return the edits that remove the member or item at a pointer.

        Raises:
            LookupError: the pointer matches no value, or the whole document.

        Example:
            >>> from kustomer_nb.jsontext.parser import read
            >>> Layout(read('{"a": 1, "b": 2}')).remove("/b")
            (Edit(start=7, end=15, text=''),)
        """
        *parent_keys, key = pointers.split(pointer) or [""]
        parent_pointer = pointers.join("", *parent_keys)
        parent = self._parsed.literal(parent_pointer)
        if self._is_computed(pointer) or self._is_computed(parent_pointer):
            return ()
        if not pointer or parent is None or self._parsed.node(pointer) is None:
            raise LookupError(pointer)
        place = key if isinstance(nodes_of(parent), dict) else int(key)
        return tuple(self._member_edits(parent, (place,), []))

    def rename(self, pointer: str, key: str) -> tuple[Edit, ...]:
        """Return the edit that gives the member at a pointer another key.

        Raises:
            LookupError: the pointer matches no member of an object, or the object already has that key.

        Example:
            >>> from kustomer_nb.jsontext.parser import read
            >>> Layout(read('{"a": 1}')).rename("/a", "b")
            (Edit(start=1, end=4, text='"b"'),)
        """
        node = self._parsed.node(pointer)
        if node is None or node[0] < 0 or self._parsed.node(_sibling(pointer, key)) is not None:
            raise LookupError(pointer)
        # A computed key, and a shorthand, whose key is its value too.
        if node[0] in self._parsed.code.keys or node[0] == node[2]:
            return ()
        return (Edit(node[0], node[1], quoted(key)),)

    def _is_computed(self, pointer: str) -> bool:
        """Return whether a value exists, but not as a literal of the text."""
        exists = pointers.resolve(self._parsed.value, pointer) is not UNDEFINED
        return exists and self._parsed.literal(pointer) is None

    @cached_property
    def _unit(self) -> str:
        match = _INDENTED.search(self._text)
        return match[1] if match else _DEFAULT_INDENT

    @cached_property
    def _newline(self) -> str:
        return line_break(self._text)

    def _replacements(self, root: Node, current: Any, value: Any, root_parent: Node | None) -> Iterator[Edit]:
        # Without recursion: a document may be nested deeply.
        pending = [(root_parent, root, current, value)]
        while pending:
            parent, use, old, new = pending.pop()
            node = self._parsed.code.literal(use)
            if node is None:
                continue
            nodes: Any = nodes_of(node)
            if _are_all(dict, old, new, nodes):
                yield from self._member_edits(node, *_changed_keys(old, new))
                pending += [(node, nodes[key], old[key], new[key]) for key in old if key in new]
            elif _are_all(list, old, new, nodes):
                removed, added, pairs = _changed_items(old, new)
                yield from self._member_edits(node, removed, added)
                pending += [(node, nodes[at], old[at], new[other]) for at, other in pairs]
            elif not _is_same_json(old, new):
                indent, is_inline = indentation(self._text, node[2]), self._is_inline(node, parent)
                yield Edit(node[2], node[3], self._json_text(new, indent, is_inline=is_inline))

    def _is_inline(self, node: Node, parent: Node | None) -> bool:
        """Return whether a value is written on one line; an empty one is, if its array is."""
        if node[4]:
            return "\n" not in self._text[node[2] : node[3]]
        is_item = parent is not None and isinstance(nodes_of(parent), list)
        return is_item and parent is not None and self._indent_within(parent, _members(parent)) is None

    def _member_edits(
        self, node: Node, removed: Collection[str | int], added: Sequence[tuple[int, str | None, Any]]
    ) -> Iterator[Edit]:
        """Yield the edits that remove members of an object or array, and add others before a position."""
        members = _members(node)
        remaining = [member for member in members if member.name not in removed]
        appended = [(name, item) for at, name, item in added if at >= len(members)]
        if removed:
            yield from self._removals(node, members, remaining, keeps_comma=bool(appended))
        inserted: dict[int, list[Any]] = {}
        for at, _, item in added:
            if at < len(members):
                inserted.setdefault(at, []).append(item)
        yield from (self._insertion(node, members, at, items) for at, items in inserted.items())
        if appended:
            yield from self._appendices(node, members, remaining, appended)

    def _removals(
        self, node: Node, members: list[Member], remaining: list[Member], *, keeps_comma: bool
    ) -> Iterator[Edit]:
        if not remaining and not _has_comment(self._text[node[2] + 1 : members[0].start]):
            end = self._comma_end(members[-1]) or members[-1].end
            yield Edit(node[2] + 1, gap_end(self._text, end), "")
            return
        cuts = [self._cut(member) for member in members if member not in remaining]
        if remaining and not keeps_comma:
            for trailing in self._trailing_comma_cut(node, members, remaining):
                # It ends with the last member: the line that this is on stays for the bracket.
                if trailing.end == members[-1].end:
                    cuts = [cut for cut in cuts if cut.start < trailing.start]
                cuts.append(trailing)
        yield from _merged(cuts)

    def _cut(self, member: Member) -> Edit:
        return cut_out(self._text, member.start, self._comma_end(member) or member.end)

    def _trailing_comma_cut(
        self, node: Node, members: list[Member], remaining: list[Member]
    ) -> tuple[Edit, ...]:
        """Return the edit that removes the comma before a removed last member: it would be a trailing one."""
        last, before, comma = members[-1], remaining[-1].end, self._comma_end(remaining[-1])
        if last in remaining or self._comma_end(last) is not None or comma is None:
            return ()
        tail = next(member for member in members if member.start > before)
        gaps = (before, comma - 1), (comma, tail.start), (last.end, self._closer(node, members))
        # A comment in a gap belongs to the author: then only the comma is removed.
        is_bare = not any(_has_comment(self._text[start:end]) for start, end in gaps)
        return (Edit(before, last.end, "") if is_bare else Edit(comma - 1, comma, ""),)

    def _insertion(self, node: Node, members: list[Member], at: int, values: list[Any]) -> Edit:
        """Return the edit that adds items before one; a single edit, since equal ones are applied once."""
        start = members[at].start
        indent = self._indent_within(node, members)
        space = " " if indent is None else self._newline + indent
        entries = (self._entry(node, None, value, indent) for value in values)
        return Edit(start, start, "".join(f"{entry},{space}" for entry in entries))

    def _appendices(
        self, node: Node, members: list[Member], remaining: list[Member], added: list[tuple[str | None, Any]]
    ) -> Iterator[Edit]:
        indent = self._indent_within(node, members)
        entries = [self._entry(node, name, value, indent) for name, value in added]
        if not remaining:
            yield self._only_entries(node, members, entries, indent)
            return
        last, end, comma = remaining[-1], remaining[-1].end, self._comma_end(remaining[-1])
        if comma is None:
            yield Edit(end, end, ",")
        # After a comment on the line of the last member, which describes that member.
        line_rest = self._text[end : self._closer(node, members)].rstrip()
        at = end + len(line_rest) if last is members[-1] else comma or end
        space = " " if indent is None else self._newline + indent
        is_trailing = self._comma_end(members[-1]) is not None
        yield Edit(at, at, space + f",{space}".join(entries) + ("," if is_trailing else ""))

    def _only_entries(
        self, node: Node, members: list[Member], entries: list[str], indent: str | None
    ) -> Edit:
        """Return the edit that adds members where no other remains, so that no comma precedes them."""
        start, closer = node[2] + 1, self._closer(node, members)
        is_empty = not members and not _has_comment(self._text[start:closer])
        end = closer if is_empty else start
        if indent is None:
            return Edit(start, end, ", ".join(entries))
        space = self._newline + indent
        ending = self._newline + indentation(self._text, node[2]) if is_empty or members else ""
        return Edit(start, end, space + f",{space}".join(entries) + ending)

    def _entry(self, node: Node, name: str | None, value: Any, indent: str | None) -> str:
        key = "" if name is None else f"{quoted(name)}: "
        if indent is None or (isinstance(value, (dict, list)) and self._has_inline_members(node)):
            line = self._json_text(value, "", is_inline=True)
            if indent is None or len(indent) + len(key) + len(line) < _LONGEST_LINE:
                return f"{key}{line}"
        return f"{key}{self._json_text(value, indent, is_inline=False)}"

    def _has_inline_members(self, node: Node) -> bool:
        """Return whether the objects and arrays in a container are each written on one line."""
        nodes = nodes_of(node) or {}
        inner = [inner for inner in (nodes.values() if isinstance(nodes, dict) else nodes) if inner[4]]
        return bool(inner) and not any("\n" in self._text[member[2] : member[3]] for member in inner)

    def _json_text(self, value: Any, indent: str, *, is_inline: bool) -> str:
        unit = None if is_inline or "\n" not in self._text else self._unit
        try:
            text = json_source(value, indent=unit, ensure_ascii=False, allow_nan=False)
        except (TypeError, RecursionError) as error:
            raise ValueError(str(error)) from error
        # UTF-8 cannot encode a lone surrogate, so it stays an escape.
        text = _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
        return text.replace("\n", self._newline + indent)

    def _indent_within(self, node: Node, members: list[Member]) -> str | None:
        """Return the indentation of the members' lines; None if all members are on one line."""
        text = self._text
        if not members:
            outer = indentation(text, node[2])
            return outer + self._unit if "\n" in text else None
        if self._is_on_one_line(node, members):
            return None
        for member in reversed(members):
            if "\n" in text[node[2] : member.start]:
                return indentation(text, member.start)
        return indentation(text, node[2]) + self._unit

    def _is_on_one_line(self, node: Node, members: list[Member]) -> bool:
        """Return whether no line ends between the members, before the first or after the last."""
        ends = [node[2] + 1, *(member.end for member in members)]
        starts = [*(member.start for member in members), self._closer(node, members)]
        return not any("\n" in self._text[end:start] for end, start in zip(ends, starts, strict=True))

    def _closer(self, node: Node, members: list[Member]) -> int:
        """Return the offset of the closing bracket, or where the text lacks it."""
        inner_end = members[-1].end if members else node[2] + 1
        return node[3] - 1 if inner_end < node[3] else node[3]

    def _comma_end(self, member: Member) -> int | None:
        offset = gap_end(self._text, member.end)
        return offset + 1 if self._text.startswith(",", offset) else None


def _are_all(kind: type, *values: Any) -> bool:
    return all(isinstance(value, kind) for value in values)


def _sibling(pointer: str, key: str) -> str:
    return pointers.join("", *pointers.split(pointer)[:-1], key)


def _accepts(container: Any, key: str) -> bool:
    # RFC 6901 section 4: `-` names the nonexistent item after the last one.
    if isinstance(container, list):
        return key in ("-", str(len(container)))
    return isinstance(container, dict)


def _members(node: Node) -> list[Member]:
    nodes = nodes_of(node) or {}
    named = nodes.items() if isinstance(nodes, dict) else enumerate(nodes)
    members = [Member(name, inner[0] if inner[0] >= 0 else inner[2], inner[3]) for name, inner in named]
    # By offset: of a key given twice the last value counts, in the position of the first.
    return sorted(members, key=lambda member: member.start)


def _has_comment(gap: str) -> bool:
    return bool(gap.strip())


def _merged(cuts: list[Edit]) -> Iterator[Edit]:
    """Yield edits that only remove, adjacent and overlapping ones merged."""
    start = end = -1
    for cut in sorted(cuts):
        if cut.start > end:
            if end >= 0:
                yield Edit(start, end, "")
            start = cut.start
        end = max(end, cut.end)
    if end >= 0:
        yield Edit(start, end, "")


def _changed_keys(
    old: dict[str, Any], new: dict[str, Any]
) -> tuple[list[str], list[tuple[int, str | None, Any]]]:
    """Return the keys that only the old object has, and the members of the new one to add at its end."""
    removed = [key for key in old if key not in new]
    return removed, [(len(old), key, item) for key, item in new.items() if key not in old]


def _changed_items(
    old: list[Any], new: list[Any]
) -> tuple[set[str | int], list[tuple[int, str | None, Any]], list[tuple[int, int]]]:
    """Return the indexes of items to remove, the items to add before an index, and the pairs to change.

    Equal items keep their text and comments; those between are paired by order.
    """
    start, old_end, new_end = _differing(old, new)
    blocks = _equal_blocks(old[start:old_end], new[start:new_end])
    removed: set[str | int] = set()
    added: list[tuple[int, str | None, Any]] = []
    pairs: list[tuple[int, int]] = []
    at, other = start, start
    for block in [*blocks, (old_end - start, new_end - start, 0)]:
        left_end, right_end = start + block[0], start + block[1]
        common = min(left_end - at, right_end - other)
        pairs += [(at + index, other + index) for index in range(common)]
        removed.update(range(at + common, left_end))
        added += [(left_end, None, item) for item in new[other + common : right_end]]
        at, other = left_end + block[2], right_end + block[2]
    return removed, added, pairs


def _equal_blocks(old: list[Any], new: list[Any]) -> list[tuple[int, int, int]]:
    """Return the runs of equal items, each as two indexes and a length; none if there are too many items."""
    if not old or not new or len(old) * len(new) > _MOST_COMPARED:
        return []
    left, right = ([json_source(item, sort_keys=True) for item in items] for items in (old, new))
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    return [(start, other, size) for start, other, size in matcher.get_matching_blocks() if size]


def _differing(old: list[Any], new: list[Any]) -> tuple[int, int, int]:
    """Return where two lists begin to differ, and where in each their common end begins."""
    pairs = zip(old, new, strict=False)
    start = sum(1 for _ in itertools.takewhile(lambda pair: _is_same_json(*pair), pairs))
    backwards = zip(reversed(old[start:]), reversed(new[start:]), strict=False)
    shared = sum(1 for _ in itertools.takewhile(lambda pair: _is_same_json(*pair), backwards))
    return start, len(old) - shared, len(new) - shared


def _is_same_json(left: Any, right: Any) -> bool:
    """Return whether two values are the same JSON; in Python true equals 1, and in JSON it does not."""
    if isinstance(left, (dict, list)) and isinstance(right, (dict, list)):
        return json_source(left, sort_keys=True) == json_source(right, sort_keys=True)
    if isinstance(left, WrittenNumber) or isinstance(right, WrittenNumber):
        return json_source(left) == json_source(right)
    return isinstance(left, bool) is isinstance(right, bool) and bool(left == right)
