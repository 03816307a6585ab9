"""Times the stages of an action: one offline case beside Node, coercion beside jsonschema, and a preview.

Run it as ``make benchmarks``. One offline case is what a batch of kept cases does for each: coerce the
inputs, render the request, parse an answer of 20 items, map it, project it, compare it with the sample.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import jsonschema

from kustomer_nb import load
from kustomer_nb.difference import diff
from kustomer_nb.jsontext.javascript import parse
from kustomer_nb.schema import coerce, compile_schema, project
from kustomer_nb.schema.scalars import convert
from kustomer_nb.template import render_value

REPEATS = 15
ROUNDS = 400
MODULES = Path(__file__).parents[1] / "tests" / "oracle" / "node_modules"
ITEM = {"id": {"type": "string"}, "name": {"type": "string"}, "price": {"type": "number"}}
ACTION: dict[str, Any] = {
    "name": "kustomer.app.shop.refund",
    "type": "rest_api",
    "inputSchema": {
        "type": "object",
        "properties": {
            "orderId": {"type": "number"},
            "amount": {"type": "number"},
            "reason": {"type": "string"},
            "notify": {"type": "boolean"},
        },
        "required": ["orderId"],
        "additionalProperties": False,
    },
    "inputTemplate": {
        "uri": "https://api.ecommstore.com/orders/{{{orderId}}}/refund",
        "method": "post",
        "headers": {"authorization": "Bearer {{{authToken}}}"},
        "data": {"amount": "/#amount", "reason": "{{{reason}}}", "notify": "/#notify"},
        "json": True,
    },
    "outputTemplate": {
        "status": "/#response.statusCode",
        "items": "/#body.items",
        "total": "/#body.total",
        "text": "{{body.items.length}} items",
    },
    "outputSchema": {
        "type": "object",
        "properties": {
            "status": {"type": "number"},
            "items": {
                "type": "array",
                "items": {"type": "object", "properties": ITEM, "additionalProperties": False},
            },
            "total": {"type": "number"},
            "text": {"type": "string"},
        },
        "additionalProperties": False,
    },
}
INPUTS = {"orderId": "42", "amount": 12.5, "reason": "late & broken", "notify": "true"}
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


def answer(*, loses: bool) -> str:
    """Return an answer of 20 items; where it loses, each has a number for its id and a key too many."""
    items: list[dict[str, Any]] = [
        {"id": f"i{at}", "name": f"item {at}", "price": at * 1.5} for at in range(20)
    ]
    if loses:
        items = [{**item, "id": at, "sku": "x"} for at, item in enumerate(items)]
    return json.dumps({"total": 99.5, "items": items})


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


def offline(body: str, sample: Any) -> Callable[[], Any]:
    """Return one offline case, its schemas compiled as for a batch."""
    takes, keeps = compile_schema(ACTION["inputSchema"]), compile_schema(ACTION["outputSchema"])

    def case() -> Any:
        given = coerce(INPUTS, takes).value
        render_value(ACTION["inputTemplate"], {**given, "authToken": "token"})
        context = {"response": {"statusCode": 200}, "body": parse(body)}
        output = project(render_value(ACTION["outputTemplate"], context), keeps).value
        diff(sample, output)
        return output

    return case


def in_node(body: str, sample: Any) -> dict[str, Any] | None:
    """Return the output and the microseconds of the same case in Node; None where that is not there."""
    program = shutil.which("node")
    if program is None or not (MODULES / "handlebars").exists():
        return None
    given = {"action": ACTION, "inputs": INPUTS, "body": body, "sample": sample, "rounds": ROUNDS}
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(given, file)
        file.flush()
        script = Path(__file__).with_suffix(".cjs")
        run = subprocess.run(
            [program, str(script), str(MODULES), file.name], capture_output=True, check=True, encoding="utf-8"
        )
    found: dict[str, Any] = json.loads(run.stdout)
    return found


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
    for loses in (False, True):
        body = answer(loses=loses)
        sample = offline(body, None)()
        took = timed(offline(body, sample))
        print(
            f"one offline case, 20 items, {'40 losses' if loses else 'no loss'}: "
            f"{took:.0f} us, {1e6 / took:,.0f} a second"
        )
        node = in_node(body, sample)
        if node is not None:
            same = "the same output" if node["output"] == sample else "ANOTHER OUTPUT"
            print(f"  Node (ajv, handlebars): {node['microseconds']:.0f} us, {same}; ours takes ", end="")
            print(f"{took / node['microseconds']:.1f} times that")
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
