r"""The words of a command line as a POSIX shell, bash or zsh splits it.

Python's shlex knows neither ``$'…'`` nor variables, operators in words and here-documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kustomer_nb.codes import Code
from kustomer_nb.errors import ConversionError

from .braces import before_braces, expand_braces, plain, unquoted
from .words import TYPOGRAPHIC, Command, Variables, typographic, unclosed

_BLANK = re.compile(r"(?:[ \t]|\\\r?\n)+")
_END = re.compile(r"\r?\n|;;?|&&|\|\|?&?|&(?!>)|[()]")
_COMMENT = re.compile(r"#[^\n]*")
_REDIRECTION = re.compile(r"(?:\d+(?=[<>]))?(?:<<<|<<-?|>>|>\||&>>?|[<>]&?)")
_PLAIN = re.compile(r"[^\s;&|<>()'\"$`\\]+")
_VARIABLE = re.compile(
    r"\$(?:\{(?P<braced>[A-Za-z_]\w*)[^}]*\}|(?P<plain>[A-Za-z_]\w*)|(?P<special>[0-9@*#?!$-]))"
)
_WHITE_SPACE = re.compile(r"[ \t\n]+")
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?P<value>.*)", re.DOTALL)
_BEFORE_ASSIGNMENT = re.compile(
    r"export|declare|typeset|local|readonly|-[a-zA-Z]+|[A-Za-z_]\w*=.*", re.DOTALL
)
_IN_DOUBLE = re.compile(r'[^"$`\\]+')
_HEREDOC_WORD = re.compile(r"[ \t]*(?P<quote>['\"\\]?)(?P<word>[^\s'\";&|<>]+)['\"]?")
# The usual way to write a long text in quotes: "$(cat <<EOF ...)".
_CAT = re.compile(
    r"\$\(\s*cat\s*<<\s*(?P<quote>['\"\\]?)(?P<word>\w+)['\"]?[ \t]*\r?\n(?P<text>(?:.*\n)*?)"
    r"(?P=word)\r?\n\s*\)"
)
# Bytes that no terminal takes as text, as copies of a request write them.
_PRINTF = re.compile(r"\$\(printf '(?P<octal>(?:\\[0-7]{3})+)'\)")
_ESCAPE = re.compile(
    r"\\(?:x(?P<hex>[0-9A-Fa-f]{1,2})|u(?P<u>[0-9A-Fa-f]{1,4})|U(?P<U>[0-9A-Fa-f]{1,8})"
    r"|(?P<octal>[0-7]{1,3})|c(?P<control>.)|(?P<letter>.))",
    re.DOTALL,
)
_LETTERS = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip


def split_posix(text: str, variables: Variables) -> list[Command]:
    r"""Return the commands of a text, with a marker for each variable whose value the text does not give.

    Raises:
        ConversionError: a quote is not closed.

    Example:
        >>> commands = split_posix("A=1; curl -d \"$A\" $'it\\'s' a\\ b 'c'\"d\" # note", Variables())
        >>> commands[-1].words
        ['curl', '-d', '1', "it's", 'a b', 'cd']
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
        # The here-documents that begin with the next line: the command, the last line, and whether it is
        # expanded.
        self._heredocs: list[tuple[Command, str, bool, bool]] = []
        self._drops_word = False
        # Whether the next word is a here-string.
        self._is_stdin = False

    def commands(self) -> list[Command]:
        readers: tuple[Callable[[], bool], ...] = (
            self._blank, self._redirection, self._end, self._quote, self._expansion, self._plain,
        )  # fmt: skip
        while self._at < len(self._text):
            for read in readers:
                if read():
                    break
        self._end_command(is_pipe=False)
        return [command for command in self._commands if command.words]

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self._text, self._at)
        if match is not None:
            self._at = match.end()
        return match

    def _add(self, text: str) -> None:
        if self._word is None:
            self._word = []
        self._word.append(text)

    def _blank(self) -> bool:
        start = self._at
        if match := self._match(_BLANK):
            # A continued line alone may go on in the middle of a word.
            is_continued = match[0].startswith("\\") and match[0].endswith("\n") and " " not in match[0]
            following = self._text[self._at : self._at + 1]
            if not (is_continued and start and following not in " \t"):
                self._end_word()
            return True
        return self._word is None and self._match(_COMMENT) is not None

    def _redirection(self) -> bool:
        # A number before < is part of it only at the start of a word.
        if self._word is not None and self._text[self._at] not in "<>&":
            return False
        match = self._match(_REDIRECTION)
        if match is None:
            return False
        self._end_word()
        operator = match[0].lstrip("0123456789")
        if operator in ("<<", "<<-"):
            self._open_heredoc(strips_tabs=operator == "<<-")
        elif operator == "<<<":
            self._blank()
            self._is_stdin = True
        else:
            # Its word is the next one, which is not an argument.
            self._drops_word = True
        return True

    def _open_heredoc(self, *, strips_tabs: bool) -> None:
        match = self._match(_HEREDOC_WORD)
        if match is not None:
            self._heredocs.append((self._commands[-1], match["word"], not match["quote"], strips_tabs))

    def _end(self) -> bool:
        match = self._match(_END)
        if match is None:
            if self._text[self._at].isspace():
                self._at += 1
                self._end_word()
                return True
            return False
        self._end_command(is_pipe=match[0].startswith("|") and match[0] != "||")
        if "\n" in match[0]:
            self._read_heredocs()
        return True

    def _read_heredocs(self) -> None:
        for command, last, is_expanded, strips_tabs in self._heredocs:
            lines = []
            while self._at < len(self._text):
                end = self._text.find("\n", self._at)
                end = len(self._text) if end < 0 else end
                line = self._text[self._at : end].removesuffix("\r")
                self._at = end + 1
                line = line.lstrip("\t") if strips_tabs else line
                if line == last:
                    break
                lines.append(line)
            body = "".join(f"{line}\n" for line in lines)
            command.stdin = self._expanded(body) if is_expanded else body
        self._heredocs.clear()

    def _expanded(self, text: str) -> str:
        inner = _Splitter(text, self._variables)
        inner._values = self._values
        while inner._at < len(text):
            if text[inner._at] == '"':
                inner._add('"')
                inner._at += 1
            else:
                inner._within_double()
        return "".join(inner._word or [])

    def _quote(self) -> bool:
        start = self._at
        remainder = self._text[start : start + 2]
        if remainder == "$'":
            self._add(_ansi(self._until_quote(start + 2, start)))
        elif remainder[0] == "'":
            end = self._text.find("'", start + 1)
            if end < 0:
                raise unclosed("single quote", self._text, start)
            self._add(self._text[start + 1 : end])
            self._at = end + 1
        elif remainder[0] == '"' or remainder == '$"':
            self._at += 1 if remainder[0] == '"' else 2
            self._add("")
            self._double(start)
        else:
            return False
        return True

    def _until_quote(self, begin: int, start: int) -> str:
        at = begin
        while at < len(self._text) and self._text[at] != "'":
            at += 2 if self._text[at] == "\\" else 1
        if at >= len(self._text):
            raise unclosed("single quote", self._text, start)
        self._at = at + 1
        return self._text[begin:at]

    def _double(self, start: int) -> None:
        while self._text[self._at : self._at + 1] != '"':
            if self._at >= len(self._text):
                raise unclosed("double quote", self._text, start)
            self._within_double()
        self._at += 1

    def _escape_within_double(self) -> None:
        following = self._text[self._at + 1 : self._at + 2]
        if following == "\r" and self._text[self._at + 2 : self._at + 3] == "\n":
            self._at += 1
            following = "\n"
        escaped = "" if following == "\n" else following
        self._add(escaped if following and following in '"$`\\\n' else f"\\{following}")
        self._at += 2

    def _within_double(self) -> None:
        if match := self._match(_IN_DOUBLE):
            self._add(match[0])
        elif self._text[self._at] == "\\":
            self._escape_within_double()
        elif not self._expansion(splits=False):  # pragma: no cover - a $ and a ` are always an expansion
            self._at += 1

    def _expansion(self, *, splits: bool = True) -> bool:
        if self._text.startswith("\\", self._at):
            self._escape()
        elif self._text.startswith("$(", self._at):
            self._substitution()
        elif self._text.startswith("`", self._at):
            self._backticks()
        elif match := self._match(_VARIABLE):
            self._variable(match["braced"] or match["plain"] or "", splits=splits)
        elif self._text[self._at] == "$":
            self._add("$")
            self._at += 1
        else:
            return False
        return True

    def _escape(self) -> None:
        # Outside quotes; the end of a line is a blank already, and that of the text is one too.
        following = self._text[self._at + 1 : self._at + 2]
        if following:
            self._add(following)
        self._at += 2

    def _backticks(self) -> None:
        end = self._text.find("`", self._at + 1)
        if end < 0:
            raise unclosed("backtick", self._text, self._at)
        self._at = end + 1
        self._add(self._variables.mark(""))

    def _variable(self, name: str, *, splits: bool) -> None:
        if name not in self._values:
            self._add(self._variables.mark(name))
        else:
            self._add_value(self._values[name], splits=splits)

    def _add_value(self, value: str, *, splits: bool) -> None:
        """Add the value of a variable, which a shell splits at white space outside quotes."""
        if not splits:
            self._add(value)
            return
        for at, part in enumerate(_WHITE_SPACE.split(value)):
            if at:
                self._end_word()
            if part:
                self._add(part)

    def _substitution(self) -> None:
        if match := self._match(_CAT):
            text = match["text"].removesuffix("\n")
            self._add(text if match["quote"] else self._expanded(text))
        elif match := self._match(_PRINTF):
            octal = bytes(int(digits, 8) & 0xFF for digits in match["octal"].split("\\")[1:])
            self._add(octal.decode("utf-8", "surrogateescape"))
        else:
            self._at = self._end_of_substitution()
            self._add(self._variables.mark(""))

    def _end_of_substitution(self) -> int:
        """Return the offset after the parenthesis that closes the one of ``$(``, outside of quotes."""
        depth, at = 0, self._at + 1
        while at < len(self._text):
            character = self._text[at]
            if character in "'\"":
                end = self._text.find(character, at + 1)
                at = len(self._text) if end < 0 else end
            depth += {"(": 1, ")": -1}.get(character, 0)
            at += 1
            if depth == 0:
                return at
        raise unclosed("$(", self._text, self._at)

    def _plain(self) -> bool:
        if self._word is None and self._text[self._at] in TYPOGRAPHIC:
            raise typographic(self._text, self._at)
        match = self._match(_PLAIN)
        self._add(unquoted(match[0]) if match else self._text[self._at])
        self._at += 0 if match else 1
        return True

    def _end_word(self) -> None:
        if self._word is None:
            return
        word = "".join(self._word)
        self._word = None
        if self._drops_word:
            self._drops_word = False
            return
        if self._is_stdin:
            self._is_stdin = False
            self._commands[-1].stdin = f"{plain(word)}\n"
            return
        words = self._commands[-1].words
        assignment = _ASSIGNMENT.fullmatch(word)
        if assignment and all(map(_BEFORE_ASSIGNMENT.fullmatch, words)):
            # Later commands read it, and a shell expands it.
            self._values[assignment["name"]] = plain(assignment["value"])
            words.append(plain(word))
            return
        before = before_braces(word)
        if before is not None and not re.search("[/.]", before):
            # As in -d {"a":1,"b":2}: the words that a shell makes of it are not what the author means.
            line = self._text.count("\n", 0, self._at) + 1
            message = f"a shell splits the braces without quotes in line {line} into several words."
            raise ConversionError.from_code(
                Code.COMMAND_SYNTAX, message, "put single quotes around the value."
            )
        words += expand_braces(word)

    def _end_command(self, *, is_pipe: bool) -> None:
        self._end_word()
        self._drops_word = False
        self._commands.append(Command(is_piped=is_pipe))


def _ansi(text: str) -> str:
    r"""Return the text of ``$'…'``: escapes of bytes that follow each other are one UTF-8 text."""
    parts: list[bytes] = []
    past = 0
    for match in _ESCAPE.finditer(text):
        parts += [text[past : match.start()].encode("utf-8", "surrogatepass"), _unescaped(match)]
        past = match.end()
    parts.append(text[past:].encode("utf-8", "surrogatepass"))
    # A NUL ends the text, as everywhere in bash.
    return b"".join(parts).partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _unescaped(match: re.Match[str]) -> bytes:
    if match["hex"]:
        return bytes([int(match["hex"], 16)])
    if match["octal"]:
        return bytes([int(match["octal"], 8) & 0xFF])
    if match["u"] or match["U"]:
        return chr(min(int(match["u"] or match["U"], 16), 0x10FFFF)).encode("utf-8", "surrogatepass")
    if match["control"]:
        return bytes([ord(match["control"]) & 0x1F])
    letter = match["letter"]
    return (_LETTERS.get(letter) or (letter if letter in "\\'\"?" else f"\\{letter}")).encode()
