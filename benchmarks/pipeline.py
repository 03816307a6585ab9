"""Times coercion beside jsonschema and a plain port of its rules, and a preview of many fields.

Run it as ``make benchmarks``. What whole runs take is in ``benchmarks/run.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

import jsonschema

from kustomer_nb import load
from kustomer_nb.schema import coerce, compile_schema
from kustomer_nb.schema.conversions import convert

REPEATS = 15
ROUNDS = 400
KINDS = ("string", "number", "boolean", "array", "object", "string", "number", "boolean")
EIGHT = {
    "type": "object",
    "properties": {f"f{at}": {"type": kind} for at, kind in enumerate(KINDS)},
    "required": ["f0", "f1"],
    "additionalProperties": False,
}
MIXED = {
    "f0": "x",
    "f1": "42",
    "f2": "true",
    "f3": [1, 2],
    "f4": {"k": 1},
    "f5": "7",
    "f6": 1.5,
    "f7": False,
}
VALID = {**MIXED, "f1": 42, "f2": True}


def timed(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median processor time of one call, in microseconds."""
    work()
    found = []
    for _ in range(REPEATS):
        start = process_time()
        for _ in range(rounds):
            work()
        found.append((process_time() - start) * 1e6 / rounds)
    return median(found)


def plain_port(value: dict[str, Any], schema: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """Return inputs coerced by reading the schema anew for each value, as a plain port of the rules does."""
    names = {str: "string", int: "number", float: "number", bool: "boolean", list: "array", dict: "object"}
    changes: list[Any] = []

    def applied(item: Any, wanted: dict[str, Any], path: tuple[str, ...]) -> Any:
        kinds = [wanted["type"]] if isinstance(wanted.get("type"), str) else wanted.get("type", [])
        kind = next((name for of, name in names.items() if isinstance(item, of)), "null")
        if isinstance(item, bool):
            kind = "boolean"
        if kinds and kind not in kinds:
            after = convert(item, kinds)
            changes.append(("/" + "/".join(path), item, after))
            return after
        if isinstance(item, dict):
            properties = wanted.get("properties", {})
            for name in wanted.get("required", []):
                if name not in item:
                    raise ValueError(name)
            return {
                name: applied(member, properties.get(name, {}), (*path, name))
                for name, member in item.items()
                if name in properties or wanted.get("additionalProperties", True) is not False
            }
        if isinstance(item, list):
            inner = wanted.get("items", {})
            return [applied(member, inner, (*path, str(at))) for at, member in enumerate(item)]
        return item

    return applied(value, schema, ()), changes


def preview() -> float:
    """Return how long the request of an action of 500 fields takes, origins included, in milliseconds."""
    kinds = ("string", "number", "boolean")
    fields = {f"f{at}": {"type": kinds[at % 3]} for at in range(500)}
    data = {name: f"/#{name}" if at % 2 else f"v {{{{{{{name}}}}}}}" for at, name in enumerate(fields)}
    template = {"uri": "https://a.b/{{{f0}}}", "method": "post", "json": True, "data": data}
    schema = {"properties": fields, "additionalProperties": False}
    action = load({"name": "a.b", "inputTemplate": template, "inputSchema": schema}).action()
    inputs = {name: ("text", at, True)[at % 3] for at, name in enumerate(fields)}
    return timed(lambda: action.render(inputs), 3) / 1000


def main() -> None:
    """Print every time, and ours beside the others'."""
    ready = compile_schema(EIGHT)
    validator = jsonschema.Draft7Validator(EIGHT)
    for name, value in (("two converted", MIXED), ("none converted", VALID)):
        took = timed(lambda value=value: coerce(value, ready))
        plain = timed(lambda value=value: plain_port(value, EIGHT))
        print(f"coerce of 8 mixed fields, {name}: {took:.1f} us, {plain / took:.1f}x a plain port", end="")
        checked = timed(lambda: list(validator.iter_errors(VALID)))
        print(f", {checked / took:.1f}x jsonschema, which only validates")
    print(f"preview of 500 fields: {preview():.1f} ms")


if __name__ == "__main__":
    main()
