"""The tokens of a template, cut as the lexer of handlebars.js 4.7 cuts them.

Text runs to the next ``{{``; one backslash before it makes the tag text, two make one backslash. Within a
tag the first rule that fits wins, in the order of `_RULES`. A raw block ``{{{{name}}}}`` is text up to
its end.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from kustomer_nb.jsontext.javascript import SPACE

_S = f"[{SPACE}]"
# A name ends at one of these; the class is the one of handlebars.js, letter by letter.
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
# These end a tag and what follows is text again.
_TEXT_FOLLOWS = frozenset({"CLOSE", "CLOSE_UNESCAPED", "INVERSE", "COMMENT"})
_LAST = _TEXT_FOLLOWS | {"CLOSE_RAW_BLOCK", "INVALID"}
_OPEN = re.compile(r"\\{0,2}\{\{")
_RAW_END = re.compile(rf"\{{\{{\{{\{{/({_NAME})\}}\}}\}}\}}")
_UNESCAPED_BRACKETS = re.compile(r"\\([\\\]])")


@cache
def _tag() -> re.Pattern[str]:
    # Compiled when the first template is read: it is a tenth of what importing the engine costs.
    return re.compile(_RULES)


class Token(NamedTuple):
    """One token: its kind, what it stands for, and its offsets in the template."""

    kind: str
    text: str
    start: int
    end: int


class _Lexer:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.found: list[Token] = []

    def add(self, kind: str, text: str, end: int) -> None:
        self.found.append(Token(kind, text, self.at, end))
        self.at = end

    def content(self) -> bool:
        """Read text up to the next tag; return whether there is one."""
        is_escaped = True
        while is_escaped:
            brace = self.source.find("{{", self.at)
            end = len(self.source) if brace < 0 else brace
            text = self.source[self.at : end]
            is_escaped = brace >= 0 and text.endswith("\\") and not text.endswith("\\\\")
            if brace >= 0:
                text = text.removesuffix("\\")
            if not self.text(text, end):
                return False
            if is_escaped:
                # A backslash makes the tag text, up to the next one.
                following = _OPEN.search(self.source, end + 2)
                end = len(self.source) if following is None else following.start()
                if not self.text(self.source[self.at : end], end):
                    return False
        return brace >= 0

    def text(self, text: str, end: int) -> bool:
        """Add text; return False if it holds a NUL character, which handlebars.js cannot read."""
        if (nul := self.source.find("\0", self.at, end)) >= 0:
            self.at = nul
            self.add("INVALID", "\0", nul + 1)
            return False
        if text:
            self.add("CONTENT", text, end)
        self.at = end
        return True

    def tag(self) -> bool:
        """Read one tag to its end; return whether text follows it."""
        found = self.found
        kind = ""
        for one in _tag().finditer(self.source, self.at):
            kind = one.lastgroup or ""
            if kind != "SPACE":
                found.append(Token(kind, one[0], one.start(), one.end()))
                if kind in _LAST:
                    break
        self.at = found[-1].end
        return self.raw() if kind == "CLOSE_RAW_BLOCK" else kind in _TEXT_FOLLOWS

    def raw(self) -> bool:
        """Read the text of a raw block and its end, other raw blocks within it as text."""
        source, depth = self.source, 1
        while depth:
            if (ending := _RAW_END.match(source, self.at)) is not None:
                depth -= 1
                self.add(*(("CONTENT", ending[0]) if depth else ("END_RAW_BLOCK", ending[1])), ending.end())
                continue
            if source.startswith("{{{{", self.at) and not source.startswith("/", self.at + 4):
                if self.at + 4 == len(source):
                    return False
                depth += 1
                self.add("CONTENT", "{{{{", self.at + 4)
                continue
            end = source.find("{{{{", self.at + 1)
            if end < 0 or "\0" in source[self.at : end]:
                return False
            self.add("CONTENT", source[self.at : end], end)
        return True


def tokens(source: str) -> list[Token]:
    """Return the tokens of a template, one ``EOF`` at the end; what cannot be read ends them as ``INVALID``.

    Example:
        >>> [(one.kind, one.text) for one in tokens("a {{b}}")]
        [('CONTENT', 'a '), ('OPEN', '{{'), ('ID', 'b'), ('CLOSE', '}}'), ('EOF', '')]
    """
    lexer = _Lexer(source)
    while lexer.content() and lexer.tag():
        pass
    end = len(source)
    lexer.found.append(Token("EOF", "", end, end))
    return lexer.found


def name(token: Token) -> str:
    r"""Return what a name token names: its text, or what its brackets hold.

    A name with a line end keeps its brackets, as in handlebars.js.

    Example:
        >>> name(Token("BRACKETS", r"[a \] b]", 0, 8))
        'a ] b'
    """
    return unbracketed(written(token))


def written(token: Token) -> str:
    """Return a name as handlebars.js writes it, brackets and all."""
    return _UNESCAPED_BRACKETS.sub(r"\1", token.text) if token.kind == "BRACKETS" else token.text


_IN_BRACKETS = re.compile("\\[[^\n\r\u2028\u2029]*\\]")


def unbracketed(text: str) -> str:
    """Return a text without the brackets around it."""
    return text[1:-1] if _IN_BRACKETS.fullmatch(text) else text
