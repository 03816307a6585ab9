"""The keys of ``kustomer-nb.toml``, and what stands under each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext.pointer_patterns import PointerPatterns
from kustomer_nb.platform import SAMPLE_ENV, Platform
from kustomer_nb.request.url import AddressError, parse_address
from kustomer_nb.template import Text

from .modes import MODES, is_mode

CODE = Code.PROFILE_FILE
MOST_A_MINUTE = 100_000
COLOURS = ("green", "yellow", "red", "blue", "grey")
GUARDS = ("none", "confirm", "deny")
TLS = ("ca_file", "cert_file", "key_file")
_VARIABLE = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_SCALAR = (str, int, float)
# What a record has, and what stands for any of it.
_PARTS = {"inputs", "request", "response", "output", "*", "**"}
# What a text can say; the others are tables of functions or are written under a key of their own.
_PLATFORM = {
    one.name: getattr(Platform(), one.name)
    for one in fields(Platform)
    if one.name not in {"conversions", "env"}
}


class KeyRule(NamedTuple):
    """One key: what it must hold, in words, and the test of it."""

    words: str
    fits: Callable[[Any], bool]


def is_variable(value: Any) -> bool:
    """Return whether a value names an environment variable: ``{env = "NAME"}``."""
    return (
        isinstance(value, dict)
        and set(value) == {"env"}
        and isinstance(value["env"], str)
        and _VARIABLE.fullmatch(value["env"]) is not None
    )


def flat(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings by full key: TOML reads ``shop.default.token = …`` as tables within tables.

    Example:
        >>> flat({"shop": {"default": {"token": {"env": "TOKEN"}}}})
        {'shop.default.token': {'env': 'TOKEN'}}
    """
    found: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, dict) and not is_variable(value):
            found |= {f"{key}.{rest}": inner for rest, inner in flat(value).items()}
        else:
            found[key] = value
    return found


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_origin(value: Any) -> bool:
    """Return whether a text is scheme, host and port alone.

    Example:
        >>> is_origin("https://api.shop.com"), is_origin("api.shop.com"), is_origin("https://api.shop.com/v1")
        (True, False, False)
    """
    try:
        address = parse_address(Text.of(value)) if isinstance(value, str) else None
    except AddressError:
        return False
    return address is not None and address.auth is None and address.target.real == "/"


def _one_of(names: tuple[str, ...]) -> KeyRule:
    return KeyRule(
        " or ".join(f'"{name}"' for name in names), lambda value: _is_text(value) and value in names
    )


def _table(words: str, fits: Callable[[str, Any], bool]) -> KeyRule:
    return KeyRule(
        f"a table of {words}",
        lambda value: isinstance(value, dict) and all(fits(key, item) for key, item in value.items()),
    )


def _is_setting(key: str, value: Any) -> bool:
    if isinstance(value, dict) and not is_variable(value):
        return all(map(_is_setting, value, value.values()))
    return isinstance(value, _SCALAR) or is_variable(value)


def _is_account(name: str, value: Any) -> bool:
    if not isinstance(value, dict) or not is_variable({"env": value.get("env")}):
        return False
    return set(value) <= {"env", "header"} and _is_text(value.get("header", ""))


def _is_assumed(name: str, value: Any) -> bool:
    usual = _PLATFORM.get(name)
    if isinstance(usual, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0
    return isinstance(value, bool if isinstance(usual, bool) else dict) and name in _PLATFORM


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_mask(value: Any) -> bool:
    if not _is_texts(value) or not all(one.split("/")[1:2] and one.split("/")[1] in _PARTS for one in value):
        return False
    try:
        return not value or PointerPatterns.from_pointers(value) is not None
    except ValueError:
        return False


def _is_positive(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_A_MINUTE


KEYS = {
    "label": KeyRule("text", _is_text),
    "colour": _one_of(COLOURS),
    "settings": _table('settings: text, a number, true, false, or { env = "NAME" }', _is_setting),
    "hosts": _table(
        'origins, "https://…" = "https://…"', lambda key, value: is_origin(key) and is_origin(value)
    ),
    "allowed_hosts": KeyRule(
        'a list of hosts without https:// and path, as in ["*.shop.com"]',
        lambda value: _is_texts(value) and not any("/" in one for one in value),
    ),
    "mode": KeyRule(f"{', '.join(MODES)} or fault:<name>", lambda value: _is_text(value) and is_mode(value)),
    "guard": _one_of(GUARDS),
    "rate_limit": KeyRule(f"a number of requests a minute, 1 to {MOST_A_MINUTE}", _is_positive),
    "tls": _table(
        f"paths: {', '.join(TLS)}", lambda key, value: key in TLS and _is_text(value) and "\0" not in value
    ),
    "proxy": KeyRule(
        'an address, or { env = "NAME" } where it holds a password',
        lambda value: _is_text(value) or is_variable(value),
    ),
    "env": _table(
        f"texts: {', '.join(SAMPLE_ENV)}", lambda key, value: key in SAMPLE_ENV and _is_text(value)
    ),
    "accounts": _table('accounts: { env = "NAME", header = "authorization" }', _is_account),
    "platform": _table(f"fields of Platform: {', '.join(sorted(_PLATFORM))}", _is_assumed),
    "mask": KeyRule(
        'a list of JSON pointers into inputs, request, response or output, as in ["/inputs/email"]', _is_mask
    ),
}
BASE_KEYS = {
    **KEYS,
    "history": KeyRule("true or false", lambda value: isinstance(value, bool)),
    "profile": KeyRule("the name of a profile, the one that is used where none is named", _is_text),
    "profiles": KeyRule("a table", lambda value: isinstance(value, dict)),
}


def misplaced(table: dict[str, Any], place: str, keys: dict[str, KeyRule]) -> Iterator[Diagnostic]:
    """Yield what is wrong with the keys of a table; never with a value, which may be a token."""
    for key, value in table.items():
        if key not in keys:
            near = get_close_matches(key, keys, n=1)
            fix = f"did you mean `{near[0]}`?" if near else f"use {', '.join(keys)}."
            yield fault(f"{place} has an unknown key {key!r}.", fix)
        elif not keys[key].fits(value):
            yield fault(f"{key} of {place} is not {keys[key].words}.", f"make it {keys[key].words}.")


def fault(message: str, fix: str) -> Diagnostic:
    """Return a fault of the file."""
    return Diagnostic(CODE, Severity.ERROR, "", message, fix)
