"""The definition of a test: the one that its marker names, or the only one near the test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kustomer_nb.errors import KustomerNbError
from kustomer_nb.loading import load
from kustomer_nb.testing.definitions import definitions_in

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.app import App

_NAMES = ("app", "action", "profile")


def marked(request: pytest.FixtureRequest, name: str) -> Any:
    """Return what the marker ``knb`` nearest to a test says of a name; None if it says nothing."""
    for marker in request.node.iter_markers("knb"):
        unknown = [key for key in marker.kwargs if key not in _NAMES]
        if marker.args or unknown:
            pytest.fail(f"write @pytest.mark.knb(app=…, action=…, profile=…), not {marker}", pytrace=False)
        if name in marker.kwargs:
            return marker.kwargs[name]
    return None


def app_of(request: pytest.FixtureRequest) -> App:
    """Return the definition of a test, or fail it with the reason that there is none."""
    root = request.config.rootpath
    folder = request.path.parent
    name = marked(request, "app")
    path = _only_definition(folder, root) if name is None else _named(str(name), folder, root)
    try:
        return load(path)
    except KustomerNbError as error:
        # Outside of the handling, or pytest shows it twice.
        raise _failure(str(error)) from None


def action_of(app: App, request: pytest.FixtureRequest) -> Action:
    """Return the action of a test, or fail it with the reason that there is none."""
    try:
        return app.action(marked(request, "action"))
    except KustomerNbError as error:
        raise _failure(f"{error} Write @pytest.mark.knb(action=…).") from None


def _failure(message: str) -> BaseException:
    return pytest.fail.Exception(message, pytrace=False)


def _named(name: str, folder: Path, root: Path) -> Path:
    """Return the file of a name that is relative to the test, or to the project."""
    beside = folder / name
    return beside if beside.exists() else root / name


def _only_definition(folder: Path, root: Path) -> Path:
    folders = [parent for parent in (folder, *folder.parents) if parent == root or root in parent.parents]
    for parent in folders or [folder]:
        paths = list(definitions_in(parent))
        if len(paths) == 1:
            return paths[0]
        if paths:
            names = ", ".join(path.name for path in paths)
            pytest.fail(
                f"several definitions are in {parent}: {names}. Write @pytest.mark.knb(app=…).", pytrace=False
            )
    pytest.fail(f"no definition is in {folder} or above it. Write @pytest.mark.knb(app=…).", pytrace=False)
