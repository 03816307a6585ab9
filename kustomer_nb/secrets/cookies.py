"""Cookies in records: a session that is committed is one that anybody can go on with.

The value of each cookie becomes ``<cookie:…>`` with eight characters of its hash: the same value is the same
everywhere, so that requests are told apart and found again; the value does not come back from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

from .masking import LABEL
from .secret import Credential, Secret

_PLACEHOLDER = r"<cookie:[0-9a-f]{8}>"
# What is shown for a setting, for what is masked and for a cookie: it is no value any more.
_SHOWN = re.compile(rf"(?:\$[A-Za-z_][\w-]*(?:\.[\w-]+)+|{LABEL.pattern}|{_PLACEHOLDER})+")
# What PHP and others write over a cookie they delete.
_GONE = frozenset({"", "deleted"})
_ATTRIBUTES = frozenset(
    {
        "comment", "domain", "expires", "httponly", "max-age", "partitioned", "path", "priority", "samesite",
        "secure", "version",
    }
)  # fmt: skip
# Several in one header, which is not allowed and done: a comma, and the name of the next.
_NEXT = re.compile(r",(?=\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+=)")
# Letters with digits, or long: no word of a text. A date or an address may well stand there too.
_UNAMBIGUOUS = re.compile(r"(?!\d{4}-\d\d-\d\d|.*://)(?:(?=.*[0-9])(?=.*[A-Za-z]).{10,}|.{16,})", re.DOTALL)


def placeholder(value: str) -> str:
    """Return what is kept of the value of a cookie: nothing, of what is no value any more.

    Example:
        >>> placeholder("s3ss10n"), placeholder('"s3ss10n"'), placeholder("")
        ('<cookie:9176e6f3>', '<cookie:9176e6f3>', '')
    """
    plain = _plain(value)
    if plain in _GONE or _SHOWN.fullmatch(plain):
        return value
    return f"<cookie:{sha256(plain.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}>"


def hidden_cookie(header: str) -> str:
    """Return a ``cookie`` header with a placeholder for each value.

    Example:
        >>> hidden_cookie("sid=s3ss10n; theme=; key=$shop.default.key")
        'sid=<cookie:9176e6f3>; theme=; key=$shop.default.key'
    """
    return header if LABEL.fullmatch(header) else ";".join(map(_hidden_pair, header.split(";")))


def hidden_set_cookie(header: str) -> str:
    """Return a ``set-cookie`` header with a placeholder for the value; name and attributes stay.

    Example:
        >>> hidden_set_cookie("sid=s3ss10n; Path=/; HttpOnly"), hidden_set_cookie("sid=; Max-Age=0")
        ('sid=<cookie:9176e6f3>; Path=/; HttpOnly', 'sid=; Max-Age=0')
    """
    if LABEL.fullmatch(header):
        return header
    return ",".join(";".join(_hidden_parts(cookie.split(";"))) for cookie in _NEXT.split(header))


def _hidden_parts(parts: list[str]) -> Iterator[str]:
    for at, part in enumerate(parts):
        is_attribute = at > 0 and part.partition("=")[0].strip().lower() in _ATTRIBUTES
        yield part if is_attribute else _hidden_pair(part)


def _hidden_pair(pair: str) -> str:
    # Without a = it is the value of a cookie without a name.
    name, equals, value = pair.partition("=") if "=" in pair else ("", "", pair)
    stripped = value.strip()
    return f"{name}{equals}{value.replace(stripped, placeholder(stripped))}" if stripped else pair


def cookies_of(cookie: str | None, set_cookies: Iterable[str] = ()) -> dict[str, Secret]:
    """Return what a redactor must take out of a record besides the headers of these cookies, by label.

    A value counts that is found by chance nowhere else; a shorter one only with its whole header.

    Example:
        >>> list(cookies_of("theme=dark; sid=s3ss10n-0123"))
        ['<cookie:8064a84f>', 'cookie (1)', 'cookie (1) alone']
    """
    secrets: dict[str, Secret] = {}
    headers = [
        ("cookie", cookie or "", hidden_cookie),
        *(("set-cookie", header, hidden_set_cookie) for header in set_cookies),
    ]
    for at, (name, header, hidden) in enumerate(headers, start=1):
        secrets |= {placeholder(value): Secret(value, source=name) for value in _values(header)}
        label = hidden(header)
        if label != header:
            secrets[f"{name} ({at})"] = Credential(header, source=name, label=label, names=(name,))
        if label != header and ";" in header:
            secrets[f"{name} ({at}) alone"] = Credential(header, source=name, label=label)
    return secrets


def cookies_in(record: Any) -> dict[str, Secret]:
    """Return `cookies_of` a record, as ``mask`` goes by it."""
    response = record.get("response", {}).get("headers", {})
    return cookies_of(record["request"]["headers"].get("cookie"), response.get("set-cookie", ()))


def without_cookies(record: Any) -> Any:
    """Return a record with placeholders in the headers of its cookies."""
    changes = {"cookie": ("request", hidden_cookie), "set-cookie": ("response", hidden_set_cookie)}
    done = dict(record)
    for name, (side, hidden) in changes.items():
        headers = done.get(side, {}).get("headers", {})
        if name in headers:
            value = headers[name]
            value = [hidden(header) for header in value] if isinstance(value, list) else hidden(value)
            done[side] = {**done[side], "headers": {**headers, name: value}}
    return done


def _values(header: str) -> Iterator[str]:
    """Yield the values of a header that are found by chance nowhere else."""
    for pair in re.split(r"[;,]\s*", header):
        name, _, value = pair.partition("=")
        plain = _plain(value.strip())
        if name.lower() not in _ATTRIBUTES and not _SHOWN.fullmatch(plain) and _UNAMBIGUOUS.fullmatch(plain):
            yield plain


def _plain(value: str) -> str:
    return unquote(value.strip('"'))
