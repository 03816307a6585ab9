"""A module with the values that Node gives it, and where in its text each of them can be edited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.module_code import ModuleCode
from kustomer_nb.jsontext.parser import ParsedText
from kustomer_nb.jsontext.problems import EVALUATES
from kustomer_nb.jsontext.serialization import same_json
from kustomer_nb.jsontext.tree_builder import nodes_of

if TYPE_CHECKING:
    from kustomer_nb.jsontext.tree_builder import Node, Nodes

# What still holds of a text that Node accepts.
_REMAINING = {Code.WRAPPER, Code.DUPLICATE_KEY}


@dataclass(frozen=True)
class Evaluation:
    """The value of a module, or why there is none, with the fix."""

    value: Any = UNDEFINED
    problem: str = ""
    fix: str = ""

    def diagnostic(self, text: str) -> Diagnostic:
        """Return the problem as a diagnostic."""
        message = f"`evaluate = true` is set, but {self.problem}."
        fix = f"{self.fix or 'correct the module, or write the values out'}."
        return Diagnostic(
            Code.MODULE_NOT_EVALUATED, Severity.WARNING, "", message, fix, Span.from_offsets(text, 0, 0)
        )


def with_value(reading: ParsedText, value: Any) -> ParsedText:
    """Return a reading with the value of Node: where the text shows it as a literal, it can be edited.

    Example:
        >>> from kustomer_nb.jsontext.parser import read
        >>> evaluated = with_value(read("export default {a: 'x', b: f()}"), {"a": "x", "b": 2})
        >>> evaluated.value, evaluated.literal("/a") is None, evaluated.literal("/b") is None
        ({'a': 'x', 'b': 2}, False, True)
    """
    remaining = [problem for problem in reading.diagnostics if problem.code in _REMAINING]
    code = ModuleCode(
        dict(reading.code.literals),
        dict(reading.code.ends),
        dict(reading.code.keys),
        shared=reading.code.shared,
    )
    root = reading.node("")
    node = _merged(root, reading.value, value, reading.code, code) if root else None
    return ParsedText(
        value,
        Diagnostics(remaining, text=reading.text),
        reading.text,
        is_module=True,
        problem_count=len(remaining),
        code=code,
        _scanned=node,
    )


def without_text(text: str, value: Any) -> ParsedText:
    """Return the reading of a module whose text shows no part of its value."""
    node: Node = (-1, -1, 0, len(text), None)
    code = ModuleCode({0: None}, {0: len(text)})
    return ParsedText(value, Diagnostics(text=text), text, is_module=True, code=code, _scanned=node)


def _merged(node: Node, old: Any, new: Any, read: ModuleCode, code: ModuleCode) -> Node:
    """Return the node of a value of Node: that of the text, as far as the text shows the value."""
    literal = read.literal(node)
    nodes = None if literal is None else _merged_nodes(nodes_of(literal), old, new, read, code)
    if literal is None or (nodes is None and not same_json(old, new)):
        code.literals[node[2]] = None
        code.ends[node[2]] = node[3]
        return node
    if node[2] not in read.literals:
        return (*node[:4], nodes)
    code.literals[node[2]] = (*literal[:4], nodes)
    return node


def _merged_nodes(
    nodes: Nodes | None, old: Any, new: Any, read: ModuleCode, code: ModuleCode
) -> Nodes | None:
    """Return the nodes of the members or items of a value; None if the text shows other ones, or none."""
    if isinstance(new, dict) and isinstance(nodes, dict):
        return {
            key: _merged(nodes[key], old[key], item, read, code) for key, item in new.items() if key in nodes
        }
    if isinstance(new, list) and isinstance(nodes, list) and len(old) == len(new):
        return [_merged(*triple, read, code) for triple in zip(nodes, old, new, strict=True)]
    return None


def failed(reading: ParsedText, evaluation: Evaluation) -> ParsedText:
    """Return a reading with the diagnostic that Node could not evaluate the module."""
    # Not the advice to evaluate the module, which has just failed.
    others = [
        replace(problem, fix=problem.fix.replace(f", or {EVALUATES}", "")) for problem in reading.diagnostics
    ]
    diagnostics = [evaluation.diagnostic(reading.text), *others]
    return replace(reading, diagnostics=Diagnostics(diagnostics, text=reading.text))
