"""How to recognize a hard-coded token, and the names of headers and members that hold tokens."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from kustomer_nb.diagnostics import Severity
from kustomer_nb.platform import is_fixed

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NAMED = re.compile(
    r"(?:.*[-_. ])?(?:authorization|auth|x?api[-_]?key|(?:access|auth|refresh)?token|(?:client|app)?secret"
    r"|password|passwd|pwd|cookie)",
    re.IGNORECASE,
)
# A page token says where a list continues; it is not a credential.
_OF_PAGES = re.compile(
    r"(?:.*[-_. ])?(?:page|next|prev|previous|start|continuation|sync|cursor|pagination)"
    r"[-_. ]?(?:page[-_. ]?)?token",
    re.IGNORECASE,
)
# Names of credentials if the value is a setting; with another value they may be ordinary words.
_HOLDS_CREDENTIAL = re.compile(
    r"(?:.*[-_. ])?(?:pass|passphrase|passcode|pin|otp|jwt|bearer|cred(?:ential)?s?"
    r"|session[-_]?(?:id|key)?|sid|signature)",
    re.IGNORECASE,
)
# A key may be an API key or the key of a map.
_MAY_BE_NAMED = re.compile(
    r"(?!.*(?:idempotency|public|publishable))"
    r"(?:.*[-_. ]|.*(?:api|app|access|auth|private|subscription))?key",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"(?:bearer|basic|token|apikey|key)\s+", re.IGNORECASE)
_VALUE = re.compile(r"[!-~]{8,}")
# Long, of the characters of tokens, with letters and digits: neither a word nor a placeholder.
_TOKEN = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9._~+/=:-]{16,}")
# A part that mixes letters and digits, unlike order_status_2024.
MIXED = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{8,}")
# What is generated: a run of hexadecimal digits, or one in which letters and digits change all the time.
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_GENERATED = re.compile(r"[A-Za-z0-9_.~+/=-]{16,}")
_HEX = re.compile(r"(?=.*[0-9])(?=.*[a-f])[0-9a-f]{24,}|(?=.*[0-9])(?=.*[A-F])[0-9A-F]{24,}")
_RUN = re.compile(r"[A-Za-z0-9]{16,}")
_RUN_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
# Words and years are longer, on average, than the parts of what is random.
_LONGEST_PARTS = 3
USE_A_SETTING = "move it to a setting of type secret, and read that with a variable in appSettings."


def token_in(name: str, value: Any) -> str | None:
    """Return the token that is hard-coded as the value of a name, None if there is none.

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
    """Return a name in camel case with a - between its words.

    Example:
        >>> spaced("xApiKey"), spaced("HTTP_API_KEY")
        ('x-Api-Key', 'HTTP_API_KEY')
    """
    return _WORDS.sub("-", name)


# A document has the same few names over and over. No token is kept: a name that is one is not quoted.
@lru_cache(maxsize=4096)
def is_named(name: str) -> bool:
    """Return whether the value of a name is almost certainly a credential.

    Example:
        >>> [is_named(name) for name in ("Authorization", "accessToken", "api_key", "key", "page_token")]
        [True, True, True, False, False]
    """
    words = spaced(name)
    return _NAMED.fullmatch(words) is not None and _OF_PAGES.fullmatch(words) is None


def names_credential(name: str) -> bool:
    """Return whether the value of a name is a credential, or may be one, like a key.

    Example:
        >>> [names_credential(name) for name in ("x-shop-key", "Cookie", "key", "idempotency-key", "x-order")]
        [True, True, True, False, False]
    """
    words = spaced(name)
    return is_named(name) or any(named.fullmatch(words) for named in (_MAY_BE_NAMED, _HOLDS_CREDENTIAL))


def is_sure(token: str) -> bool:
    """Return whether a string is almost certainly a token.

    Example:
        >>> is_sure("0123456789abcdef0123"), is_sure("correct-horse")
        (True, False)
    """
    return _TOKEN.fullmatch(token) is not None


def is_random(text: str) -> bool:
    """Return whether a string looks generated: hexadecimal digits, or letters mixed with digits.

    A name, number, date or version does not, and a UUID is another matter.

    Example:
        >>> texts = ("9f8e7d6c5b4a39281706f5e4", "aB3dE5gH7jK9mN1pQ", "OrderService-Prod-2024", "2022-11-28")
        >>> [is_random(text) for text in texts]
        [True, True, False, False]
    """
    if not _GENERATED.fullmatch(text) or UUID.fullmatch(text):
        return False
    if _HEX.fullmatch(text):
        return True
    return any(_is_mixed(run) for run in _RUN.findall(text))


def _is_mixed(run: str) -> bool:
    parts = _RUN_PARTS.findall(run)
    has_both = any(char.isdigit() for char in run) and any(char.isalpha() for char in run)
    return has_both and len(run) < _LONGEST_PARTS * len(parts)


def severity_of(token: str) -> Severity:
    """Return the severity of a hard-coded token: a warning if it may be something else."""
    return Severity.ERROR if is_sure(token) else Severity.WARNING


def hard_coded_message(holder: str, token: str) -> str:
    """Return the message for a hard-coded token, without quoting it."""
    return f"{holder} contains a token ({len(token)} characters), readable in the file."
