"""Writes the next cases of an app beside its definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.errors import SaveError
from kustomer_nb.testing.saving import definition_path, save_case, save_rejected

from .additions import new_cases
from .measuring import cases_in, measure
from .rejections import new_rejections

if TYPE_CHECKING:
    from kustomer_nb.app import App
    from kustomer_nb.testing.case import Case

_MOST_NAMESAKES = 100


def add_cases(app: App, tests: Any = None) -> list[Path]:
    """Write cases for what ``tests`` do not touch, and return their paths; see `Coverage`.

    What no candidate touches stays in the report. Each case is replayed before it is written, and passes.

    Raises:
        SaveError: the definition has no file, or has changes that are not saved, or a case cannot be written.
    """
    return list(_written(app, definition_path(app.path), tests))


def _written(app: App, app_path: Path, tests: Any) -> Iterator[Path]:
    before = cases_in(app, tests)
    for action, measured in zip(app.actions, measure(app, tests), strict=True):
        for new in new_cases(action, measured, before):
            yield _saved(partial(save_case, new.run), new.name)
        for case in new_rejections(action, measured, app_path):
            yield _saved(partial(_save_rejected, case), case.name)


def _save_rejected(case: Case, name: str) -> Path:
    return save_rejected(replace(case, name=name))


def _saved(save: Callable[[str], Path], name: str, number: int = 1) -> Path:
    """Save a case with a number behind its name, if one of that name is there already."""
    try:
        return save(name if number == 1 else f"{name} {number}")
    except SaveError as error:
        if error.diagnostics.codes != [Code.CASE_EXISTS] or number == _MOST_NAMESAKES:
            raise
        return _saved(save, name, number + 1)
