"""The silent losses of a run as sentences: values converted, dropped or missing without an error."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import literal_text, stringify
from kustomer_nb.schema.apply import identity_loss
from kustomer_nb.schema.conversions import TYPE_NAMES, kind_of
from kustomer_nb.template.mistakes import dotted, explain_reference

if TYPE_CHECKING:
    from kustomer_nb.schema import Conversion, Unconverted
    from kustomer_nb.template import MissingReference

    from .result import Run

MOST_NAMES = 8
# Notes of a response that is a string although JSON was asked for: nothing is read from it.
_UNPARSED = frozenset(
    {
        Code.RESPONSE_NOT_JSON,
        Code.RESPONSE_COMPRESSED,
        Code.RESPONSE_TRUNCATED,
        Code.RESPONSE_TOO_LARGE,
    }
)
_BODY = re.compile(r"(?:response\.)?body\.")
SHOWN_LENGTH = 60


def losses(run: Run) -> Iterator[str]:
    """Yield one sentence per kind of loss, in the order of the stages; items of an array share a sentence."""
    yield from _conversions("inputSchema", run.inputs_converted, run.inputs)
    yield from _later_losses(run)


def unexpected_losses(run: Run) -> Iterator[str]:
    """Yield what `losses` yields, without the inputs that were converted as their schema asks.

    On the command line an input is text, which inputSchema converts in nearly every run. Where the text and
    the number differ in more than the type, KNB726 reports it.

    Example:
        >>> from kustomer_nb import load
        >>> properties = {"qty": {"type": "number"}, "note": {"type": "string"}}
        >>> action = load({"inputSchema": {"properties": properties}, "sampleOutputContext": {}}).action()
        >>> list(unexpected_losses(action.run({"qty": "2", "note": None}, mode="sample")))
        ['inputSchema converted `note` from null to ""']
    """
    converted = [conversion for conversion in run.inputs_converted if not _is_expected(conversion)]
    yield from _conversions("inputSchema", converted, run.inputs)
    yield from _later_losses(run)


def _is_expected(conversion: Conversion) -> bool:
    """Return whether a conversion keeps the value, or its loss is reported as KNB726."""
    _, before, after = conversion
    if identity_loss(before, after):
        return True
    if isinstance(before, str):
        # "1e999" is Infinity, which JSON does not have.
        return not (isinstance(after, float) and math.isinf(after))
    return isinstance(after, str) and before is not None and literal_text(before) == after


def _later_losses(run: Run) -> Iterator[str]:
    yield from _missing_values(run)
    is_body = _is_unparsed_body(run)
    converted = [item for item in run.converted if not is_body(item.before)]
    yield from _conversions("outputSchema", converted, run.mapped)
    if run.dropped:
        dropped = [drop.pointer for drop in run.dropped]
        count = len(_path_counts(dropped, run.mapped))
        keys = "" if count == 1 else f"{count} keys: "
        yield f"outputSchema dropped {keys}{path_list(dropped, run.mapped)}"
    for unconverted in run.unconverted:
        # One reason, and it is reported: the body is a string because it is not JSON (KNB710).
        if is_body(unconverted.value):
            continue
        path, types = quoted_path(unconverted.pointer), expected_types(unconverted)
        yield f"outputSchema expects {path} to be {types} - passed through unchanged"
    yield from _absent_values(run)


def _absent_values(run: Run) -> Iterator[str]:
    # A member whose reference has no value is reported as that.
    without_value = {miss.pointer.removeprefix("/outputTemplate") for miss in run.output_missing}
    pointers_absent = [pointer for pointer in run.absent if pointer not in without_value]
    absent = _path_counts(pointers_absent, run.mapped)
    if len(absent) > 1 and _lack(run):
        names = path_list(pointers_absent, run.mapped)
        yield f"outputSchema requires {len(absent)} values that are missing: {names}"
        return
    for path in absent:
        yield f"outputSchema requires {path}, but it is missing"


def _missing_values(run: Run) -> Iterator[str]:
    for stage, paths in _missing_by_stage(run).items():
        if stage == "outputTemplate":
            yield from _missing_in_response(run, paths)
            continue
        # What inputTemplate reads is set by the person who runs it; that of an earlier step is not.
        state = "was not set" if stage == "inputTemplate" else "has no value"
        for path in paths:
            yield f"`{path}` is used by {'the inputs' if stage == 'inputs' else stage} but {state}"


def _missing_by_stage(run: Run) -> dict[str, dict[str, str]]:
    """Return the paths that have no value, each with a pointer to one that reads it, by their stage."""
    # A template reads the same path many times: once in the list is enough.
    by_stage: dict[str, dict[str, str]] = {}
    is_unparsed = run.response is not None and _is_unparsed_body(run)(run.response.body)
    for miss in run.missing:
        stage = miss.pointer.split("/")[1]
        if stage == "outputTemplate" and is_unparsed and _BODY.match(miss.path):
            continue
        if stage != "inputTemplate" or not _is_optional(run, miss):
            by_stage.setdefault(stage, {}).setdefault(miss.path, miss.pointer.removeprefix("/outputTemplate"))
    return by_stage


def _missing_in_response(run: Run, paths: Mapping[str, str]) -> Iterator[str]:
    if len(paths) > 1 and (lack := _lack(run)):
        yield f"outputTemplate reads {len(paths)} values, but {lack}: the first is `{next(iter(paths))}`"
        return
    for path, pointer in paths.items():
        if mistake := path_mistake(run, pointer, path):
            yield f"outputTemplate reads nothing: {mistake}"
        else:
            yield f"`{path}` is used by outputTemplate but has no value"


def path_mistake(run: Run, pointer: str, path: str) -> str:
    """Return what is wrong with a reference of outputTemplate that no response has a value for.

    ``pointer`` is that of its string in outputTemplate. Empty for a valid path, and for that of a tag, which
    may have brackets.
    """
    mistake = explain_reference(path)
    if mistake is None or pointers.resolve(run.output_template, pointer) != f"/#{path}":
        return ""
    fix = f"write `{written}`" if (written := dotted(path)) else mistake[1]
    return f"`{path}` is not a valid path (KNB302): {fix}"


def _is_unparsed_body(run: Run) -> Callable[[Any], bool]:
    """Return what tells whether a value is the body of a response that stayed a string (as KNB710)."""
    response = run.response
    if response is None or not any(note.code in _UNPARSED for note in response.notes):
        return lambda _: False
    return lambda value: isinstance(value, str) and value == response.body


def _is_optional(run: Run, miss: MissingReference) -> bool:
    """Return whether a reference reads an optional input that was not set, as the author allows."""
    properties = (run.definition.input_schema or {}).get("properties")
    is_declared = isinstance(properties, dict) and miss.name in properties
    return is_declared and not (isinstance(run.inputs, dict) and miss.name in run.inputs)


def _lack(run: Run) -> str:
    """Return why a response lacks values as a whole; empty if it does not."""
    if run.response is None:
        return ""
    if run.response.body in (UNDEFINED, None, ""):
        return "the body of the response is empty"
    return "" if run.response.ok else f"the response has the status {run.response.status_code}"


def _conversions(stage: str, conversions: Iterable[Conversion], value: Any) -> Iterator[str]:
    by_path: dict[str, list[Conversion]] = {}
    for conversion in conversions:
        by_path.setdefault(general_path(conversion.pointer, value), []).append(conversion)
    for path, (first, *others) in by_path.items():
        values = f"{len(others) + 1} values at {path}, the first" if others else quoted_path(first.pointer)
        before, after = excerpt_text(literal_text(first.before)), excerpt(first.after)
        yield f"{stage} converted {values} from {before} to {after}"


def expected_types(unconverted: Unconverted) -> str:
    """Return the types a schema expects and the type it got.

    Example:
        >>> from kustomer_nb.schema import Unconverted
        >>> expected_types(Unconverted("/a", True, "number or array"))
        'a number or an array, got boolean'
    """
    expected = " or ".join(TYPE_NAMES[name] for name in unconverted.wanted.split(" or "))
    return f"{expected}, got {kind_of(unconverted.value)}"


def _path_counts(value_pointers: Iterable[str], value: Any) -> Counter[str]:
    return Counter(general_path(pointer, value) for pointer in value_pointers)


def path_list(value_pointers: Iterable[str], value: Any) -> str:
    """Return pointers into a value as a list of paths: the first few, with items of an array as one.

    Example:
        >>> path_list(["/items/0/id", "/items/1/id", "/at"], {"items": [{}, {}]})
        '`items[].id` (2 values), `at`'
    """
    counts = _path_counts(value_pointers, value)
    paths = [f"{path} ({count} values)" if count > 1 else path for path, count in counts.items()]
    more = f" and {len(paths) - MOST_NAMES} more" if len(paths) > MOST_NAMES else ""
    return ", ".join(paths[:MOST_NAMES]) + more


def general_path(pointer: str, value: Any) -> str:
    """Return a pointer as a path in backticks, each array index as ``[]``.

    Example:
        >>> general_path("/body/items/3/price", {"body": {"items": []}})
        '`body.items[].price`'
    """
    path = ""
    for key in pointers.split(pointer):
        # Only the value tells an index from a key that is a number: {"7": …} is an object.
        if isinstance(value, list):
            path += "[]"
            value = value[int(key)] if key.isdecimal() and int(key) < len(value) else UNDEFINED
        else:
            path += f".{key}" if path else key
            value = value.get(key, UNDEFINED) if isinstance(value, dict) else UNDEFINED
    return f"`{path}`" if pointer else quoted_path("")


def quoted_path(pointer: str) -> str:
    """Return a pointer as a path in backticks, or words for the whole value.

    Example:
        >>> quoted_path("/body/items/0"), quoted_path("")
        ('`body.items.0`', 'the whole value')
    """
    return f"`{'.'.join(pointers.split(pointer))}`" if pointer else "the whole value"


def excerpt(value: Any) -> str:
    """Return a value as JSON on one line, truncated if it is long.

    Example:
        >>> excerpt("7"), len(excerpt("x" * 99))
        ('"7"', 60)
    """
    # JSON.stringify gives nothing for undefined, which is not JSON.
    return excerpt_text(stringify(value) or "no value")


def excerpt_text(text: str) -> str:
    """Return a text on one line, truncated if it is long.

    Example:
        >>> excerpt_text("7"), len(excerpt_text("x" * 99))
        ('7', 60)
    """
    return text if len(text) <= SHOWN_LENGTH else f"{text[: SHOWN_LENGTH - 1]}…"
