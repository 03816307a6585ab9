"""Tokens within a text, and the mask that is shown instead of them."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kustomer_nb.platform import is_fixed

from .token_patterns import MIXED, is_named, is_sure, spaced, token_in

MASK = "*"
# How many characters of a long token are examined, and how far from a default its type may be.
_LOOKED_AT = 64
LOOKED_AROUND = 300
_NOT_LINE_END = re.compile(r"[^\r\n]")

# Public prefixes of tokens, each with the pattern of what follows.
_KINDS = {
    r"[rs]k_(?:live|test)_": r"[A-Za-z0-9]{8,}",
    r"whsec_": r"[A-Za-z0-9+/=]{16,}",
    r"gh[opsru]_": r"[A-Za-z0-9]{16,}",
    r"github_pat_": r"\w{16,}",
    r"gl(?:pat|ptt|dt)-": r"[\w-]{16,}",
    r"xox[abeoprs]-": r"[A-Za-z0-9-]{8,}",
    r"xapp-": r"[A-Za-z0-9-]{8,}",
    r"(?:AKIA|ASIA)": r"[A-Z0-9]{16}",
    r"AIza": r"[\w-]{30,}",
    r"ya29\.": r"[\w-]{16,}",
    r"shp(?:at|ca|pa|ss)_": r"[A-Fa-f0-9]{16,}",
    r"SG\.": r"[\w-]{12,}\.[\w-]{12,}",
    r"sk-(?:ant-|proj-)?": r"(?=[\w-]{0,99}[0-9])[\w-]{20,}",
    r"npm_": r"[A-Za-z0-9]{30,}",
    r"pypi-": r"[\w-]{30,}",
    r"dop_v1_": r"[a-f0-9]{32,}",
    r"hf_": r"[A-Za-z0-9]{24,}",
    r"EAAA": r"[\w-]{30,}",
    r"NRAK-": r"[A-Z0-9]{20,}",
    r"PMAK-": r"[a-f0-9-]{24,}",
    r"eyJ": r"[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?",
}
_PUBLIC = re.compile("|".join(_KINDS))
_KNOWN = re.compile(rf"(?<![\w-])(?P<token>{'|'.join(prefix + secret for prefix, secret in _KINDS.items())})")
_BLOCK = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"(?P<token>(?:\\[nr]|\s)*[A-Za-z0-9+/=]{16,}(?:(?:\\[nr]|\s)+[A-Za-z0-9+/=]+)*)"
)
_SLASHES = r"(?:\\?/){2}"
_USER = re.compile(
    rf"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{{0,20}}+:{_SLASHES}"
    r"(?P<user>[^/?#@:\s\"'`]*)(?::(?P<token>[^/?#@\s\"'`]*))?@"
)
_SCHEMES = r"(?:bearer|basic|token|apikey|key)\s+"
_SCHEME = re.compile(
    r"\b(?P<scheme>bearer|basic|token|apikey|key)\s+(?P<token>[A-Za-z0-9._~+/=:-]{8,})", re.IGNORECASE
)
# An authorization header, up to the end of the line or string: in a sentence, words would follow.
_AUTHORIZATION = re.compile(
    rf"\bauthorization[\"'`]?\s*[:=]\s*[\"'`]?{_SCHEMES}"
    r"(?P<token>[^\s\"'`\\,;}…]{4,})(?=[ \t]*(?:[\"'`\\,;}\r\n]|\Z))",
    re.IGNORECASE,
)
_NAME = r"(?<![\w$.-])(?P<name>[\w$.-]{2,64}+)"
_QUOTED = re.compile(
    rf"{_NAME}(?P<quote>\\*[\"'`])?\s*[:=]\s*\\*[\"'`]\s*(?:{_SCHEMES}|(?P<word>[^\s\"'`]{{1,20}}\s+))?"
    r"(?P<token>[^\s\"'`\\]{7,}[^\s\"'`\\,;)\]}])",
    re.IGNORECASE,
)
_PASSWORD = re.compile(
    rf"{_NAME}\\*[\"'`]?\s*[:=]\s*\\*[\"'`](?P<token>[^\s\"'`\\]{{4,7}})[\"'`]", re.IGNORECASE
)
_OF_PASSWORDS = re.compile(r"(?:.*[-_. ])?(?:password|passwd|passphrase|pwd|secret)", re.IGNORECASE)
_TYPES = frozenset({"string", "text", "number", "boolean", "object", "array", "hidden", "secret", "masked"})
# Compounds of words, such as order-status, and with a number, such as order-1234567890.
_PHRASE = re.compile(r"[a-z]+(?:[-_.][a-z]+)+")
_NUMBERED = re.compile(r"[a-z]{2,}(?:[-_][a-z]+)*[-_][0-9a-z]+")
_PAIR = re.compile(r"[?&\"'`](?P<name>[\w$.-]{2,64})=(?P<token>[^&#\s\"'`\\]{8,})")
_DEFAULT = re.compile(
    r"defaultValue[\"'`]?\s*[:=]?\s*[\"'`]?(?P<token>(?:\\.|[^\"'`\\\r\n,{}])*(?:\\.|[^\"'`\\\s,{}]))"
)
_SECRET = re.compile(r"type[\"'`]?\s*[:=]?\s*[\"'`]?secret\b")
_BARE = re.compile(rf"{_NAME}\s*[:=]\s*(?:{_SCHEMES})?(?P<token>[^\s\"'`\\,;&{{}}<>]{{8,}})", re.IGNORECASE)

# x, xxxx, ****, 0000-0000. A character fits one alternative only: with two, all orders would be tried.
_FILLED = re.compile(r"[xX*._?#-]|(.)(?:\1|(?!\1)[\W_])+", re.DOTALL)
# <token>, [token], ${TOKEN}, %TOKEN%, $shop.default.token, API_TOKEN
_SLOT = re.compile(
    r"<.*>|\[.*\]|\$\{.*\}|\$\(.*\)|%\w+%|\$[A-Za-z_]\w*(?:\.[\w-]+)+|\$[A-Z_]+|[A-Z]+(?:_[A-Z]+)+", re.DOTALL
)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_WORDS_OF_SAMPLES = (
    "your my the some any a an insert enter put replace change add example sample dummy fake todo real new",
    "token tokens key keys secret secrets password passwords passwd pass pwd credential credentials",
    "access api auth bearer client user shop app me this it here goes value please with",
    "placeholder required optional none null undefined true false",
)
_OF_SAMPLES = {word for line in _WORDS_OF_SAMPLES for word in line.split()}


class Token(NamedTuple):
    """A token and its offsets in a text."""

    start: int
    end: int
    text: str


def is_sample(token: str) -> bool:
    """Return whether a string is a placeholder for a token.

    Example:
        >>> [is_sample(text) for text in ("YOUR_TOKEN", "<api key>", "xxxxxxxx", "correct-horse")]
        [True, True, True, False]
    """
    prefix = _PUBLIC.match(token)
    secret = token[prefix.end() :] if prefix else token
    return (
        not secret or bool(_FILLED.fullmatch(secret) or _SLOT.fullmatch(secret)) or _is_sample_words(secret)
    )


def _is_sample_words(token: str) -> bool:
    if len(token) > _LOOKED_AT or any(char.isdigit() for char in token):
        return False
    return {word.lower() for word in re.findall(r"[^\W_]+", _apart(token))} <= _OF_SAMPLES


def _apart(token: str) -> str:
    """Return a name in camel case with spaces between its words."""
    return _PARTS.sub(lambda match: f" {match[0]} ", token)


def mask(token: str) -> str:
    """Return the mask of a token, which shows its public prefix and its length.

    Example:
        >>> mask("sk_live_51H8xY2eZvKYlo2C"), mask("correct-horse")
        ('sk_live_****************', '*************')
    """
    # Only for a token with a known prefix: three letters of a short password would give most of it away.
    match = _PUBLIC.match(token) if _KNOWN.match(token) else None
    end = match.end() if match else 0
    return token[:end] + stars(token[end:])


def stars(text: str) -> str:
    """Return a mask as long as a text, with its line ends."""
    return _NOT_LINE_END.sub(MASK, text)


def tokens_in(text: str) -> Iterator[Token]:
    """Yield tokens, recognized by their form, or by the name or scheme before them.

    Example:
        >>> [token.text for token in tokens_in("http://shop:hunter2@a.b // password: 'correct-horse'")]
        ['hunter2', 'correct-horse']
    """
    for shape in SHAPES:
        for match in shape.pattern.finditer(text):
            if shape.is_token(match):
                yield Token(*match.span(shape.group), match[shape.group])


def public_tokens_in(text: str) -> Iterator[Token]:
    """Yield the tokens with a public prefix, which need no name before them.

    Example:
        >>> [token.text for token in public_tokens_in("f({token: 'input', key: 'ghp_8f3a9c51d7e24b60'})")]
        ['ghp_8f3a9c51d7e24b60']
    """
    for match in _KNOWN.finditer(text):
        if not is_sample(match["token"]):
            yield Token(*match.span("token"), match["token"])


def _is_credential(match: re.Match[str]) -> bool:
    """Return whether the string after a scheme is a token rather than a word of a sentence."""
    token, scheme = match["token"], match["scheme"].lower()
    # These schemes are also words, which the number of something may follow.
    is_number = scheme in {"basic", "token", "key"} and _NUMBERED.fullmatch(token) is not None
    if is_sure(token) and MIXED.search(token) and not is_number:
        return True
    try:
        return b":" in base64.b64decode(token, validate=True)[:_LOOKED_AT]
    except ValueError:
        return False


def _is_named_token(match: re.Match[str]) -> bool:
    if not is_named(match["name"]) or (match["word"] is not None and not is_sure(match["token"])):
        return False
    # After a name in quotes, a member, a word is a token; in a sentence or in code it is not.
    may_be_word = match["quote"] is None and _OF_PASSWORDS.fullmatch(spaced(match["name"])) is None
    return not may_be_word or _PHRASE.fullmatch(match["token"]) is None


def _is_short_password(match: re.Match[str]) -> bool:
    is_type = match["token"].lower() in _TYPES
    return not is_type and _OF_PASSWORDS.fullmatch(spaced(match["name"])) is not None


def _is_pair(match: re.Match[str]) -> bool:
    return token_in(match["name"], match["token"]) is not None


def _is_secret_default(match: re.Match[str]) -> bool:
    """Return whether a default belongs to a secret, by the type within the same braces."""
    before = match.string[max(0, match.start() - LOOKED_AROUND) : match.start()]
    behind = match.string[match.end() : match.end() + LOOKED_AROUND]
    return _SECRET.search(f"{before.rpartition('{')[2]} {behind.partition('}')[0]}") is not None


def _is_bare_token(match: re.Match[str]) -> bool:
    return is_named(match["name"]) and is_sure(match["token"]) and MIXED.search(match["token"]) is not None


class Shape(NamedTuple):
    """A pattern of tokens: which group of a match may be one, and what else must be true of it.

    Its matches see no farther than `LOOKED_AROUND` characters before them, and a few lines behind, unless it
    ``is_far_reaching``.
    """

    pattern: re.Pattern[str]
    fits: Callable[[re.Match[str]], bool]
    group: str = "token"
    is_far_reaching: bool = False

    def is_token(self, match: re.Match[str]) -> bool:
        """Return whether a match is that of a token."""
        token = match[self.group]
        # What it takes least to find out comes first: most names are those of no credential.
        return bool(token) and self.fits(match) and is_fixed(token) and not is_sample(token)


SHAPES = (
    Shape(_KNOWN, lambda match: True),
    Shape(_BLOCK, lambda match: True, is_far_reaching=True),
    Shape(_USER, lambda match: True),
    Shape(_AUTHORIZATION, lambda match: True),
    Shape(_SCHEME, _is_credential),
    Shape(_QUOTED, _is_named_token),
    Shape(_PASSWORD, _is_short_password),
    Shape(_PAIR, _is_pair),
    Shape(_DEFAULT, _is_secret_default),
    Shape(_BARE, _is_bare_token),
    # Some services expect the API key as the user of a URL.
    Shape(_USER, lambda match: is_sure(match["user"]), group="user"),
)
