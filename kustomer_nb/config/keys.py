"""What ``kustomer-nb.toml`` holds, as far as it takes no models to tell: variables, origins, faults."""

from __future__ import annotations

import re
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.request.url import AddressError, parse_address
from kustomer_nb.template import Text

CODE = Code.PROFILE_FILE
VARIABLE = "[A-Za-z_][A-Za-z0-9_]*"


def is_variable(value: Any) -> bool:
    """Return whether a value names an environment variable: ``{env = "NAME"}``."""
    return (
        isinstance(value, dict)
        and set(value) == {"env"}
        and isinstance(value["env"], str)
        and re.fullmatch(VARIABLE, value["env"]) is not None
    )


def flat(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings by full key: TOML reads ``shop.default.token = …`` as nested tables.

    Example:
        >>> flat({"shop": {"default": {"token": {"env": "TOKEN"}}}})
        {'shop.default.token': {'env': 'TOKEN'}}
    """
    by_key: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, dict) and not is_variable(value):
            by_key |= {f"{key}.{tail}": setting for tail, setting in flat(value).items()}
        else:
            by_key[key] = value
    return by_key


def is_origin(text: str) -> bool:
    """Return whether a string is a scheme, host and port without anything else.

    Example:
        >>> is_origin("https://api.shop.com"), is_origin("api.shop.com"), is_origin("https://api.shop.com/v1")
        (True, False, False)
    """
    try:
        address = parse_address(Text.of(text))
    except AddressError:
        return False
    return address is not None and address.auth is None and address.target.real == "/"


def fault(message: str, fix: str) -> Diagnostic:
    """Return an error in the file."""
    return Diagnostic(CODE, Severity.ERROR, "", message, fix)
