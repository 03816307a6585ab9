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
_POWERSHELL = re.compile(r"`\r?\n|\bcurl\.exe\b|\$env:|(?<![^\s(=,])@['\"]\r?\n|`\"", re.IGNORECASE)
# Of bash, zsh, PowerShell and cmd, and what a notebook or a text has around a command.
_PROMPT = re.compile(
    r"\s*(?:(?P<mark>[$%#>!❯»λ]|PS [^\n>]*>)\s+(?=\S)|!(?=curl\b)|[A-Za-z]:\\[^\n>]*>\s*(?=\S)"
    r"|[^\n'\"|;&=`]{0,80}?(?:[$%#>❯»λ]|➜\s+\S+)\s+(?=(?:sudo\s+)?curl(?:\.exe)?\s))",
    re.IGNORECASE,
)
_FENCE = re.compile(r"\A\s*(?P<fence>```+|~~~+)[^\n]*\n(?P<text>.*?)(?:\n\s*(?P=fence)\s*)?\Z", re.DOTALL)
_INLINE = re.compile(r"\A`(?P<text>[^`]+)`\Z")
_CELL_MAGIC = re.compile(r"\A\s*%%(?:bash|sh|zsh|script|cmd)\b[^\n]*\n", re.IGNORECASE)
# A root's prompt and a comment look alike.
_ROOT_COMMAND = re.compile(r"(?:sudo[ \t]+)?curl\b")
_LATER_COMMAND = re.compile(r"^[ \t]*(?:[$%>][ \t]+)?curl\b", re.MULTILINE)
# The prompt for the rest of a command, of bash, PowerShell or cmd.
_CONTINUED = re.compile(r"(?:>>?|More\?)(?: |(?=[-'\"^])|\Z)")
_GOES_ON = ("\\", "`", "^")
# They run the command that follows them.
_WRAPPERS = frozenset({"sudo", "time", "env", "command", "exec", "nohup", "call", "&", "export"})
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_ASSIGNS = re.compile(r"export|declare|typeset|local|readonly|-[a-zA-Z]+|[A-Za-z_]\w*=.*", re.DOTALL)
_CURL = re.compile(r"(?:.*[/\\])?curl(?:\.exe)?", re.IGNORECASE)
_POWERSHELL_CALL = "copy the request as cURL (bash) or cURL (cmd) instead of PowerShell."
_OTHERS = {
    "invoke-webrequest": _POWERSHELL_CALL,
    "invoke-restmethod": _POWERSHELL_CALL,
    "iwr": "write the request as a curl command.",
    "irm": "write the request as a curl command.",
    "wget": "write the request as a curl command.",
    "http": "write the request as a curl command.",
    "https": "write the request as a curl command.",
    "fetch": "copy the request as cURL instead of fetch.",
}
_OTHER_CALL = re.compile(
    rf"(?:^|[;=(]|\bawait\b)[ \t]*(?P<name>{'|'.join(_OTHERS)})(?=[\s(])", re.IGNORECASE | re.MULTILINE
)
# Only what is surely a call: the word is in texts too.
_WITHIN = re.compile(r"[\s(;|&`](?=curl(?:\.exe)?\s+(?:-|[\"'^]*https?:))", re.IGNORECASE)
_BLANKS = "\ufeff \t\r\n\u00a0"
# In Windows PowerShell, curl is another name of Invoke-WebRequest.
_CMDLET_OPTIONS = frozenset(
    {"-uri", "-method", "-headers", "-body", "-contenttype", "-usebasicparsing", "-outfile", "-infile"}
)


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
    plain = _plain(text)
    _require_curl(plain)
    variables = Variables()
    split = _SPLITTERS[shell or shell_of(plain)]
    commands = split(plain, variables)
    within = _WITHIN.search(plain)
    if within is not None and all(_curl_arguments(command.words) is None for command in commands):
        # In a loop, behind another program, or as the value of a variable.
        commands = split(plain[within.end() :], variables)
    for at, command in enumerate(commands):
        arguments = _curl_arguments(command.words)
        if arguments is not None:
            _require_program(arguments)
            notes = _notes(commands, at)
            return CurlWords(tuple(arguments), command.stdin, variables, tuple(notes))
    raise _no_curl(commands)


def _plain(text: str) -> str:
    """Return a command without what a terminal, a notebook or a text has around it."""
    text = text.strip(_BLANKS)
    for pattern in (_FENCE, _INLINE):
        match = pattern.match(text)
        text = match["text"].strip(_BLANKS) if match else text
    # The end of the line: a character before it that continues the line continues nothing.
    return f"{_without_prompts(_CELL_MAGIC.sub('', text))}\n"


def _require_curl(text: str) -> None:
    """Refuse a text that has no curl and begins another call, whose quotes may be other ones.

    Raises:
        ConversionError: it is the call of another program.
    """
    if re.search(r"\bcurl\b", text, re.IGNORECASE) and not _OTHER_CALL.match(text):
        return
    match = _OTHER_CALL.search(text)
    if match is not None:
        name = match["name"]
        message = f"the text is a call of {name}, not of curl."
        raise ConversionError.from_code(Code.NOT_CURL, message, _OTHERS[name.lower()])


def _without_prompts(text: str) -> str:
    """Return a command without the prompts of a terminal; lines of a quoted text may look like them."""
    prompt = _prompt(text)
    first, *others = text[prompt:].split("\n")
    is_copied = prompt > 0 and all(map(_CONTINUED.match, others))
    lines = [first]
    for line in others:
        goes_on = lines[-1].removesuffix("\r").endswith(_GOES_ON)
        lines.append(_without_continued(line) if is_copied or goes_on else line)
    return "\n".join(lines)


def _prompt(text: str) -> int:
    """Return the length of the prompt that a text begins with; that of root may be a comment."""
    match = _PROMPT.match(text)
    if match is None:
        return 0
    is_command = _ROOT_COMMAND.match(text, match.end()) and not _LATER_COMMAND.search(text, match.end())
    return 0 if text.startswith("#") and not is_command else match.end()


def _without_continued(line: str) -> str:
    match = _CONTINUED.match(line)
    return line[match.end() :] if match else line


def _require_program(arguments: list[str]) -> None:
    option = next((word for word in arguments if word.lower() in _CMDLET_OPTIONS), None)
    if option is not None:
        message = f"{option} is an option of Invoke-WebRequest, which PowerShell calls curl too."
        raise ConversionError.from_code(Code.NOT_CURL, message, _POWERSHELL_CALL)


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
        if index != at and not all(map(_ASSIGNS.fullmatch, command.words))
    ]
    programs = [command for command in others if _curl_arguments(command.words) is None]
    notes = []
    if curls := len(others) - len(programs):
        is_several = "commands were" if curls > 1 else "command was"
        message = f"{curls} more curl {is_several} left out: only the first one is imported."
        notes.append(note(Code.PART_LEFT_OUT, message, "import each command on its own."))
    if programs:
        notes.append(_note_of_programs(programs))
    return notes


def _note_of_programs(programs: list[Command]) -> Diagnostic:
    message = f"the rest of the command line was left out: {', '.join(map(_name, programs))}."
    if all(command.is_piped for command in programs):
        # As in | jq: it does nothing to the request.
        return note(Code.PART_LEFT_OUT, message, "map the response in outputTemplate.", Severity.HINT)
    fix = "if it is part of the URL, put the URL in quotes and paste the command again."
    return note(Code.PART_LEFT_OUT, message, fix)


def _name(command: Command) -> str:
    # Only a plain word is quoted: any other may hold a value.
    name = command.words[0]
    return f"`{name}`" if re.fullmatch(r"[a-z][a-z-]{0,15}", name) else "a command"


def _no_curl(commands: list[Command]) -> ConversionError:
    message = "the text is empty." if not commands else "the text contains no curl command."
    return ConversionError.from_code(Code.NOT_CURL, message, "paste a command that begins with curl.")
