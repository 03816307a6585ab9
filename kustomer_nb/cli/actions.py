"""``kustomer-nb actions``: lists the actions of definitions, with their inputs and settings."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kustomer_nb.linting import without_tokens
from kustomer_nb.printable import one_line
from kustomer_nb.reporting import wrap

from .arguments import SOURCE, json_option
from .console import prints_json, show_errors, show_json, show_text, terminal_width
from .failures import SUCCESS, USAGE, exit_on_error
from .files import find_files, show_skipped

if TYPE_CHECKING:
    from kustomer_nb.action import Action

    from .files import File


@click.command()
@click.argument("paths", nargs=-1, required=True, type=SOURCE)
@json_option
def actions(paths: tuple[Path, ...]) -> None:
    """List actions with their requests, inputs and settings.

    An input is shown with its type, and * if it is required. Exits with 2 if a file cannot be read.

    Example: kustomer-nb actions shop.json
    """
    with exit_on_error():
        files = find_files(paths)
    unread = {str(file.path): file.problems.codes for file in files.files if file.app is None}
    if prints_json():
        show_json(_rows(files.files), skipped=files.skipped, **({"unread": unread} if unread else {}))
    else:
        for file in files.files:
            _show_file(file)
    show_skipped(files)
    sys.exit(USAGE if unread or files.is_usage_error else SUCCESS)


def _rows(files: Iterable[File]) -> list[dict[str, Any]]:
    return [
        {"path": str(path), **_described(action)}
        for path, app, _ in files
        if app is not None
        for action in app.actions
    ]


def _show_file(file: File) -> None:
    path, app, problems = file
    if app is None:
        show_errors(problems, path)
        return
    show_text(one_line(str(path)), style="bold", highlight=False)
    for action in app.actions:
        show_text(_text(_described(action)), highlight=False)


def _described(action: Action) -> dict[str, Any]:
    definition = action.definition
    template = definition.input_template
    return {
        "name": action.name,
        # As it is written: npm request compares its case.
        "method": (template.method or "") if template else "",
        "uri": without_tokens(template.uri or "") if template else "",
        "inputs": _inputs(definition.input_schema or {}),
        "settings": list(definition.setting_keys.values()),
    }


def _inputs(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    required, properties = schema.get("required") or (), schema.get("properties") or {}
    return [
        {"name": name, "type": _type(declared), "required": name in required}
        for name, declared in properties.items()
    ]


def _type(declared: Any) -> str:
    # A property may be true, which allows any value.
    return str(declared.get("type") or "any") if isinstance(declared, dict) else "any"


def _text(row: dict[str, Any]) -> str:
    names = [f"{item['name']}{'*' if item['required'] else ''} ({item['type']})" for item in row["inputs"]]
    lines = [
        one_line(f"  {row['name'] or '(no name)'}"),
        # Not wrapped, as no URL is: a person copies it.
        one_line(f"    {row['method']} {row['uri']}".rstrip()),
        _listed("inputs", names or ["none"]),
        *([_listed("settings", row["settings"])] if row["settings"] else []),
    ]
    return "\n".join(lines)


def _listed(title: str, names: list[str]) -> str:
    return wrap(one_line(f"    {title}: {', '.join(names)}"), terminal_width(), "  ")
