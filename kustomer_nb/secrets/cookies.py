"""Cookies in records: anybody who reads a committed session cookie can continue the session.

The value of each cookie becomes ``<cookie:…>`` with eight characters of its hash. Equal values have equal
placeholders, so that replay can match requests; the value cannot be recovered from its placeholder.
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
# Values that PHP and others set to delete a cookie.
_DELETED = frozenset({"", "deleted"})
_ATTRIBUTES = frozenset(
    {
        "comment", "domain", "expires", "httponly", "max-age", "partitioned", "path", "priority", "samesite",
        "secure", "version",
    }
)  # fmt: skip
# Separates the parts of a header, except within a quoted value. RFC 6265 forbids several cookies in one
# set-cookie header, but services send them: separated by a comma, followed by the next name.
_SEPARATOR = re.compile(
    r"""(?<==)\s*"[^"]*"(?=\s*(?:[;,]|\Z)) | (?P<end>;) | (?P<next>,(?=\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+=))""",
    re.VERBOSE,
)
# Letters with digits, or long: not a word.
_UNAMBIGUOUS = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z]).{10,}|.{16,}", re.DOTALL)
# A date or a URL may well occur elsewhere in a record.
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_URL = re.compile(r"https?://[\w.-]+(?::\d+)?(?:[/?#]\S*)?")


class _Cookie(NamedTuple):
    """A cookie in a header: its name, and the offsets of its value."""

    name: str
    start: int
    end: int


def _cookies(header: str, *, is_set: bool) -> Iterator[_Cookie]:
    """Yield the cookies of a ``cookie`` header, or of a ``set-cookie`` header, without their attributes."""
    for start, end, may_be_attribute in _segments(header, is_set=is_set):
        name, equals, value = header[start:end].partition("=")
        if may_be_attribute and name.strip().lower() in _ATTRIBUTES:
            continue
        if not equals:
            # A cookie without a name: all of it is the value.
            name, value = "", header[start:end]
        stripped = value.strip()
        begin = end - len(value.lstrip())
        yield _Cookie(name.strip(), begin, begin + len(stripped))


def _segments(header: str, *, is_set: bool) -> Iterator[tuple[int, int, bool]]:
    """Yield the offsets of each cookie and attribute of a header, and whether it may be an attribute.

    The name of a cookie may be that of an attribute, so the position decides.
    """
    start, may_be_attribute = 0, False
    for separator in _SEPARATOR.finditer(header):
        if separator["end"] or (is_set and separator["next"]):
            yield start, separator.start(), may_be_attribute
            start, may_be_attribute = separator.end(), is_set and separator["next"] is None
    yield start, len(header), may_be_attribute


def placeholder(value: str, labels: Collection[str] = ()) -> str:
    """Return the placeholder of the value of a cookie; the value of a deleted cookie stays.

    ``labels`` replace the settings and credentials of the run, and stay as well.

    Example:
        >>> placeholder("s3ss10n"), placeholder('"s3ss10n"'), placeholder("")
        ('<cookie:9176e6f3>', '<cookie:9176e6f3>', '')
        >>> placeholder("$shop.default.key", ["$shop.default.key"]), placeholder("$shop.default.key")
        ('$shop.default.key', '<cookie:2645efa0>')
    """
    plain = _plain(value)
    if plain in _DELETED or _is_shown(plain, labels):
        return value
    return f"<cookie:{sha256(plain.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}>"


def _is_shown(value: str, labels: Collection[str]) -> bool:
    """Return whether a value consists of labels of settings, masked values and cookies."""
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
    """Return what a redactor must remove from a record other than the headers of these cookies, by label.

    A value is removed everywhere if it cannot occur elsewhere by chance. Another is removed together with
    its whole header, and as the value of its name if that names a credential, such as ``sid``.

    Example:
        >>> list(cookies_of("theme=dark; sid=s3ss10n-0123"))
        ['<cookie:8064a84f>', 'sid of cookie (1)', 'cookie (1)', 'cookie (1) alone']
    """
    secrets: dict[str, Secret] = {}
    headers = [("cookie", cookie or ""), *(("set-cookie", header) for header in set_cookies)]
    for at, (name, header) in enumerate(headers, start=1):
        is_set = name == "set-cookie"
        for item in _cookies(header, is_set=is_set):
            secrets |= _secrets_of(item.name, header[item.start : item.end], f"{name} ({at})", labels)
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
    """Return whether a value is a date, or a URL in which nothing looks like a token."""
    is_url = _URL.fullmatch(value) is not None and MIXED.search(value) is None
    return is_url or _DATE.fullmatch(value) is not None


def cookies_in(record: Any, labels: Collection[str] = ()) -> dict[str, Secret]:
    """Return `cookies_of` a record, which has the same structure as for ``mask``."""
    cookie = record["request"]["headers"].get("cookie")
    set_cookies = record.get("response", {}).get("headers", {}).get("set-cookie", ())
    return cookies_of(cookie, set_cookies, labels) if cookie or set_cookies else {}


def without_cookies(record: Any, labels: Collection[str] = ()) -> Any:
    """Return a record with placeholders in its cookie headers."""
    changes = {"cookie": ("request", hidden_cookie), "set-cookie": ("response", hidden_set_cookie)}
    redacted = dict(record)
    for name, (side, hidden) in changes.items():
        headers = redacted.get(side, {}).get("headers", {})
        if name in headers:
            value = headers[name]
            is_list = isinstance(value, list)
            value = [hidden(header, labels) for header in value] if is_list else hidden(value, labels)
            redacted[side] = {**redacted[side], "headers": {**headers, name: value}}
    return redacted


def _plain(value: str) -> str:
    return unquote(value.strip('"'))
