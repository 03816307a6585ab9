"""The good and bad files of the rules: the smallest action or app, with some keys replaced."""

from __future__ import annotations

import json
from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED

LEFT_OUT = UNDEFINED


def file(value: Any) -> str:
    """Return a value as the JSON text of a file.

    Example:
        >>> print(file({"app": "shop"}))
        {
          "app": "shop"
        }
    """
    return json.dumps(value, indent=2, ensure_ascii=False)


def a_request(**keys: Any) -> dict[str, Any]:
    """Return an input template with these keys; a key set to ``LEFT_OUT`` is left out.

    Example:
        >>> a_request(method="post", uri=LEFT_OUT)
        {'method': 'post'}
    """
    return _with({"uri": "https://api.shop.com/orders", "method": "get"}, keys)


def an_action(**keys: Any) -> dict[str, Any]:
    """Return a correct action with these keys replaced.

    Example:
        >>> an_action(inputTemplate=LEFT_OUT, type="rest")
        {'name': 'kustomer.app.shop.find', 'description': 'Find an order', 'type': 'rest'}
    """
    smallest = {
        "name": "kustomer.app.shop.find",
        "description": "Find an order",
        "type": "rest_api",
        "inputTemplate": a_request(),
    }
    return _with(smallest, keys)


def an_app(**keys: Any) -> dict[str, Any]:
    """Return a correct app with these keys replaced.

    Example:
        >>> an_app(title=LEFT_OUT)
        {'app': 'shop', 'version': '1.0.0'}
    """
    return _with({"app": "shop", "version": "1.0.0", "title": "Shop"}, keys)


def closed_schema(**types: str) -> dict[str, Any]:
    """Return a schema with these names and types that allows no other names.

    Example:
        >>> closed_schema(id="string")["properties"]
        {'id': {'type': 'string'}}
    """
    properties = {name: {"type": kind} for name, kind in types.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _with(smallest: dict[str, Any], keys: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**smallest, **keys}.items() if value is not LEFT_OUT}
