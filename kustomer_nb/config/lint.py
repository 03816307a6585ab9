"""How lint checks ``kustomer-nb.toml``, which belongs in git with the definition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.errors import LoadError, NameNotFoundError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.text_file import read_settings
from kustomer_nb.linting import Concealment
from kustomer_nb.near_names import near_miss
from kustomer_nb.printable import quoted
from kustomer_nb.secrets.token_patterns import MIXED, hard_coded_message, is_sure, severity_of, token_in

from .keys import CODE, flat, is_variable
from .loader import FILE, load_profile, read_tables
from .project import Project
from .settings import unknown_names

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition, AppDefinition

WRITTEN_OUT = Code.PROFILE_TOKEN
# Long enough for a token.
_WORD = re.compile(r"[A-Za-z0-9_~+=-]{16,}")
_PASSWORD = re.compile(r"//[^/\s\"'@]+:[^/\s\"'@]+@")
_WILDCARDS = {"*", "**"}


def check_profiles(
    root: Path, app: AppDefinition, actions: Iterable[ActionDefinition] = (), *, path: Path | None = None
) -> Diagnostics:
    """Return the diagnostics of a project's ``kustomer-nb.toml``, by itself and compared with a definition.

    A name that the definition at ``path`` does not know may be of another definition of the project. A token
    in the file is never quoted.
    """
    diagnostics = _checked(root, app, actions, Project(root, path))
    try:
        text = read_settings(root / FILE, errors="replace") if diagnostics else ""
    except OSError:
        return diagnostics  # they cannot quote a file that cannot be read
    words = (word[0] for word in _WORD.finditer(text) if _is_token(word[0]))
    return Concealment(text, tokens=words).diagnostics(diagnostics)


def _checked(
    root: Path, app: AppDefinition, actions: Iterable[ActionDefinition], project: Project
) -> Diagnostics:
    try:
        base, profiles = read_tables(root)
    except LoadError as error:
        return error.diagnostics
    diagnostics: list[Diagnostic] = []
    tables = {"the file": base}
    for name, table in profiles.items():
        try:
            load_profile(name, root)
        except LoadError as error:
            diagnostics += error.diagnostics
        if isinstance(table, dict):
            tables[f"[profiles.{name}]"] = table
    if "profile" in base:
        diagnostics += _missing_default(root)
    keys = _keys_of(app, actions)
    for table_name, table in tables.items():
        findings = [
            *_tokens(table, table_name, app, keys),
            *_unknown_settings(table, table_name, app, keys, project),
            *_unknown_inputs(table, table_name, actions, project),
            *_unknown_actions(table, table_name, actions, project),
        ]
        profile = table_name.removeprefix("[profiles.").removesuffix("]") if table is not base else ""
        diagnostics += _placed(findings, root / FILE, profile)
    if (root / FILE).exists():
        diagnostics += _tokens_in_text(root / FILE)
    # A fault for all profiles is reported once, not once for each.
    return Diagnostics(dict.fromkeys(diagnostics))


def _placed(findings: list[tuple[str, Diagnostic]], path: Path, profile: str) -> Iterator[Diagnostic]:
    """Yield the findings about keys of one table with their position in the file."""
    if findings:
        # Late: most files have no finding.
        from .positions import in_file, key_span

        text = read_settings(path, encoding="utf-8-sig", errors="replace")
        yield from (in_file(finding, path, key_span(text, key, profile)) for key, finding in findings)


def _missing_default(root: Path) -> Diagnostics:
    """Return the error of a default profile that the file does not have."""
    try:
        load_profile(None, root)
    except NameNotFoundError as error:
        return error.diagnostics
    except LoadError:
        pass  # reported for the profile itself
    return Diagnostics()


def _keys_of(app: AppDefinition, actions: Iterable[ActionDefinition]) -> list[str]:
    declared = [
        f"{app.app}.{group}.{name}" for group, named in (app.settings or {}).items() for name in named
    ]
    return list(
        dict.fromkeys([*declared, *(key for action in actions for key in action.setting_keys.values())])
    )


def _settings(table: dict[str, Any]) -> dict[str, Any]:
    settings = table.get("settings")
    return flat(settings) if isinstance(settings, dict) else {}


def _tokens(
    table: dict[str, Any], table_name: str, app: AppDefinition, keys: list[str]
) -> Iterator[tuple[str, Diagnostic]]:
    """Yield the settings whose value is a token or a secret."""
    for name, value in _settings(table).items():
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
        yield name, _finding(WRITTEN_OUT, severity, message, _FIX)


def _token_of(name: str, value: Any) -> str | None:
    tail = name.rpartition(".")[2]
    return token_in(tail, value) or (value if isinstance(value, str) and is_sure(value) else None)


def _is_secret(name: str, app: AppDefinition, keys: list[str]) -> bool:
    """Return whether a name, in full or the tail of one, belongs to a setting of type secret."""
    settings = [app.setting(key) for key in keys if key == name or key.endswith(f".{name}")]
    return any(setting is not None and setting.type == "secret" for setting in settings)


_FIX = 'write { env = "NAME" } instead, and NAME=… in .env.'


def _unknown_settings(
    table: dict[str, Any], table_name: str, app: AppDefinition, keys: list[str], project: Project
) -> Iterator[tuple[str, Diagnostic]]:
    settings = _settings(table)
    unknown = list(unknown_names(settings, keys, app.app))
    if unknown:
        # Only now, because that reads the other definitions.
        unknown = list(unknown_names(settings, [*keys, *project.setting_keys], app.app))
    for name, fix in unknown:
        message = f"`{name}` in settings of {table_name} is not a setting of this app."
        yield name, _finding(CODE, Severity.WARNING, message, fix)


def _unknown_inputs(
    table: dict[str, Any], table_name: str, actions: Iterable[ActionDefinition], project: Project
) -> Iterator[tuple[str, Diagnostic]]:
    """Yield the pointers of ``mask`` to inputs that no action declares."""
    schemas = [action.input_schema for action in actions]
    mask = table.get("mask")
    # An action without inputSchema takes any input.
    if not isinstance(mask, list) or not all(schemas):
        return
    declared = _declared_inputs(schemas)
    names = {pointer: name for pointer in mask if (name := _input_name(pointer)) is not None}
    if set(names.values()) <= declared | _WILDCARDS or not all(project.input_schemas):
        return
    declared |= _declared_inputs(project.input_schemas)
    for pointer, name in names.items():
        if name not in declared | _WILDCARDS:
            message = f"mask of {table_name} names {quoted(pointer)}, but no action declares that input."
            fix = f"use one of {', '.join(sorted(declared))}." if declared else "remove it."
            yield "mask", _finding(CODE, Severity.WARNING, message, fix)


def _unknown_actions(
    table: dict[str, Any], table_name: str, actions: Iterable[ActionDefinition], project: Project
) -> Iterator[tuple[str, Diagnostic]]:
    """Yield the names in ``ignore`` that no action has: what they list would not be ignored."""
    ignore = table.get("ignore")
    if not isinstance(ignore, dict) or not actions:
        return
    names = [action.name for action in actions if action.name]
    unknown = [name for name in ignore if not _names_action(name, names)]
    if unknown:
        names += [
            action.definition.name or "" for document in project.documents for action in document.actions
        ]
    for name in unknown:
        if not _names_action(name, names):
            message = f"ignore of {table_name} names {quoted(name)}, but no action has that name."
            near = near_miss(name, [tail for full in names for tail in (full.rpartition(".")[2], full)])
            fix = f"did you mean `{near}`?" if near else 'use the name of an action, or "*" for all.'
            yield "ignore", _finding(CODE, Severity.WARNING, message, fix)


def _names_action(name: str, actions: Iterable[str]) -> bool:
    return name == "*" or any(f".{action}".endswith(f".{name}") for action in actions)


def _declared_inputs(schemas: Iterable[Mapping[str, Any] | None]) -> set[str]:
    return {name for schema in schemas if schema for name in schema.get("properties") or ()}


def _input_name(pointer: Any) -> str | None:
    """Return the input that a pointer of ``mask`` names, None if it names no input."""
    if not isinstance(pointer, str) or not pointer.startswith("/"):
        return None
    match pointers.split(pointer):
        case ["inputs", name, *_]:
            return name
    return None


def _tokens_in_text(path: Path) -> Iterator[Diagnostic]:
    """Yield what looks like a token or a password anywhere in the file, in comments too."""
    from .positions import in_file

    text = read_settings(path)
    for match in _WORD.finditer(text):
        if _is_token(match[0]):
            message = hard_coded_message("this line", match[0])
            finding = _finding(WRITTEN_OUT, Severity.WARNING, message, _FIX)
            yield in_file(finding, path, Span.from_offsets(text, *match.span()))
    for match in _PASSWORD.finditer(text):
        message = "this line contains a URL with a password, readable in the file."
        finding = _finding(WRITTEN_OUT, Severity.ERROR, message, _FIX)
        yield in_file(finding, path, Span.from_offsets(text, *match.span()))


def _is_token(word: str) -> bool:
    # Upper case throughout is the name of an environment variable.
    return is_sure(word) and MIXED.search(word) is not None and not word.isupper()


def _finding(code: str, severity: Severity, message: str, fix: str) -> Diagnostic:
    return Diagnostic(code, severity, "", message, fix)
