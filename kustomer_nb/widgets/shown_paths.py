"""JSON pointers as a page shows them."""

from __future__ import annotations

import re

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.serialization import stringify

_INDEX = re.compile(r"0|[1-9]\d*")
_NAME = re.compile(r"[^\W\d][\w$-]*|\$[\w$-]*")


def shown_path(pointer: str) -> str:
    """Return a JSON pointer as authors write paths; a key that is no plain name is in quotes.

    Example:
        >>> shown_path("/lines/1/quantity"), shown_path("/a~1b/x"), shown_path("/x/")
        ('lines[1].quantity', '["a/b"].x', 'x[""]')
    """
    path = ""
    for key in pointers.split(pointer):
        if _INDEX.fullmatch(key):
            path += f"[{key}]"
        elif _NAME.fullmatch(key):
            path += f".{key}" if path else key
        else:
            path += f"[{stringify(key)}]"
    return path
