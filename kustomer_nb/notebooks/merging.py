"""The outputs of a new recording beside those of the one before: what did not change stays to the byte."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from kustomer_nb.storage.ignored_headers import is_volatile

from .left_out import drop_widget_view

# How long a run took, in the HTML of a run and of a response.
_ELAPSED = re.compile(r'(<span class="knb-dim">)in [\d,]+ ms(?:, (\d+ attempts))?(?:( · )| (?=[\d,]+ bytes))')
# When a run was, in the table of a history.
_WHEN = re.compile(r"<td>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d</td>")
# A header of a response.
_HEADER = re.compile(r"(<tr><th><code>(?P<name>[^<]*)</code></th><td><code>)[^<]*(</code></td></tr>)")
# What is different each time, and says nothing of a run: the port of a service on this machine, where an
# object is in the memory, and the number of a cell in a traceback.
_PORT = re.compile(r"(?<![\w.])((?:127\.0\.0\.1|localhost|\[::1\]):)\d{1,5}(?!\d)")
_ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,16}\b")
_CELL = re.compile(r"\bIn\s?\[\d+\]")
_OURS = 'class="knb-'


def without_times(output: Any) -> None:
    """Remove from the HTML of this package how long a run took, and what changes in each response.

    The text of a response shows the same in place of such a header.
    """
    data = output.get("data", {})
    html = data.get("text/html")
    if isinstance(html, str) and _OURS in html:
        data["text/html"] = _HEADER.sub(_without_volatile_header, _ELAPSED.sub(_without_duration, html))


def merged_outputs(old: list[Any], new: list[Any]) -> list[Any]:
    """Return new outputs, each as it was if it says the same as the old one at its position.

    Example:
        >>> old = [{"output_type": "stream", "name": "stdout", "text": "<a object at 0x7f0000000001>"}]
        >>> new = [{**old[0], "text": "<a object at 0x7f0000000002>"}]
        >>> merged_outputs(old, new) == old
        True
    """
    merged = list(new)
    for index, (before, after) in enumerate(zip(old, new, strict=False)):
        if _compared(before) == _compared(after):
            merged[index] = before
    return merged


def _compared(output: Any) -> Any:
    """Return an output without what is different each time."""
    output = deepcopy(output)
    output.pop("execution_count", None)
    drop_widget_view(output)
    without_times(output)
    data = output.get("data", {})
    if _OURS in str(data.get("text/html", "")):
        data["text/html"] = _WHEN.sub("<td></td>", data["text/html"])
    return _without_volatile(output)


def _without_duration(match: re.Match[str]) -> str:
    begin, attempts, dot = match.groups(default="")
    # How often it was tried says something of the service.
    return f"{begin}{attempts}{dot or ' '}" if attempts else begin


def _without_volatile_header(match: re.Match[str]) -> str:
    return f"{match[1]}…{match[3]}" if is_volatile(match["name"]) else match[0]


def _without_volatile(value: Any) -> Any:
    if isinstance(value, str):
        return _stable(value)
    if isinstance(value, Mapping):
        return {key: _without_volatile(item) for key, item in value.items()}
    return [_without_volatile(item) for item in value] if isinstance(value, list) else value


def _stable(text: str) -> str:
    return _CELL.sub("In []", _ADDRESS.sub("at 0x", _PORT.sub(r"\1", text)))
