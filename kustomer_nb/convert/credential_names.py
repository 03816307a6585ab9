"""Names of values that are credentials, as commands and bodies write them."""

from __future__ import annotations

import re

from kustomer_nb.secrets.token_patterns import is_named, is_sure, names_credential, spaced

# Names of values that are credentials only in some places, and public in a path or query.
_NOT_SECRET = frozenset({"idempotency-key", "public-key", "publishable-key", "if-match", "signature-version"})
# What signs a URL: whoever has it can call that.
_SIGNATURES = frozenset({"sig", "hmac"})
_EXACT = frozenset({"secret-id", "phpsessid", "jsessionid", "sessionid"})
# Members beside a credential that say how it is used.
_HOW = re.compile(r"type|kind|scheme|method|grant[-_]?type|name|expires.*|algorithm|alg", re.IGNORECASE)
_HOLDERS = re.compile(r"(?:.*[-_. ])?(?:credential|passphrase|passcode|jwt|bearer)", re.IGNORECASE)
# Words that say in any place of a name what its value is, unless the last word names something about it.
_SURE = frozenset(
    {"password", "passwd", "pwd", "passphrase", "passcode", "jwt", "secret", "csrf", "xsrf", "authorisation"}
)
_ABOUT = frozenset(
    {
        "age", "alg", "algorithm", "at", "changed", "count", "date", "enabled", "expiration", "expires",
        "expiry", "field", "format", "hint", "kind", "label", "length", "limit", "link", "manager", "method",
        "name", "policy", "question", "required", "reset", "rules", "size", "status", "strength", "type",
        "uri", "url", "version",
    }
)  # fmt: skip
# Written without anything between the words, as in hapikey and sharedsecret.
_COMPOUND = re.compile(
    r"[a-z]*(?:password|passwd|secret|(?:api|auth|access|account|storage|encryption|secret|private|signing|shared|master)key|token)"
)
_PAGES = re.compile(r"[a-z]*(?:page|next|prev|previous|start|continuation|sync|cursor|pagination)token")
# A name may count: password2, apiKeyV2; or say that it repeats another, as in a form.
_SUFFIX = re.compile(
    r"[-_. ]*(?:v?\d+|confirm(?:ation|ed)?|again|repeat(?:ed)?|retype|verify|assertion|value|header)\Z"
)
_NUMBER = re.compile(r"[-_.]?v?\d+\Z")
# Short for credentials in some services and for other things elsewhere: only their value shows which.
_BY_VALUE = frozenset({"appid", "pat"})
_PARTS = re.compile(r"[\[\].]+")


def is_secret_name(name: str) -> bool:
    """Return whether the name of a variable or a value is that of a credential.

    Example:
        >>> [is_secret_name(name) for name in ("STRIPE_KEY", "PASSWORD", "ORDER_ID", "Idempotency-Key")]
        [True, True, False, False]
        >>> [is_secret_name(name) for name in ("user[password]", "hapikey", "password_confirmation")]
        [True, True, True]
        >>> [is_secret_name(name) for name in ("token_type", "passwordResetUrl", "nextpagetoken", "keyword")]
        [False, False, False, False]
    """
    parts = [part for part in _PARTS.split(name) if part]
    if not parts:
        return False
    is_list = name.endswith("[]")
    around = parts if is_list else parts[:-1]
    return _is_secret_word(parts[-1]) or (any(map(is_holder, around)) and not says_how(parts[-1]))


def says_how(name: str) -> bool:
    """Return whether a member beside a credential says how that is used, as its type does."""
    return _HOW.fullmatch(name) is not None


def is_certain(name: str) -> bool:
    """Return whether a name is that of a credential also in the middle of a text.

    Example:
        >>> [is_certain(name) for name in ("password", "api_key", "sharedSecret", "key", "password_url")]
        [True, True, True, False, False]
    """
    words = spaced(name).lower().replace("_", "-")
    return is_named(words) or words in _EXACT or _is_sure_word(words)


def _is_secret_word(name: str) -> bool:
    words = spaced(name).lower().replace("_", "-")
    if words in _NOT_SECRET:
        return False
    is_known = names_credential(words) or names_credential(_NUMBER.sub("", words))
    return is_known or words in _SIGNATURES | _EXACT or _is_sure_word(words)


def _is_sure_word(words: str) -> bool:
    parts = [part for part in re.split(r"[-. ]+", words) if part]
    if not parts or parts[-1] in _ABOUT:
        return False
    counted = _SUFFIX.sub("", words)
    joined = "".join(parts)
    is_compound = any(_COMPOUND.fullmatch(word) and not _PAGES.fullmatch(word) for word in (counted, joined))
    return not _SURE.isdisjoint(parts) or is_compound or (counted != words and is_named(counted))


def is_secret(name: str, value: str) -> bool:
    """Return whether a value is a credential by its name, which may need the value to say so.

    Example:
        >>> is_secret("appid", "b6907d289e10d714a6e88b30761fae22"), is_secret("appid", "shop")
        (True, False)
    """
    return is_secret_name(name) or (name.lower() in _BY_VALUE and is_sure(value))


def is_holder(name: str) -> bool:
    """Return whether what a name holds is certainly credentials; the name may be a plural.

    Example:
        >>> [is_holder(name) for name in ("tokens", "auth", "credentials", "keys")]
        [True, True, True, False]
    """
    return any(
        is_named(candidate) or _HOLDERS.fullmatch(candidate) is not None
        for candidate in (name, name.removesuffix("s"))
    )
