"""What lint says of ``kustomer-nb.toml``, which goes into git with the definition beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.definition import ActionDefinition, AppDefinition
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import LoadError, NameNotFoundError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.text_file import read_settings
from kustomer_nb.linting import Concealment
from kustomer_nb.secrets.token_patterns import MIXED, is_sure, severity_of, token_in, written_out

from .keys import CODE, flat, is_variable
from .loader import FILE, load_profile, read_tables
from .settings import unknown_names

WRITTEN_OUT = Code.PROFILE_TOKEN
_WORD = re.compile(r"[A-Za-z0-9_~+=-]{16,}")
_PASSWORD = re.compile(r"//[^/\s\"'@]+:[^/\s\"'@]+@")
_ANYTHING = {"*", "**"}


def check_profiles(root: Path, app: AppDefinition, actions: Iterable[ActionDefinition] = ()) -> Diagnostics:
    """Return what is wrong with ``kustomer-nb.toml`` of a project: its form, and its fit to a definition.

    A token that is written out is never quoted.
    """
    diagnostics = _checked(root, app, actions)
    try:
        text = read_settings(root / FILE, errors="replace") if diagnostics else ""
    except OSError:
        return diagnostics  # which quote nothing of a file that cannot be read
    words = (word[0] for word in _WORD.finditer(text) if _is_token(word[0]))
    return Concealment(text, tokens=words).diagnostics(diagnostics)


def _checked(root: Path, app: AppDefinition, actions: Iterable[ActionDefinition]) -> Diagnostics:
    try:
        base, profiles = read_tables(root)
    except LoadError as error:
        return error.diagnostics
    found: list[Diagnostic] = []
    tables = {"the file": base}
    for name, table in profiles.items():
        try:
            load_profile(name, root)
        except LoadError as error:
            found += error.diagnostics
        if isinstance(table, dict):
            tables[f"[profiles.{name}]"] = table
    if "profile" in base:
        try:
            load_profile(None, root)
        except NameNotFoundError as error:
            found += error.diagnostics
        except LoadError:
            pass  # said above
    keys = _keys_of(app, actions)
    for place, table in tables.items():
        found += _tokens(table, place, app, keys)
        found += _unknown_settings(table, place, app, keys)
        found += _unknown_inputs(table, place, actions)
    if (root / FILE).exists():
        said = {one.message for one in found}
        found += [one for one in _in_text(read_settings(root / FILE)) if one.message not in said]
    return Diagnostics(dict.fromkeys(found))


def _keys_of(app: AppDefinition, actions: Iterable[ActionDefinition]) -> list[str]:
    declared = [
        f"{app.app}.{group}.{name}" for group, named in (app.settings or {}).items() for name in named
    ]
    return list(dict.fromkeys([*declared, *(key for one in actions for key in one.setting_keys.values())]))


def _settings(table: dict[str, Any]) -> dict[str, Any]:
    settings = table.get("settings")
    return flat(settings) if isinstance(settings, dict) else {}


def _tokens(table: dict[str, Any], place: str, app: AppDefinition, keys: list[str]) -> Iterator[Diagnostic]:
    """Yield the settings whose value is written out, and should not be."""
    for name, value in _settings(table).items():
        if is_variable(value):
            continue
        tail = name.rpartition(".")[2]
        token = token_in(tail, value) or (value if isinstance(value, str) and is_sure(value) else None)
        fits = [key for key in keys if key == name or key.endswith(f".{name}")]
        is_secret = any((setting := app.setting(key)) and setting.type == "secret" for key in fits)
        if token is None and not is_secret:
            continue
        what = f"`{name}` in settings of {place}"
        said = written_out(what, token) if token else f"{what} is a secret, readable in the file."
        severity = severity_of(token) if token and not is_secret else Severity.ERROR
        yield _finding(WRITTEN_OUT, severity, said, _WAY)


_WAY = 'write { env = "NAME" } there, and NAME=… in .env.'


def _unknown_settings(
    table: dict[str, Any], place: str, app: AppDefinition, keys: list[str]
) -> Iterator[Diagnostic]:
    for name, way in unknown_names(_settings(table), keys, app.app):
        yield _finding(CODE, Severity.WARNING, f"`{name}` in settings of {place} is no setting here.", way)


def _unknown_inputs(
    table: dict[str, Any], place: str, actions: Iterable[ActionDefinition]
) -> Iterator[Diagnostic]:
    """Yield the pointers of ``mask`` to inputs that no action declares."""
    schemas = [one.input_schema for one in actions]
    declared = {name for one in schemas if one for name in one.get("properties") or ()}
    mask = table.get("mask")
    for one in mask if isinstance(mask, list) else ():
        part, *rest = pointers.split(one) if isinstance(one, str) and one.startswith("/") else [""]
        if part == "inputs" and rest and all(schemas) and rest[0] not in declared | _ANYTHING:
            message = f"mask of {place} names {one!r}, and no action declares that input."
            yield _finding(
                CODE, Severity.WARNING, message, f"name one of {', '.join(sorted(declared)) or 'none'}."
            )


def _in_text(text: str) -> Iterator[Diagnostic]:
    """Yield what looks like a token or a password anywhere in the file, in a comment too."""
    for at, line in enumerate(text.splitlines(), 1):
        for found in _WORD.finditer(line):
            if _is_token(found[0]):
                yield _finding(WRITTEN_OUT, Severity.WARNING, written_out(f"line {at}", found[0]), _WAY)
        if _PASSWORD.search(line):
            said = f"line {at} holds an address with a password, readable in the file."
            yield _finding(WRITTEN_OUT, Severity.ERROR, said, _WAY)


def _is_token(word: str) -> bool:
    return is_sure(word) and MIXED.search(word) is not None and not word.isupper()


def _finding(code: str, severity: Severity, message: str, way: str) -> Diagnostic:
    return Diagnostic(code, severity, "", f"{FILE}: {message}", way)
