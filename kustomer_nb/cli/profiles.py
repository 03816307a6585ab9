"""``kustomer-nb profiles``: lists the profiles of a project, never the value of a setting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kustomer_nb.config import FILE, Profile, load_profile, project_root
from kustomer_nb.config.loader import read_tables
from kustomer_nb.printable import one_line
from kustomer_nb.reporting import guard_text, wrap

from .arguments import json_option
from .console import prints_json, show_json, show_message, show_text, terminal_width
from .failures import exit_on_error


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@json_option
def profiles(path: Path | None) -> None:
    """List the profiles in kustomer-nb.toml.

    PATH is a definition or a folder of the project. Without it, the project of the current folder. * marks
    the default profile.

    Example: kustomer-nb profiles
    """
    with exit_on_error():
        # A folder is where to begin, not a file in its parent.
        root = project_root(path / FILE if path is not None and path.is_dir() else path)
        base, tables = read_tables(root)
        rows = [
            _described(load_profile(name, root), is_default=name == base.get("profile")) for name in tables
        ]
    if prints_json():
        show_json(rows, path=str(root / FILE))
    elif not rows:
        file = root / FILE
        lacks, way = ("profile in", "add") if file.exists() else ("file", "create it with")
        show_message(f"There is no {lacks} {file}. Fix: {way} [profiles.sandbox].")
    else:
        show_text("\n".join(map(_text, rows)), highlight=False)


def _described(profile: Profile, *, is_default: bool) -> dict[str, Any]:
    return {
        "name": profile.name,
        "label": profile.label,
        "default": is_default,
        "mode": profile.mode or "live",
        "guard": guard_text(profile),
        "hosts": dict(profile.hosts),
        "allowed_hosts": None if profile.allowed_hosts is None else list(profile.allowed_hosts),
        # The names alone: a value may be a token, although it does not belong in this file.
        "settings": sorted(profile.settings),
    }


def _name(row: dict[str, Any]) -> str:
    has_label = row["label"] and row["label"] != row["name"]
    return f"{row['name']} ({row['label']})" if has_label else row["name"]


def _text(row: dict[str, Any]) -> str:
    hosts = [f"    {origin} -> {other}" for origin, other in row["hosts"].items()]
    allowed = row["allowed_hosts"]
    mark = "*" if row["default"] else " "
    lines = [
        f"{mark} {_name(row)}: mode {row['mode']}; {row['guard']}",
        *hosts,
        *([f"    allowed hosts: {', '.join(allowed) or 'none'}"] if allowed is not None else []),
        *([f"    settings: {', '.join(row['settings'])}"] if row["settings"] else []),
    ]
    return "\n".join(wrap(one_line(line), terminal_width(), "    ") for line in lines)
