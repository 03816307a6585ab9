"""Tokens and passwords that are written into ``kustomer-nb.toml``, which belongs in git."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.jsontext.text_file import read_settings
from kustomer_nb.linting import Concealment
from kustomer_nb.near_names import is_short_for
from kustomer_nb.secrets.token_patterns import MIXED, hard_coded_message, is_sure, severity_of, token_in

from .keys import is_variable

if TYPE_CHECKING:
    from pathlib import Path

    from kustomer_nb.definition import AppDefinition

WRITTEN_OUT = Code.PROFILE_TOKEN
_FIX = 'write { env = "NAME" } instead, and NAME=… in .env.'
# Long enough for a token.
_WORD = re.compile(r"[A-Za-z0-9_~+=-]{16,}")
_PASSWORD = re.compile(r"//[^/\s\"'@]+:[^/\s\"'@]+@")


def without_tokens(diagnostics: Diagnostics, path: Path) -> Diagnostics:
    """Return diagnostics of a file in which none of the tokens in its text is readable."""
    try:
        text = read_settings(path, errors="replace") if diagnostics else ""
    except OSError:
        return diagnostics  # they cannot quote a file that cannot be read
    words = (word[0] for word in _WORD.finditer(text) if _is_token(word[0]))
    return Concealment(text, tokens=words).diagnostics(diagnostics)


def tokens_in_settings(
    settings: Mapping[str, Any], table_name: str, app: AppDefinition, keys: list[str]
) -> Iterator[tuple[str, Diagnostic]]:
    """Yield the settings whose value is a token or a secret."""
    for name, value in settings.items():
        if is_variable(value):
            continue
        token, is_secret = _token_of(name, value), _is_secret(name, app, keys)
        if token is None and not is_secret:
            continue
        holder = f"`{name}` in settings of {table_name}"
        message = (
            hard_coded_message(holder, token) if token else f"{holder} is a secret, readable in the file."
        )
        severity = severity_of(token) if token and not is_secret else Severity.ERROR
        yield name, _finding(severity, message)


def _token_of(name: str, value: Any) -> str | None:
    tail = name.rpartition(".")[2]
    return token_in(tail, value) or (value if isinstance(value, str) and is_sure(value) else None)


def _is_secret(name: str, app: AppDefinition, keys: list[str]) -> bool:
    """Return whether a name, in full or the tail of one, belongs to a setting of type secret."""
    settings = [app.setting(key) for key in keys if is_short_for(name, key)]
    return any(setting is not None and setting.type == "secret" for setting in settings)


def tokens_in_text(path: Path) -> Iterator[Diagnostic]:
    """Yield what looks like a token or a password anywhere in the file, in comments too."""
    from .positions import in_file

    text = read_settings(path)
    for match in _WORD.finditer(text):
        if _is_token(match[0]):
            message = hard_coded_message("this line", match[0])
            finding = _finding(Severity.WARNING, message)
            yield in_file(finding, path, Span.from_offsets(text, *match.span()))
    for match in _PASSWORD.finditer(text):
        message = "this line contains a URL with a password, readable in the file."
        finding = _finding(Severity.ERROR, message)
        yield in_file(finding, path, Span.from_offsets(text, *match.span()))


def _is_token(word: str) -> bool:
    # Upper case throughout is the name of an environment variable.
    return is_sure(word) and MIXED.search(word) is not None and not word.isupper()


def _finding(severity: Severity, message: str) -> Diagnostic:
    return Diagnostic(WRITTEN_OUT, severity, "", message, _FIX)
