"""Which parts of an output stay the same from run to run, and between a recording and its replay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.pointer_patterns import PointerPatterns
from kustomer_nb.storage.ignored_headers import is_volatile

# They follow the connection and the encoding of the body, which is compared.
_OF_THE_CONNECTION = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})


def is_lasting(name: str) -> bool:
    """Return whether a response header is compared; the case of its name does not matter.

    Example:
        >>> [is_lasting(name) for name in ("Date", "content-length", "Location")]
        [False, False, True]
    """
    return not is_volatile(name) and name.lower() not in _OF_THE_CONNECTION


def is_of_changing_header(pointer: str) -> bool:
    """Return whether a pointer into an output is that of a header that is not compared.

    Example:
        >>> is_of_changing_header("/response/headers/date"), is_of_changing_header("/body/date")
        (True, False)
    """
    keys = pointers.split(pointer)
    return len(keys) > 1 and keys[-2] == "headers" and not is_lasting(keys[-1])


def lasting(output: Any, response: Mapping[str, Any]) -> Any:
    """Return an output without the headers that change, where it has all headers of its response.

    Example:
        >>> headers = {"date": "Mon", "x-kind": "a"}
        >>> lasting({"all": {"headers": headers}, "date": "Mon"}, {"headers": headers})
        {'all': {'headers': {'x-kind': 'a'}}, 'date': 'Mon'}
    """
    if isinstance(output, list):
        return [lasting(item, response) for item in output]
    if not isinstance(output, dict) or not output:
        return output
    if output == response.get("headers"):
        return {name: text for name, text in output.items() if is_lasting(name)}
    if output == response.get("request") and isinstance(output.get("headers"), dict):
        # The length is that of the real body, with a token in it.
        headers = {name: text for name, text in output["headers"].items() if name != "content-length"}
        return {**output, "headers": headers}
    return {name: lasting(item, response) for name, item in output.items()}


def without_ignored(output: Any, ignore: Iterable[str]) -> Any:
    """Return an output with a mark at each pointer that ``ignore`` of ``kustomer-nb.toml`` has.

    Example:
        >>> without_ignored({"items": [{"at": 1, "id": 7}]}, ["/items/*/at"])
        {'items': [{'at': '<ignored>', 'id': 7}]}
    """
    return _marked(output, PointerPatterns.from_pointers(ignore, name="ignore"))


def _marked(value: Any, patterns: PointerPatterns | None) -> Any:
    if patterns is None:
        return value
    if patterns.covers:
        return "<ignored>"
    if isinstance(value, dict):
        return {name: _marked(item, patterns.under(name)) for name, item in value.items()}
    if isinstance(value, list):
        return [_marked(item, patterns.under(index)) for index, item in enumerate(value)]
    return value
