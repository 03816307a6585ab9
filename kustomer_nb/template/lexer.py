"""Tokenize a template, with the rules of the lexer of handlebars.js 4.7.

Text runs to the next ``{{``. One backslash before ``{{`` makes the tag text; two give one backslash. Within a
tag the first rule that matches applies, in the order of `_RULES`. The content of a raw block ``{{{{name}}}}``
is text.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from kustomer_nb.jsontext.javascript import SPACE

_S = f"[{SPACE}]"
# The characters a name cannot contain; the class is copied from handlebars.js.
_NAME = rf"""[^{SPACE}!"#%-,./;->@\[-\^`{{-~]+"""
_AFTER_NAME = rf"(?=[=~}}{SPACE}/.)|])"
_AFTER_LITERAL = rf"(?=[~}}{SPACE})])"
_RULES = rf"""(?P<SPACE>{_S}+)
|(?P<OPEN_SEXPR>\()
|(?P<CLOSE_SEXPR>\))
|(?P<OPEN_RAW_BLOCK>\{{\{{\{{\{{)
|(?P<CLOSE_RAW_BLOCK>\}}\}}\}}\}})
|(?P<OPEN_PARTIAL>\{{\{{~?\#?>)
|(?P<OPEN_BLOCK>\{{\{{~?\#\*?)
|(?P<OPEN_ENDBLOCK>\{{\{{~?/)
|(?P<INVERSE>\{{\{{~?(?:\^|{_S}*else){_S}*~?\}}\}})
|(?P<OPEN_INVERSE>\{{\{{~?\^)
|(?P<OPEN_INVERSE_CHAIN>\{{\{{~?{_S}*else(?![A-Za-z0-9_]))
|(?P<OPEN_UNESCAPED>\{{\{{~?\{{)
|(?P<COMMENT>\{{\{{~?!(?:(?=--)[\s\S]*?--~?\}}\}}|(?!--)[\s\S]*?\}}\}}))
|(?P<OPEN>\{{\{{~?[&*]?)
|(?P<EQUALS>=)
|(?P<UP>\.\.|\.{_AFTER_NAME})
|(?P<SEP>[/.])
|(?P<CLOSE_UNESCAPED>\}}~?\}}\}})
|(?P<CLOSE>~?\}}\}})
|(?P<STRING>"(?:\\"|[^"])*"|'(?:\\'|[^'])*')
|(?P<DATA>@)
|(?P<BOOLEAN>(?:true|false){_AFTER_LITERAL})
|(?P<UNDEFINED>undefined{_AFTER_LITERAL})
|(?P<NULL>null{_AFTER_LITERAL})
|(?P<NUMBER>-?[0-9]+(?:\.[0-9]+)?{_AFTER_LITERAL})
|(?P<OPEN_BLOCK_PARAMS>as{_S}+\|)
|(?P<CLOSE_BLOCK_PARAMS>\|)
|(?P<ID>{_NAME}{_AFTER_NAME})
|(?P<BRACKETS>\[(?:\\\]|[^\]])*\])
|(?P<INVALID>[\s\S])""".replace("\n|", "|")
# The tokens that end a tag; text follows.
_TEXT_FOLLOWS = frozenset({"CLOSE", "CLOSE_UNESCAPED", "INVERSE", "COMMENT"})
_LAST = _TEXT_FOLLOWS | {"CLOSE_RAW_BLOCK", "INVALID"}
_OPEN = re.compile(r"\\{0,2}\{\{")
_RAW_END = re.compile(rf"\{{\{{\{{\{{/({_NAME})\}}\}}\}}\}}")
_UNESCAPED_BRACKETS = re.compile(r"\\([\\\]])")


@cache
def _tag() -> re.Pattern[str]:
    # Compiled on first use: compiling takes a tenth of the import time of the engine.
    return re.compile(_RULES)


class Token(NamedTuple):
    """One token: its kind, its text, and its offsets in the template."""

    kind: str
    text: str
    start: int
    end: int


class _Lexer:
    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.tokens: list[Token] = []

    def add(self, kind: str, text: str, end: int) -> None:
        self.tokens.append(Token(kind, text, self.position, end))
        self.position = end

    def content(self) -> bool:
        """Read text up to the next tag; return whether a tag follows."""
        is_escaped = True
        while is_escaped:
            brace = self.source.find("{{", self.position)
            end = len(self.source) if brace < 0 else brace
            text = self.source[self.position : end]
            is_escaped = brace >= 0 and text.endswith("\\") and not text.endswith("\\\\")
            if brace >= 0:
                text = text.removesuffix("\\")
            if not self.text(text, end):
                return False
            if is_escaped:
                # The escaped tag is text, up to the next tag.
                following = _OPEN.search(self.source, end + 2)
                end = len(self.source) if following is None else following.start()
                if not self.text(self.source[self.position : end], end):
                    return False
        return brace >= 0

    def text(self, text: str, end: int) -> bool:
        """Add text; return False if it contains a NUL character, which handlebars.js cannot parse."""
        if (nul := self.source.find("\0", self.position, end)) >= 0:
            self.position = nul
            self.add("INVALID", "\0", nul + 1)
            return False
        if text:
            self.add("CONTENT", text, end)
        self.position = end
        return True

    def tag(self) -> bool:
        """Read one tag; return whether text follows it."""
        tokens = self.tokens
        kind = ""
        for match in _tag().finditer(self.source, self.position):
            kind = match.lastgroup or ""
            if kind != "SPACE":
                tokens.append(Token(kind, match[0], match.start(), match.end()))
                if kind in _LAST:
                    break
        self.position = tokens[-1].end
        return self.raw() if kind == "CLOSE_RAW_BLOCK" else kind in _TEXT_FOLLOWS

    def raw(self) -> bool:
        """Read the text of a raw block and its closing tag; raw blocks within it are text."""
        source, depth = self.source, 1
        while depth:
            if (ending := _RAW_END.match(source, self.position)) is not None:
                depth -= 1
                self.add(*(("CONTENT", ending[0]) if depth else ("END_RAW_BLOCK", ending[1])), ending.end())
                continue
            # handlebars.js counts every opening of a raw block, so inner ones must be closed as well.
            if source.startswith("{{{{", self.position) and not source.startswith("/", self.position + 4):
                if self.position + 4 == len(source):
                    return False
                depth += 1
                self.add("CONTENT", "{{{{", self.position + 4)
                continue
            end = source.find("{{{{", self.position + 1)
            if end < 0 or "\0" in source[self.position : end]:
                return False
            self.add("CONTENT", source[self.position : end], end)
        return True


def tokenize(source: str) -> list[Token]:
    """Return the tokens of a template and an ``EOF``; an unreadable character ends them as ``INVALID``.

    Example:
        >>> [(token.kind, token.text) for token in tokenize("a {{b}}")]
        [('CONTENT', 'a '), ('OPEN', '{{'), ('ID', 'b'), ('CLOSE', '}}'), ('EOF', '')]
    """
    lexer = _Lexer(source)
    while lexer.content() and lexer.tag():
        pass
    end = len(source)
    lexer.tokens.append(Token("EOF", "", end, end))
    return lexer.tokens


def bare_name(token: Token) -> str:
    r"""Return the name that a token stands for, without the brackets around it.

    A name that contains a line break keeps its brackets, as in handlebars.js.

    Example:
        >>> bare_name(Token("BRACKETS", r"[a \] b]", 0, 8))
        'a ] b'
    """
    return strip_brackets(raw_name(token))


def raw_name(token: Token) -> str:
    """Return the name as handlebars.js keeps it, with its brackets."""
    return _UNESCAPED_BRACKETS.sub(r"\1", token.text) if token.kind == "BRACKETS" else token.text


# `.` does not match a line terminator in JavaScript, so a name that has one keeps its brackets.
_IN_BRACKETS = re.compile("\\[[^\n\r\u2028\u2029]*\\]")


def strip_brackets(text: str) -> str:
    """Return a name without the brackets around it."""
    return text[1:-1] if _IN_BRACKETS.fullmatch(text) else text
