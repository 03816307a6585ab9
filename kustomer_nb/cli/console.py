"""Printing and exit codes that the verbs share."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.highlighter import RegexHighlighter
from rich.theme import Theme

from kustomer_nb import views
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


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
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


def console(*, stderr: bool = False) -> Console:
    """Return a console that colours on a terminal only and never wraps what a person may copy."""
    return Console(
        stderr=stderr, highlighter=_Words(), theme=_THEME, soft_wrap=True, markup=False, emoji=False
    )


def show(value: Any) -> None:
    """Print a value as text."""
    show_text(views.text(value))


def show_text(text: str, *, stderr: bool = False) -> None:
    """Print a text; a terminal obeys nothing that a service answered."""
    console(stderr=stderr).print(_CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text))


def show_faults(faults: Diagnostics, path: Path | None = None) -> None:
    """Print on stderr what is wrong; ``path`` is the file it is about."""
    heading = "" if path is None else f"{path}\n"
    show_text(heading + views.text(faults).rpartition("\n")[0], stderr=True)


def show_json(value: Any, **meta: Any) -> None:
    """Print a value in the one envelope of every ``--json``."""
    # By way of JSON.stringify: what JSON cannot hold (Infinity) becomes null, as it does for the platform.
    plain = json.loads(stringify(views.envelope(value, **meta)) or "null")
    click.echo(json.dumps(plain, indent=2, ensure_ascii=False))


@contextmanager
def failing() -> Iterator[None]:
    """Turn an error of the package into its text on stderr and its exit code."""
    try:
        yield
    except KustomerNbError as error:
        console(stderr=True).print(views.text(error.diagnostics).rpartition("\n")[0])
        is_usage = "KNB807" in error.diagnostics.codes
        exits = () if is_usage else _EXITS
        sys.exit(next((code for kind, code in exits if isinstance(error, kind)), USAGE))
    except KeyboardInterrupt:
        console(stderr=True).print(
            "Stopped. If a request was on its way, whether it was carried out is unknown."
        )
        sys.exit(130)
