"""Facts as text and as JSON, both the same at each run: the text is what ``pytest --nbval`` compares."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from kustomer_nb.jsontext.javascript import SAFE_INTEGER, UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.printable import as_json_escapes, one_line, visible

# Raised when a text changes for the same value: saved notebooks then have to be recorded again.
VERSION = 1
# A longer text is compared by its head, length and hash.
MOST_CHARACTERS = 20_000
HEAD = 1_000
# As deep as a response is parsed.
DEEPEST = 200
# A port of this machine is another one at each start. `%3A` is a colon within a query.
_LOCAL_PORT = re.compile(
    r"(?:(?<![\w.-])|(?<=%2F)|(?<=%40))(localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1\])(:|%3A)\d{1,5}(?!\d)",
    re.IGNORECASE,
)
# In rows of text, these are JSON; the others are words.
_VALUES = ("expected", "before", "actual", "after", "value")


@dataclass(frozen=True, slots=True)
class Json:
    """Any JSON value, in contrast to the names, words and rows of facts."""

    value: Any


def without_ports(text: str) -> str:
    """Return a text with a mark in place of each port of this machine.

    Example:
        >>> without_ports("http://127.0.0.1:43211/a?to=http%3A%2F%2Flocalhost%3A80, http://a.b:80")
        'http://127.0.0.1:<port>/a?to=http%3A%2F%2Flocalhost%3A<port>, http://a.b:80'
    """
    return _LOCAL_PORT.sub(r"\1\2<port>", text)


def as_form(kind: str, facts: Mapping[str, Any]) -> str:
    """Return facts as text: its version and kind, and then a line or a block for each fact.

    Example:
        >>> print(as_form("Run", {"action": "pay", "output": Json({"id": 7}), "findings": []}))
        kustomer_nb 1 Run
        action: pay
        output
          {
            "id": 7
          }
        findings: none
    """
    return "\n".join([f"kustomer_nb {VERSION} {kind}", *_lines(facts)])


def _lines(facts: Mapping[str, Any]) -> Iterable[str]:
    for name, value in facts.items():
        label = one_line(without_ports(name))
        block = list(_block(value))
        if len(block) == 1 and not isinstance(value, (Mapping, list)):
            yield f"{label}: {block[0]}"
        elif block:
            yield label
            yield from (f"  {line}" if line else "" for line in block)
        else:
            yield f"{label}: none"


def _block(value: Any) -> Iterable[str]:
    if isinstance(value, Json):
        return _limited(_json_text(value.value)).split("\n")
    if isinstance(value, Mapping):
        return _lines(value)
    if isinstance(value, list):
        return _limited("\n".join(map(_row, value))).split("\n") if value else []
    if value is None:
        return ["none"]
    # Not str.splitlines, which also splits at U+2028 and the like.
    text = value.replace("\r\n", "\\r\n") if isinstance(value, str) else str(value)
    return _limited(visible(without_ports(text))).split("\n")


def _row(row: Any) -> str:
    if not isinstance(row, Mapping):
        return one_line(without_ports(str(row)))
    words = [str(word) for name, word in row.items() if name not in _VALUES and word not in ("", None)]
    values = [_json_line(row[name].value) for name in _VALUES if name in row]
    return " ".join([one_line(without_ports(" ".join(words))), *values[:1], *[f"-> {v}" for v in values[1:]]])


def _json_line(value: Any) -> str:
    return _limited(without_ports(as_json_escapes(_compact(value)))).replace("\n", " ")


def _compact(value: Any) -> str:
    try:
        return stringify(value) or "undefined"
    except (TypeError, ValueError, RecursionError):
        # Only a helper or a conversion of the user's own returns what is not JSON.
        return f"<{type(value).__name__}, not JSON>"


def _json_text(value: Any) -> str:
    if value is UNDEFINED:
        return "undefined"
    try:
        text = json.dumps(value, indent=2, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = _compact(value)
    return without_ports(as_json_escapes(text))


def shallow(value: Any) -> Any:
    """Return a value, or length and hash of its text if it is nested deeper than what is walked here.

    Example:
        >>> nested = 1
        >>> for _ in range(300):
        ...     nested = [nested]
        >>> shallow([[1]]), shallow(nested)["characters"]
        ([[1]], 601)
    """
    level = [value]
    for _ in range(DEEPEST):
        level = [item for container in level for item in _members(container)]
        if not level:
            return value
    text = _compact(value)
    return {"characters": len(text), "sha256": _hash(text)}


def _members(value: Any) -> Iterable[Any]:
    members = value.values() if isinstance(value, Mapping) else value
    return members if isinstance(value, (Mapping, list, tuple)) else ()


def _limited(text: str) -> str:
    """Return a text, or its head, length and hash if it is long."""
    if len(text) <= MOST_CHARACTERS:
        return text
    return f"{text[:HEAD]}\n… {len(text)} characters in all, sha256 {_hash(text)}"


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def as_portable(facts: Any) -> Any:
    """Return facts as JSON that a browser reads and saves again without a change.

    Example:
        >>> as_portable({"output": Json({"id": 2**60, "of": "http://localhost:8080/"})})
        {'output': {'id': '1152921504606846976', 'of': 'http://localhost:<port>/'}}
    """
    if isinstance(facts, Json):
        text = _json_text(facts.value)
        return _portable(facts.value) if len(text) <= MOST_CHARACTERS else _head(text)
    if isinstance(facts, Mapping):
        return {one_line(without_ports(name)): as_portable(value) for name, value in facts.items()}
    if isinstance(facts, list):
        text = "\n".join(map(_row, facts))
        return [as_portable(value) for value in facts] if len(text) <= MOST_CHARACTERS else _head(text)
    if not isinstance(facts, str):
        return facts
    text = visible(without_ports(facts))
    return text if len(text) <= MOST_CHARACTERS else _head(text)


def _head(text: str) -> dict[str, Any]:
    return {"head": text[:HEAD], "characters": len(text), "sha256": _hash(text)}


def _portable(value: Any) -> Any:
    # The text that was measured first is limited, and so is the depth here.
    if isinstance(value, str):
        return visible(without_ports(value))
    if isinstance(value, Mapping):
        return {visible(without_ports(str(name))): _portable(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_portable(item) for item in value]
    if value is None or value is UNDEFINED:
        return None
    return _portable_number(value) if isinstance(value, (int, float)) else _compact(value)


def _portable_number(number: Any) -> Any:
    """Return a number, or its text where JupyterLab would save another one."""
    if isinstance(number, float):
        return number if -1.7e308 < number < 1.7e308 else str(number)
    return number if isinstance(number, bool) or abs(number) <= SAFE_INTEGER else str(number)
