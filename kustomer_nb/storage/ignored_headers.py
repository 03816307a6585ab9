"""The one list of response headers that change each time: they are stored, but ignored in comparisons."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from kustomer_nb.jsontext import pointer as pointers

NAMES = frozenset(
    {
        # Time, freshness and version of the response; a change of the body is seen in the body.
        "age", "date", "etag", "expires", "last-modified",
        # Identifiers of the request and its trace.
        "cf-ray", "fly-request-id", "request-id", "traceparent", "tracestate", "x-amz-cf-id", "x-amz-id-2",
        "x-amz-request-id", "x-amzn-requestid", "x-amzn-trace-id", "x-cloud-trace-context",
        "x-correlation-id", "x-github-request-id", "x-ms-request-id", "x-request-id", "x-trace-id",
        "x-vercel-id",
        # Duration, and the server that responded.
        "server-timing", "x-envoy-upstream-service-time", "x-response-time", "x-runtime", "x-served-by",
        "x-timer",
        # Sessions and error reporting.
        "nel", "report-to", "set-cookie",
    }
)  # fmt: skip
PREFIXES = ("ratelimit", "x-b3-", "x-datadog-", "x-rate-limit-", "x-ratelimit-")
# Stands for every volatile header if a template computes the name of the header that it reads.
ANY = "*"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_GROUP = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
# A lookup whose name is not a string literal. One in the body or in the request reads no response header.
_LOOK_UP = re.compile(
    rf"lookup\s+(?!(?:@root\.|this\.|\.\./)*(?:response\.)?(?:body|request)\b)(?:{_GROUP}|[^\s()}}]+)\s+(?![\"'])"
)


def is_volatile(name: str) -> bool:
    """Return whether a response header changes each time; the case of its name does not matter.

    Example:
        >>> [is_volatile(name) for name in ("Date", "X-RateLimit-Remaining", "content-type")]
        [True, True, False]
    """
    lower = name.lower()
    return lower in NAMES or lower.startswith(PREFIXES)


def read_headers(output_template: Any) -> frozenset[str]:
    """Return the volatile headers that an outputTemplate reads by name; they count in a comparison.

    A template that takes all headers, such as ``/#response``, names none. One that computes a name may read
    any of them; `is_read` takes that into account.

    Example:
        >>> sorted(read_headers({"tag": "/#response.headers.etag", "all": "/#response"}))
        ['etag']
        >>> sorted(read_headers('{{lookup response.headers "x-request-id"}}'))
        ['x-request-id']
    """
    strings = [text.lower() for text in _strings(output_template) if "headers" in text.lower()]
    names = frozenset(name for text in strings for name in _NAME.findall(text) if is_volatile(name))
    return names | {ANY} if any(map(_LOOK_UP.search, strings)) else names


def is_read(name: str, reads: Container[str]) -> bool:
    """Return whether a header is among those that `read_headers` returned.

    Example:
        >>> reads = read_headers("{{lookup response.headers name}}")
        >>> is_read("etag", reads), is_read("etag", read_headers("{{response.headers.date}}"))
        (True, False)
    """
    return ANY in reads or name.lower() in reads


def volatile_pointers(value: Any, headers: Mapping[str, Any]) -> Iterator[str]:
    """Yield the pointers to volatile headers in an output that contains all headers of its response.

    Example:
        >>> headers = {"date": "Mon", "content-type": "text/plain"}
        >>> list(volatile_pointers({"response": {"headers": headers}, "date": "Mon"}, headers))
        ['/response/headers/date']
    """
    pending: list[tuple[str, Any]] = [("", value)]
    while pending:
        pointer, item = pending.pop()
        # By value: an output may hold the headers under any key.
        if item and item == headers:
            yield from (pointers.join(pointer, name) for name in item if is_volatile(name))
        else:
            pending += ((pointers.join(pointer, key), member) for key, member in _members(item))


def _members(value: Any) -> Iterable[tuple[Any, Any]]:
    """Return the members of an object or array by their keys; none for other values."""
    if isinstance(value, Mapping):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (Mapping, list)):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _strings(item)
