"""What has no effect in a case file: pointers that match nothing, settings and variables nobody reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.pointer_patterns import PointerPatterns
from kustomer_nb.template import references

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition

    from .results import CaseResult

_ENV = "_env"
_PARTS = ("output", "request")


def unused_parts(value: Mapping[str, Any], result: CaseResult, definition: ActionDefinition) -> list[str]:
    """Return the pointers of what can be removed from the value of a case file, the last ones first."""
    parts = [
        *_unused_pointers(value, result),
        *_unused_settings(value, definition),
        *_unused_variables(value, definition),
    ]
    emptied = list(_emptied(value, parts))
    left = [part for part in parts if not any(part.startswith(f"{key}/") for key in emptied)]
    return [*reversed(left), *emptied]


def _unused_pointers(value: Mapping[str, Any], result: CaseResult) -> Iterator[str]:
    sides = {"output": result.output, "request": result.request}
    for key in ("ignore", "warn"):
        written = value.get(key)
        lists: dict[str, tuple[str, Any]] = (
            {f"/{key}": ("output", written)} if isinstance(written, list) else {}
        )
        if isinstance(written, dict):
            lists = {pointers.join(f"/{key}", part): (part, written.get(part)) for part in _PARTS}
        for place, (part, patterns) in lists.items():
            side = sides[part]
            if side is None or not isinstance(patterns, list):
                continue
            for at, pattern in enumerate(patterns):
                if not (_matches(pattern, side.expected) or _matches(pattern, side.actual)):
                    yield pointers.join(place, at)


def _matches(pattern: str, value: Any) -> bool:
    """Return whether a pointer with wildcards is that of any part of a value."""
    waiting = [(PointerPatterns.from_pointers([pattern]), value)]
    while waiting:
        patterns, item = waiting.pop()
        if patterns is None:
            continue
        if patterns.covers:
            return True
        members = (
            item.items() if isinstance(item, dict) else enumerate(item) if isinstance(item, list) else ()
        )
        waiting += [(patterns.under(key), member) for key, member in members]
    return False


def _unused_settings(value: Mapping[str, Any], definition: ActionDefinition) -> Iterator[str]:
    keys = set(definition.setting_keys.values())
    names = {*keys, *definition.setting_keys, *(key.rpartition(".")[2] for key in keys)}
    yield from (pointers.join("/settings", key) for key in value.get("settings", ()) if key not in names)


def _unused_variables(value: Mapping[str, Any], definition: ActionDefinition) -> Iterator[str]:
    template = definition.input_template
    written = template.model_dump(by_alias=True) if template else {}
    try:
        reads = [reference.segments for reference in references([written, definition.output_template])]
    except TemplateError:
        # Its replay reports it.
        return
    # A template that reads all of _env reads each variable.
    if (_ENV,) in reads:
        return
    names = {segments[1] for segments in reads if segments[:1] == (_ENV,)}
    yield from (pointers.join("/env", name) for name in value.get("env", ()) if name not in names)


def _emptied(value: Mapping[str, Any], removed: list[str]) -> Iterator[str]:
    """Yield the pointers of keys that are empty without what is removed."""
    for key in ("ignore", "warn", "settings", "env"):
        item = value.get(key, UNDEFINED)
        below = [pointer for pointer in removed if pointer.startswith(f"/{key}/")]
        if below and len(below) == _size(item):
            yield f"/{key}"


def _size(item: Any) -> int:
    """Return how many things can be removed of a key: of an object of lists, those of both."""
    if isinstance(item, dict) and any(isinstance(inner, list) for inner in item.values()):
        return sum(len(inner) for inner in item.values() if isinstance(inner, list))
    return len(item) if isinstance(item, (dict, list)) else -1
