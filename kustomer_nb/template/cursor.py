"""A place in the tokens of a template, and what is said of a fault there."""

from __future__ import annotations

from kustomer_nb.errors import TemplateError

from .bounds import CHAIN, DEPTH
from .refusal import FAULT, TOO_MUCH, refused, unexpected
from .tokens import Token, tokens


class Cursor:
    """The tokens of a text: ``at`` is the next one.

    ``depth`` is how many blocks and sub-expressions are open, ``chain`` how many ``{{else if}}``.
    """

    __slots__ = ("at", "chain", "depth", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0
        self.chain = 0

    @property
    def next(self) -> Token:
        """The token not yet taken."""
        return self.tokens[self.at]

    def skip(self) -> Token:
        """Return the next token and go on."""
        token = self.tokens[self.at]
        self.at += 1
        return token

    def take(self, kind: str) -> Token:
        """Return the next token, which must be of this kind, and go on."""
        token = self.tokens[self.at]
        if token.kind != kind:
            raise self.unexpected()
        self.at += 1
        return token

    def unexpected(self) -> TemplateError:
        """Return the error about the next token."""
        return unexpected(self.text, self.tokens, self.at)

    def refused(self, start: int, end: int, what: str, fix: str) -> TemplateError:
        """Return the error about a stretch of the text."""
        return refused(self.text, start, end, what, fix, code=FAULT)

    def deeper(self, token: Token) -> None:
        """Go one level down; a template nested without end is refused, not followed."""
        self.depth += 1
        if self.depth > DEPTH:
            what = f"is nested more than {DEPTH} levels deep"
            raise refused(self.text, token.start, token.end, what, "nest it less", code=TOO_MUCH)

    def further(self, token: Token) -> None:
        """Go on to one more ``{{else if}}``; a chain without end is refused, not followed."""
        self.chain += 1
        if self.chain > CHAIN:
            what, fix = f"is one of more than {CHAIN} in a row", "look values up in an object, by {{lookup}}"
            raise refused(self.text, token.start, token.end, what, fix, code=TOO_MUCH)
