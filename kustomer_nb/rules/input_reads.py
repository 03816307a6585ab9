"""Which inputs the templates of a request read, or are meant to read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.near_names import near_miss
from kustomer_nb.request.written_mistakes import check_keys
from kustomer_nb.template.helpers import is_known

from .knb3_templates import EMBEDDED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kustomer_nb.linting.context import LintedAction
    from kustomer_nb.linting.template_strings import TemplateString

_WORD = re.compile(r"\w+")
# The name that a path which is not valid begins with.
_FIRST_WORD = re.compile(r"\w[\w-]*")
# A template that reads every input at once, or by a name that only a run knows.
_READS_ALL = re.compile(r"\bthis\b|@root|\blookup\b|\{\{[^}]*\*")


def unread_inputs(action: LintedAction) -> list[str]:
    """Return the inputs that no template of an action reads; none where nobody can know.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> from kustomer_nb.linting.context import LintContext
        >>> text = '{"inputTemplate": {"uri": "/{{a}}"}, "inputSchema": {"properties": {"a": {}, "b": {}}}}'
        >>> unread_inputs(LintContext(read_document(text)).actions[0])
        ['b']
    """
    if action.request is None or any(map(action.subject.is_unknown, _pointers(action))):
        return []
    names = names_read(action)
    return [] if names is None else [name for name in action.inputs if name not in names]


def _pointers(action: LintedAction) -> Iterator[str]:
    """Yield the pointer of the input template, of each of its parts and of each of its strings."""
    yield action.at("inputTemplate")
    yield from (action.at("inputTemplate", key) for key in action.request or {})
    yield from (string.pointer for string in action.input_strings)


def names_read(action: LintedAction) -> set[str] | None:
    """Return the names that the request reads, or that another rule says it is meant to read.

    None if a string may read any of them: it cannot be parsed, or reads all inputs at once.
    """
    strings = action.input_strings
    if any(string.diagnostics or _READS_ALL.search(string.text) for string in strings):
        return None
    names = _names_in(strings) | _words_in_keys(action.request)
    # KNB303 suggests the input for a name that is not declared.
    meant = {near_miss(name, action.variables) for name in names if name not in action.variables}
    return names | {name for name in meant if name is not None}


def _names_in(strings: Sequence[TemplateString]) -> set[str]:
    names = {reference.segments[0] for string in strings for reference in string.references}
    # KNB305 reports a reference within a longer string, which is meant to read the input.
    names |= {match["root"] for string in strings for match in EMBEDDED.finditer(string.text)}
    # KNB302 reports a path that is not valid, such as /#lines[0].
    names |= {match[0] for name in names if (match := _FIRST_WORD.search(name)) is not None}
    # KNB311 and KNB310 report a tag that calls a helper instead of reading the input.
    calls = [call for string in strings for call in string.calls]
    return names | {call.name for call in calls if call.form == "bare" or not is_known(call.name, {})}


def _words_in_keys(template: Any) -> set[str]:
    # KNB425 reports a template in a key.
    keys = [pointers.split(mistake.pointer)[-1] for mistake in check_keys(template)]
    return {word for key in keys for word in _WORD.findall(key)}
