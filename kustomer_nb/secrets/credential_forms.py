"""Credentials found as whole words: so short a value found within words would shred every text."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .secret import Credential

# What is between strings that are searched together: a noncharacter, which no text holds.
STRING_BREAK = "\ufdd0"
# A scheme, or a word as in {"name": "x-key", "value": "ab"}, may come between name and value.
_BETWEEN_WORDS = rb"(?:bearer|basic|token|digest|value)"
# Between a name and its value in a header, JSON, a query, a list of both, HTML, or a form in parts. A space
# is a + there.
_OPEN, _CLOSE = rb"""[\\"'\s+\[({]{0,16}""", rb"""[\\"'\s+]{0,16}"""
_JOIN = rb"""[:=]>?|>|(?:\s*</?[a-z0-9]{1,8}>){1,6}|(?<=["']\r\n\r\n)|(?<=["']\n\n)|%s|%s""" % (
    # Of an element with attributes, and of <input name="password" value="ab">.
    rb"""(?:[\s+][\w:-]{1,24}=\\*["'][^<>"']{0,32}["']){1,2}[\s+]?>""",
    rb"""(?<=["'])(?=[\s+]{1,4}value=)""",
)
_COMMA = rb"""(?<=["']),(?=[\\\s+]*["'])"""
# Where a value ends; what is a name itself is not the value of the one before.
_END = rb"""[\\"'`,;&<>|)\]}\s+\0]|%s|\Z""" % STRING_BREAK.encode()
_VALUE_ENDS = rb"""(?=%s|[.!?](?:%s))(?!\\*["'][\s+]*:)""" % (_END, _END)
# Between two values of one name: in one text, or in a list.
_COMMAS = re.compile(r"\s*,\s*")
_BETWEEN_ITEMS = rb"""[\\"']{0,4},[\s+]{0,4}[\\"']{0,4}"""
_SEVERAL_WORDS = re.compile("[-_]|[a-z][A-Z]")
_WORD_BEGINS, _WORD_ENDS = rb"(?<![A-Za-z0-9])", rb"(?![A-Za-z0-9])"
# How much longer than name and value together what is found of both may be.
_LONGEST_BETWEEN = 224


class Wholes:
    """The credentials among some secrets, to be found in texts and in the members of JSON values.

    ``reach`` is the longest stretch that one takes, ``shortest`` the shortest.

    Example:
        >>> from kustomer_nb.secrets.secret import Credential
        >>> wholes = Wholes([Credential("a:b", source="the uri", label="$(user and password)")])
        >>> list(wholes.hits(b"data:base64, a:b, YTpi"))
        [(13, 16, '$(user and password)'), (18, 22, '$(user and password)')]
    """

    def __init__(self, credentials: Iterable[Credential]) -> None:
        values = [(credential, str(credential.reveal())) for credential in credentials]
        anywhere = [(credential, value) for credential, value in values if value and not credential.names]
        named = [(credential, value) for credential, value in values if value and credential.names]
        self._labels = {form: credential.label for credential, value in anywhere for form in _forms(value)}
        self._anywhere = _any_of(self._labels)
        self._named = [(_named(credential), credential.label) for credential, _ in named]
        self._members = {
            (plain_name(name), _joined(value)): credential.label
            for credential, value in named
            for name in credential.names
        }
        self._in_lists = {
            plain_name(name) for credential, _ in named for name in credential.names if _is_in_lists(name)
        }
        lengths = [len(form) for form in self._labels]
        lengths += [len(name) + len(value) + 1 for name, value in self._members]
        self.shortest = min(lengths, default=0)
        # Each character of a name but the last may have a - behind it.
        longest_name = max((len(name) for name, _ in self._members), default=0)
        self.reach = max(lengths, default=0) + (longest_name + _LONGEST_BETWEEN if named else 0)

    def __bool__(self) -> bool:
        return bool(self._labels or self._named)

    @property
    def has_names(self) -> bool:
        """Whether one is found by the name of a member."""
        return bool(self._members)

    def hits(self, text: bytes) -> Iterator[tuple[int, int, str]]:
        """Yield where credentials stand in a text whose spaces were made +, and the label of each."""
        if self._anywhere is not None:
            for match in self._anywhere.finditer(text):
                yield *match.span(), self._labels[match[1]]
        for pattern, label in self._named:
            for match in pattern.finditer(text):
                yield *match.span("value"), label

    def label_of(self, name: str, value: object) -> str | None:
        """Return the label of the value of a member of that name, None where it is no credential."""
        if not self._members or not isinstance(value, (str, int, float)):
            return None
        text = _joined(str(value))
        plain = plain_name(name)
        return self._members.get((plain, text)) or self._members.get((plain, text.rpartition(" ")[2]))

    def names_in(self, items: list[Any], name: str) -> Iterable[str]:
        """Return the name of each item of a list that is the member ``name`` itself.

        Raw headers are told as one list of names and values, by turns.
        """
        if not self._members:
            return repeat(name)
        return [
            before if isinstance(before, str) and plain_name(before) in self._in_lists else name
            for before in [name, *items[:-1]]
        ]


def _forms(value: str) -> Iterator[bytes]:
    raw = value.encode("utf-8", "surrogatepass")
    yield raw.replace(b" ", b"+")
    yield value.encode("utf-16-le", "surrogatepass")
    yield value.encode("utf-16-be", "surrogatepass")
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(raw).rstrip(b"=")


def _any_of(forms: Mapping[bytes, str]) -> re.Pattern[bytes] | None:
    if not forms:
        return None
    longest_first = sorted(map(re.escape, forms), key=len, reverse=True)
    return re.compile(_WORD_BEGINS + b"(" + b"|".join(longest_first) + b")" + _WORD_ENDS + b"={0,2}")


def _named(credential: Credential) -> re.Pattern[bytes]:
    names = b"|".join(map(_in_any_spelling, credential.names))
    value = re.escape(str(credential.reveal()).encode("utf-8", "surrogatepass").replace(b" ", b"+"))
    value = value.replace(rb",\+", _BETWEEN_ITEMS)
    joins = [_JOIN, *([_COMMA] if all(map(_is_in_lists, credential.names)) else [])]
    separator = _CLOSE + b"(?:" + b"|".join(joins) + b")" + _OPEN
    before = rb"(?i:(?:%s)%s(?:%s(?:%s|[\s+]{1,8}))?)" % (names, separator, _BETWEEN_WORDS, separator)
    return re.compile(_WORD_BEGINS + before + b"(?P<value>" + value + b")" + _VALUE_ENDS)


def _is_in_lists(name: str) -> bool:
    """Whether a name in a list is that of the next item; one word, as password, may be in any list."""
    return _SEVERAL_WORDS.search(name) is not None


def _in_any_spelling(name: str) -> bytes:
    return b"[-_]?".join(re.escape(char.encode()) for char in plain_name(name))


def _joined(value: str) -> str:
    return _COMMAS.sub(",", value.strip())


def plain_name(name: str) -> str:
    """Return a name without what differs where services tell it: case, ``-``, ``_``, and HTTP_ as in CGI.

    Example:
        >>> {plain_name(name) for name in ("xApiKey", "x-api-key", "HTTP_X_API_KEY")}
        {'xapikey'}
    """
    lower = name.lower().replace("_", "-").removeprefix("http-")
    return lower.replace("-", "") or name.lower()
