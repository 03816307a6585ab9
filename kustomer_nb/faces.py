"""How each face names an option: Python an argument, the command line a flag, a widget what to do there.

A message never writes the name of an option itself, but asks `name_of` or `how_to_pass`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum


class Face(Enum):
    """Where a message is read: in Python, in a terminal, or in a widget."""

    PYTHON = "python"
    COMMAND_LINE = "command line"
    WIDGET = "widget"


# A context variable: the transport's thread and the tasks of a widget inherit it.
_FACE: ContextVar[Face] = ContextVar("face", default=Face.PYTHON)
# The options that the command line has; the others need Python or a profile.
FLAGS = {
    "settings": "--set",
    "profile": "--profile",
    "hosts": "--host",
    "env": "--env",
    "allow_missing": "--allow-missing",
    "now": "--now",
    "seed": "--seed",
    "steps": "--steps",
    "mode": "--mode",
    "cassette": "--cassette",
    "retry": "--retry",
    "parse_limit": "--parse-limit",
    "confirm": "--confirm",
    "columns": "--column",
    "empty": "--empty",
    "allow_changed": "--allow-changed",
    "again": "--again",
}
# What stands in for the value of an option that is a mapping or a set, with its one name.
_PYTHON_VALUES = {
    "accounts": "{{{}: token}}",
    "allow_missing": "{{{}}}",
    "env": "{{{}: …}}",
    "helpers": "{{{}: …}}",
    "settings": "{{{}: …}}",
}
_SWITCHES = frozenset({"again"})
_FLAG_VALUES = {"env": "{}=…", "settings": "{}=…"}
_WITHOUT_FLAG = {"helpers": "run it in Python with a helper of your own"}
# In a widget these are typed; the other options are arguments of workbench().
_TYPED = {
    "accounts": "enter the token of {} under App settings",
    "confirm": "press Run, which asks you to confirm {}",
    "env": "enter {} under App settings",
    "settings": "enter {} under App settings",
}


@contextmanager
def read_in(face: Face) -> Iterator[None]:
    """Let the messages that are made in a block name options as a face does.

    Example:
        >>> with read_in(Face.COMMAND_LINE):
        ...     how_to_pass("confirm", "sandbox")
        'add --confirm sandbox'
    """
    token = _FACE.set(face)
    try:
        yield
    finally:
        _FACE.reset(token)


def for_face(*, python: str, command_line: str) -> str:
    """Return the words for the present face; those of Python are read in a widget too.

    Example:
        >>> for_face(python="app.fix()", command_line="kustomer-nb fix")
        'app.fix()'
    """
    return command_line if _FACE.get() is Face.COMMAND_LINE else python


def name_of(option: str, value: str = "") -> str:
    """Return an option as the present face writes it, with its value if there is one.

    Example:
        >>> name_of("hosts"), name_of("mode", "record")
        ('hosts=', 'mode="record"')
    """
    if _FACE.get() is Face.COMMAND_LINE and option in FLAGS:
        written = _FLAG_VALUES.get(option, "{}").format(_shell_word(value)) if value else ""
        return f"{FLAGS[option]} {written}".rstrip()
    if option in _SWITCHES:
        return f"{option}=True"
    quoted = json.dumps(value, ensure_ascii=False)
    return f"{option}={_PYTHON_VALUES.get(option, '{}').format(quoted) if value else ''}"


def how_to_pass(option: str, value: str = "") -> str:
    """Return the words for passing an option in the present face; empty if that face does not have it.

    Example:
        >>> how_to_pass("confirm", "sandbox"), how_to_pass("allow_missing", "tag")
        ('pass confirm="sandbox"', 'pass allow_missing={"tag"}')
    """
    match _FACE.get():
        case Face.COMMAND_LINE:
            is_flag = option in FLAGS
            return f"add {name_of(option, value)}" if is_flag else _WITHOUT_FLAG.get(option, "")
        case Face.WIDGET if option in _TYPED:
            return _TYPED[option].format(f"`{value}`" if value else "it")
        case Face.WIDGET:
            return f"open the workbench with {name_of(option, value)}"
    return f"pass {name_of(option, value)}"


def how_to_type(option: str, value: str) -> str:
    """Return the words for entering an option in a widget; empty in the other faces.

    Example:
        >>> with read_in(Face.WIDGET):
        ...     how_to_type("settings", "shop.default.token")
        'enter `shop.default.token` under App settings'
    """
    return how_to_pass(option, value) if _FACE.get() is Face.WIDGET else ""


def _shell_word(value: str) -> str:
    # Late: only a message on the command line quotes one.
    from .shell_words import shell_word

    return shell_word(value)


def alternatives(*ways: str) -> str:
    """Return the ways that there are as one sentence; an empty one is left out.

    Example:
        >>> alternatives("declare `tag`", "", "remove it"), alternatives("wait", "retry", "stop")
        ('declare `tag`, or remove it.', 'wait, retry, or stop.')
    """
    *others, last = (way for way in ways if way)
    return f"{', '.join(others)}, or {last}." if others else f"{last}."
