"""The words of a magic's line: names, options and inputs."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from IPython.core.error import UsageError

from kustomer_nb.near_names import near_miss
from kustomer_nb.on_windows import ON_WINDOWS

# Those of a run that are typed in a line; the others are arguments of `Action.run`.
OPTIONS = ("--mode", "--profile", "--confirm")
_JSON = re.compile(r"([^\s=:'\"]+):=")
_WORD = re.compile(r"(?:[^\s'\"\\]|\\.|'[^']*'|\"(?:[^\"\\]|\\.)*\")+")
_DECODER = json.JSONDecoder()


class Words(NamedTuple):
    """What a line says: names in their order, options by name, and inputs by name."""

    names: tuple[str, ...]
    options: dict[str, str]
    inputs: dict[str, Any]


def read_words(line: str, usage: str) -> Words:
    """Return the words of a line: ``NAME``, ``--option VALUE``, ``input=value`` and ``input:=JSON``.

    Raises:
        UsageError: a quote has no end, an option is unknown or has no value, or a value is not JSON.

    Example:
        >>> words = read_words('find note="a b" order:={"id": "A"} --mode sample', "")
        >>> words.names, words.options, words.inputs
        (('find',), {'mode': 'sample'}, {'note': 'a b', 'order': {'id': 'A'}})
    """
    names: list[str] = []
    options: dict[str, str] = {}
    inputs: dict[str, Any] = {}
    words = _split(line, usage)
    for word in words:
        if isinstance(word, tuple):
            inputs[word[0]] = word[1]
            continue
        name, equals, value = word.partition("=")
        if word.startswith("--"):
            if name not in OPTIONS:
                _no_option(name, usage)
            options[name.removeprefix("--")] = value if equals else _value_of(name, next(words, None), usage)
        elif equals:
            inputs[name] = value
        else:
            names.append(word)
    return Words(tuple(names), options, inputs)


def _split(line: str, usage: str) -> Iterator[str | tuple[str, Any]]:
    """Yield the words of a line without their quotes, and the name and the value of each JSON value."""
    position = 0
    while position < len(line):
        if line[position].isspace():
            position += 1
        elif match := _JSON.match(line, position):
            value, position = _json(match[1], line, match.end(), usage)
            yield match[1], value
        elif match := _WORD.match(line, position):
            yield _without_quotes(match[0])
            position = match.end()
        else:
            raise UsageError(f"{usage}\nA quote has no end.")


def _without_quotes(word: str) -> str:
    lexer = shlex.shlex(word, posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    if ON_WINDOWS:
        # There a backslash separates folders.
        lexer.escape = ""
    return "".join(lexer)


def _no_option(name: str, usage: str) -> NoReturn:
    near = near_miss(name, OPTIONS)
    fix = f"did you mean {near}?" if near else f"use one of {', '.join(OPTIONS)}."
    raise UsageError(f"{usage}\nThere is no option {name}; {fix}")


def _value_of(name: str, value: str | tuple[str, Any] | None, usage: str) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{usage}\n{name} needs a value.")
    return value


def _json(name: str, line: str, start: int, usage: str) -> tuple[Any, int]:
    """Return a JSON value in a line, and where it ends: it may have spaces."""
    try:
        value, end = _DECODER.raw_decode(line, start)
    except (ValueError, RecursionError):
        value, end = None, -1
    if end < 0 or not (line[end:] == "" or line[end].isspace()):
        # Not quoted: it may be a token.
        raise UsageError(f"{usage}\nThe value of {name}:= is not JSON.")
    return value, end
