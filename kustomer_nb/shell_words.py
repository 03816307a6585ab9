"""Quotes the words of a command that is shown, so that it can be pasted into a terminal of this system."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from kustomer_nb.on_windows import ON_WINDOWS

# What neither PowerShell nor cmd reads as anything else.
_PLAIN = re.compile(r"[\w./\\:+=-]+")
# What means something within double quotes, in PowerShell or in cmd; PowerShell takes curly ones for quotes.
_EXPANDED = re.compile('["$`%“”„]|\\\\$')
_SINGLE_QUOTES = re.compile("['‘’‚‛]")


def shell_word(word: str) -> str:
    """Return a word as it is typed in a shell of this system.

    Example:
        >>> shell_word("shop.json")
        'shop.json'
    """
    return windows_word(word) if ON_WINDOWS else shlex.quote(word)


def windows_word(word: str) -> str:
    """Return a word as it is typed in PowerShell, and if possible in cmd as well.

    Example:
        >>> print(windows_word("my shop.json"), windows_word('note={"a": "$5"}'))
        "my shop.json" 'note={"a": "$5"}'
    """
    if _PLAIN.fullmatch(word):
        return word
    if not _EXPANDED.search(word):
        return f'"{word}"'
    # cmd has no way to quote all of these.
    doubled = _SINGLE_QUOTES.sub(lambda match: match[0] * 2, word)
    return f"'{doubled}'"


def shell_command(words: Iterable[str]) -> str:
    """Return a command as it is typed in a shell of this system.

    Example:
        >>> shell_command(["kustomer-nb", "lint", "shop.json"])
        'kustomer-nb lint shop.json'
    """
    typed = [shell_word(word) for word in words]
    # PowerShell takes a quoted program for a string, unless & is before it.
    is_quoted = ON_WINDOWS and typed[0].startswith(("'", '"'))
    return " ".join(["&", *typed] if is_quoted else typed)
