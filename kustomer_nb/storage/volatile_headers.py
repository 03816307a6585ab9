"""The one list of response headers that change each time: they are kept, and left out of comparison."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Any

from kustomer_nb.jsontext import pointer as pointers

NAMES = frozenset(
    {
        # When it was answered, how fresh that is, and which version it is: that of the body tells a change.
        "age", "date", "etag", "expires", "last-modified",
        # Which request it was, and who traces it.
        "cf-ray", "fly-request-id", "request-id", "traceparent", "tracestate", "x-amz-cf-id", "x-amz-id-2",
        "x-amz-request-id", "x-amzn-requestid", "x-amzn-trace-id", "x-cloud-trace-context",
        "x-correlation-id", "x-github-request-id", "x-ms-request-id", "x-request-id", "x-trace-id",
        "x-vercel-id",
        # How long it took, and where.
        "server-timing", "x-envoy-upstream-service-time", "x-response-time", "x-runtime", "x-served-by",
        "x-timer",
        # Who goes on with it, and whom to tell of errors.
        "nel", "report-to", "set-cookie",
    }
)  # fmt: skip
PREFIXES = ("ratelimit", "x-b3-", "x-datadog-", "x-rate-limit-", "x-ratelimit-")
# What stands for every volatile header where a template works out the name of the one that it reads.
ANY = "*"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_GROUP = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
# A look-up by a name that is no text; of the body, and of the request that was made, no header is read.
_LOOK_UP = re.compile(
    rf"lookup\s+(?!(?:@root\.|this\.|(?:\.\./)+)*(?:response\.)?(?:body|request)\b)(?:{_GROUP}|[^\s()}}]+)\s+(?![\"'])"
)


def is_volatile(name: str) -> bool:
    """Return whether a response header changes each time, in whatever case it is written.

    Example:
        >>> [is_volatile(name) for name in ("Date", "X-RateLimit-Remaining", "content-type")]
        [True, True, False]
    """
    lower = name.lower()
    return lower in NAMES or lower.startswith(PREFIXES)


def read_headers(output_template: Any) -> frozenset[str]:
    """Return the volatile headers that an outputTemplate reads by name, which count in a comparison.

    One that takes all headers, as ``/#response``, names none. One that works out a name may read any of them,
    which `is_read` knows.

    Example:
        >>> sorted(read_headers({"tag": "/#response.headers.etag", "all": "/#response"}))
        ['etag']
        >>> sorted(read_headers('{{lookup response.headers "x-request-id"}}'))
        ['x-request-id']
    """
    texts = [text.lower() for text in _texts(output_template) if "headers" in text.lower()]
    names = frozenset(name for text in texts for name in _NAME.findall(text) if is_volatile(name))
    return names | {ANY} if any(map(_LOOK_UP.search, texts)) else names


def is_read(name: str, reads: Container[str]) -> bool:
    """Return whether a header is among those that `read_headers` returned.

    Example:
        >>> reads = read_headers("{{lookup response.headers name}}")
        >>> is_read("etag", reads), is_read("etag", read_headers("{{response.headers.date}}"))
        (True, False)
    """
    return ANY in reads or name.lower() in reads


def volatile_places(value: Any, headers: Mapping[str, Any]) -> Iterator[str]:
    """Yield the pointers to volatile headers in an output that holds the headers of its response.

    Example:
        >>> headers = {"date": "Mon", "content-type": "text/plain"}
        >>> list(volatile_places({"response": {"headers": headers}, "date": "Mon"}, headers))
        ['/response/headers/date']
    """
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        place, item = waiting.pop()
        if item and item == headers:
            yield from (pointers.join(place, name) for name in item if is_volatile(name))
        elif isinstance(item, Mapping):
            waiting += ((pointers.join(place, name), member) for name, member in item.items())
        elif isinstance(item, list):
            waiting += ((pointers.join(place, at), member) for at, member in enumerate(item))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (Mapping, list)):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(item)
