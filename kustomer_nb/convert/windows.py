"""The words of a command line of Windows: as cmd reads it, and then the C runtime of a program."""

from __future__ import annotations

import re

from .words import Command, Variables

# Not two hexadecimal digits, as in an escape of a URL; cmd leaves a variable that is not set as it is.
_VARIABLE = re.compile(r"%(?P<name>(?![0-9A-Fa-f]{2}(?![A-Z_]))[A-Za-z_]\w*)%")
_SET = re.compile(
    r"^[ \t]*@?set[ \t]+(?P<quote>\"?)(?P<name>[A-Za-z_]\w*)=(?P<value>[^\"%^&|<>\r\n]*)"
    r"(?P=quote)[ \t]*(?:\r?\n|&&?|\Z)",
    re.IGNORECASE | re.MULTILINE,
)
_REMARK = re.compile(r"^[ \t]*(?:@?rem\b|::|@?echo[ \t]+(?:off|on)\b)[^\n]*\n", re.IGNORECASE | re.MULTILINE)
_DOUBLED = re.compile(r"%%(?=[0-9A-Fa-f]{2})")
_ARGUMENT_END = " \t\r\n"


def split_cmd(text: str, variables: Variables) -> list[Command]:
    r"""Return the commands of a text as cmd and a program's C runtime split it.

    Example:
        >>> split_cmd('curl ^\n -d "{\\"a\\": \\"b c\\"}" ^"http://a.b/?x=1^&y=2^"', Variables())[0].words
        ['curl', '-d', '{"a": "b c"}', 'http://a.b/?x=1&y=2']
    """
    values = {match["name"].lower(): match["value"] for match in _SET.finditer(text)}
    text = _SET.sub("", _REMARK.sub("", text))
    # As in a batch file: at a prompt, nobody writes two.
    text = _DOUBLED.sub("%", text)
    expanded = _VARIABLE.sub(
        lambda match: values.get(match["name"].lower()) or variables.mark(match["name"]), text
    )
    lines = _unescaped(expanded)
    commands = [Command(split_arguments(line), is_piped=is_piped) for line, is_piped in lines]
    return [command for command in commands if command.words]


def _unescaped(text: str) -> list[tuple[str, bool]]:
    """Return what cmd hands to each program, and whether it reads from a pipe: carets are removed."""
    lines: list[tuple[str, bool]] = []
    line: list[str] = []
    is_quoted = is_piped = False
    at = 0
    while at < len(text):
        character = text[at]
        at += 1
        if character == "^" and not is_quoted:
            character, at = _escaped(text, at)
            line.append(character)
        elif character == "\n" or (character in "&|" and not is_quoted):
            lines.append(("".join(line), is_piped))
            line, is_quoted, is_piped = [], False, character == "|" and text[at : at + 1] != "|"
        else:
            is_quoted ^= character == '"'
            line.append(character)
    return [*lines, ("".join(line), is_piped)]


def _escaped(text: str, at: int) -> tuple[str, int]:
    """Return what a caret before an offset stands for, and the offset after it."""
    if text.startswith("\r\n", at):
        at += 1
    if text.startswith("\n", at):
        # The end of a line is removed, and what follows it is taken as it is: a second one stays.
        at += 1
        if text.startswith("\r\n", at):
            at += 1
        return text[at : at + 1] if text.startswith("\n", at) else "", at + text.startswith("\n", at)
    return text[at : at + 1], at + 1


def split_arguments(line: str) -> list[str]:
    r"""Return the arguments of a command line as the C runtime of Windows splits it.

    Example:
        >>> split_arguments(r'a "b c" "say \"hi\"" "x""y" c:\d\ "e\\"')
        ['a', 'b c', 'say "hi"', 'x"y', 'c:\\d\\', 'e\\']
    """
    arguments: list[str] = []
    at = 0
    while True:
        while at < len(line) and line[at] in _ARGUMENT_END:
            at += 1
        if at >= len(line):
            return arguments
        argument, at = _argument(line, at)
        arguments.append(argument)


def _argument(line: str, at: int) -> tuple[str, int]:
    parts: list[str] = []
    is_quoted = False
    while at < len(line) and (is_quoted or line[at] not in _ARGUMENT_END):
        if line[at] == "\\":
            part, at = _backslashes(line, at)
            parts.append(part)
        elif line[at] != '"':
            parts.append(line[at])
            at += 1
        elif is_quoted and line[at + 1 : at + 2] == '"':
            parts.append('"')
            at += 2
        else:
            is_quoted = not is_quoted
            at += 1
    return "".join(parts), at


def _backslashes(line: str, at: int) -> tuple[str, int]:
    """Return what backslashes stand for, and the offset after it: before a quote, two of them are one."""
    end = at
    while line[end : end + 1] == "\\":
        end += 1
    count = end - at
    if line[end : end + 1] != '"':
        return "\\" * count, end
    return ("\\" * (count // 2) + '"', end + 1) if count % 2 else ("\\" * (count // 2), end)
