"""From an action to its curl command, and from that to an action: the request stays the same."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import pytest

from kustomer_nb import Action, from_curl, load, loads
from kustomer_nb.demo.definition import definition_text
from kustomer_nb.request import Request
from kustomer_nb.secrets import variable

pytestmark = pytest.mark.uncounted
SECRET = "S3cr3tV4lue9xQ"
IN_BATCH = 50
_TEXTS = [
    "x",
    "a b",
    "é",
    "日",
    "it's",
    '"q"',
    "$HOME",
    "`id`",
    "\\",
    "a&b=c",
    "#f",
    "?",
    "%20",
    "{",
    "}",
    "[1]",
]
_TEXTS += ["@file", "-d", "\t", "\n", "😀", "'", "!x", "~", "*", ";", "<x>", "|"]
_HEADERS = ["X-A", "Authorization", "Accept", "Content-Language", "Cookie", "If-Match", "X-Api-Key"]
_OF_HEADERS = ["v", "a b", "é", "{{{a}}}", "{{{token}}}", "Bearer {{{token}}}", "Basic {{{token}}}"]
_OF_HEADERS += ["key-{{{token}}}", "sid={{{token}}}"]


class Definitions:
    """Makes one definition after the other; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def _text(self) -> str:
        parts = self._random.choices(_TEXTS, k=self._random.randint(0, 3))
        return self._random.choice(["/#a", "/#c", "pre {{{a}}} post", "{{{token}}}", "{{{n}}}", *parts])

    def _value(self, depth: int = 0) -> Any:
        kind = self._random.choice(["text", "plain"] if depth > 2 else ["object", "array", "text", "plain"])
        match kind:
            case "object":
                names = self._random.sample(["a", "b", "x y", "é", "0"], self._random.randint(0, 3))
                return {name: self._value(depth + 1) for name in names}
            case "array":
                return [self._value(depth + 1) for _ in range(self._random.randint(0, 3))]
            case "text":
                return self._text()
        return self._random.choice([1, 0, -1, 1.5, True, False, None, 1e21])

    def _template(self) -> dict[str, Any]:
        choice = self._random.choice
        segments = ["orders", "{{{a}}}", "v1", "42", "{{{n}}}", "a%20b", "{{{token}}}", "é"]
        path = "/".join(self._random.sample(segments, self._random.randint(0, 3)))
        template: dict[str, Any] = {"uri": f"https://api.shop.com/{path}", "method": choice(["GET", "POST"])}
        if choice([True, False]):
            template["uri"] += choice(["?a=1", "?q=%20&b", "?x={{{a}}}", "?k={{{token}}}", "?é=1"])
        else:
            template["qs"] = {"a b": choice(["é", 1, True, "/#a", "{{{token}}}", ["a", "b"]])}
        names = self._random.sample(_HEADERS, self._random.randint(0, 3))
        template["headers"] = {name: choice(_OF_HEADERS) for name in names}
        match choice(["json", "form", "text"]) if template["method"] == "POST" else "":
            case "json":
                template |= {"json": True, "data": self._value()}
            case "form":
                template["headers"]["Content-Type"] = "application/x-www-form-urlencoded"
                template["data"] = "a={{{a}}}&token={{{token}}}"
            case "text":
                template["headers"]["Content-Type"] = "text/xml"
                template["data"] = choice(["<a>{{{a}}}</a>", "<t>{{{token}}}</t>", "é"])
        return template

    def action(self) -> Action:
        """Return the next action."""
        properties: dict[str, Any] = {name: {} for name in "acn"}
        return load(
            {
                "inputTemplate": self._template(),
                "inputSchema": {"properties": properties},
                "appSettings": {"token": {"key": "shop.default.token"}},
            }
        ).action()

    def inputs(self) -> dict[str, Any]:
        """Return inputs of an action."""
        choice = self._random.choice
        return {"a": choice(["abc", "it's", "x y", "é"]), "c": choice([{"k": [1]}, [1, 2], "s", 5]), "n": 2.5}


def parts(request: Request) -> tuple[object, ...]:
    """Return what a request sends; the escapes of a URL in one form."""
    wire = request.wire()
    target = quote(unquote_to_bytes(wire.target.decode("latin-1").encode("latin-1")))
    headers = sorted((name.lower(), value) for name, value in wire.headers)
    own = {b"accept", b"user-agent", b"content-length"}
    return wire.method, wire.host, target, [header for header in headers if header[0] not in own], wire.body


def again(command: str, environment: Mapping[str, str]) -> Request:
    """Return the request of a command, with the values of its variables."""
    imported = from_curl(command)
    by_name = {name.replace("_", "").lower(): value for name, value in environment.items()}
    settings: dict[str, Any] = dict(imported.secrets)
    for name, setting in (imported.action.definition.app_settings or {}).items():
        settings.setdefault(setting.key, by_name.get(name.lower()))
    inputs = imported.examples
    for proposal in imported.proposals:
        if proposal.is_selected and proposal.name not in inputs:
            inputs[proposal.name] = by_name[proposal.name.lower()]
    return imported.action.render(inputs, settings=settings)


def assert_same_request(action: Action, inputs: Mapping[str, Any]) -> None:
    keys = [setting.key for setting in (action.definition.app_settings or {}).values()]
    values = {key: f"{SECRET}{index}" for index, key in enumerate(keys)}
    request = action.render(inputs, settings=values)
    command = request.to_curl()

    assert SECRET not in command
    assert parts(again(command, {variable(key): values[key] for key in keys})) == parts(request), command


@pytest.mark.parametrize("batch", range(10))
def test_a_generated_action_comes_back(batch: int) -> None:
    definitions = Definitions(batch)

    for _ in range(IN_BATCH):
        assert_same_request(definitions.action(), definitions.inputs())


def test_the_actions_of_the_demo_come_back() -> None:
    app = loads(definition_text())

    for action in app.actions:
        properties = action.value["inputSchema"]["properties"]
        examples = {"number": 42, "boolean": True, "array": [], "object": {}}
        assert_same_request(
            action, {name: examples.get(schema.get("type"), "it's é") for name, schema in properties.items()}
        )
