"""How lint checks ``kustomer-nb.toml``, which belongs in git with the definition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import LoadError, NameNotFoundError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.near_names import is_short_for, near_miss
from kustomer_nb.printable import quoted

from .keys import CODE, flat
from .loader import FILE, load_profile, read_tables
from .project import Project
from .settings import unknown_names
from .written_tokens import tokens_in_settings, tokens_in_text, without_tokens

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition, AppDefinition


_WILDCARDS = {"*", "**"}


def check_profiles(
    root: Path, app: AppDefinition, actions: Iterable[ActionDefinition] = (), *, path: Path | None = None
) -> Diagnostics:
    """Return the diagnostics of a project's ``kustomer-nb.toml``, by itself and compared with a definition.

    A name that the definition at ``path`` does not know may be of another definition of the project. A token
    in the file is never quoted.
    """
    return without_tokens(_checked(root, app, actions, Project(root, path)), root / FILE)


def _checked(
    root: Path, app: AppDefinition, actions: Iterable[ActionDefinition], project: Project
) -> Diagnostics:
    try:
        base, profiles = read_tables(root)
    except LoadError as error:
        return error.diagnostics
    diagnostics = [*_faults(root, profiles)]
    tables = {f"[profiles.{name}]": table for name, table in profiles.items() if isinstance(table, dict)}
    tables = {"the file": base, **tables}
    if "profile" in base:
        diagnostics += _missing_default(root)
    keys = _keys_of(app, actions)
    for table_name, table in tables.items():
        findings = [
            *tokens_in_settings(_settings(table), table_name, app, keys),
            *_unknown_settings(table, table_name, app, keys, project),
            *_unknown_inputs(table, table_name, actions, project),
            *_unknown_actions(table, table_name, actions, project),
        ]
        profile = table_name.removeprefix("[profiles.").removesuffix("]") if table is not base else ""
        if findings:
            # Late: most files have no finding.
            from .positions import placed

            diagnostics += placed(findings, root / FILE, profile)
    if (root / FILE).exists():
        diagnostics += tokens_in_text(root / FILE)
    # A fault for all profiles is reported once, not once for each.
    return Diagnostics(dict.fromkeys(diagnostics))


def _faults(root: Path, profiles: Iterable[str]) -> Iterator[Diagnostic]:
    """Yield the errors that prevent loading each profile."""
    for name in profiles:
        try:
            load_profile(name, root)
        except LoadError as error:
            yield from error.diagnostics


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
    names = _masked_inputs(mask)
    if set(names.values()) <= declared | _WILDCARDS or not all(project.input_schemas):
        return
    declared |= _declared_inputs(project.input_schemas)
    for pointer, name in names.items():
        if name not in declared | _WILDCARDS:
            message = f"mask of {table_name} names {quoted(pointer)}, but no action declares that input."
            yield "mask", _finding(CODE, Severity.WARNING, message, _fix_of_input(declared))


def _fix_of_input(declared: set[str]) -> str:
    return f"use one of {', '.join(sorted(declared))}." if declared else "remove it."


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
        names += _names_in(project)
    for name in unknown:
        if not _names_action(name, names):
            message = f"ignore of {table_name} names {quoted(name)}, but no action has that name."
            yield "ignore", _finding(CODE, Severity.WARNING, message, _fix_of_action(name, names))


def _names_in(project: Project) -> Iterator[str]:
    return (action.definition.name or "" for document in project.documents for action in document.actions)


def _fix_of_action(name: str, names: Iterable[str]) -> str:
    near = near_miss(name, [tail for full in names for tail in (full.rpartition(".")[2], full)])
    return f"did you mean `{near}`?" if near else 'use the name of an action, or "*" for all.'


def _names_action(name: str, actions: Iterable[str]) -> bool:
    return name == "*" or any(is_short_for(name, action) for action in actions)


def _declared_inputs(schemas: Iterable[Mapping[str, Any] | None]) -> set[str]:
    return {name for schema in schemas if schema for name in schema.get("properties") or ()}


def _masked_inputs(mask: list[Any]) -> dict[str, str]:
    """Return the inputs that ``mask`` names, by their pointers."""
    return {pointer: name for pointer in mask if (name := _input_name(pointer)) is not None}


def _input_name(pointer: Any) -> str | None:
    """Return the input that a pointer of ``mask`` names, None if it names no input."""
    if not isinstance(pointer, str) or not pointer.startswith("/"):
        return None
    match pointers.split(pointer):
        case ["inputs", name, *_]:
            return name
    return None


def _finding(code: str, severity: Severity, message: str, fix: str) -> Diagnostic:
    return Diagnostic(code, severity, "", message, fix)
