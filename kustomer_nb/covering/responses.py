"""Responses that the next cases are tried with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.language.names import output_names
from kustomer_nb.storage.cassette import RecordedResponse
from kustomer_nb.template.template import Template
from kustomer_nb.template.value_syntax import REFERENCE
from kustomer_nb.template.variables import find_references

if TYPE_CHECKING:
    from kustomer_nb.action import Action

_JSON = (("content-type", "application/json"),)


def responses(action: Action) -> Iterator[RecordedResponse]:
    """Yield responses from which outputTemplate makes the sample, and then others that it reads otherwise."""
    read = output_names(action.value if isinstance(action.value, Mapping) else {})
    body = next((name.value for name in read if name.name == "body"), None)
    body = {} if body is UNDEFINED or body is None else body
    full = _with_all(body, action.definition.output_template)
    for variant in (full, body, {}):
        content = (stringify(variant) or "null").encode("utf-8", "surrogatepass")
        yield RecordedResponse(200, _JSON, content)


def _with_all(body: Any, template: Any) -> Any:
    """Return a body with a value at each path of it that outputTemplate reads."""
    if isinstance(template, str):
        for names in _body_paths(template):
            body = _with_value(body, names)
    members = template.values() if isinstance(template, Mapping) else template
    for member in members if isinstance(template, (Mapping, list)) else ():
        body = _with_all(body, member)
    return body


def _body_paths(text: str) -> Iterator[list[str]]:
    if text.startswith(REFERENCE):
        first, *names = text.removeprefix(REFERENCE).split(".")
        if first == "body":
            yield names
        return
    try:
        template = Template.parse(text)
    except TemplateError:
        # Reported by the linter; no run renders it.
        return
    for variable in find_references(text, template.tree).variables:
        if variable.segments[:1] == ("body",) and not variable.is_local:
            yield [*variable.segments[1:]]


def _with_value(container: Any, names: list[str]) -> Any:
    if not names:
        return container if container is not None else "text"
    members = container if isinstance(container, Mapping) else {}
    if isinstance(container, list) or not all(names):
        return container
    return {**members, names[0]: _with_value(members.get(names[0]), names[1:])}
