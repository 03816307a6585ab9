"""Output shared by the verbs: text in colour, JSON, and both without control characters."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

import click

from kustomer_nb.printable import as_json_escapes, one_line, visible

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostics

_IS_JSON: ContextVar[bool] = ContextVar("is_json", default=False)
# A GitHub runner executes a log line that begins with "::", and "##[" anywhere in a line.
_COMMAND = re.compile(r"^(\s*):(?=:)", re.MULTILINE)
_OLD_COMMAND = re.compile(r"#(?=#\[)")
# With one of these rich writes colours into a file or pipe too.
_FORCES_COLOR = ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")


class Filtered:
    """A text stream that writes control characters as visible escapes, whoever writes to it.

    ``stream`` is the wrapped stream. There is no ``buffer``, because bytes would bypass the filter.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str | bytes) -> int:
        """Write a text with its control characters escaped."""
        # click writes what a shell completes as bytes.
        text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        self.stream.write(_inert(visible(text)))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name in ("buffer", "detach"):
            raise AttributeError(name)
        return getattr(self.stream, name)


@contextmanager
def filtered() -> Iterator[None]:
    """Wrap stdout and stderr in a `Filtered`, so that errors of click and warnings pass it too.

    After an unexpected exception the filter stays, because Python prints the traceback later.
    """
    streams = sys.stdout, sys.stderr
    # As on stderr: a character that the encoding lacks is escaped, and does not stop the output.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdout, sys.stderr = (
        stream if stream is None or isinstance(stream, Filtered) else cast(TextIO, Filtered(stream))
        for stream in streams
    )
    # Not in a finally: after an unexpected exception the interpreter still writes to these streams.
    try:
        yield
    except SystemExit:
        sys.stdout, sys.stderr = streams
        raise
    sys.stdout, sys.stderr = streams


def _inert(text: str) -> str:
    """Return a text without workflow commands, if this is the log of a GitHub runner."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return text
    return _OLD_COMMAND.sub(r"\\x23", _COMMAND.sub(r"\1\\x3a", text))


def _unfiltered(stream: TextIO) -> TextIO:
    return stream.stream if isinstance(stream, Filtered) else stream


def terminal_width(*, stderr: bool = False) -> int | None:
    """Return the width of the terminal; None for a file or pipe, in which long lines are easier to search."""
    stream = _unfiltered(sys.stderr if stderr else sys.stdout)
    return shutil.get_terminal_size().columns if stream.isatty() else None


def file_name(path: Path | None) -> str:
    """Return how a location names a file, empty without one.

    Example:
        >>> file_name(Path("shop.json")), file_name(Path("-")), file_name(None)
        ('shop.json', '<stdin>', '')
    """
    return "" if path is None else "<stdin>" if str(path) == "-" else str(path)


def show(value: Any, path: Path | None = None) -> None:
    """Print a value as text; locations name the file of the definition, if there is one."""
    from kustomer_nb.reporting import text

    show_text(text(value, width=terminal_width(), path=file_name(path)))


def show_message(message: str, *, stderr: bool = False) -> None:
    """Print a message on a line, wrapped on a terminal."""
    from kustomer_nb.reporting import wrap

    show_text(wrap(one_line(message), terminal_width(stderr=stderr)), stderr=stderr, highlight=False)


def show_text(text: str, *, stderr: bool = False, style: str | None = None, highlight: bool = True) -> None:
    """Print a text as it is, in colour only on a terminal.

    Control characters are written as visible escapes, but a line end stays one: pass names through
    `kustomer_nb.printable.one_line` first.
    """
    # rich writes control characters for colours, so the text is filtered here instead of the stream.
    stream = _unfiltered(sys.stderr if stderr else sys.stdout)
    filtered_text = _inert(visible(text))
    wants_color = stream.isatty() or any(os.environ.get(name) for name in _FORCES_COLOR)
    # rich would still write bold text: with NO_COLOR there is no escape sequence at all.
    if wants_color and not os.environ.get("NO_COLOR"):
        # Imported for a terminal only: it takes as long as click.
        from .color import print_in_color

        print_in_color(stream, filtered_text, style=style, highlight=highlight)
    else:
        stream.write(f"{filtered_text}\n")


def show_exactly(text: str) -> None:
    """Write a text without a line end of ours: as it is to a file or pipe, filtered to a terminal."""
    stream = _unfiltered(sys.stdout)
    if stream.isatty() or not isinstance(stream, io.TextIOWrapper):
        sys.stdout.write(text)
        return
    stream.flush()
    stream.buffer.write(_inert(text).encode("utf-8", "surrogatepass"))


def show_annotations(lines: Iterable[str]) -> None:
    """Print workflow commands of GitHub, which the filter of stdout would escape."""
    _unfiltered(sys.stdout).write("".join(f"{visible(line)}\n" for line in lines))


def show_errors(diagnostics: Diagnostics, path: Path | None = None) -> None:
    """Print diagnostics on stderr, without a summary; ``path`` is the file of the definition."""
    show_problems(diagnostics, path, stderr=True)


def show_problems(diagnostics: Diagnostics, path: Path | None = None, *, stderr: bool = False) -> None:
    """Print diagnostics without a summary; ``path`` is the file of the definition."""
    from kustomer_nb.reporting import text as as_text

    text = as_text(diagnostics, width=terminal_width(stderr=stderr), path=file_name(path))
    show_text(text.rpartition("\n")[0], stderr=stderr)


@contextmanager
def printing_json(is_json: bool) -> Iterator[None]:
    """Let everything in a block print JSON, or text."""
    token = _IS_JSON.set(is_json)
    try:
        yield
    finally:
        _IS_JSON.reset(token)


def prints_json() -> bool:
    """Return whether the caller asked for JSON: then stdout gets one document, also for an error."""
    return _IS_JSON.get()


def show_json(value: Any, **meta: Any) -> None:
    """Print a value as ``--json`` does."""
    from kustomer_nb.reporting import envelope

    show_envelope(envelope(value, **meta))


def show_envelope(envelope: dict[str, Any]) -> None:
    """Print the one document of ``--json``."""
    from kustomer_nb.jsontext.serialization import stringify

    # Through JSON.stringify: what JSON cannot represent (Infinity) becomes null, as on the platform.
    plain = json.loads(stringify(envelope) or "null")
    # What the stream cannot encode would be escaped as in Python, which is not JSON.
    is_ascii = not str(sys.stdout.encoding or "utf-8").lower().replace("_", "-").startswith("utf")
    text = as_json_escapes(json.dumps(plain, indent=2, ensure_ascii=is_ascii))
    click.echo(text.replace("##[", "\\u0023#["))
