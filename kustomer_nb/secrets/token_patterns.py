"""What a token written out in a file looks like, and the names such tokens stand under."""

from __future__ import annotations

import re
from typing import Any

from kustomer_nb.diagnostics import Severity
from kustomer_nb.platform import is_fixed

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NAMED = re.compile(
    r"(?:.*[-_. ])?(?:authorization|auth|x?api[-_]?key|(?:access|auth|refresh)?token|(?:client|app)?secret"
    r"|password|passwd|pwd|cookie)",
    re.IGNORECASE,
)
# The token of a page says where a list goes on.
_OF_PAGES = re.compile(
    r"(?:.*[-_. ])?(?:page|next|prev|previous|start|continuation|sync|cursor|pagination)"
    r"[-_. ]?(?:page[-_. ]?)?token",
    re.IGNORECASE,
)
# What such a name means where a setting stands under it; elsewhere it may be a word of any text.
_HOLDS_CREDENTIAL = re.compile(
    r"(?:.*[-_. ])?(?:pass|passphrase|passcode|pin|otp|jwt|bearer|credentials?|session[-_]?(?:id|key)?|sid"
    r"|signature)",
    re.IGNORECASE,
)
# A key may be that of a map as well as that of a door.
_MAY_BE_NAMED = re.compile(r"(?!.*(?:idempotency|public|publishable))(?:.*[-_. ])?key", re.IGNORECASE)
_SCHEME = re.compile(r"(?:bearer|basic|token|apikey|key)\s+", re.IGNORECASE)
_VALUE = re.compile(r"[!-~]{8,}")
# Long, of the characters of tokens, with letters and digits: no word and no placeholder.
_TOKEN = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9._~+/=:-]{16,}")
# A part in which letters and digits go together: no order_status_2024.
MIXED = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{8,}")
WAY_OUT = "make it a setting of type secret, and read it by a variable of appSettings."


def token_in(name: str, value: Any) -> str | None:
    """Return the token that is written out under a name, None where there is none.

    Example:
        >>> token_in("apiKey", "Bearer correct-horse"), token_in("apiKey", "{{{key}}}")
        ('correct-horse', None)
    """
    if not isinstance(value, str) or not is_fixed(value):
        return None
    token = _SCHEME.sub("", value.strip(), count=1)
    if is_named(name):
        return token if _VALUE.fullmatch(token) else None
    is_key = _MAY_BE_NAMED.fullmatch(spaced(name)) and is_sure(token) and MIXED.search(token)
    return token if is_key else None


def spaced(name: str) -> str:
    """Return a name with a - between words that capitals separate.

    Example:
        >>> spaced("xApiKey"), spaced("HTTP_API_KEY")
        ('x-Api-Key', 'HTTP_API_KEY')
    """
    return _WORDS.sub("-", name)


def is_named(name: str) -> bool:
    """Return whether what stands under a name can hardly be anything but a credential.

    Example:
        >>> [is_named(name) for name in ("Authorization", "accessToken", "api_key", "key", "page_token")]
        [True, True, True, False, False]
    """
    words = spaced(name)
    return _NAMED.fullmatch(words) is not None and _OF_PAGES.fullmatch(words) is None


def names_credential(name: str) -> bool:
    """Return whether what stands under a name is a credential, or may be one as what is called a key.

    Example:
        >>> [names_credential(name) for name in ("x-shop-key", "Cookie", "key", "idempotency-key", "x-order")]
        [True, True, True, False, False]
    """
    words = spaced(name)
    return is_named(name) or any(named.fullmatch(words) for named in (_MAY_BE_NAMED, _HOLDS_CREDENTIAL))


def is_sure(token: str) -> bool:
    """Return whether a text can hardly be anything but a token.

    Example:
        >>> is_sure("0123456789abcdef0123"), is_sure("correct-horse")
        (True, False)
    """
    return _TOKEN.fullmatch(token) is not None


def severity_of(token: str) -> Severity:
    """Return how grave it is that a token stands in the file: what only may be one is a warning."""
    return Severity.ERROR if is_sure(token) else Severity.WARNING


def written_out(what: str, token: str) -> str:
    """Return what is said of a token, which is never quoted."""
    return f"{what} holds a token of {len(token)} characters, readable in the file."
