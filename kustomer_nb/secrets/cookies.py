"""Cookies in records: a session that is committed is one that anybody can go on with.

The value of each cookie becomes ``<cookie:…>`` with eight characters of its hash: the same value is the same
everywhere, so that requests are told apart and found again; the value does not come back from it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import unquote

from .masking import LABEL
from .secret import Credential, Secret
from .token_patterns import MIXED, names_credential

_PLACEHOLDER = r"<cookie:[0-9a-f]{8}>"
# What PHP and others write over a cookie they delete.
_GONE = frozenset({"", "deleted"})
_ATTRIBUTES = frozenset(
    {
        "comment", "domain", "expires", "httponly", "max-age", "partitioned", "path", "priority", "samesite",
        "secure", "version",
    }
)  # fmt: skip
# What separates the parts of a header, but not within a value in quotes. Several cookies in one header are
# not allowed and done: a comma, and the name of the next.
_SEPARATOR = re.compile(
    r"""(?<==)\s*"[^"]*"(?=\s*(?:[;,]|\Z)) | (?P<end>;) | (?P<next>,(?=\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+=))""",
    re.VERBOSE,
)
# Letters with digits, or long: no word of a text.
_UNAMBIGUOUS = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z]).{10,}|.{16,}", re.DOTALL)
# A date or an address may well stand elsewhere too.
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_ADDRESS = re.compile(r"https?://[\w.-]+(?::\d+)?(?:[/?#]\S*)?")


class _Cookie(NamedTuple):
    """A cookie in a header: its name, and where its value stands."""

    name: str
    start: int
    end: int


def _cookies(header: str, *, is_set: bool) -> Iterator[_Cookie]:
    """Yield the cookies of a ``cookie`` header, or of a ``set-cookie`` header, without their attributes."""
    separators = [
        match for match in _SEPARATOR.finditer(header) if match["end"] or (is_set and match["next"])
    ]
    starts = [0, *(match.end() for match in separators)]
    ends = [*(match.start() for match in separators), len(header)]
    # A cookie may be called as an attribute is.
    is_first = [True, *(not is_set or match["next"] is not None for match in separators)]
    for start, end, is_cookie in zip(starts, ends, is_first, strict=True):
        name, equals, value = header[start:end].partition("=")
        if not is_cookie and name.strip().lower() in _ATTRIBUTES:
            continue
        if not equals:
            # The value of a cookie without a name.
            name, value = "", header[start:end]
        stripped = value.strip()
        begin = end - len(value.lstrip())
        yield _Cookie(name.strip(), begin, begin + len(stripped))


def placeholder(value: str, labels: Collection[str] = ()) -> str:
    """Return what is kept of the value of a cookie: nothing, of what is no value any more.

    ``labels`` are those that stand for settings and credentials of the run.

    Example:
        >>> placeholder("s3ss10n"), placeholder('"s3ss10n"'), placeholder("")
        ('<cookie:9176e6f3>', '<cookie:9176e6f3>', '')
        >>> placeholder("$shop.default.key", ["$shop.default.key"]), placeholder("$shop.default.key")
        ('$shop.default.key', '<cookie:2645efa0>')
    """
    plain = _plain(value)
    if plain in _GONE or _is_shown(plain, labels):
        return value
    return f"<cookie:{sha256(plain.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}>"


def _is_shown(value: str, labels: Collection[str]) -> bool:
    """Return whether a value is what is shown for settings, for what is masked and for cookies."""
    known = "".join(f"|{re.escape(label)}" for label in sorted(labels, key=len, reverse=True) if label)
    return re.fullmatch(rf"(?:{LABEL.pattern}|{_PLACEHOLDER}{known})+", value) is not None


def hidden_cookie(header: str, labels: Collection[str] = ()) -> str:
    """Return a ``cookie`` header with a placeholder for each value.

    Example:
        >>> hidden_cookie("sid=s3ss10n; theme=; key=$shop.default.key", ["$shop.default.key"])
        'sid=<cookie:9176e6f3>; theme=; key=$shop.default.key'
    """
    return _hidden(header, labels, is_set=False)


def hidden_set_cookie(header: str, labels: Collection[str] = ()) -> str:
    """Return a ``set-cookie`` header with a placeholder for the value; name and attributes stay.

    Example:
        >>> hidden_set_cookie("sid=s3ss10n; Path=/; HttpOnly"), hidden_set_cookie("sid=; Max-Age=0")
        ('sid=<cookie:9176e6f3>; Path=/; HttpOnly', 'sid=; Max-Age=0')
    """
    return _hidden(header, labels, is_set=True)


def _hidden(header: str, labels: Collection[str], *, is_set: bool) -> str:
    if LABEL.fullmatch(header):
        return header
    parts, past = [], 0
    for cookie in _cookies(header, is_set=is_set):
        parts += [header[past : cookie.start], placeholder(header[cookie.start : cookie.end], labels)]
        past = cookie.end
    return "".join([*parts, header[past:]])


def cookies_of(
    cookie: str | None, set_cookies: Iterable[str] = (), labels: Collection[str] = ()
) -> dict[str, Secret]:
    """Return what a redactor must take out of a record besides the headers of these cookies, by label.

    A value counts that is found by chance nowhere else. A shorter one counts with its whole header, and under
    the name of its cookie where that is one of a credential, as ``sid``.

    Example:
        >>> list(cookies_of("theme=dark; sid=s3ss10n-0123"))
        ['<cookie:8064a84f>', 'sid of cookie (1)', 'cookie (1)', 'cookie (1) alone']
    """
    secrets: dict[str, Secret] = {}
    headers = [("cookie", cookie or ""), *(("set-cookie", header) for header in set_cookies)]
    for at, (name, header) in enumerate(headers, start=1):
        is_set = name == "set-cookie"
        for named in _cookies(header, is_set=is_set):
            secrets |= _secrets_of(named.name, header[named.start : named.end], f"{name} ({at})", labels)
        label = _hidden(header, labels, is_set=is_set)
        if label != header:
            secrets[f"{name} ({at})"] = Credential(header, source=name, label=label, names=(name,))
        if label != header and ";" in header:
            secrets[f"{name} ({at}) alone"] = Credential(header, source=name, label=label)
    return secrets


def _secrets_of(name: str, value: str, header: str, labels: Collection[str]) -> dict[str, Secret]:
    plain, label = _plain(value), placeholder(value, labels)
    if label == value:
        return {}
    secrets: dict[str, Secret] = {}
    if _UNAMBIGUOUS.fullmatch(plain) and not _is_common(plain):
        secrets[label] = Secret(plain, source="cookie")
    if names_credential(name):
        secrets[f"{name} of {header}"] = Credential(plain, source="cookie", label=label, names=(name,))
    return secrets


def _is_common(value: str) -> bool:
    """Return whether a value is a date, or an address in which nothing looks like a token."""
    is_address = _ADDRESS.fullmatch(value) is not None and MIXED.search(value) is None
    return is_address or _DATE.fullmatch(value) is not None


def cookies_in(record: Any, labels: Collection[str] = ()) -> dict[str, Secret]:
    """Return `cookies_of` a record, as ``mask`` goes by it."""
    response = record.get("response", {}).get("headers", {})
    return cookies_of(record["request"]["headers"].get("cookie"), response.get("set-cookie", ()), labels)


def without_cookies(record: Any, labels: Collection[str] = ()) -> Any:
    """Return a record with placeholders in the headers of its cookies."""
    changes = {"cookie": ("request", hidden_cookie), "set-cookie": ("response", hidden_set_cookie)}
    done = dict(record)
    for name, (side, hidden) in changes.items():
        headers = done.get(side, {}).get("headers", {})
        if name in headers:
            value = headers[name]
            hides_all = isinstance(value, list)
            value = [hidden(header, labels) for header in value] if hides_all else hidden(value, labels)
            done[side] = {**done[side], "headers": {**headers, name: value}}
    return done


def _plain(value: str) -> str:
    return unquote(value.strip('"'))
