"""The definitions that cases are about, each read once as long as its file stays the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kustomer_nb.app import App, load
from kustomer_nb.codes import Code
from kustomer_nb.config import project_root
from kustomer_nb.definition import SCRIPT_SUFFIXES
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.caches import parsed_file
from kustomer_nb.printable import quoted

if TYPE_CHECKING:
    from kustomer_nb.action import Action

_SUFFIXES = (".json", ".json5", ".jsonc", *SCRIPT_SUFFIXES)
_LEVELS = 2
# Files of this package, and of npm, beside a definition.
_OTHERS = (".case.json", ".cassette.json", "package.json", "package-lock.json", "tsconfig.json")


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
        for path in _definitions_in(place):
            if _has_action(path, action):
                return path
    message = f'no definition in "{folder}" or a folder above has the action {quoted(action)}.'
    fix = "name the definition in `app`, as its path from the case, or correct the name of the action."
    raise LoadError.from_code(Code.ACTION_NOT_FOUND, message, fix, pointer="/action")


def _definitions_in(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.iterdir()) if may_be_definition(path))


def may_be_definition(path: Path) -> bool:
    """Return whether the name of a file is one that definitions have."""
    name = path.name
    return name.endswith(_SUFFIXES) and not name.endswith(_OTHERS) and not name.startswith(".")


def _has_action(path: Path, action: str) -> bool:
    try:
        app = load_app(path)
    except LoadError:
        return False
    names = [read.definition.name or "" for read in app.document.actions]
    return action in names or any(name.endswith(f".{action}") for name in names)
