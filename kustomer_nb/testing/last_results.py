"""``.kustomer-nb/tests.json``: what the cases of a project came to when they were last run."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

from kustomer_nb.config import keeps_history, load_profile, project_root
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.storage.locks import FOLDER, private_folder, replace, require_ignored, sole_writer
from kustomer_nb.storage.regular_files import read_regular, require_folder

from .results import CaseResult, Outcome

FILE = "tests.json"
VERSION = 1
# What a list shows; the counts are those of all.
MOST_RESULTS = 1_000
_LARGEST = 2**20
_PATIENCE = 1.0
_WORST_FIRST = (*Outcome,)[::-1]


@dataclass(frozen=True)
class LastResult:
    """What a case came to; ``file`` is its path below the root, with slashes."""

    file: str
    name: str
    outcome: Outcome


@dataclass(frozen=True)
class LastResults:
    """The last test run of a project: its time, the count of each outcome, and the worst cases first."""

    at: datetime
    counts: Mapping[Outcome, int] = field(default_factory=dict)
    results: tuple[LastResult, ...] = ()


def keep_results(results: Iterable[CaseResult], *, at: datetime | None = None) -> None:
    """Write what cases came to into the project of their definition, in place of its run before.

    Nothing is written where the history is off, and where it cannot be: the results are shown anyway.

    Example:
        >>> import os, tempfile, unittest.mock
        >>> from kustomer_nb.testing.case import Case
        >>> root = Path(tempfile.mkdtemp())
        >>> case = Case(name="paid", path=root / "a.case.json", action="refund", app_path=root / "shop.json")
        >>> with unittest.mock.patch.dict(os.environ, {"KUSTOMER_NB_HISTORY": "on"}):
        ...     keep_results([CaseResult(case, Outcome.FAILED)])
        >>> read_results(root).results
        (LastResult(file='a.case.json', name='refund/paid', outcome=<Outcome.FAILED: 'failed'>),)
    """
    projects: dict[Path, list[CaseResult]] = {}
    for result in results:
        projects.setdefault(project_root(result.case.app_path), []).append(result)
    for root, own in projects.items():
        # A folder that is read-only, on which a test run does not depend.
        with contextlib.suppress(OSError, KustomerNbError):
            if keeps_history(load_profile(None, root)):
                _write(root, own, at or datetime.now(UTC))


def read_results(root: Path) -> LastResults | None:
    """Return the last test run of a project; None if there is none, or its file cannot be read."""
    try:
        require_folder(root / FOLDER)
        content = read_regular(root / FOLDER / FILE, _LARGEST + 1)
        value = json.loads(content)
        if len(content) > _LARGEST or value["version"] != VERSION:
            return None
        rows = tuple(map(_result, value["results"]))
        counts = {Outcome(outcome): int(count) for outcome, count in value["counts"].items()}
        return LastResults(datetime.fromisoformat(value["at"]), counts, rows)
    except (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError):
        return None


def _result(row: Mapping[str, Any]) -> LastResult:
    return LastResult(str(row["file"]), str(row["name"]), Outcome(row["outcome"]))


def _write(root: Path, results: list[CaseResult], at: datetime) -> None:
    worst = sorted(results, key=lambda result: _WORST_FIRST.index(result.outcome))[:MOST_RESULTS]
    value = {
        "version": VERSION,
        "at": at.isoformat(timespec="seconds"),
        "counts": Counter(result.outcome for result in results),
        "results": [_row(root, result) for result in worst],
    }
    private = private_folder(root)
    require_ignored(private, FILE)
    path = private / FILE
    with sole_writer(path, patience=_PATIENCE):
        replace(path, json.dumps(value, ensure_ascii=True).encode())


def _row(root: Path, result: CaseResult) -> dict[str, Any]:
    # Names only, as reports show them: a difference may have a customer's data.
    return {
        "file": _below(result.case.path, root),
        "name": result.case.shown_id,
        "outcome": result.outcome.value,
    }


def _below(path: Path, root: Path) -> str:
    """Return a path as seen from a folder; empty if it is not in it."""
    resolved: PurePath = path.resolve()
    return resolved.relative_to(root).as_posix() if resolved.is_relative_to(root) else ""
