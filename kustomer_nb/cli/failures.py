"""Failures of a verb: a message on stderr, or one JSON document on stdout, and the exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import (
    GuardError,
    KustomerNbError,
    RequestError,
    SettingError,
    TemplateError,
    TransportError,
)
from kustomer_nb.printable import one_line

from .console import prints_json, show_envelope, show_errors, show_message, terminal_width
from .hints import explained

SUCCESS, PROBLEMS, USAGE, UNSET, NO_RESPONSE, SERVICE_ERROR, REFUSED = range(7)
# 128 + SIGINT, as shells report it.
STOPPED = 130
INTERRUPTED = "Stopped. A request in progress may still have been processed; check before retrying."
# The first class that matches decides. Any other error is about the command line or its files: 2.
_EXITS: tuple[tuple[type[KustomerNbError], int], ...] = (
    (SettingError, UNSET),
    (TransportError, NO_RESPONSE),
    (GuardError, REFUSED),
    (RequestError, PROBLEMS),
    (TemplateError, PROBLEMS),
)
# These are words on the command line or in its files, although a request or a setting raises the error.
_USAGE_CODES = {Code.MODE_UNKNOWN, Code.HOSTS_INVALID, Code.SETTING_INVALID, Code.NO_CASSETTE_PATH}


@contextmanager
def exit_on_error(path: Path | None = None) -> Iterator[None]:
    """Turn an error of the package into its message and an exit code; ``path`` is that of the definition."""
    try:
        yield
    except KustomerNbError as error:
        fail(error, path)


def fail(error: KustomerNbError, path: Path | None = None, **meta: Any) -> NoReturn:
    """Print an error and exit; ``meta`` is added to the JSON document."""
    code = exit_code(error)
    if prints_json():
        _show_failure(error.diagnostics, code, **meta)
    else:
        show_errors(error.diagnostics, path)
    sys.exit(code)


def exit_code(error: KustomerNbError) -> int:
    """Return the exit code for an error.

    Example:
        >>> exit_code(SettingError.from_code(Code.SETTING_UNSET, "no value.", "set it."))
        3
    """
    if not _USAGE_CODES.isdisjoint(error.diagnostics.codes):
        return USAGE
    return next((code for kind, code in _EXITS if isinstance(error, kind)), USAGE)


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn Ctrl+C into a message and an exit code."""
    try:
        yield
    except KeyboardInterrupt:
        if prints_json():
            _show_failure([_without_code(INTERRUPTED)], STOPPED)
        else:
            show_message(INTERRUPTED, stderr=True)
        sys.exit(STOPPED)


@contextmanager
def usage_errors() -> Iterator[None]:
    """Complete an error of click: with a hint, on one line, and as JSON for who asked for that.

    On one line, because a name that it quotes must not look like a line of our output.
    """
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        # Its message is the help, which has lines of its own.
        raise
    except click.ClickException as error:
        message = one_line(explained(error))
        if prints_json():
            _show_failure([_without_code(message)], error.exit_code)
            sys.exit(error.exit_code)
        wrapped = _wrapped(message)
        error.format_message = lambda: wrapped  # type: ignore[method-assign] # click asks the instance
        raise


def _wrapped(message: str) -> str:
    from kustomer_nb.reporting import wrap

    # What click writes in front of it.
    prefix = "Error: "
    return wrap(f"{prefix}{message}", terminal_width(stderr=True)).removeprefix(prefix)


def show_usage_error(message: str, fix: str) -> None:
    """Print an error about the command line or a file that has no code of its own."""
    if prints_json():
        _show_failure([_without_code(message, fix)], USAGE)
    else:
        show_message(f"{message} Fix: {fix}", stderr=True)


def _without_code(message: str, fix: str = "") -> Diagnostic:
    return Diagnostic("", Severity.ERROR, "", message, fix)


def _show_failure(diagnostics: Iterable[Diagnostic], code: int, **meta: Any) -> None:
    from kustomer_nb.reporting import as_json, envelope

    rows = as_json(Diagnostics(diagnostics))
    errors = [{**row, "code": row["code"] or None} for row in rows]
    show_envelope({**envelope(None, exit_code=code, **meta), "errors": errors})
