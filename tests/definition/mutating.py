"""Definitions with something wrong in them, at random and repeatable by their seed."""

from __future__ import annotations

import copy
import random
from typing import Any

_KEYS = (
    *("app", "version", "title", "actions", "action", "settings", "i18n", "iconUrl", "steps", "trigger"),
    *(
        "name",
        "description",
        "type",
        "Type",
        "appSettings",
        "appAccountName",
        "inputTemplate",
        "outputTemplate",
    ),
    *("inputSchema", "outputSchema", "sampleOutputContext", "sampleOutput", "key", "default", "defaultValue"),
    *("required", "hidden", "uri", "url", "method", "headers", "qs", "data", "json", "body", "accept"),
    *("properties", "additionalProperties", "items", "enum", "title", "orderId", "", "$schema", "a/b~c"),
)
_TEXTS = (
    *("", " ", "shop", "1.0.0", "1.0", "v1.0.0", "1.0.0-rc.1+b.2", "01.0.0", "rest_api", "rest-api", "kode"),
    *("string", "number", "boolean", "secret", "object", "array", "integer", "null", "text", "String"),
    *("get", "GET", "Post", "send", "get ", "{{method}}", "{{{method}}}", "{{", "/#method", "/#", "x /#y"),
    *("https://a.b/c", "HTTP://a.b", " https://a.b", "\ufeffhttps://a.b", "a.b/c", "ftp://a.b", "http:/a.b"),
    *(
        "//a.b",
        "https://",
        "{{host}}/x",
        "{{host}}.a.b/x",
        "ht{{x}}://a.b",
        "https{{x}}",
        "\\{{x}}",
        "{ http://",
    ),
    *("x https://a.b", "-https://a.b", "https://[", "{{{{raw}}}}a{{{{/raw}}}}", "{{! note }}https://a.b"),
    *(
        "shop.default.token",
        "shop.default",
        "shop..token",
        "a.b.c.d",
        "a. b.c",
        ".a.b.c",
    ),
    *(
        "kustomer.app.shop.find",
        "find order",
        "find",
        "f\u00e9",
        "n" * 128,
        "n" * 129,
        "d" * 4096,
        "d" * 4097,
    ),
    *("Bearer x", "orderId"),
)
_SCALARS = (None, True, False, 0, 5, -1.5)


def mutated(value: Any, generator: random.Random, most: int = 3) -> Any:
    """Return a copy of a definition with one to ``most`` keys or values deleted, renamed or replaced."""
    value = copy.deepcopy(value)
    for _ in range(generator.randint(1, most)):
        containers = [node for node in _nodes(value) if isinstance(node, (dict, list)) and node]
        if not containers:
            return value
        _mutate(generator.choice(containers), generator)
    return value


def _nodes(value: Any) -> list[Any]:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(node for node in members for node in _nodes(node))]


def _mutate(container: Any, generator: random.Random) -> None:
    place = generator.choice(list(container) if isinstance(container, dict) else range(len(container)))
    match generator.randrange(6):
        case 0:
            del container[place]
        case 1 if isinstance(container, dict):
            container[_other_name(str(place), generator)] = container.pop(place)
        case 2 if isinstance(container, dict):
            container[generator.choice(_KEYS)] = _anything(generator)
        case 2:
            container.append(_anything(generator))
        case 3:
            container[place] = generator.choice(_TEXTS)
        case 4:
            container[place] = generator.choice([[], {}, [container[place]], {"x": container[place]}])
        case _:
            container[place] = _anything(generator)


def _other_name(name: str, generator: random.Random) -> str:
    return generator.choice(
        [name.lower(), name + "s", name[1:], name.replace("T", "t"), generator.choice(_KEYS)]
    )


def _anything(generator: random.Random) -> Any:
    match generator.randrange(6):
        case 0:
            return generator.choice(_SCALARS)
        case 1:
            return [_anything(generator) for _ in range(generator.randrange(3))]
        case 2:
            return {generator.choice(_KEYS): _anything(generator) for _ in range(generator.randrange(3))}
        case _:
            return generator.choice((*_TEXTS, *_SCALARS))
