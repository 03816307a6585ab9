"""Random actions with their inputs and the answers a service gives them, from plain to mean."""

import gzip
import json
import random
from dataclasses import dataclass, field

AUTHORED = "https://api.shop.com"
GONE = "gone"
TOKEN = "knbtoken90125"
# Each value is found nowhere else, so that it can be replaced by its name in what the oracle tells.
SETTINGS = {
    "token": ("secret", TOKEN),
    "region": ("string", "zone7431"),
    "limit": ("number", 471103),
}
# What is sent in a body alone, where it is never told.
ODD_SETTINGS = {
    "live": ("boolean", True),
    "phrase": ("string", 'odd "é" &=+\\/%<\'`日😀'),
}
ENV = {"orgId": "5f1e2d", "workflowId": "wf-77", "appVersion": "1.2.3-^0.4"}
ROBUST = ["id", "sku", "note", "qty", "paid", "tags", "lines", "address", "zip", "total", "custom"]
FIELDS = [*ROBUST, "9", "10", "a-b", "@eff", "two words", "é"]
METHODS = ["GET", "get", "GET", "get", "POST", "post", "PUT", "PATCH", "patch", "DELETE", "delete", "Put"]
TYPES = ["string", "number", "boolean", "object", "array"]
TEXTS = [
    "", "a", "Order 7", "a=b&c", "é", "日本", "😀", "x y", "<b>'\"`", "10", "true", "{{id}}", "/#id", "%41%",
    "a+b", "/../x", "line\nbreak", "\u2028", "null",
]  # fmt: skip
PLAIN = ["a", "Order-7", "10", "x_y", "eu", "true", "0", "7.5"]
NUMBERS = [0, 1, 7, -3, 2.5, 1e21, 1e-7, -0.0, 2**53, 2**53 + 1, 12345678901234567890, 0.1, 100]
# By type: what ajv converts to it, and below what it cannot.
CONVERTED = {
    "string": [1, 2.5, 1e21, -0.0, True, False, None],
    "number": ["1", " 7 ", "2.50", "1e3", "0x1F", "-0", "Infinity", True, False, None],
    "integer": ["1", "7.0", 3.0, True, None, "1e2"],
    "boolean": ["true", "false", 0, 1, None],
    "null": ["", 0, False],
}
UNCONVERTED = {
    "string": [{}, [], ["a"]],
    "number": ["", "two", "1,000", "7px", {}, [1]],
    "integer": [1.5, "1.5", "", [3]],
    "boolean": ["yes", "True", "", 2, "0", []],
    "null": ["null", 1, True],
    "object": ["{}", [], 1, None, "", True],
    "array": ["[]", "a", {}, 1, None],
}
# Keywords that Kustomer does not document, which are therefore not applied.
IGNORED = [
    {"enum": ["x"]}, {"format": "email"}, {"minimum": 1000}, {"default": 5}, {"maxLength": 0},
    {"pattern": "^$"}, {"description": "A field."}, {"title": "T"}, {"nullable": True}, {"const": 1},
    {"minItems": 9}, {"anyOf": [{"type": "null"}]}, {"not": {}}, {"patternProperties": {".": False}},
    {"propertyNames": False}, {"minProperties": 50}, {"if": True, "then": False},
]  # fmt: skip
PATHS = [
    "/orders", "/orders/7", "/a b", "/", "", "/a/../b", "/x%20y", "/v1//x", "/orders.json", "/a|b", "/it's",
    "/a;b=c", "/a{b",
]  # fmt: skip
QUERIES = ["?a=1", "?a=1&b=x y", "?", "?a", "?q='x'|y", "?a[]=1&a[]=2", "?a=1&a=2", "?z=%20+&y=%zz"]
FRAGMENTS = ["#top", "#", "#a?b"]
HEADERS = [
    "X-A", "x-b", "Authorization", "accept", "Content-Type", "User-Agent", "Accept-Encoding", "Cookie",
    "X-List", "If-None-Match", "referer", "7", "Origin", "Cache-Control", "X_Under",
]  # fmt: skip
HEADER_TEXTS = [
    "a",
    "Bearer x.y",
    "",
    " padded\t",
    "text/plain",
    "application/vnd.api+json",
    "gzip",
    "a, b",
    "é",
]
STATUSES = [
    (200, "OK"), (201, "Created"), (202, "Accepted"), (204, "No Content"), (304, "Not Modified"),
    (400, "Bad Request"), (401, "Unauthorized"), (403, "Forbidden"), (404, "Not Found"), (409, "Conflict"),
    (422, ""), (429, "Too Many Requests"), (500, "Internal Server Error"), (502, "Bad Gateway"),
    (503, "Service Unavailable"), (299, "Odd"), (418, "I'm a teapot"), (599, "x"),
]  # fmt: skip
REDIRECTS = [301, 302, 303, 307, 308, 300, 305]
LOCATIONS = [
    "/moved", "/moved?to=1&x=y", "moved", "./moved/here", "../up", "?only=query", "#fragment", "/moved#part",
    "/a b", "/it's|x", "/a/../b", "/a/./b//c", "", "/?", "/%41%zz", "/x?a='b'", "/caf\xe9?\xff",
    "mailto:a@b", "10:30", "http:x", "HTTP:/x", "ftp://a.b/",
]  # fmt: skip
# Of another origin than the request.
FAR = [
    "https://api.shop.com:8443/far", "http://api.shop.com/far", "https://far.shop.com/x?y=1",
    "//u%20s:p@far.shop.com/y", "HTTPS:far.shop.com", "HTTP:/far.shop.com",
]  # fmt: skip
MORE_HEADERS = [
    ("Content-Language", "de"), ("X-Request-Id", "abc"), ("x-ratelimit-remaining", "0"), ("Vary", "Accept"),
    ("Vary", "Origin"), ("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; HttpOnly"), ("set-cookie", "a=3"),
    ("ETag", '"x"'), ("ETag", '"y"'), ("Age", "1"), ("Age", "2"), ("X-Empty", ""), ("X-Spaces", "  a  b  "),
    ("Link", '</x>; rel="next"'), ("Link", '</y>; rel="last"'), ("Server", "a"), ("Server", "b"),
    ("Retry-After", "1"), ("Retry-After", "2"), ("Cookie", "a=1"), ("Cookie", "b=2"), ("7", "seven"),
    ("WWW-Authenticate", 'Basic realm="x"'), ("X-Latin", "caf\xe9"),
    ("X-Utf", "caf\xc3\xa9"), ("X-Token", TOKEN), ("X-Tab", "a\tb"),
    ("Access-Control-Allow-Origin", "*"), ("Location", "/elsewhere"), ("From", "a"), ("From", "b"),
    ("Expires", "0"), ("Expires", "1"), ("Content-Type", "text/csv"), ("Last-Modified", "x"),
]  # fmt: skip
TYPES_OF_BODIES = [
    "application/json", "application/json; charset=utf-8", "text/html", "text/plain", "application/hal+json",
    "application/json; charset=iso-8859-1", "text/html; charset=ISO-8859-1", "application/octet-stream", None,
]  # fmt: skip
NUMERALS = [
    "0", "1", "-0", "-0.0", "1.0", "1.50", "1e3", "1E-7", "123456789012345678901234567890",
    "9007199254740993", "1e400", "-1e400", "0.1", "1e21", "100000000000000000000", "5e-324", "7", "42",
]  # fmt: skip
STRINGS = [
    '""', '"a"', '"Order 7"', '"a\\u0041"', '"\\ud83d\\ude00"', '"\\ud83d"', '"é日😀"', '"<a & b>"', '"10"',
    '"2.5"', '"true"', '"false"', '" 7 "', '"a\\n\\t\\"b\\\\"', '"\u2028"', '"\\u0000"', '"/#body"',
    '"{{x}}"', f'"Bearer {TOKEN}"', '"null"', '"0x10"', '"Infinity"',
]  # fmt: skip
BROKEN = [
    "{", '{"a": 1,}', "{'a': 1}", "[1, 2", "NaN", "Infinity", "undefined", "{a: 1}", '{"a": NaN}', "// x\n{}",
    '{"a": 01}', '"unclosed', "nul", "{} {}", "[1,,2]", '{"a": .5}', '{"a": +1}', '"tab\there"', "'x'", "1.",
    "-", '{"a" 1}', "[1]x", '"\\x41"', "\u00a0{}", "\u000c{}", "{}\u2028",
]  # fmt: skip
PAGES = ["<html>Log in</html>", "OK", "a=1&b=2", "\ufeff<x/>", "Grüße", " ", "\n", "0", "null", "7", '"x"']
BYTES = [
    b"\xff\xfe{\x00}\x00", b'{"a": "caf\xe9"}', b"\xe9", b'{"a": "\xf0\x9f"}', b"\xc0\x80", b"\xed\xa0\x80",
    b'{"a": "\xe2\x82"}', b"a\x00b", b"\xf4\x90\x80\x80", b'\xef\xbb\xbf{"a": 1}', b"\xef\xbb\xbf",
    b"\xef\xbb\xbf[1]",
]  # fmt: skip


@dataclass
class Case:
    """One action and how it is run; ``answers`` are the bytes given to its requests, one after another."""

    app: dict
    inputs: dict
    settings: dict
    answers: list
    hosts: str | None = None
    steps: dict | None = None
    spread: bool = False
    base: str = ""
    env: dict = field(default_factory=lambda: dict(ENV))

    @property
    def action(self):
        return self.app["actions"][0]

    def asked(self):
        """Return what the oracle is given."""
        steps = {} if self.steps is None else {"steps": self.steps}
        return {
            "action": self.action,
            "inputs": self.inputs,
            "settings": self.settings,
            "env": self.env,
            "spread": self.spread,
            **steps,
        }


def answer(status, headers, body, *, framing="length"):
    """Return the bytes of an answer; ``framing`` says how its end is told: length, chunked or close."""
    code, reason = status
    lines = [f"HTTP/1.1 {code} {reason}".encode()]
    lines += [f"{name}: {value}".encode("latin-1") for name, value in headers]
    if code in (204, 304):
        body = b""
    elif framing == "length":
        lines.append(b"Content-Length: %d" % len(body))
    elif framing == "chunked":
        lines.append(b"Transfer-Encoding: chunked")
        parts = [body[:3], body[3:]]
        body = b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in parts if one) + b"0\r\n\r\n"
    return b"\r\n".join([*lines, b"", body])


class Cases:
    """Makes cases by chance; the same seed makes the same ones. ``base`` is the origin that answers."""

    def __init__(self, seed, base):
        self.chance = random.Random(seed)
        self.one_of = self.chance.choice
        self.base = base

    def often(self, share):
        return self.chance.random() < share

    def some(self, values, most):
        return self.chance.sample(values, k=self.chance.randint(0, min(most, len(values))))

    def case(self):
        schema = self.input_schema()
        named = dict(schema.get("properties", {})) if schema else {name: {} for name in self.some(FIELDS, 4)}
        inputs = self.inputs(schema, named)
        settings = self.settings_used()
        hosts = AUTHORED if self.often(0.25) else None
        answers = self.answers(hosts)
        reader = _Reader(self, named, inputs, settings)
        action = {
            "name": "kustomer.app.shop.generated",
            "description": "Generated.",
            "type": "rest_api",
            "appSettings": {name: {"key": f"shop.default.{name}"} for name in settings},
            "inputTemplate": self.input_template(reader, hosts or self.base),
        }
        if schema is not None:
            action["inputSchema"] = schema
        told = self.told(answers[-1])
        if self.often(0.85):
            action["outputTemplate"] = self.output_template(told)
        if self.often(0.75):
            action["outputSchema"] = self.output_schema(action.get("outputTemplate"), told)
        steps = None
        if self.often(0.15):
            inputs, steps = self.stepped(inputs)
        return Case(
            app=self.app(action),
            inputs=inputs,
            settings=settings,
            answers=[one["bytes"] for one in answers],
            hosts=hosts,
            steps=steps,
            spread=self.often(0.15),
            base=self.base,
        )

    def app(self, action):
        declared = {**SETTINGS, **ODD_SETTINGS}
        settings = {
            name: {"type": kind, "defaultValue": "", "required": False}
            for name, (kind, _) in declared.items()
        }
        return {
            "app": "shop",
            "version": "1.0.0",
            "title": "Shop",
            "settings": {"default": settings},
            "actions": [action],
        }

    def settings_used(self):
        declared = {**SETTINGS, **ODD_SETTINGS}
        return {name: declared[name][1] for name in self.some(list(declared), 3)}

    # Schemas and the values for them.

    def input_schema(self):
        if self.often(0.08):
            return None
        if self.often(0.02):
            return {}
        names = self.some(FIELDS, 6)
        schema = {"properties": {name: self.schema(2) for name in names}}
        if self.often(0.7):
            schema["type"] = "object"
        if self.often(0.7):
            schema["additionalProperties"] = False
        elif self.often(0.2):
            schema["additionalProperties"] = self.schema(1)
        required = self.some(names, 2)
        if required or self.often(0.3):
            schema["required"] = required
        if self.often(0.1):
            schema |= {"definitions": {"x": {"type": "string"}}, "minProperties": 99}
        return schema

    def schema(self, depth):
        kind = self.one_of([*TYPES, "string", "number"] if depth else ["string", "number", "boolean"])
        schema = {"type": kind}
        if self.often(0.05):
            schema["type"] = self.one_of(["integer", "null"])
        elif self.often(0.06):
            schema["type"] = self.chance.sample(
                ["string", "number", "boolean", "null", "object", "array"], k=2
            )
        elif self.often(0.06):
            del schema["type"]
        if kind == "object" and depth:
            names = self.some(FIELDS, 4)
            if self.often(0.9):
                schema["properties"] = {name: self.schema(depth - 1) for name in names}
            if self.often(0.4):
                schema["additionalProperties"] = self.one_of([False, False, True, {"type": "string"}, {}])
            if self.often(0.3):
                schema["required"] = self.some(names, 2)
        if kind == "array" and depth and self.often(0.7):
            schema["items"] = self.schema(depth - 1)
        if self.often(0.1):
            schema |= self.one_of(IGNORED)
        return schema

    def inputs(self, schema, named):
        if schema is None or not named:
            return {name: self.anything(2) for name in self.some([*named, *ROBUST[:2]], 3)}
        mood = self.one_of(["right", "converted", "converted", "converted", "mixed"])
        required = schema.get("required", [])
        given = {
            name: self.fitting(one, mood)
            for name, one in named.items()
            if self.often(0.8) or (name in required and mood != "mixed")
        }
        if self.often(0.04):
            given[self.one_of(FIELDS)] = "more"
        return given

    def fitting(self, schema, mood):
        if not isinstance(schema, dict) or not schema:
            return self.anything(1)
        kind = schema.get("type") or self.one_of(TYPES)
        kind = self.one_of(kind) if isinstance(kind, list) else kind
        if mood == "mixed" and self.often(0.08):
            return self.one_of(UNCONVERTED[kind])
        if mood != "right" and kind in CONVERTED and self.often(0.4):
            return self.one_of(CONVERTED[kind])
        if kind == "object":
            return self.fitting_object(schema, mood)
        if kind == "array":
            return [self.fitting(schema.get("items"), mood) for _ in range(self.chance.randint(0, 3))]
        return self.scalar(kind)

    def fitting_object(self, schema, mood):
        required = schema.get("required", [])
        members = {
            name: self.fitting(one, mood)
            for name, one in schema.get("properties", {}).items()
            if self.often(0.8) or name in required
        }
        if schema.get("additionalProperties") is not False and self.often(0.3):
            members["extra"] = self.scalar(self.one_of(["string", "number"]))
        elif mood == "mixed" and self.often(0.1):
            members["extra"] = 1
        return {name: self.scalar("string") for name in required} | members

    def scalar(self, kind):
        if kind == "string":
            return self.one_of(TEXTS if self.often(0.4) else PLAIN)
        if kind == "integer":
            return self.one_of([0, 1, 7, -3, 2**53])
        if kind == "boolean":
            return self.often(0.5)
        return self.one_of(NUMBERS) if kind == "number" else None

    def anything(self, depth):
        if depth == 0 or self.often(0.6):
            return self.scalar(self.one_of(["string", "number", "boolean", "null"]))
        if self.often(0.5):
            return [self.anything(depth - 1) for _ in range(self.chance.randint(0, 3))]
        return {name: self.anything(depth - 1) for name in self.some(FIELDS, 3)}

    def stepped(self, inputs):
        """Return inputs that read some of their values of an earlier step, and what that step gave."""
        read, body = {}, {}
        for name, value in inputs.items():
            if name not in ROBUST or self.often(0.4):
                read[name] = self.kept(value)
                continue
            body[name] = value
            read[name] = f"/#steps.a1.body.{name}" if self.often(0.7) else f"{{{{{{steps.a1.body.{name}}}}}}}"
        if self.often(0.2):
            read[self.one_of(ROBUST)] = "/#steps.a1.nothing"
        return read, {"1": {"data": {}}, "a1": {"body": body}}

    def kept(self, value):
        """Return a value in which no string is a reference or a template: it would be read as one."""
        if isinstance(value, str):
            return value.replace("{{", "(").replace("/#", "#")
        if isinstance(value, list):
            return [self.kept(one) for one in value]
        if isinstance(value, dict):
            return {name: self.kept(one) for name, one in value.items()}
        return value

    # The request.

    def input_template(self, reader, origin):
        template = {"uri": origin + self.uri(reader), "method": self.one_of(METHODS)}
        if self.often(0.5):
            template["qs"] = self.qs(reader)
        if self.often(0.6):
            names = self.some(HEADERS, 4)
            template["headers"] = {name: self.header(reader) for name in names} | self.connection()
        kind = self.chance.random()
        if kind < 0.65:
            template["json"] = True
        elif kind < 0.72:
            template["json"] = self.data(reader.body_leaf, 2)
        elif kind < 0.78:
            template["json"] = self.one_of([False, None, 0, 1, "false", "", 7.5])
        as_json = template.get("json")
        if as_json and self.often(0.75):
            template["data"] = (
                self.data(reader.body_leaf, 3)
                if self.often(0.9)
                else self.one_of(["", 0, True, False, 5, []])
            )
        elif not as_json and self.often(0.6):
            template["data"] = reader.text() if self.often(0.85) else reader.leaf()
        if self.often(0.05):
            template["timeout"] = 100_000
        names = list(template)
        self.chance.shuffle(names)
        return {name: template[name] for name in names}

    def connection(self):
        """Return headers that npm request or Node adds when an author does not write them."""
        host = {"Host": self.one_of(["v.shop.com", "far.shop.com:81"])} if self.often(0.1) else {}
        return host | ({"connection": self.one_of(["close", "keep-alive"])} if self.often(0.05) else {})

    def uri(self, reader):
        path = self.one_of(PATHS)
        if self.often(0.6):
            path = f"{path.rstrip('/')}/{reader.tag()}"
        if self.often(0.3):
            path += self.one_of(QUERIES)
        elif self.often(0.2):
            path += f"?q={reader.tag()}"
        return path + (self.one_of(FRAGMENTS) if self.often(0.06) else "")

    def qs(self, reader):
        kind = self.chance.random()
        if kind < 0.6:
            return {self.one_of([*FIELDS, "a&b", "c[d]"]): self.data(reader.leaf, 1) for _ in range(3)}
        if kind < 0.75:
            return reader.leaf()
        if kind < 0.9:
            return self.one_of(["a=1&b=2", "?a=1", "a=x y", "", "a", "a='b'|", "&", "é=1", "a=%41&a"])
        return self.one_of([None, 5, True, False, [], ["x", 1], {}, {"a": {}}, 0])

    def header(self, reader):
        kind = self.chance.random()
        if kind < 0.4:
            return self.one_of(HEADER_TEXTS)
        if kind < 0.7:
            return "Bearer " + reader.tag()
        if kind < 0.85:
            return reader.leaf()
        return self.one_of([None, True, 0, 1.5, 1e21, ["a", "b"], ["a", 1, None], [], {}, "", f"/#{GONE}"])

    def data(self, leaf, depth):
        if depth == 0 or self.often(0.2):
            return leaf() if self.often(0.8) else self.scalar(self.one_of(TYPES))
        if self.often(0.25):
            return [self.data(leaf, depth - 1) for _ in range(self.chance.randint(0, 3))]
        names = self.some([*FIELDS, "x", "y", "2"], 4)
        return {name: self.data(leaf, depth - 1) for name in names}

    # The answer.

    def answers(self, hosts):
        """Return the answers to a run: one, or redirects and then one."""
        answers = []
        while len(answers) < 3 and self.often(0.2):
            answers.append(self.redirect(hosts))
        return [*answers, self.last()]

    def redirect(self, hosts):
        location = self.one_of(LOCATIONS)
        # The whole address of the stand-in would be another host to the oracle, which does not know it.
        if hosts is not None and self.often(0.3):
            location = self.one_of(FAR)
        if hosts is None and self.often(0.15):
            location = self.base + self.one_of(["/far", "", "?x", "/a/../b"])
        headers = [("Location", location), *self.headers(1)]
        text = self.one_of(["", '{"moved": true}', "gone"])
        return self.answered((self.one_of(REDIRECTS), "Moved"), headers, text.encode())

    def last(self):
        kind = self.chance.random()
        encoding = []
        if kind < 0.62:
            body = self.json_text(3).encode("utf-8", "surrogatepass")
        elif kind < 0.72:
            body = self.one_of(BROKEN).encode()
        elif kind < 0.8:
            body = self.one_of(PAGES).encode()
        elif kind < 0.86:
            body = self.one_of(BYTES)
        elif kind < 0.9:
            body, encoding = gzip.compress(b'{"a": 1}', mtime=0), [("Content-Encoding", "gzip")]
        elif kind < 0.93:
            body = self.json_text(2).encode("latin-1", "replace")
        else:
            body = b""
        kind = self.one_of(TYPES_OF_BODIES)
        headers = [*([("Content-Type", kind)] if kind else []), *encoding, *self.headers(4)]
        status = STATUSES[0] if self.often(0.5) else self.one_of(STATUSES)
        return self.answered(status, headers, body)

    def headers(self, most):
        headers = self.some(MORE_HEADERS, most) if self.often(0.6) else []
        self.chance.shuffle(headers)
        return headers

    def answered(self, status, headers, body):
        framing = self.one_of(["length", "length", "length", "chunked", "close"])
        made = answer(status, headers, body, framing=framing)
        return {"bytes": made, "status": status[0], "headers": headers, "body": body}

    def json_text(self, depth):
        kind = self.chance.random()
        if depth == 0 or (kind < 0.45 and depth < 3) or kind < 0.06:
            return self.one_of(
                [self.one_of(NUMERALS), self.one_of(STRINGS), self.one_of(["true", "false", "null"])]
            )
        space = self.one_of(["", "", " ", "\n  "])
        if kind < 0.65:
            items = [self.json_text(depth - 1) for _ in range(self.chance.randint(0, 3))]
            return f"[{space}{f',{space}'.join(items)}{space}]"
        names = self.some(FIELDS, 5)
        if names and self.often(0.08):
            names.append(names[0])
        members = [f"{json.dumps(name)}:{space}{self.json_text(depth - 1)}" for name in names]
        return f"{{{space}{f',{space}'.join(members)}{space}}}"

    # The output.

    def told(self, last):
        """Return what outputTemplate can read, near enough to choose paths from."""
        try:
            body = json.loads(last["body"].decode())
        except (ValueError, RecursionError):
            body = last["body"].decode("utf-8", "replace")
        headers = {name.lower(): value for name, value in last["headers"]}
        request = {"uri": {"path": "", "query": ""}, "method": "", "headers": {"accept": "", "x-a": ""}}
        response = {"statusCode": last["status"], "body": body, "headers": headers, "request": request}
        return {"response": response, "body": body}

    def output_template(self, told):
        kind = self.chance.random()
        reader = _Reader(self, None, told, {})
        if kind < 0.1:
            return self.one_of(
                ["/#body", "/#response", f"{{{{{GONE}}}}}", "/#body.id", "status {{response.statusCode}}"]
            )
        if kind < 0.2:
            return {"response": "/#response", "body": "/#body"}
        return self.mapped(reader, 2)

    def mapped(self, reader, depth):
        names = self.chance.sample([*FIELDS, "status", "body", "response"], k=self.chance.randint(1, 5))
        made = {}
        for name in names:
            if depth and self.often(0.15):
                made[name] = self.mapped(reader, depth - 1)
            elif depth and self.often(0.1):
                made[name] = [reader.leaf() for _ in range(self.chance.randint(0, 3))]
            else:
                made[name] = reader.leaf() if self.often(0.93) else self.scalar(self.one_of(TYPES))
        return made

    def output_schema(self, template, told):
        if self.often(0.05):
            return self.one_of(
                [{}, {"type": "string"}, {"type": "object"}, {"type": "array", "items": {"type": "string"}}]
            )
        shape = told if template is None else self.shape(template, told)
        return self.schema_like(shape, 4)

    def shape(self, template, told):
        if isinstance(template, str) and template.startswith("/#"):
            return _found(told, template[2:].split("."))
        if isinstance(template, dict):
            return {name: self.shape(one, told) for name, one in template.items()}
        return [self.shape(one, told) for one in template] if isinstance(template, list) else template

    def schema_like(self, value, depth):
        """Return a schema that mostly asks of a value what it is, with names left out and types changed."""
        if depth == 0 or self.often(0.1):
            return self.schema(1)
        if isinstance(value, dict):
            schema = {} if depth == 4 and self.often(0.3) else {"type": "object"}
            names = [name for name in value if self.often(0.8)]
            schema["properties"] = {name: self.schema_like(value[name], depth - 1) for name in names}
            if self.often(0.5):
                schema["additionalProperties"] = self.one_of([False, False, False, True, {"type": "string"}])
            if self.often(0.2):
                schema["required"] = [*self.some(names, 2), *self.some(FIELDS, 1)]
            return schema
        if isinstance(value, list):
            items = self.schema_like(value[0], depth - 1) if value else self.schema(1)
            return {"type": "array", "items": items}
        return {"type": self.one_of(["string", "number", "boolean", "string", "number", "integer", "object"])}


class _Reader:
    """Writes strings that read what a template sees: inputs by their schema, or the answer by its values."""

    def __init__(self, cases, schemas, values, settings):
        self.cases = cases
        self.chance = cases.chance
        self.one_of = cases.one_of
        self.declared = None if schemas is None else list(schemas)
        self.values = values
        self.told = [name for name in settings if name in SETTINGS]
        self.settings = list(settings)

    def path(self, settings=None):
        """Return the keys of a path: most name something."""
        cases = self.cases
        settings = self.told if settings is None else settings
        if settings and cases.often(0.2):
            return [self.one_of(settings)]
        if self.declared is not None:
            if cases.often(0.08):
                return ["_env", self.one_of([*ENV, "nothing"])]
            if cases.often(0.05) or not self.declared:
                return [GONE]
            first = self.one_of(self.declared)
        else:
            first = self.one_of(["body", "body", "body", "response", "response", GONE])
        keys, value = [first], self.values.get(first)
        while isinstance(value, (dict, list)) and value and cases.often(0.8):
            key = self.one_of(
                list(value) if isinstance(value, dict) else [str(at) for at in range(len(value))]
            )
            keys.append(key)
            value = value[key] if isinstance(value, dict) else value[int(key)]
        if cases.often(0.08):
            keys.append(self.one_of(["length", "nothing", "0", *ROBUST]))
        return keys

    def reference(self, settings=None):
        return "/#" + ".".join(self.path(settings))

    def written(self, settings=None):
        return _written(self.path(settings))

    def tag(self):
        path = self.written()
        return self.one_of(
            [f"{{{{{{{path}}}}}}}", f"{{{{{path}}}}}", f"{{{{{{ {path} }}}}}}", f"{{{{&{path}}}}}"]
        )

    def text(self, settings=None):
        """Return a template of a few parts."""
        return "".join(self.part(settings) for _ in range(self.chance.randint(1, 3)))

    def part(self, settings):
        path, other = self.written(settings), self.written(settings)
        # What a block reads within a setting is shown as the setting's name, be it nothing.
        within = self.written([])
        return self.one_of(
            [
                f"{{{{{path}}}}}",
                f"{{{{{path}}}}}",
                f"{{{{{{{path}}}}}}}",
                f"{{{{{{{path}}}}}}}",
                f" {{{{~{path}~}}}} ",
                f"{{{{#if {path}}}}}yes {{{{{other}}}}}{{{{else}}}}no{{{{/if}}}}",
                f"{{{{#if {path} includeZero=true}}}}+{{{{/if}}}}",
                f"{{{{#unless {path}}}}}none{{{{/unless}}}}",
                f"{{{{#each {within}}}}}{{{{@index}}}}{{{{@key}}}}={{{{this}}}}"
                "{{#unless @last}}, {{/unless}}"
                "{{else}}empty{{/each}}",
                f"{{{{#each {within} as |one at|}}}}{{{{at}}}}:{{{{{{one.id}}}}}};{{{{/each}}}}",
                f"{{{{#with {within}}}}}{{{{id}}}}{{{{../{other}}}}}{{{{else}}}}-{{{{/with}}}}",
                f"{{{{lookup {within} 0}}}}",
                f"{{{{#if {path}}}}}a{{{{else if {other}}}}}b{{{{/if}}}}",
                "{{! said }}text",
                "plain",
                "Order /#id",
                "é日😀",
                f"\\{{{{{path}}}}}",
                "\n  {{#if id}}\n  x\n  {{/if}}\n",
            ]
        )

    def leaf(self):
        return self.one_of([self.reference, self.reference, self.text, self.tag])()

    def body_leaf(self):
        settings = self.settings
        return self.one_of([self.reference, self.reference, self.text])(settings)


def _written(keys):
    """Return a path as Handlebars takes it: odd names in brackets."""
    return ".".join(key if key in ROBUST or key.isidentifier() else f"[{key}]" for key in keys)


def _found(value, keys):
    for key in keys:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value
