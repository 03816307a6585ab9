"""The words of a command line as PowerShell splits it."""

from __future__ import annotations

import re

from .windows import split_arguments
from .words import Command, Variables, unclosed

_BLANK = re.compile(r"(?:[ \t]|`\r?\n)+")
_END = re.compile(r"\r?\n|;|&&|\|\|?")
_COMMENT = re.compile(r"#[^\n]*|<#.*?#>", re.DOTALL)
_REDIRECTION = re.compile(r"[0-9*]?>{1,2}(?:&[0-9])?[ \t]*\S*")
_VARIABLE = re.compile(
    r"\$(?:\{(?:env:)?(?P<braced>[\w:-]+)\}|(?:env:|global:|script:)?(?P<plain>[A-Za-z_]\w*))", re.IGNORECASE
)
_PLAIN = re.compile(r"[^\s;|>'\"$`]+")
_EXPRESSION = re.compile(r"@?[({](?:[^(){}'\"\n]|'[^']*'|\"[^\"]*\"|[({][^(){}\n]*[)}])*[)}]")
_HERE = re.compile(r"@(?P<quote>['\"])[ \t]*\r?\n(?P<text>.*?)\r?\n(?P=quote)@", re.DOTALL)
_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "e": "\x1b",
}
# Windows PowerShell hands an argument on as it is, so that its quotes are escaped for the program too.
_ESCAPED_QUOTE = re.compile(r'\\"')
_BARE_QUOTE = re.compile(r'(?<!\\)"')
_ASSIGNED = re.compile(
    r"^[ \t]*\$(?:env:)?(?P<name>[A-Za-z_]\w*)[ \t]*=[ \t]*"
    r"(?:@(?P<here>['\"])[ \t]*\r?\n(?P<lines>.*?)\r?\n(?P=here)@"
    r"|'(?P<single>(?:[^']|'')*)'|\"(?P<double>[^\"`]*)\")[ \t]*(?:;|(?=\r?\n)|\Z)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_STOP = "--%"


def split_powershell(text: str, variables: Variables) -> list[Command]:
    r"""Return the commands of a text, with a marker for each variable whose value the text does not give.

    Raises:
        ConversionError: a quote is not closed.

    Example:
        >>> text = "curl.exe -H \"authorization: $env:TOKEN\" `\n -d '{\"a\": ''b''}' \"say `\"hi`\"\""
        >>> len(split_powershell(text, Variables())[0].words)
        6
        >>> split_powershell(text, Variables())[0].words[3:]
        ['-d', '{"a": \'b\'}', 'say "hi"']
    """
    return _Splitter(text, variables).commands()


class _Splitter:
    def __init__(self, text: str, variables: Variables) -> None:
        self._text = text
        self._at = 0
        self._variables = variables
        self._values: dict[str, str] = {}
        self._commands = [Command()]
        self._word: list[str] | None = None

    def commands(self) -> list[Command]:
        for match in _ASSIGNED.finditer(self._text):
            self._values[match["name"].lower()] = self._assigned(match)
        self._text = _ASSIGNED.sub("", self._text)
        while self._at < len(self._text):
            self._step()
        self._end_word()
        return [command for command in self._commands if command.words]

    def _assigned(self, match: re.Match[str]) -> str:
        if match["single"] is not None:
            return match["single"].replace("''", "'")
        text = match["lines"] if match["double"] is None else match["double"]
        return text if match["here"] == "'" else self._interpolated(text)

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self._text, self._at)
        if match is not None:
            self._at = match.end()
        return match

    def _step(self) -> None:
        if self._match(_BLANK):
            self._end_word()
        elif self._word is None and self._before_word():
            return
        elif match := self._match(_END):
            self._end_word()
            self._commands.append(Command(is_piped=match[0] == "|"))
        elif self._word is None and self._expression():
            return
        elif not (self._here_string() or self._quoted() or self._expanded("")):
            self._plain()

    def _plain(self) -> None:
        match = self._match(_PLAIN)
        self._add(match[0] if match else self._text[self._at])
        self._at += 0 if match else 1

    def _before_word(self) -> bool:
        """Skip what begins no word: a comment, a redirection, and the rest of a line that is not parsed."""
        if self._text.startswith(_STOP, self._at):
            self._stop_parsing()
            return True
        return (self._match(_COMMENT) or self._match(_REDIRECTION)) is not None

    def _expression(self) -> bool:
        """Add an expression, such as ``($body | ConvertTo-Json)``, whose value is not known."""
        if self._text[self._at] not in "(@" or not self._match(_EXPRESSION):
            return False
        self._add(self._variables.mark(""))
        return True

    def _stop_parsing(self) -> None:
        line, _, _ = self._text[self._at + len(_STOP) :].partition("\n")
        self._commands[-1].words += split_arguments(line)
        self._at += len(_STOP) + len(line)

    def _here_string(self) -> bool:
        match = self._match(_HERE) if self._word is None else None
        if match is None:
            return False
        if match["quote"] == "'":
            self._add(match["text"])
        else:
            self._add(self._interpolated(match["text"]))
        return True

    def _interpolated(self, text: str) -> str:
        inner = _Splitter("", self._variables)
        inner._text, inner._values = text, self._values
        while inner._at < len(text):
            if not inner._expanded(""):
                inner._add(text[inner._at])
                inner._at += 1
        return "".join(inner._word or [])

    def _quoted(self) -> bool:
        start, quote = self._at, self._text[self._at]
        if quote not in "'\"":
            return False
        self._at += 1
        self._add("")
        while not self._closes(quote):
            if self._at >= len(self._text):
                raise unclosed("single quote" if quote == "'" else "double quote", self._text, start)
            if quote == "'" or not self._expanded(quote):
                self._add(self._text[self._at])
                self._at += 1
        return True

    def _closes(self, quote: str) -> bool:
        """Move past a closing quote; a doubled one is part of the text."""
        while self._text.startswith(quote * 2, self._at):
            self._add(quote)
            self._at += 2
        if self._text.startswith(quote, self._at):
            self._at += 1
            return True
        return False

    def _expanded(self, quote: str) -> bool:
        if self._text[self._at] == "`" and self._at + 1 < len(self._text):
            letter = self._text[self._at + 1]
            self._add(_ESCAPES.get(letter, letter))
            self._at += 2
        elif self._text.startswith("$(", self._at):
            end = self._text.find(")", self._at)
            if end < 0:
                raise unclosed("$(", self._text, self._at)
            self._at = end + 1
            self._add(self._variables.mark(""))
        elif match := self._match(_VARIABLE):
            name = match["braced"] or match["plain"]
            value = self._values.get(name.lower())
            self._add(self._variables.mark(name) if value is None else value)
        else:
            return False
        return True

    def _add(self, text: str) -> None:
        if self._word is None:
            self._word = []
        self._word.append(text)

    def _end_word(self) -> None:
        if self._word is not None:
            word = "".join(self._word)
            is_escaped = _ESCAPED_QUOTE.search(word) and not _BARE_QUOTE.search(word)
            self._commands[-1].words.append(_ESCAPED_QUOTE.sub('"', word) if is_escaped else word)
        self._word = None
