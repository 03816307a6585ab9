"""What looks like a credential in the texts of a notebook, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from kustomer_nb.platform import is_fixed
from kustomer_nb.secrets.token_patterns import MIXED, is_named, is_sure, token_in
from kustomer_nb.secrets.token_shapes import Token, is_sample, public_tokens_in, tokens_in

# An image in HTML or Markdown; what looks like a token in it is chance.
_DATA_URI = re.compile(r"data:[\w.+/-]*(?:;[\w=.-]+)*;base64,[A-Za-z0-9+/=\s]*")
_SCRIPT = re.compile(r"<script\b.*?</script\s*>|<style\b.*?</style\s*>", re.DOTALL | re.IGNORECASE)
# Code of a library has names such as token and password all over; only what needs no name counts there.
_CODE = 2_000
# The key of a setting, such as shop.default.token, is found beside names such as token.
_SETTING_KEY = re.compile(r"[A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*){2,}")
# How the secrets and masks of this package look.
_LABEL = re.compile(r"\$[A-Za-z(].*|<(?:masked|cookie)\b.*|\*+|…", re.DOTALL)
_COOKIE = re.compile(r"\b(?:set-)?cookie[\"']?\s*[:=]\s*[\"']?(?P<pairs>[^\r\n\"'<>]+)", re.IGNORECASE)
_PAIR = re.compile(r"(?:^|;\s*|,\s*)(?P<name>[!#$%&'*+.^_`|~\w-]+)=(?P<value>[^;,\s]{8,})")
# A name and its value in two cells of a table, in HTML or Markdown.
_CELLS = re.compile(
    r"(?:<t[hd]\b[^<>]*>|\|)\s*(?:<[^<>]*>|`)*(?P<name>[\w.$-]{2,64})(?:</?[^<>]*>|`|\s)*?"
    r"(?:</t[hd]>\s*<t[hd]\b[^<>]*>|\|)\s*(?:<[^<>]*>|`)*(?P<token>[^\s<>|`]{8,})"
)
# A line of its own, as in a .env file: words would follow in a sentence.
_ASSIGNMENT = re.compile(
    r"^[ \t]*(?:export[ \t]+)?(?P<name>[\w.-]{2,64})[ \t]*[=:][ \t]*(?P<token>[^\s\"'`<>{}$]{6,})[ \t]*$",
    re.MULTILINE,
)
_HAS_DIGIT = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])", re.DOTALL)
_OF_COOKIES = frozenset(
    {"path", "domain", "expires", "max-age", "samesite", "priority", "version", "comment"}
)


class Credential(NamedTuple):
    """What looks like a credential, and its offsets in a text."""

    start: int
    end: int
    text: str

    @property
    def is_certain(self) -> bool:
        """Whether it is almost certainly one; else it may be a word."""
        return is_sure(self.text)

    @property
    def is_distinct(self) -> bool:
        """Whether each occurrence may be replaced: it is not a word or number of another meaning."""
        return is_sure(self.text) and MIXED.search(self.text) is not None


def credentials_in(text: str, keys: Collection[str] = ()) -> Iterator[Credential]:
    """Yield what looks like a credential; ``keys`` are those of settings, which look like one beside a name.

    Example:
        >>> text = "token = 'shop.default.token'; curl -H 'Authorization: Bearer 8f3a9c51d7e24b60aa17'"
        >>> [credential.text for credential in credentials_in(text)]
        ['8f3a9c51d7e24b60aa17']
    """
    plain = _DATA_URI.sub(_blanks, text)
    code = _blank_code(plain)
    seen: list[tuple[int, int]] = []
    for start, end, token in _all_tokens(plain, code):
        is_ours = _LABEL.fullmatch(token) or token in keys or _is_key(token)
        if is_ours or any(start < past and begin < end for begin, past in seen):
            continue
        seen.append((start, end))
        yield Credential(start, end, token)


def _all_tokens(plain: str, code: str) -> Iterator[Token]:
    yield from tokens_in(code)
    yield from _cookies_in(code)
    yield from _named_in(code)
    if plain != code:
        # By their own form alone, also in the code of a library.
        yield from public_tokens_in(plain)


def _is_key(token: str) -> bool:
    return _SETTING_KEY.fullmatch(token) is not None and MIXED.search(token) is None


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _blank_code(text: str) -> str:
    """Return HTML without its scripts and styles, which are the code of a library if they are long."""
    if "<" not in text:
        return text
    return _SCRIPT.sub(lambda match: _blanks(match) if len(match[0]) > _CODE else match[0], text)


def _named_in(text: str) -> Iterator[Token]:
    """Yield the values of names of credentials in tables, and on lines of their own."""
    for match in _CELLS.finditer(text):
        if token_in(match["name"], match["token"]) and MIXED.search(match["token"]):
            yield Token(*match.span("token"), match["token"])
    for match in _ASSIGNMENT.finditer(text):
        token = match["token"]
        if is_named(match["name"]) and _HAS_DIGIT.match(token) and is_fixed(token) and not is_sample(token):
            yield Token(*match.span("token"), token)


def _cookies_in(text: str) -> Iterator[Token]:
    for header in _COOKIE.finditer(text):
        for pair in _PAIR.finditer(header["pairs"]):
            if pair["name"].lower() not in _OF_COOKIES and not is_sample(pair["value"]):
                start = header.start("pairs")
                yield Token(start + pair.start("value"), start + pair.end("value"), pair["value"])
