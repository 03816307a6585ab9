"""Credentials, found only as whole words: found within words, a short value would shred every text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from typing import TYPE_CHECKING, Any

from .encodings import plain_form, whole_forms

if TYPE_CHECKING:
    from .secret import Credential

# Separates strings that are searched together: a noncharacter, which texts do not contain.
STRING_BREAK = "\ufdd0"
# A scheme, or a key as in {"name": "x-key", "value": "ab"}, may stand between name and value.
_BETWEEN_WORDS = rb"(?:bearer|basic|token|digest|value)"
# Between a name and its value in a header, JSON, a query, a list of both, HTML, or multipart. Spaces are
# written as + here, see `plain_form`.
_OPEN, _CLOSE = rb"""[\\"'\s+\[({]{0,16}""", rb"""[\\"'\s+]{0,16}"""
_JOIN = rb"""[:=]>?|>|(?:\s*</?[a-z0-9]{1,8}>){1,6}|(?<=["']\r\n\r\n)|(?<=["']\n\n)|%s|%s""" % (
    # An element with attributes, and <input name="password" value="ab">.
    rb"""(?:[\s+][\w:-]{1,24}=\\*["'][^<>"']{0,32}["']){1,2}[\s+]?>""",
    rb"""(?<=["'])(?=[\s+]{1,4}value=)""",
)
_COMMA = rb"""(?<=["']),(?=[\\\s+]*["'])"""
# Where a value ends. A string before a colon is a name itself, not the value of the name before it.
_END = rb"""[\\"'`,;&<>|)\]}\s+\0]|%s|\Z""" % STRING_BREAK.encode()
_VALUE_ENDS = rb"""(?=%s|[.!?](?:%s))(?!\\*["'][\s+]*:)""" % (_END, _END)
# Between two values of the same name, in one string or in a list.
_COMMAS = re.compile(r"\s*,\s*")
_BETWEEN_ITEMS = rb"""[\\"']{0,4},[\s+]{0,4}[\\"']{0,4}"""
_SEVERAL_WORDS = re.compile("[-_]|[a-z][A-Z]")
_WORD_BEGINS, _WORD_ENDS = rb"(?<![A-Za-z0-9])", rb"(?![A-Za-z0-9])"
# The most characters that separate a name from its value.
_LONGEST_BETWEEN = 224


class CredentialForms:
    """The credentials among several secrets, as looked for in texts and in the members of JSON values.

    ``reach`` is the length of the longest match, ``shortest`` that of the shortest.

    Example:
        >>> from kustomer_nb.secrets.secret import Credential
        >>> forms = CredentialForms([Credential("a:b", source="the uri", label="$(user and password)")])
        >>> list(forms.hits(b"data:base64, a:b, YTpi"))
        [(13, 16, '$(user and password)'), (18, 22, '$(user and password)')]
    """

    def __init__(self, credentials: Iterable[Credential]) -> None:
        values = [(item, text) for item in credentials if (text := str(item.reveal()))]
        named = [(credential, value) for credential, value in values if credential.names]
        self._labels = {
            form: credential.label
            for credential, value in values
            if not credential.names
            for form in whole_forms(value)
        }
        self._anywhere = _any_of(self._labels)
        self._named = [(_named(credential), credential.label) for credential, _ in named]
        self._members = dict(member for credential, value in named for member in _members(credential, value))
        self._in_lists = _names_in_lists(credential for credential, _ in named)
        self._set_lengths()

    def _set_lengths(self) -> None:
        lengths = [len(form) for form in self._labels]
        lengths += [len(name) + len(value) + 1 for name, value in self._members]
        self.shortest = min(lengths, default=0)
        # Each character of a name except the last may be followed by a -.
        longest_name = max((len(name) for name, _ in self._members), default=0)
        self.reach = max(lengths, default=0) + (longest_name + _LONGEST_BETWEEN if self._named else 0)

    def __bool__(self) -> bool:
        return bool(self._labels or self._named)

    @property
    def has_names(self) -> bool:
        """Whether a credential is found by the name of a member."""
        return bool(self._members)

    def hits(self, text: bytes) -> Iterator[tuple[int, int, str]]:
        """Yield the spans of credentials in a text whose spaces are written as +, with the label of each."""
        if self._anywhere is not None:
            for match in self._anywhere.finditer(text):
                yield *match.span(), self._labels[match[1]]
        for pattern, label in self._named:
            for match in pattern.finditer(text):
                yield *match.span("value"), label

    def label_of(self, name: str, value: object) -> str | None:
        """Return the label of the value of a member of that name, None if it is not a credential."""
        if not self._members or not isinstance(value, (str, int, float)):
            return None
        text = _joined(str(value))
        plain = plain_name(name)
        return self._members.get((plain, text)) or self._members.get((plain, text.rpartition(" ")[2]))

    def names_in(self, items: list[Any], name: str) -> Iterable[str]:
        """Return the name of each item of a list that is the member ``name`` itself.

        Services echo raw headers as a list in which names and values alternate.
        """
        if not self._members:
            return repeat(name)
        return [
            before if isinstance(before, str) and plain_name(before) in self._in_lists else name
            for before in [name, *items[:-1]]
        ]


def _members(credential: Credential, value: str) -> Iterator[tuple[tuple[str, str], str]]:
    for name in credential.names:
        yield (plain_name(name), _joined(value)), credential.label


def _names_in_lists(credentials: Iterable[Credential]) -> set[str]:
    names = (name for credential in credentials for name in credential.names)
    return {plain_name(name) for name in names if _is_in_lists(name)}


def _any_of(forms: Mapping[bytes, str]) -> re.Pattern[bytes] | None:
    if not forms:
        return None
    longest_first = sorted(map(re.escape, forms), key=len, reverse=True)
    return re.compile(_WORD_BEGINS + b"(" + b"|".join(longest_first) + b")" + _WORD_ENDS + b"={0,2}")


def _named(credential: Credential) -> re.Pattern[bytes]:
    names = b"|".join(map(_in_any_spelling, credential.names))
    value = re.escape(plain_form(str(credential.reveal())))
    value = value.replace(rb",\+", _BETWEEN_ITEMS)
    joins = [_JOIN, *([_COMMA] if all(map(_is_in_lists, credential.names)) else [])]
    separator = _CLOSE + b"(?:" + b"|".join(joins) + b")" + _OPEN
    before = rb"(?i:(?:%s)%s(?:%s(?:%s|[\s+]{1,8}))?)" % (names, separator, _BETWEEN_WORDS, separator)
    return re.compile(_WORD_BEGINS + before + b"(?P<value>" + value + b")" + _VALUE_ENDS)


def _is_in_lists(name: str) -> bool:
    """Whether a string in a list names the next item. A single word, such as password, may be in any list."""
    return _SEVERAL_WORDS.search(name) is not None


def _in_any_spelling(name: str) -> bytes:
    return b"[-_]?".join(re.escape(char.encode()) for char in plain_name(name))


def _joined(value: str) -> str:
    return _COMMAS.sub(",", value.strip())


def plain_name(name: str) -> str:
    """Return a name without what services change when they echo it: case, ``-``, ``_``, and HTTP_ as in CGI.

    Example:
        >>> {plain_name(name) for name in ("xApiKey", "x-api-key", "HTTP_X_API_KEY")}
        {'xapikey'}
    """
    lower = name.lower().replace("_", "-").removeprefix("http-")
    return lower.replace("-", "") or name.lower()
