"""Recognizes the shell that a command line is written for, and finds the curl command in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.errors import ConversionError

from .notes import note
from .posix import split_posix
from .powershell import split_powershell
from .windows import split_cmd
from .words import Command, Variables, require_no_markers

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic

_SPLITTERS: dict[str, Callable[[str, Variables], list[Command]]] = {
    "posix": split_posix,
    "cmd": split_cmd,
    "powershell": split_powershell,
}
SHELLS = tuple(_SPLITTERS)
_POSIX = re.compile(r"\\\r?\n|\$'|'\\''")
_CMD = re.compile(r"\^\r?\n|\^\"|\^&|\^%|%[A-Z_]{3,}%")
_POWERSHELL = re.compile(r"`\r?\n|\bcurl\.exe\b|\$env:|@['\"]\r?\n|`\"", re.IGNORECASE)
_PROMPT = re.compile(r"\A\s*(?:[$%#>]|PS [^\n>]*>|[A-Za-z]:\\[^\n>]*>)\s+(?=\S)")
_CONTINUED = re.compile(r"(?m)^> ?(?=\s*(?:-|'|\"|http))")
# They run the command that follows them.
_WRAPPERS = frozenset({"sudo", "time", "env", "command", "exec", "nohup", "call", "&", "export"})
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_CURL = re.compile(r"(?:.*[/\\])?curl(?:\.exe)?", re.IGNORECASE)
_OTHERS = {
    "invoke-webrequest": "copy the request as cURL (bash) or cURL (cmd) instead of PowerShell.",
    "invoke-restmethod": "copy the request as cURL (bash) or cURL (cmd) instead of PowerShell.",
    "iwr": "write the request as a curl command.",
    "wget": "write the request as a curl command.",
    "http": "write the request as a curl command.",
    "https": "write the request as a curl command.",
    "fetch": "copy the request as cURL instead of fetch.",
}


@dataclass(frozen=True, slots=True, repr=False)
class CurlWords:
    """The arguments of the first curl command in a text, and what was left out of it."""

    arguments: tuple[str, ...]
    stdin: str | None
    variables: Variables
    notes: tuple[Diagnostic, ...]


def shell_of(text: str) -> str:
    r"""Return the shell that a command is written for: posix, cmd or powershell.

    Example:
        >>> [shell_of(text) for text in ("curl 'a' \\\n -d x", 'curl ^"a^" ^\n', "curl.exe 'a' `\n -d x")]
        ['posix', 'cmd', 'powershell']
    """
    scores = {
        "posix": 2 * len(_POSIX.findall(text)),
        "cmd": 2 * len(_CMD.findall(text)),
        "powershell": len(_POWERSHELL.findall(text))
        + 2 * len(re.findall(r"(?i)`\r?\n|\$env:|curl\.exe", text)),
    }
    # The first of equals is the usual one.
    return max(SHELLS, key=lambda shell: scores[shell])


def read_words(text: str, shell: str | None = None) -> CurlWords:
    """Return the arguments of the first curl command in a text.

    Raises:
        ConversionError: there is none, or the text cannot be split into words.

    Example:
        >>> read_words("$ curl http://a.b | jq .").arguments
        ('http://a.b',)
    """
    require_no_markers(text)
    plain = _CONTINUED.sub("", _PROMPT.sub("", text.strip("\ufeff \t\r\n\u00a0")))
    variables = Variables()
    commands = _SPLITTERS[shell or shell_of(plain)](plain, variables)
    for at, command in enumerate(commands):
        arguments = _curl_arguments(command.words)
        if arguments is not None:
            notes = _notes(commands, at)
            return CurlWords(tuple(arguments), command.stdin, variables, tuple(notes))
    raise _no_curl(commands)


def _curl_arguments(words: list[str]) -> list[str] | None:
    for at, word in enumerate(words):
        if _CURL.fullmatch(word):
            return words[at + 1 :]
        if (
            word.lower() not in _WRAPPERS
            and not _ASSIGNMENT.fullmatch(word)
            and word not in {"$", "%", "#", ">"}
        ):
            return None
    return None


def _notes(commands: list[Command], at: int) -> list[Diagnostic]:
    others = [
        command
        for index, command in enumerate(commands)
        if index != at and not all(_ASSIGNMENT.fullmatch(word) or word == "export" for word in command.words)
    ]
    notes = []
    curls = sum(_curl_arguments(command.words) is not None for command in others)
    if curls:
        is_several = "commands were" if curls > 1 else "command was"
        message = f"{curls} more curl {is_several} left out: only the first one is imported."
        notes.append(note(Code.PART_LEFT_OUT, message, "import each command on its own."))
    if len(others) > curls:
        other_programs = [command for command in others if _curl_arguments(command.words) is None]
        names = ", ".join(map(_name, other_programs))
        message = f"the rest of the command line was left out: {names}."
        if all(command.is_piped for command in other_programs):
            # As in | jq: it does nothing to the request.
            notes.append(
                note(Code.PART_LEFT_OUT, message, "map the response in outputTemplate.", Severity.HINT)
            )
        else:
            fix = "if it is part of the URL, put the URL in quotes and paste the command again."
            notes.append(note(Code.PART_LEFT_OUT, message, fix))
    return notes


def _name(command: Command) -> str:
    # Only a plain word is quoted: any other may hold a value.
    name = command.words[0]
    return f"`{name}`" if re.fullmatch(r"[a-z][a-z-]{0,15}", name) else "a command"


def _no_curl(commands: list[Command]) -> ConversionError:
    first = commands[0].words[0].lower() if commands else ""
    name = re.split(r"[^a-z-]", first, maxsplit=1)[0]
    if name in _OTHERS:
        message = f"the text is a call of {name}, not of curl."
        return ConversionError.from_code(Code.NOT_CURL, message, _OTHERS[name])
    message = "the text is empty." if not commands else "the text contains no curl command."
    return ConversionError.from_code(Code.NOT_CURL, message, "paste a command that begins with curl.")
