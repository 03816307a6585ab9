"""Definitions with something wrong in them, by chance and again the same by their seed."""

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


def mutated(value: Any, chance: random.Random, most: int = 3) -> Any:
    """Return a copy of a definition with one to ``most`` keys or values deleted, renamed or replaced."""
    value = copy.deepcopy(value)
    for _ in range(chance.randint(1, most)):
        holders = [one for one in _nodes(value) if isinstance(one, (dict, list)) and one]
        if not holders:
            return value
        _mutate(chance.choice(holders), chance)
    return value


def _nodes(value: Any) -> list[Any]:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(node for one in members for node in _nodes(one))]


def _mutate(holder: Any, chance: random.Random) -> None:
    place = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    match chance.randrange(6):
        case 0:
            del holder[place]
        case 1 if isinstance(holder, dict):
            holder[_other_name(str(place), chance)] = holder.pop(place)
        case 2 if isinstance(holder, dict):
            holder[chance.choice(_KEYS)] = _anything(chance)
        case 2:
            holder.append(_anything(chance))
        case 3:
            holder[place] = chance.choice(_TEXTS)
        case 4:
            holder[place] = chance.choice([[], {}, [holder[place]], {"x": holder[place]}])
        case _:
            holder[place] = _anything(chance)


def _other_name(name: str, chance: random.Random) -> str:
    return chance.choice([name.lower(), name + "s", name[1:], name.replace("T", "t"), chance.choice(_KEYS)])


def _anything(chance: random.Random) -> Any:
    match chance.randrange(6):
        case 0:
            return chance.choice(_SCALARS)
        case 1:
            return [_anything(chance) for _ in range(chance.randrange(3))]
        case 2:
            return {chance.choice(_KEYS): _anything(chance) for _ in range(chance.randrange(3))}
        case _:
            return chance.choice((*_TEXTS, *_SCALARS))
