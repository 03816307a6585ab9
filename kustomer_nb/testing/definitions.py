"""The definitions that cases are about, each read once as long as its file stays the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.config import project_root
from kustomer_nb.definition import is_definition_name
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.caches import FileState, file_state, parsed_file
from kustomer_nb.loading import load
from kustomer_nb.near_names import is_short_for
from kustomer_nb.printable import quoted

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.app import App

_LEVELS = 2
# Files of this package, and of npm, beside a definition.
_OTHERS = (".cassette.json", "package.json", "package-lock.json", "tsconfig.json")


def load_app(path: Path) -> App:
    """Return the app of a file, the same one while the file stays the same.

    Raises:
        LoadError: the file cannot be read, or is not a definition.
    """
    return parsed_file(path, lambda: load(path), "app")


def find_action(path: Path, name: str) -> Action:
    """Return an action of the definition in a file.

    Raises:
        LoadError: the file cannot be read, or is not a definition.
        NameNotFoundError: it has no such action, or several.
    """
    return load_app(path).action(name)


def find_definition(case: Path, action: str) -> Path:
    """Return the definition that has an action: the nearest one above a case, up to the project's root.

    Raises:
        LoadError: there is none.
    """
    root = project_root(case)
    folder = Path(os.path.realpath(case.parent))
    above = (folder, *folder.parents)
    # Without a project, as far up as a case is by default: shop.json, cases/<action>/<name>.case.json.
    last = above.index(root) if root in above[_LEVELS:] else _LEVELS
    for place in above[: last + 1]:
        for path in _candidates_in(place):
            if any(is_short_for(action, name) for name in _action_names(path) or ()):
                return path
    message = f'no definition in "{folder}" or a folder above has the action {quoted(action)}.'
    fix = "name the definition in `app`, as its path from the case, or correct the name of the action."
    raise LoadError.from_code(Code.ACTION_NOT_FOUND, message, fix, pointer="/action")


def definitions_in(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that are definitions, in the order of their names."""
    return (path for path in _candidates_in(folder) if _action_names(path) is not None)


def may_be_definition(path: Path) -> bool:
    """Return whether the name of a file is one that definitions have."""
    return is_definition_name(path.name) and not path.name.endswith(_OTHERS)


def _candidates_in(folder: Path) -> tuple[Path, ...]:
    """Return the files of a folder that may be definitions: looked for once, and not for each case."""
    # Adding a file changes the state of its folder.
    state, is_settled = file_state(os.fspath(folder))
    return _listed(folder, state) if is_settled else _listed.__wrapped__(folder, state)


@lru_cache(maxsize=256)
def _listed(folder: Path, state: FileState) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.iterdir() if may_be_definition(path)))


def _action_names(path: Path) -> tuple[str, ...] | None:
    """Return the names of the actions in a file, None if it is no definition.

    They outlast what `load_app` caches: of a folder with a file for each action, that holds too few.
    """
    state, is_settled = file_state(os.fspath(path))
    return _read_names(path, state) if is_settled else _read_names.__wrapped__(path, state)


@lru_cache(maxsize=4096)
def _read_names(path: Path, state: FileState) -> tuple[str, ...] | None:
    try:
        document = load_app(path).document
    except LoadError:
        return None
    if not document.is_definition:
        return None
    return tuple(action.definition.name or "" for action in document.actions)
