"""The words of a pasted command line, in which variables of a shell are markers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kustomer_nb.codes import Code
from kustomer_nb.errors import ConversionError

# Characters for private use: no command in a documentation has them, and each stands for one variable.
_FIRST = 0xF0000
_LAST = 0xF0FFF
MARKER = re.compile(f"[{chr(_FIRST)}-{chr(_LAST)}]")


@dataclass(frozen=True, slots=True)
class Variable:
    """A part of a command whose value only a shell knows: ``$NAME``, ``%NAME%``, ``$(a command)``.

    ``name`` is empty for the output of a command.
    """

    name: str
    marker: str


@dataclass(slots=True)
class Variables:
    """The variables of a command by their markers; the same name has one marker."""

    by_marker: dict[str, Variable] = field(default_factory=dict)

    def mark(self, name: str) -> str:
        """Return the marker for a variable; an empty name is a new one each time.

        Raises:
            ConversionError: there are too many.

        Example:
            >>> variables = Variables()
            >>> variables.mark("TOKEN") == variables.mark("TOKEN"), variables.mark("") == variables.mark("")
            (True, False)
        """
        for variable in self.by_marker.values():
            if name and variable.name == name:
                return variable.marker
        code = _FIRST + len(self.by_marker)
        if code > _LAST:
            message = "the command has too many variables."
            raise ConversionError.from_code(Code.COMMAND_SYNTAX, message, "paste one curl command.")
        marker = chr(code)
        self.by_marker[marker] = Variable(name, marker)
        return marker


@dataclass(slots=True)
class Command:
    """One command of a command line; ``stdin`` is its here-document, and a pipe may feed it."""

    words: list[str] = field(default_factory=list)
    stdin: str | None = None
    is_piped: bool = False


def require_no_markers(text: str) -> None:
    """Refuse a text that has characters for private use, which stand for variables here.

    Raises:
        ConversionError: it has one.
    """
    if MARKER.search(text):
        message = "the command contains a private-use character (U+F0000 to U+F0FFF)."
        raise ConversionError.from_code(Code.COMMAND_SYNTAX, message, "remove that character.")


# What word processors make of a quote; a shell reads it as any letter.
TYPOGRAPHIC = "\u2018\u2019\u201a\u201c\u201d\u201e"


def typographic(text: str, at: int) -> ConversionError:
    r"""Return the error for a word that begins with a typographic quote.

    Example:
        >>> print(typographic("curl \u201chttps://a.b\u201d", 5).diagnostics[0].message)
        the quote at line 1, column 6 is typographic (U+201C): a shell does not read it as a quote.
    """
    message = (
        f"the quote at {_position(text, at)} is typographic (U+{ord(text[at]):04X}): "
        "a shell does not read it as a quote."
    )
    fix = "type straight quotes, and import it again."
    return ConversionError.from_code(Code.COMMAND_SYNTAX, message, fix)


def _position(text: str, at: int) -> str:
    return f"line {text.count(chr(10), 0, at) + 1}, column {at - text.rfind(chr(10), 0, at)}"


def unclosed(what: str, text: str, start: int) -> ConversionError:
    r"""Return the error for a quote or bracket that is not closed; the text itself is not quoted.

    Example:
        >>> print(unclosed("single quote", "curl\n -d 'a", 9))
        KNB902 the single quote at line 2, column 5 is not closed. Fix: paste the whole command.
    """
    message = f"the {what} at {_position(text, start)} is not closed."
    return ConversionError.from_code(Code.COMMAND_SYNTAX, message, "paste the whole command.")
