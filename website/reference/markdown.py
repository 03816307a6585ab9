"""Tables and text in the Markdown that GitHub and the site read alike."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What is a name, and no word of a sentence: an option, a path, a key with a dot, a reference, a variable.
_NAMES = re.compile(
    r"(?<![\w`./-])(--[a-z][\w-]*|/#[\w.:-]*\w|[\w-]+\.(?:toml|json|jsonl|ipynb|env)\b|KUSTOMER_NB_\w+|_env\b"
    r"|outputTemplate|outputSchema|inputTemplate|inputSchema|sampleOutputContext|appAccountName)"
)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    r"""Return a table, with a line break at its end.

    Example:
        >>> print(table(["Key", ""], [["`a`", "x|y"]]), end="")
        | Key | |
        |---|---|
        | `a` | x\|y |
    """
    titles = list(head)
    lines = [titles, ["---"] * len(titles)]
    body = [[" ".join(cell.replace("|", "\\|").split()) for cell in row] for row in rows]
    rule = "|".join(lines[1])
    return "".join(f"{line}\n" for line in [_row(titles), f"|{rule}|", *map(_row, body)])


def prose(text: str) -> str:
    """Return a sentence of the command line or of a schema with its names as code.

    Example:
        >>> prose("With --json, {{x}} of <app> is in inputTemplate.")
        'With `--json`, `{{x}}` of `<app>` is in `inputTemplate`.'
    """
    pieces = re.split(r"(`[^`]*`)", text.replace("``", "`"))
    return "".join(piece if piece.startswith("`") else _marked(piece) for piece in pieces)


def _marked(text: str) -> str:
    text = re.sub(
        r"(\{\{\{?[^{}]*\}?\}\}|(?:\w+:)?<[^<>\s]+>(?:\.<[^<>\s]+>)*|(?<![\w-])-(?= is stdin))", r"`\1`", text
    )
    pieces = re.split(r"(`[^`]*`)", text)
    return "".join(piece if piece.startswith("`") else _NAMES.sub(r"`\1`", piece) for piece in pieces)


def _row(cells: Iterable[str]) -> str:
    return "".join(f"| {cell} " if cell else "| " for cell in cells) + "|"
