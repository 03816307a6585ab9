"""Reads a text again after an edit: of JSON, only the value that the edit is in."""

from __future__ import annotations

from typing import Any, NamedTuple

from kustomer_nb.diagnostics import Diagnostics

from .bounds import MAX_DEPTH
from .lexer import scan
from .parser import ParsedText, read, read_strict
from .text_difference import Difference, difference_between
from .tree_builder import Node, Nodes, moved, nodes_of


class _Step(NamedTuple):
    """A value around an edit: its key in the one around it, the value itself and its node."""

    key: str | int
    value: Any
    node: Node


def reread(before: ParsedText, text: str) -> ParsedText:
    """Return what `read` returns for a text that differs little from one that was read before.

    Of JSON, the innermost object, array or string around the difference is read, and the rest is as it was:
    the same objects in the values, and offsets that are moved when they are asked for.

    Raises:
        LoadError: no value can be read.

    Example:
        >>> before = read('{"ids": [1, 2], "qty": {"max": 5}}')
        >>> after = reread(before, '{"ids": [1, 2, 34], "qty": {"max": 5}}')
        >>> after == read(after.text), after.value["qty"] is before.value["qty"], after.span("/qty/max").start
        (True, True, 35)
    """
    difference = difference_between(before.text, text)
    if difference is None or not before.is_strict:
        return read(text)
    steps = _steps_around(before, difference)
    # What follows a bracket that closes too early belongs to a value further out.
    while len(steps) > 1:
        _, _, node = steps[-1]
        source = text[node[2] : node[3] + difference.grown]
        try:
            value = read_strict(source, MAX_DEPTH - len(steps))
        except (ValueError, RecursionError):
            steps.pop()
        else:
            return _spliced(before, text, difference, steps, value, source)
    return read(text)


def _steps_around(before: ParsedText, difference: Difference) -> list[_Step]:
    """Return the values around a difference from the outermost to the innermost one.

    Of each, the first and the last character, a bracket or a quote, stay.
    """
    steps = [_Step("", before.value, before.root)]
    while inner := _part_around(steps[-1], difference):
        # To a number or a word, a character beside it may belong.
        if nodes_of(inner.node) is None and before.text[inner.node[2]] != '"':
            break
        steps.append(inner)
    return steps


def _part_around(step: _Step, difference: Difference) -> _Step | None:
    """Return the member or item of a value that is around a difference, None if none is."""
    nodes = nodes_of(step.node)
    named = nodes.items() if isinstance(nodes, dict) else enumerate(nodes or ())
    for key, node in named:
        if node[2] < difference.start and difference.end < node[3]:
            return _Step(key, step.value[key], node)
    return None


def _spliced(
    before: ParsedText, text: str, difference: Difference, steps: list[_Step], value: Any, source: str
) -> ParsedText:
    """Return the reading of a text with another value for the innermost of the steps."""
    key, _, old = steps[-1]
    # A string may say anything, also what begins a module.
    within = None if isinstance(value, str) else nodes_of(moved(scan(source).node, old[2]))
    node: Node = (*old[:3], old[3] + difference.grown, within)
    for outer_key, outer_value, outer_node in reversed(steps[:-1]):
        changed = outer_value.copy()
        changed[key] = value
        nodes = _moved_after(nodes_of(outer_node), key, node, difference.grown)
        node = (*outer_node[:3], outer_node[3] + difference.grown, nodes)
        key, value = outer_key, changed
    after = ParsedText(value, Diagnostics(text=text), text, is_strict=True, _scanned=node)
    lines = before.lines.after_edit(difference.start, len(difference.removed), difference.inserted)
    vars(after)["lines"] = lines
    return after


def _moved_after(nodes: Nodes | None, key: str | int, node: Node, distance: int) -> Nodes:
    """Return the nodes of a value with another one at a key, and those after it moved."""
    start = node[2]
    if isinstance(nodes, dict):
        behind = {name: moved(inner, distance) for name, inner in nodes.items() if inner[2] > start}
        return nodes | behind | {str(key): node}
    index = int(key)
    items = nodes or []
    return [*items[:index], node, *(moved(inner, distance) for inner in items[index + 1 :])]
