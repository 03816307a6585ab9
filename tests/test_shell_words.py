"""A command that is shown can be pasted into a terminal of Windows: PowerShell, and if possible cmd."""

from __future__ import annotations

import re

import pytest

from kustomer_nb import shell_words
from kustomer_nb.shell_words import shell_command, windows_word


def in_powershell(text: str) -> str:
    """Return the word that PowerShell makes of a text in quotes, by its own rules (about_Quoting_Rules)."""
    quote, inner = text[0], text[1:-1]
    assert text[-1] == quote
    if quote == '"':
        assert not re.search('["$`“”„]', inner), "it would be expanded"
        return inner
    assert not re.search("(?<!['‘’‚‛])(?:['‘’‚‛]{2})*['‘’‚‛](?!['‘’‚‛])", inner), "it would end there"
    return re.sub("(['‘’‚‛])['‘’‚‛]", r"\1", inner)


@pytest.mark.parametrize("word", ["shop.json", r"C:\shops\shop.json", "orderId=7", "--set", "größe.json"])
def test_a_plain_word_needs_no_quotes(word: str) -> None:
    assert windows_word(word) == word


@pytest.mark.parametrize(
    "word",
    [
        "",
        "my shop.json",
        "a&b",
        "a|b>c",
        "it's",
        "@home",
        "a,b",
        "~",
        "a;b",
        "(a)",
        "#a",
        r"C:\my shops\a.json",
    ],
)
def test_a_word_in_double_quotes_is_one_in_powershell_and_in_cmd(word: str) -> None:
    typed = windows_word(word)

    assert typed[0] == '"'
    assert in_powershell(typed) == word
    assert "%" not in typed


@pytest.mark.parametrize(
    "word",
    ['a="b"', "$HOME", "a`n", "100 %PATH%", "it's $5", "it’s $5", "“a”", "my folder\\", "'$'", "''$"],
)
def test_what_double_quotes_would_expand_is_in_single_ones(word: str) -> None:
    typed = windows_word(word)

    assert typed[0] == "'"
    assert in_powershell(typed) == word


def test_powershell_runs_a_quoted_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell_words, "ON_WINDOWS", True)

    assert shell_command([r"C:\Program Files\python.exe", "-m", "x"]) == (
        r'& "C:\Program Files\python.exe" -m x'
    )
