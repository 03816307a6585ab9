"""The helpers of tests/conformance/handlebars_helpers.js, in Python."""

from kustomer_nb.jsontext.javascript import UNDEFINED, string
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.template import SafeString
from kustomer_nb.template.js_semantics import add_values, is_falsy, is_nullish
from kustomer_nb.template.lookup import own_property


def text(value):
    return "" if is_nullish(value) else string(value)


def type_of(value):
    if value is None:
        return "null"
    if isinstance(value, (list, tuple)):
        return "array"
    if isinstance(value, (dict, SafeString)):
        return "object"
    names = {str: "string", bool: "boolean", int: "number", float: "number"}
    return names.get(type(value), "undefined")


def is_same(left, right):
    if type_of(left) != type_of(right):
        return False
    return left is right if type_of(left) in {"object", "array"} else left == right


def is_blank(value):
    return is_nullish(value) or (type_of(value) == "string" and value == "")


def boom(options, *args):
    raise ValueError("boom")


def to_json(options, value=UNDEFINED, *args):
    json_text = stringify({"string": str(value)} if isinstance(value, SafeString) else value)
    return UNDEFINED if json_text is None else json_text


def when(options, condition=UNDEFINED, *args):
    return options.inverse(options.this) if is_falsy(condition) else options.fn(options.this)


HELPERS = {
    "up": lambda options, value=UNDEFINED, *args: text(value).upper(),
    "concat": lambda options, *args: "".join(map(text, args)),
    "add": lambda options, left=UNDEFINED, right=UNDEFINED, *args: add_values([left, right]),
    "eq": lambda options, left=UNDEFINED, right=UNDEFINED, *args: is_same(left, right),
    "not": lambda options, value=UNDEFINED, *args: is_falsy(value),
    "hashlist": lambda options, *args: ";".join(
        f"{key}={text(value)}" for key, value in options.hash.items()
    ),
    "wrap": lambda options, *args: f"<b>{options.fn(options.this)}</b>",
    "when": when,
    "stringify": to_json,
    "safe": lambda options, value=UNDEFINED, *args: SafeString(text(value)),
    "link": lambda options, title=UNDEFINED, url=UNDEFINED, *args: SafeString(
        f'<a href="{string(url)}">{string(title)}</a>'
    ),
    "retnull": lambda options, *args: None,
    "retundef": lambda options, *args: UNDEFINED,
    "rettrue": lambda options, *args: True,
    "retfalse": lambda options, *args: False,
    "retzero": lambda options, *args: 0,
    "retnum": lambda options, *args: 1.5,
    "retarr": lambda options, *args: [1, [2, 3], None, "x"],
    "retobj": lambda options, *args: {"a": 1, "name": "obj"},
    "retempty": lambda options, *args: "",
    "typ": lambda options, value=UNDEFINED, *args: type_of(value),
    "argc": lambda options, *args: len(args),
    "ctxname": lambda options, *args: text(own_property(options.this, "name")),
    "idx": lambda options, *args: text(options.data.get("index")),
    "pair": lambda options, *args: options.fn(options.this, options.data, ["A", "B"]),
    "list": lambda options, items, *args: "".join(f"<li>{options.fn(item)}</li>" for item in items),
    "raw": lambda options, *args: f"[{options.fn(options.this)}]",
    "dflt": lambda options, value=UNDEFINED, other=UNDEFINED, *args: other if is_blank(value) else value,
    "hname": lambda options, *args: options.name,
    "boom": boom,
}
