"""What a shell completes: actions, profiles, modes and codes. An error completes to nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from kustomer_nb.errors import KustomerNbError


def complete_actions(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the actions of the definition that was named, each by the shortest name that suffices."""
    from kustomer_nb.definition.action_names import shortest_names
    from kustomer_nb.loading import load

    path = context.params.get("path")
    # Nothing to complete from stdin: reading it would take what the verb is to read.
    if path is None or str(path) == "-":
        return []
    try:
        actions = load(Path(path)).actions
    except KustomerNbError:
        return []
    names = [action.name for action in actions if action.name]
    return _starting(incomplete, [*shortest_names(names), *(names if "." in incomplete else [])])


def complete_profiles(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the profiles of the project of the definition that was named."""
    from kustomer_nb.config import project_root
    from kustomer_nb.config.loader import read_tables

    path = context.params.get("path")
    try:
        _, profiles = read_tables(project_root(None if path is None or str(path) == "-" else Path(path)))
    except KustomerNbError:
        return []
    return _starting(incomplete, profiles)


def complete_revisions(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the branches and tags of the repository of the definition that was named."""
    from kustomer_nb.storage.revisions import revisions

    paths = [path for path in context.params.get("paths") or () if str(path) != "-"]
    try:
        return _starting(incomplete, revisions(Path(paths[0] if paths else ".definition")))
    except KustomerNbError:
        return []


def complete_codes(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the codes of the rules; behind a comma, the codes for the next one."""
    from kustomer_nb.codes import Code

    before, comma, last = incomplete.rpartition(",")
    return _starting(incomplete, [f"{before}{comma}{code}" for code in Code if code.startswith(last.upper())])


def complete_modes(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the modes, with each failure that can be simulated."""
    from kustomer_nb.config import FAULT, MODES
    from kustomer_nb.transport.fault_names import FAULT_DESCRIPTIONS

    return _starting(incomplete, [*MODES, *(f"{FAULT}{name}" for name in FAULT_DESCRIPTIONS)])


def _starting(incomplete: str, names: Iterable[str]) -> list[CompletionItem]:
    start = incomplete.lower()
    return [CompletionItem(name) for name in dict.fromkeys(names) if name.lower().startswith(start)]
