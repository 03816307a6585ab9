"""KNB4: values that npm request takes for something else: arrays under a name with brackets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting.context import reference_path
from kustomer_nb.linting.examples import a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut, quote
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.request.written_mistakes import check_invisible, check_keys

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintedAction

_BRACKETS = "[]"


@action_rule(
    Code.TEMPLATE_AS_KEY,
    Severity.WARNING,
    why="docs: a template or reference is a value; nothing is documented about keys, and they stay as they "
    "are written.",
    bad=file(
        an_action(
            inputTemplate=a_request(method="post", data={"{{{field}}}": 5}, json=True),
            inputSchema=closed_schema(field="string"),
        )
    ),
    good=file(
        an_action(
            inputTemplate=a_request(method="post", data="/#fields", json=True),
            inputSchema=closed_schema(fields="object"),
        )
    ),
)
def _template_as_key(action: LintedAction) -> Iterator[Finding]:
    for diagnostic in (
        *check_keys(action.request, action.at("inputTemplate")),
        *check_keys(action.value, action.pointer, ("outputTemplate",)),
    ):
        span = action.subject.key_span(diagnostic.pointer)
        yield Finding(diagnostic.pointer, diagnostic.message, diagnostic.fix, span=span)


@action_rule(
    Code.INVISIBLE_CHARACTER,
    Severity.WARNING,
    why="measured: npm request encodes an invisible character, such as a space without width, and sends it. "
    "The service does not find what was meant.",
    bad=file(an_action(inputTemplate=a_request(qs={"status": "open\u200b"}))),
    good=file(an_action(inputTemplate=a_request(qs={"status": "open"}))),
)
def _invisible_character(action: LintedAction) -> Iterator[Finding]:
    for diagnostic in check_invisible(action.request, action.at("inputTemplate")):
        yield Finding(diagnostic.pointer, diagnostic.message, diagnostic.fix)


@action_rule(
    Code.ARRAY_UNDER_BRACKETS,
    Severity.WARNING,
    why="measured: npm request adds an index to the name for each item of an array, so `device[]` with two "
    "items is sent as device[][0]=a&device[][1]=b, which services do not read as an array.",
    bad=file(
        an_action(
            inputTemplate=a_request(qs={"device[]": "/#devices"}), inputSchema=closed_schema(devices="array")
        )
    ),
    good=file(
        an_action(
            inputTemplate=a_request(qs={"device": "/#devices"}), inputSchema=closed_schema(devices="array")
        )
    ),
)
def _array_under_brackets(action: LintedAction) -> Iterator[Finding]:
    waiting: list[tuple[str, Any]] = [(action.at("inputTemplate", "qs"), (action.request or {}).get("qs"))]
    while waiting:
        pointer, value = waiting.pop()
        members = value.items() if isinstance(value, dict) else ()
        for name, item in members:
            item_pointer = pointers.join(pointer, name)
            waiting.append((item_pointer, item))
            if name.endswith(_BRACKETS) and _is_array(action, item):
                bare = cut(name.removesuffix(_BRACKETS))
                message = (
                    f"{quote(name)} with an array is sent as {cut(name)}[0]=…, an index after the brackets."
                )
                fix = (
                    f"write {quote(bare)}, which is sent as {bare}[0]=…; to repeat {cut(name)}=…, write the "
                    "query in the uri with {{#each}}."
                )
                yield Finding(item_pointer, message, fix, span=action.subject.key_span(item_pointer))


def _is_array(action: LintedAction, value: Any) -> bool:
    path = reference_path(value)
    return isinstance(value, list) or (path is not None and action.type_of(tuple(path.split("."))) == "array")
