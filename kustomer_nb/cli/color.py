"""Colour on a terminal, by rich."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console
from rich.highlighter import RegexHighlighter
from rich.theme import Theme


class _Highlighter(RegexHighlighter):
    """Colours the keywords of a message, which says the same without colour."""

    base_style = "knb."
    highlights = [  # noqa: RUF012 - rich reads a class attribute
        r"(?P<error>\berror\b|\bremoved\b|\b[45]\d\d [A-Z][\w ]+)",
        r"(?P<warning>\bwarning\b|\bchanged\b)",
        r"(?P<good>\badded\b|\b2\d\d [A-Z][\w ]+|\bno problems\b|\bno difference\b)",
        r"(?P<code>\bKNB\d{3}\b)",
        r"(?P<setting>\$[\w.-]+)",
        r"(?P<fix>\bFix:)",
    ]


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


def print_in_color(stream: TextIO, text: str, *, style: str | None, highlight: bool) -> None:
    """Print a text as it is, in colour unless the environment says otherwise."""
    console = Console(
        file=stream, highlighter=_Highlighter(), theme=_THEME, soft_wrap=True, markup=False, emoji=False
    )
    console.print(text, style=style, highlight=highlight)
