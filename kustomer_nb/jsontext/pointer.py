"""RFC 6901 JSON pointers: ``/actions/0/name``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .javascript import UNDEFINED

# RFC 6901 section 4: an array index has no leading zeros.
_INDEX = re.compile(r"0|[1-9][0-9]{0,14}")


def join(pointer: str, *keys: str | int) -> str:
    """Return ``pointer`` with the keys appended and escaped.

    Example:
        >>> join("/actions/0", "a/b", "m~n")
        '/actions/0/a~1b/m~0n'
    """
    for key in keys:
        text = str(key)
        if "~" in text or "/" in text:
            text = text.replace("~", "~0").replace("/", "~1")
        pointer = f"{pointer}/{text}"
    return pointer


def split(pointer: str) -> list[str]:
    """Return the unescaped keys of a pointer.

    Example:
        >>> split("/a~1b/0")
        ['a/b', '0']
    """
    if not pointer:
        return []
    # RFC 6901 section 4: `~1` first, so that `~01` becomes `~1` and not `/`.
    return [key.replace("~1", "/").replace("~0", "~") for key in pointer[1:].split("/")]


def resolve(value: Any, pointer: str | Iterable[str]) -> Any:
    """Return the part of a JSON value at a pointer, ``UNDEFINED`` if there is none.

    Example:
        >>> resolve({"a": [1, 2]}, "/a/1")
        2
    """
    for key in split(pointer) if isinstance(pointer, str) else pointer:
        if isinstance(value, dict):
            value = value.get(key, UNDEFINED)
        elif isinstance(value, list) and _INDEX.fullmatch(key) and int(key) < len(value):
            value = value[int(key)]
        else:
            return UNDEFINED
    return value
