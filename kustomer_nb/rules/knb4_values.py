"""KNB4: values that npm request takes for something else: json that is no boolean, arrays under brackets."""

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
from kustomer_nb.platform import is_pointed

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintedAction

# What an author means by json, written as text or number.
_MEANT = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0", "null", "none"), False),
}
_BRACKETS = "[]"


@action_rule(
    Code.JSON_NOT_BOOLEAN,
    Severity.WARNING,
    why="docs: json is a boolean. measured: npm request sends a string or a number in json as the body, in "
    "place of data. It is not known what the platform hands over.",
    bad=file(an_action(inputTemplate=a_request(method="post", data={"open": True}, json="true"))),
    good=file(an_action(inputTemplate=a_request(method="post", data={"open": True}, json=True))),
)
def _json_not_boolean(action: LintedAction) -> Iterator[Finding]:
    option = (action.request or {}).get("json")
    # What is falsy in JavaScript has the effect of false.
    if not option or isinstance(option, (bool, dict, list)):
        return
    path, what = reference_path(option), quote(option)
    if path is not None:
        kind = action.type_of(tuple(path.split(".")))
        if kind not in ("string", "number", "integer"):
            return
        what = f"`{cut(path)}`, declared as {kind}"
    # The result of a function may be a boolean.
    elif is_pointed(option):
        return
    meant = None if path is not None else _MEANT.get(str(option).strip().lower())
    message = f"json is {what}, not true or false: npm request sends it as the body, in place of data."
    fix = "write true or false, and the body in data." if meant is None else f'write "json": {quote(meant)}.'
    pointer = action.at("inputTemplate", "json")
    edits = () if meant is None else action.subject.layout.set(pointer, meant)
    yield Finding(pointer, message, fix, edits=edits)


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
