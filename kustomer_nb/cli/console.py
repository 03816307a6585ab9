"""Printing and exit codes that the verbs share."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

import click
from rich.console import Console
from rich.highlighter import RegexHighlighter
from rich.theme import Theme

from kustomer_nb import reporting
from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.errors import (
    GuardError,
    KustomerNbError,
    RequestError,
    SettingError,
    TemplateError,
    TransportError,
)
from kustomer_nb.jsontext.javascript import stringify
from kustomer_nb.printable import as_json_escapes, one_line, visible

GOOD, FINDINGS, USAGE, UNSET, NO_ANSWER, SERVICE_ERROR, REFUSED = range(7)
_EXITS: tuple[tuple[type[KustomerNbError], int], ...] = (
    (SettingError, UNSET),
    (TransportError, NO_ANSWER),
    (GuardError, REFUSED),
    (RequestError, FINDINGS),
    (TemplateError, FINDINGS),
)


class _Words(RegexHighlighter):
    """Colours the words that carry the news; without colour they say the same."""

    base_style = "knb."
    highlights = [  # noqa: RUF012 - rich reads a class attribute
        r"(?P<error>\berror\b|\bremoved\b|\b[45]\d\d [A-Z][\w ]+)",
        r"(?P<warning>\bwarning\b|\bchanged\b)",
        r"(?P<good>\badded\b|\b2\d\d [A-Z][\w ]+|\bnothing found\b|\bno difference\b)",
        r"(?P<code>\bKNB\d{3}\b)",
        r"(?P<setting>\$[\w.-]+)",
        r"(?P<fix>\bFix:)",
    ]


# A GitHub runner executes a line of its log that begins with "::", and "##[" anywhere in a line.
_COMMAND = re.compile(r"^(\s*):(?=:)", re.MULTILINE)
_OLD_COMMAND = re.compile(r"#(?=#\[)")
_THEME = Theme(
    {
        "knb.error": "bold red",
        "knb.warning": "yellow",
        "knb.good": "green",
        "knb.code": "cyan",
        "knb.setting": "magenta",
        "knb.fix": "bold",
    }
)


class Filtered:
    """A text stream that writes control characters as visible escapes, whoever prints to it.

    ``stream`` is the stream behind it. It has no ``buffer``, because bytes would bypass the filter.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write a text, control characters written out."""
        self.stream.write(_inert(visible(text)))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of some texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name in ("buffer", "detach"):
            raise AttributeError(name)
        return getattr(self.stream, name)


@contextmanager
def filtered() -> Iterator[None]:
    """Put a `Filtered` before stdout and stderr, so that errors of click and warnings pass it too.

    After an unexpected exception the filter stays, because Python prints the traceback later.
    """
    streams = sys.stdout, sys.stderr
    # As on stderr: a character the terminal cannot show is escaped, and stops no output.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdout, sys.stderr = (
        stream if stream is None or isinstance(stream, Filtered) else cast(TextIO, Filtered(stream))
        for stream in streams
    )
    try:
        yield
    except SystemExit:
        sys.stdout, sys.stderr = streams
        raise
    sys.stdout, sys.stderr = streams


def _inert(text: str) -> str:
    """Return a text in which a GitHub runner, whose log it may be, finds no command."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return text
    return _OLD_COMMAND.sub(r"\\x23", _COMMAND.sub(r"\1\\x3a", text))


def _unfiltered(stream: TextIO) -> TextIO:
    return stream.stream if isinstance(stream, Filtered) else stream


def show(value: Any) -> None:
    """Print a value as text."""
    show_text(reporting.text(value))


def show_text(text: str, *, stderr: bool = False, style: str | None = None, highlight: bool = True) -> None:
    """Print a text, in colour on a terminal only; it never wraps what a person may copy.

    Control characters are written as visible escapes. A line end in ``text`` stays one, so pass names through
    `kustomer_nb.display.one_line` first.
    """
    # The colours of rich are control characters too: the text is filtered here, and the stream is not.
    console = Console(
        file=_unfiltered(sys.stderr if stderr else sys.stdout),
        highlighter=_Words(),
        theme=_THEME,
        soft_wrap=True,
        markup=False,
        emoji=False,
    )
    console.print(_inert(visible(text)), style=style, highlight=highlight)


def show_annotations(lines: Iterable[str]) -> None:
    """Print workflow commands of GitHub, which the filter of stdout would disarm."""
    _unfiltered(sys.stdout).write("".join(f"{visible(line)}\n" for line in lines))


def show_faults(faults: Diagnostics, path: Path | None = None) -> None:
    """Print on stderr what is wrong; ``path`` is the file it is about."""
    heading = "" if path is None else f"{one_line(str(path))}\n"
    show_text(heading + reporting.text(faults).rpartition("\n")[0], stderr=True)


def show_json(value: Any, **meta: Any) -> None:
    """Print a value in the one envelope of every ``--json``."""
    # By way of JSON.stringify: what JSON cannot hold (Infinity) becomes null, as it does for the platform.
    plain = json.loads(stringify(reporting.envelope(value, **meta)) or "null")
    # What the stream cannot encode would be escaped in Python's way, which is not JSON.
    is_ascii = not str(sys.stdout.encoding or "utf-8").lower().replace("_", "-").startswith("utf")
    text = as_json_escapes(json.dumps(plain, indent=2, ensure_ascii=is_ascii))
    click.echo(text.replace("##[", "\\u0023#["))


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn Ctrl+C into a word on stderr and its exit code."""
    try:
        yield
    except KeyboardInterrupt:
        show_text("Stopped. If a request was on its way, whether it was carried out is unknown.", stderr=True)
        sys.exit(130)


@contextmanager
def failing() -> Iterator[None]:
    """Turn an error of the package into its text on stderr and its exit code."""
    try:
        yield
    except KustomerNbError as error:
        show_text(reporting.text(error.diagnostics).rpartition("\n")[0], stderr=True)
        is_usage = Code.MODE_UNKNOWN in error.diagnostics.codes
        exits = () if is_usage else _EXITS
        sys.exit(next((code for kind, code in exits if isinstance(error, kind)), USAGE))
