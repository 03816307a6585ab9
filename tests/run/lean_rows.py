"""Random actions with rows of inputs and a response, and what a run and a plan make of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

import kustomer_nb as knb
from kustomer_nb.action import Action
from kustomer_nb.config import Profile
from kustomer_nb.errors import InputError, KustomerNbError
from kustomer_nb.run.assemble import run_from_response
from kustomer_nb.run.lean import LeanPlan, NotLeanError
from kustomer_nb.run.prepare import Prepared
from kustomer_nb.testing.request_documents import body_value, request_document
from kustomer_nb.transport.models import RawResponse

TOKEN = "tok-4f9c2b7e1d"
BASE = "https://eu.shop.com/v1"
SETTINGS = {"shop.default.token": TOKEN, "shop.default.base": BASE, "shop.default.pin": "77"}
NOW, SEED = datetime(2034, 1, 2, 3, tzinfo=UTC), 7

# An action has many parts, and most actions should make a request.
RARELY = st.sampled_from([False] * 30 + [True])
NAMES = ("a", "b", "n", "flag", "order", "lines", "undeclared", "gone")
TEXTS = st.sampled_from(
    ["", "x", "7", "late & broken", "é", "😀", "a/b", "..", "?", "#", "a b", "\\", "'", '"', "\n", "\ud800",
     "%zz", "x" * 300, "true", "0x1F", "00123", "#string", TOKEN, "placeholder", "DELETE", "=&", "\x00"]
)  # fmt: skip
NUMBERS = st.sampled_from([0, -0.0, 1, 1.5, 1e21, 1e-7, 2**53, 2**53 + 2, -3, 9007199254740993])
SCALARS = st.one_of(TEXTS, NUMBERS, st.booleans(), st.none())
ORDERS = st.fixed_dictionaries(
    {}, optional={"id": SCALARS, "sku": SCALARS, "tags": st.lists(SCALARS, max_size=2)}
)
VALUES = st.one_of(SCALARS, ORDERS, st.lists(st.one_of(SCALARS, ORDERS), max_size=3))
# Mostly of the types that an action declares.
INPUTS = st.fixed_dictionaries(
    {"a": TEXTS},
    optional={
        "b": st.one_of(TEXTS, TEXTS, VALUES),
        "n": st.one_of(NUMBERS, st.sampled_from(["7", "0x1F", "00123", "1e3", "9007199254740993", " 5 "])),
        "flag": st.one_of(st.booleans(), st.sampled_from(["true", 0])),
        "order": ORDERS,
        "lines": st.lists(ORDERS, max_size=3),
    },
)
WILD_INPUTS = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, VALUES))
ROWS = st.lists(RARELY.flatmap(lambda is_wild: WILD_INPUTS if is_wild else INPUTS), min_size=8, max_size=8)
SOUND_TAGS = st.sampled_from(
    ["{{a}}", "{{{a}}}", "{{{a}}}", "{{{b}}}", "{{n}}", "{{{order.id}}}", "{{order.tags.[0]}}",
     "{{_env.orgId}}",
     "{{#if flag}}yes{{else}}{{{a}}}{{/if}}", "{{#each lines}}{{sku}},{{/each}}", "{{#flag}}{{b}}{{/flag}}",
     "{{toLower a}}", "{{randomId size=4}}", "{{date 'days' count=1}}",
     "{{#with order}}{{id}}{{../a}}{{/with}}"]
)  # fmt: skip
WILD_TAGS = st.sampled_from(
    ["{{{undeclared}}}", "{{gone.x}}", "{{{_env.nope}}}", "{{lookup order a}}", "{{this}}", "{{broken",
     "{{nope a}}",
     "{{math n '+' 1}}", "{{#each this}}{{this}}{{/each}}", "{{#if token}}{{{token}}}{{/if}}",
     "{{toLower token}}",
     "{{{dateFormat _env.at format='LL'}}}", "{{#each lines}}{{undeclared}}{{/each}}",
     "{{#flag}}{{gone}}{{/flag}}"]
)  # fmt: skip
TAGS = RARELY.flatmap(lambda is_wild: WILD_TAGS if is_wild else SOUND_TAGS)
SET = st.sampled_from(["{{{token}}}", "{{token}}", "{{pin}}"])
LITERALS = st.sampled_from(
    ["", "x", "/", "Bearer ", "?q=", "&r=", "#", " ", "é", '"', "<b>", "a: ", "{", "\\"]
)
PLAIN = st.lists(st.one_of(LITERALS, TAGS), max_size=4).map("".join)
STRINGS = st.one_of(
    PLAIN,
    TAGS,
    SET,
    st.tuples(LITERALS, SET, LITERALS).map("".join),
    st.sampled_from(
        [
            "/#a",
            "/#b",
            "/#n",
            "/#flag",
            "/#order",
            "/#order.id",
            "/#lines",
            "/#lines.0.id",
            "/#token",
            "/#_env.orgId",
            "/#_env",
            "/#fn:parseInt,a",
            "/#fn:ifExists,b,yes",
        ]
    ),
)
MIXED = st.one_of(
    st.tuples(SET, TAGS).map("".join),
    st.sampled_from(["/#undeclared", "/#gone.x", "/#", "/#pin", "/#fn:ifExists,token,yes", "x{{{pin}}}y"]),
)  # fmt: skip
SOUND_LEAVES = st.one_of(STRINGS, STRINGS, st.sampled_from([0, 1.5, 2**53 + 2]), st.booleans(), st.none())
LEAVES = RARELY.flatmap(lambda is_wild: MIXED if is_wild else SOUND_LEAVES)
KEYS = st.sampled_from(["id", "key", "é", 'q"', "1", "api_key", "token", "_method", "__proto__", "x y"])
DATA = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.dictionaries(KEYS, inner, max_size=4), st.lists(inner, max_size=3)),
    max_leaves=8,
)
OBJECTS = st.dictionaries(KEYS, LEAVES, max_size=4)
HEADER_NAMES = st.sampled_from(["authorization", "x-id", "accept", "Content-Type", "x-key", "X-Trace"])
WILD_HEADER_NAMES = st.sampled_from(["X-Id", "cookie", "host", "x y", "x-http-method-override", "1"])
ORIGINS = st.sampled_from(
    ["http://a.b/", "https://api.shop.com/orders/", "{{{base}}}/", "HTTP://A.b:80/", "https://a.b/x?y=",
     "https://a.b/{{_env.orgId}}/", " http://a.b/", "https://a.b/#", "https://a.b/?key={{pin}}"]
)  # fmt: skip
WILD_ORIGINS = st.sampled_from(
    ["", "https://{{{a}}}.shop.com/", "https://me:pw@a.b/", "ftp://a.b/", "HTTP://A.b:80"]
)
PATHS = st.lists(
    st.one_of(SOUND_TAGS, st.sampled_from(["/", "x", "?q=", "&r=", "{{{a}}}", "{{{n}}}", "%20", " "])),
    max_size=4,
).map("".join)
URIS = st.tuples(
    RARELY.flatmap(lambda is_wild: WILD_ORIGINS if is_wild else ORIGINS),
    RARELY.flatmap(lambda is_wild: STRINGS if is_wild else PATHS),
).map("".join)
TYPES = st.sampled_from(["string", "number", "boolean", "object", "array", "integer", None])

DECLARED: dict[str, str | None] = {
    "a": "string", "b": None, "n": "number", "flag": "boolean", "order": "object", "lines": "array"
}  # fmt: skip


@st.composite
def actions(draw: st.DrawFn) -> dict[str, Any]:
    """Return an action, most of them sound."""
    is_wild = draw(RARELY)
    method = draw(
        st.sampled_from(["fetch", "{{a}}"] if is_wild else ["get", "POST", "put", "delete", "post"])
    )
    template: dict[str, Any] = {"uri": draw(URIS), "method": method}
    if draw(st.booleans()):
        template["qs"] = draw(DATA if is_wild else OBJECTS)
    if draw(st.booleans()):
        template["headers"] = draw(
            st.dictionaries(
                st.one_of(HEADER_NAMES, WILD_HEADER_NAMES) if is_wild else HEADER_NAMES, LEAVES, max_size=3
            )
        )
    options = ["yes", {"a": "/#a"}] if is_wild else [True, True, True, False, None]
    option = template["json"] = draw(st.sampled_from(options))
    if draw(st.booleans()):
        template["data"] = draw(DATA if option else PLAIN)
    kinds = {**DECLARED, draw(st.sampled_from([*DECLARED])): draw(TYPES)} if is_wild else DECLARED
    properties = {name: {} if kind is None else {"type": kind} for name, kind in kinds.items()}
    schema = {"type": "object", "properties": properties, "required": draw(st.sampled_from([[], ["a"]]))}
    if draw(st.booleans()):
        schema["additionalProperties"] = False
    action: dict[str, Any] = {
        "name": "kustomer.app.shop.do",
        "type": "rest_api",
        "appSettings": {name: {"key": f"shop.default.{name}"} for name in ("token", "base", "pin")},
        "inputTemplate": template,
        "outputTemplate": draw(OUTPUTS),
        "sampleOutputContext": {"id": "a", "items": []},
    }
    if not draw(RARELY):
        action["inputSchema"] = schema
    if draw(st.booleans()):
        action["outputSchema"] = draw(st.sampled_from(SCHEMAS))
    return action


SCHEMAS = [
    {"type": "object", "properties": {"id": {"type": "string"}}, "additionalProperties": False},
    {"properties": {"id": {"type": "number"}, "key": {"type": "array", "items": {"properties": {},
    "additionalProperties": False}}}},
    {},
]  # fmt: skip
READS = st.sampled_from(
    ["/#body", "/#body.id", "/#body.items", "/#response.statusCode", "/#response.headers.x-id",
     "/#response.body.id",
     "/#response", "/#response.request.method", "{{body.id}} {{{body.items.length}}}",
     "/#fn:parseInt,body.id",
     "{{#each body.items}}{{id}}{{#if @last}}.{{/if}}{{/each}}", "{{#each body.items}}{{this}}{{/each}}",
     "{{this}}",
     "{{toLower body.id}}", "{{@root.response.request.method}}", "{{lookup body 'id'}}",
     "{{date 'days' count=1}}",
     "{{#each this}}{{@key}}{{/each}}", "{{#with response}}{{request.method}}{{/with}}", "{{nope x}}",
     "text", "/#gone",
     "{{body}}", "{{#if response.headers.x-id}}{{response.statusCode}}{{/if}}",
     "{{#body.id}}{{response.request.method}}{{/body.id}}",
     "{{#each this as |part|}}{{#each part}}{{@key}}{{/each}}{{/each}}"]
)  # fmt: skip
OUTPUTS = st.one_of(
    st.dictionaries(
        st.sampled_from(["id", "items", "key", "1"]), st.one_of(READS, READS, NUMBERS), max_size=4
    ),
    st.lists(READS, max_size=2),
    READS,
)
BODIES = st.one_of(
    st.fixed_dictionaries({}, optional={"id": SCALARS, "items": st.lists(ORDERS, max_size=3), "echo": TEXTS}),
    VALUES,
).map(lambda value: json.dumps(value).encode())
CONTENTS = st.one_of(
    BODIES, BODIES, BODIES, st.sampled_from([b"", b"<html>", b"\xff", b'{"a":1,"a":2}', b'{"id":1e400}'])
)
HEADERS = st.sampled_from(
    [
        (("content-type", "application/json"),),
        (("X-Id", f"a {TOKEN}"), ("x-id", "b")),
        (("content-encoding", "gzip"),),
    ]
)
STATUSES = st.sampled_from([200, 200, 200, 404, 500, 302])
RESPONSES = st.builds(RawResponse, STATUSES, HEADERS, CONTENTS)


@dataclass(frozen=True)
class Outcome:
    """What comes of a row: the bytes of its request, the request as cases have it, and the output."""

    wire: Any = None
    document: Any = None
    output: Any = None
    errors: Any = None


def an_action(action: dict[str, Any]) -> Action:
    return knb.load({"app": "shop", "version": "1.0.0", "title": "Shop", "actions": [action]}).action()


def prepared(action: Action, inputs: dict[str, Any], **options: Any) -> Prepared:
    context = action.context(**{"mode": "replay", "settings": SETTINGS, "now": NOW, "seed": SEED, **options})
    return action.prepare(inputs, context, alone=Profile(history=False))


def of_run(action: Action, inputs: dict[str, Any], response: RawResponse, **options: Any) -> Outcome:
    """Return what comes of a row by the stages of a run."""
    row = prepared(action, inputs, **options)
    if row.input_errors:
        return Outcome(errors=[str(error) for error in row.input_errors])
    try:
        wire = row.request.wire()
    except KustomerNbError as error:
        return Outcome(errors=type(error))
    run = run_from_response(action.definition, action.app.model, row, response)
    errors = [str(error) for error in run.later_diagnostics.errors]
    facts = run.output, run.converted, run.dropped, run.diff and list(run.diff)
    bytes_of_wire = (wire.method, wire.target, wire.headers, wire.body)
    return Outcome(bytes_of_wire, request_document(row), None if errors else facts, errors or None)


def of_plan(plan: LeanPlan, inputs: dict[str, Any], response: RawResponse) -> Outcome | None:
    """Return what comes of a row by a plan; None where that leaves it to a run."""
    try:
        coerced = plan.coerce(inputs)
    except InputError as error:
        return Outcome(errors=[str(item) for item in error.diagnostics])
    try:
        request = plan.build(coerced.value)
        document = plan.recorded(request)
        body = None if document["body"] is None else document["body"]
        projected = plan.output(response.status_code, response.headers, response.content, request)
    except NotLeanError:
        return None
    difference = plan.difference(projected.value)
    facts = projected.value, projected.converted, projected.dropped, difference and list(difference)

    return Outcome(request.wire, {**document, "body": body_value(body)}, facts)
