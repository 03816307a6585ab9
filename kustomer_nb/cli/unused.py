"""Options of the command line that have no effect on a request, which is rarely what was meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.errors import TemplateError
from kustomer_nb.near_names import near_miss
from kustomer_nb.request import is_origin_of
from kustomer_nb.template import references

from .console import prints_json, show_message

if TYPE_CHECKING:
    from kustomer_nb.action import Action

_ENV = "_env"


def show_notes(notes: list[str]) -> None:
    """Print notes on stderr, unless the caller asked for JSON, which has them too."""
    for note in () if prints_json() else notes:
        show_message(f"Note: {note}", stderr=True)


def unused_options(action: Action, inputs: Mapping[str, Any], arguments: Mapping[str, Any]) -> list[str]:
    """Return a message for each name or origin of ``arguments`` that the request does not have."""
    if not any(arguments[name] for name in ("allow_missing", "env", "hosts")):
        return []
    return [
        *_unread_names(action, arguments["allow_missing"], arguments["env"]),
        *_other_origins(action, inputs, arguments),
    ]


def _unread_names(action: Action, allowed: tuple[str, ...], env: Mapping[str, str]) -> Iterator[str]:
    template = action.definition.input_template
    try:
        written = template.model_dump(by_alias=True) if template else {}
        reads = [reference.segments for reference in references(written)]
    except TemplateError:
        # The request reports it.
        return
    names = {segments[0] for segments in reads if segments}
    for name in allowed:
        if name not in names:
            yield f"--allow-missing {name} has no effect: {_unread(name, names)}"
    # A template that reads all of _env reads each variable.
    if (_ENV,) not in reads:
        yield from _unread_variables(reads, env)


def _unread_variables(reads: Iterable[tuple[str, ...]], env: Mapping[str, str]) -> Iterator[str]:
    variables = {segments[1] for segments in reads if segments[:1] == (_ENV,) and len(segments) > 1}
    for name in env:
        if name not in variables:
            yield f"--env {name}=… has no effect: {_unread(name, variables, f'{_ENV}.')}"


def _unread(name: str, names: set[str], prefix: str = "") -> str:
    near = near_miss(name, sorted(names))
    hint = f" Did you mean {near}?" if near else ""
    return f"inputTemplate does not read `{prefix}{name}`.{hint}"


def _other_origins(action: Action, inputs: Mapping[str, Any], arguments: Mapping[str, Any]) -> Iterator[str]:
    if not arguments["hosts"]:
        return
    address = action.render(inputs, **arguments).address
    for origin in arguments["hosts"]:
        if address is None:
            yield f"--host {origin}=… has no effect: the uri is not a URL."
        elif not is_origin_of(origin, address):
            yield f"--host {origin}=… has no effect: the request goes to {address.authority.shown}."
