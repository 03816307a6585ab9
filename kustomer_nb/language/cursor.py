"""Where an offset is in a text that need not parse: in which object, at a key or a value, in a string.

One pass over the tokens of the text. The tolerant parser reads the values; it does not say where a caret is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

_TOKEN = re.compile(
    r"""(?P<space>\s+)
|(?P<comment>//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?|\#[^\n]*+)
|(?P<string>"(?:[^"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?|`(?:[^`\\]|\\[\s\S])*+`?)
|(?P<mark>[{}\[\]:,])
|(?P<word>[^\s{}\[\]:,"'`/\#()=;]+)
|(?P<other>[\s\S])""",
    re.VERBOSE,
)
# What follows a value: brackets, and the comma and quote of the next member.
_FOLLOWS = re.compile(r"\s*+(?:[,}\]]|(?=\n))[\s,}\]]*+[\"']?")
_WORD = re.compile(r"\b(?:const|let|var|export|module)\b")
_ESCAPE = re.compile(r"\\(.)")


class Token(NamedTuple):
    """A string or a word of the text; ``is_closed`` is true for a string with its closing quote."""

    start: int
    end: int
    text: str
    is_closed: bool = True

    @property
    def quote(self) -> str:
        """The quote that it begins with, empty for a word."""
        return self.text[0] if self.text[:1] in ('"', "'", "`") else ""

    @property
    def value(self) -> str:
        """What it stands for, with simple escapes resolved."""
        inner = self.text[1 : -1 if self.is_closed else None] if self.quote else self.text
        return _ESCAPE.sub(r"\1", inner) if "\\" in inner else inner


@dataclass
class Frame:
    """An object or array that is open, its keys so far, and the key or index of the member being read."""

    is_object: bool
    key: str | int = 0
    keys: list[str] = field(default_factory=list)
    expects: Literal["key", "colon", "value", "comma"] = "value"
    # The quote of its latest key; None before the first one.
    quote: str | None = None

    def separate(self, mark: str) -> None:
        """Take a colon or a comma."""
        if mark == ":":
            self.expects = "value" if self.is_object and self.expects == "colon" else self.expects
        elif self.is_object:
            self.expects = "key"
        else:
            self.key, self.expects = int(self.key) + 1, "value"

    def take(self, token: Token) -> None:
        """Take a string or a word: as the key of a member, or as a value."""
        # A string after a value begins a member: its comma is not typed yet.
        if self.is_object and self.expects in ("key", "comma"):
            self.key, self.expects = token.value, "colon"
            self.keys.append(self.key)
        elif self.expects == "value":
            self.expects = "comma"


@dataclass(frozen=True)
class Cursor:
    """The place of an offset: the keys that lead to the container, and what belongs there.

    ``path`` leads to the value for ``place`` "value", and to the object for "key". ``siblings`` are the keys
    that the object has besides the one at the offset; ``token`` is the string or word that the offset is in.
    """

    path: tuple[str | int, ...]
    place: Literal["key", "value"]
    is_in_array: bool
    siblings: tuple[str, ...]
    token: Token | None
    has_colon: bool
    # How the author quotes: keys, "" for none, and strings.
    key_quote: str = '"'
    value_quote: str = '"'
    # Where the outermost object or array begins.
    root: int = 0


class _Scan:
    def __init__(self, text: str, offset: int) -> None:
        self.text = text
        self.offset = offset
        self.frames: list[Frame] = []
        self.latest_end = 0
        self.root = 0
        # The quotes of the latest key and of the latest string: they are the author's.
        self.key_quote: str | None = None
        self.value_quote = ""

    def tokens(self, start: int = 0) -> Iterator[tuple[str, Token]]:
        for match in _TOKEN.finditer(self.text, start):
            kind, word = match.lastgroup or "", match[0]
            if kind == "space":
                continue
            is_closed = kind != "string" or (len(word) > 1 and word[-1] == word[0] and not _is_escaped(word))
            yield kind, Token(match.start(), match.end(), word, is_closed)

    def run(self) -> Cursor | None:
        tokens = self.tokens()
        for kind, token in tokens:
            if token.start >= self.offset:
                return self.cursor(None, token)
            if kind == "comment" and token.end >= self.offset:
                # Within a comment nothing is completed; at the end of a line comment neither.
                return None
            # At the end of a word it is still being typed, and so is a string without its closing quote.
            is_within = token.end > self.offset or (token.end == self.offset and kind == "word")
            is_open = kind == "string" and not token.is_closed and token.end >= self.offset
            if kind in ("string", "word") and (is_within or is_open):
                return self.cursor(self.cut(token), None)
            self.read(kind, token)
        return self.cursor(None, None)

    def cut(self, token: Token) -> Token:
        """Return a string without the brackets and commas after the offset, if its quote is not typed yet.

        It would run to the next quote of the text otherwise, or to the end of its line.
        """
        before, after = self.text[token.start : self.offset], self.text[self.offset : token.end]
        is_in_tag = before.rfind("{{") > before.rfind("}}")
        if not token.quote or self.offset == token.start or not _FOLLOWS.fullmatch(after):
            return token
        if is_in_tag and token.is_closed and after.startswith("}"):
            return token
        return Token(token.start, self.offset, before, is_closed=False)

    def read(self, kind: str, token: Token) -> None:
        if kind != "comment":
            self.latest_end = token.end
        frame = self.frames[-1] if self.frames else None
        if kind == "mark":
            if frame is None:
                self.root = token.start
            self.mark(token.text, frame)
        elif kind in ("string", "word") and frame is not None:
            is_key, is_value = frame.is_object and frame.expects in ("key", "comma"), frame.expects == "value"
            frame.take(token)
            if is_key:
                frame.quote = self.key_quote = token.quote
            elif is_value and token.quote in ('"', "'"):
                self.value_quote = token.quote

    def mark(self, mark: str, frame: Frame | None) -> None:
        if mark in "{[":
            self.frames.append(Frame(mark == "{", expects="key" if mark == "{" else "value"))
        elif frame is None:
            return
        elif mark in "}]":
            self.frames.pop()
            if self.frames:
                self.frames[-1].expects = "comma"
        else:
            frame.separate(mark)

    def cursor(self, token: Token | None, following: Token | None) -> Cursor | None:
        if not self.frames:
            return None
        frame = self.frames[-1]
        # Only on a new line does the next member follow a value without its comma.
        if (
            frame.expects == "comma"
            and token is None
            and "\n" not in self.text[self.latest_end : self.offset]
        ):
            return None
        if frame.expects == "colon":
            return None
        is_key = frame.is_object and frame.expects in ("key", "comma")
        outer = tuple(frame.key for frame in self.frames[:-1])
        if is_key:
            start = token.end if token else following.start if following else len(self.text)
            later, has_colon = self.following_keys(start)
            siblings = (*frame.keys, *later)
            return Cursor(outer, "key", False, siblings, token, has_colon, *self.quotes(token), self.root)
        path, keys = (*outer, frame.key), tuple(frame.keys)
        is_item = not frame.is_object
        return Cursor(path, "value", is_item, keys, token, False, *self.quotes(token), self.root)

    def quotes(self, token: Token | None) -> tuple[str, str]:
        """Return the quotes of a key and of a string at the offset: those of the author."""
        typed = token.quote if token and token.quote in ('"', "'") else ""
        of_frame = self.frames[-1].quote
        key = self.key_quote if of_frame is None else of_frame
        # In JSON with double quotes, a single one is a slip.
        if key is None:
            # Nothing shows it yet: names are usual in a module, which begins with other words.
            key = typed or ("" if _WORD.search(self.text, 0, self.root) else '"')
        elif not key:
            key = typed
        return key, self.value_quote or typed or '"'

    def following_keys(self, start: int) -> tuple[list[str], bool]:
        """Return the keys of the object after the offset, and whether a colon follows it directly."""
        depth, keys = 0, list[str]()
        latest: Token | None = None
        is_first, has_colon = True, False
        for kind, token in self.tokens(start):
            if kind == "comment":
                continue
            if kind == "mark" and token.text in "{[":
                depth += 1
            elif kind == "mark" and token.text in "}]":
                depth -= 1
            if depth < 0:
                break
            if depth == 0 and token.text == ":":
                has_colon = has_colon or is_first
                if latest is not None:
                    keys.append(latest.value)
            latest = token if kind in ("string", "word") and depth == 0 else None
            is_first = False
        return keys, has_colon


def _is_escaped(string: str) -> bool:
    """Return whether the last quote of a string is escaped, so that the string has no end."""
    body = string[1:-1]
    return (len(body) - len(body.rstrip("\\"))) % 2 == 1


def find_cursor(text: str, offset: int) -> Cursor | None:
    """Return the place of an offset, None where nothing can be completed: in a comment, or outside an object.

    Example:
        >>> cursor = find_cursor('{"actions": [{"name": "a", "ty": 1, "x": 2}]}', 30)
        >>> cursor.path, cursor.place, cursor.siblings, cursor.token.value, cursor.has_colon
        (('actions', 0), 'key', ('name', 'x'), 'ty', True)
        >>> find_cursor('{"inputTemplate": {"uri": "http://{{', 36).path
        ('inputTemplate', 'uri')
    """
    return _Scan(text, offset).run()
