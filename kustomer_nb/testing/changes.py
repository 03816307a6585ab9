"""What changed since a revision of the git repository: cases, and actions."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kustomer_nb.comparing import load_revision
from kustomer_nb.errors import LoadError
from kustomer_nb.near_names import is_short_for
from kustomer_nb.storage.identity import file_identity
from kustomer_nb.storage.revisions import changed_since

from .definitions import load_app, may_be_definition

if TYPE_CHECKING:
    from kustomer_nb.definition import Document

    from .case import Case


class Changes:
    """The files that differ from a revision, and the actions that do.

    Raises:
        LoadError: git is not installed, the folder is in no repository, or there is no such revision.
    """

    def __init__(self, folder: Path, revision: str) -> None:
        self._revision = revision
        # Any file in the folder names its repository.
        self._files = changed_since(folder / "any", revision)
        self._identities = frozenset(map(file_identity, self._files))
        self._actions: dict[Hashable, frozenset[str] | None] = {}

    def includes(self, case: Case) -> bool:
        """Return whether a case may come to something else: its file, its table or its action changed."""
        files = (case.path, case.table) if case.table else (case.path,)
        if any(file_identity(path) in self._identities for path in files):
            return True
        names = self._changed_actions(case.app_path)
        return names is None or any(is_short_for(case.action, name) for name in names)

    def untested(self, cases: Iterable[Case]) -> tuple[str, ...]:
        """Return the full names of changed actions that no case is about."""
        tested = {(file_identity(case.app_path), case.action) for case in cases}
        names_by_definition: dict[Hashable, list[str]] = {}
        for definition, action in tested:
            names_by_definition.setdefault(definition, []).append(action)
        return tuple(
            name
            for path in self._definitions
            for name in _names_in(path, self._changed_actions(path))
            if not any(
                is_short_for(action, name) for action in names_by_definition.get(file_identity(path), ())
            )
        )

    @cached_property
    def _definitions(self) -> list[Path]:
        return [path for path in sorted(self._files) if may_be_definition(path) and path.is_file()]

    def _changed_actions(self, path: Path) -> frozenset[str] | None:
        """Return the names of the actions in a definition that changed; None if all did."""
        identity = file_identity(path)
        if identity not in self._identities:
            return frozenset()
        if identity not in self._actions:
            self._actions[identity] = self._compared(path)
        return self._actions[identity]

    def _compared(self, path: Path) -> frozenset[str] | None:
        try:
            before, after = load_revision(path, self._revision).document, load_app(path).document
        except LoadError:
            return None
        if _without_actions(before) != _without_actions(after):
            return None
        old = {action.definition.name: action.value for action in before.actions}
        return frozenset(
            action.definition.name or ""
            for action in after.actions
            # Strictly: 1 and true are equal in Python, and text tells them apart.
            if repr(old.get(action.definition.name)) != repr(action.value)
        )


def _without_actions(document: Document) -> str:
    value = document.value
    return repr({key: item for key, item in value.items() if key != "actions"}) if document.is_app else ""


def _names_in(path: Path, changed: frozenset[str] | None) -> list[str]:
    try:
        document = load_app(path).document
    except LoadError:
        return []
    names = [action.definition.name or "" for action in document.actions] if document.is_definition else []
    return [name for name in names if changed is None or name in changed]
