"""The silent losses of a run, in words: what was converted, dropped or missing without an error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED, stringify
from kustomer_nb.output import dotted_path
from kustomer_nb.schema import Conversion

if TYPE_CHECKING:
    from .result import Run

MOST_NAMES = 8
SHOWN_LENGTH = 60


def losses(run: Run) -> Iterator[str]:
    """Yield a sentence for each kind of loss, in the order of the stages; places within arrays as one."""
    yield from _conversions("inputSchema", run.inputs_converted, run.inputs)
    for stage, path in dict.fromkeys((one.pointer.split("/")[1], one.path) for one in run.missing):
        yield f"{stage} reads {path}, which has no value"
    yield from _conversions("outputSchema", run.converted, run.mapped)
    if run.dropped:
        places = [one.pointer for one in run.dropped]
        count = len(_counted(places, run.mapped))
        keys = "" if count == 1 else f"{count} keys: "
        yield f"outputSchema dropped {keys}{listed(places, run.mapped)}"
    for one in run.unconverted:
        yield f"outputSchema wants {dotted_path(one.pointer)} to be {one.wanted}; it is kept as it is"
    for name in _counted(run.absent, run.mapped):
        yield f"outputSchema requires {name}, which is not there"


def _conversions(stage: str, converted: Iterable[Conversion], value: Any) -> Iterator[str]:
    by_name: dict[str, list[Conversion]] = {}
    for one in converted:
        by_name.setdefault(general(one.pointer, value), []).append(one)
    for name, (first, *more) in by_name.items():
        where = f"{name} in {len(more) + 1} places, the first" if more else dotted_path(first.pointer)
        yield f"{stage} converted {where} from {short(first.before)} to {short(first.after)}"


def _counted(places: Iterable[str], value: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in places:
        name = general(one, value)
        counts[name] = counts.get(name, 0) + 1
    return counts


def listed(places: Iterable[str], value: Any) -> str:
    """Return places of a value as authors write paths, those within arrays as one, the first few by name.

    Example:
        >>> listed(["/items/0/id", "/items/1/id", "/at"], {"items": [{}, {}]})
        'items[].id (2 places), at'
    """
    names = _counted(places, value)
    shown = [f"{name} ({count} places)" if count > 1 else name for name, count in names.items()]
    more = f" and {len(shown) - MOST_NAMES} more" if len(shown) > MOST_NAMES else ""
    return ", ".join(shown[:MOST_NAMES]) + more


def general(pointer: str, value: Any) -> str:
    """Return a pointer as authors write paths, each index of an array as ``[]``.

    Example:
        >>> general("/body/items/3/price", {"body": {"items": []}})
        'body.items[].price'
    """
    name = ""
    for key in pointers.split(pointer):
        if isinstance(value, list):
            name += "[]"
            value = value[int(key)] if key.isdecimal() and int(key) < len(value) else UNDEFINED
        else:
            name += f".{key}" if name else key
            value = value.get(key, UNDEFINED) if isinstance(value, dict) else UNDEFINED
    return name or dotted_path("")


def short(value: Any) -> str:
    """Return a value as JSON on one line, cut when it is long.

    Example:
        >>> short("7"), len(short("x" * 99))
        ('"7"', 60)
    """
    text = stringify(value) or "nothing"
    return text if len(text) <= SHOWN_LENGTH else f"{text[: SHOWN_LENGTH - 1]}…"
