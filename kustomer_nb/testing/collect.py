"""The cases below some paths."""

from __future__ import annotations

import gc
import glob
import operator
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.near_names import is_short_for, near_miss
from kustomer_nb.printable import quoted
from kustomer_nb.storage.case import CASE_SUFFIX
from kustomer_nb.storage.folders import files_below
from kustomer_nb.storage.identity import file_identity

from .case_files import FileCases, Finder, cases_of
from .changes import Changes
from .definitions import find_definition

if TYPE_CHECKING:
    from .case import Case

# Of the names that are listed where none is near.
_MOST_NAMES = 8


@dataclass(frozen=True)
class Collected:
    """The cases in the order of their files, what is wrong with files, and actions without a case.

    ``untested`` are the full names of actions that changed and that no case is about.
    """

    cases: tuple[Case, ...] = ()
    problems: Diagnostics = field(default_factory=Diagnostics)
    untested: tuple[str, ...] = ()


def collect(
    paths: Iterable[str | Path] = (".",), *, actions: Iterable[str] = (), since: str | None = None
) -> Collected:
    """Return the cases of files, of folders and all below them, and of glob patterns.

    A file that is no case file is a definition: its cases are those in its folder and below that test it.
    ``actions`` keeps the cases of these actions, by full name or a tail of it. ``since`` keeps the cases
    whose file, table or action changed since a revision of the git repository.

    Raises:
        LoadError: ``since`` is no revision, or there is no git repository.
    """
    paths = (paths,) if isinstance(paths, (str, Path)) else tuple(paths)
    with _without_cycles():
        cases, problems = _all_cases(map(Path, paths))
    problems += _repeated(cases)
    untested: tuple[str, ...] = ()
    known = [case.action for case in cases]
    if since is not None:
        changes = Changes(_folder(paths), since)
        untested = changes.untested(cases)
        cases = [case for case in cases if changes.includes(case)]
    wanted = tuple(actions)
    if wanted:
        problems += _unknown("action", wanted, [*known, *untested], _is_action)
        cases = [case for case in cases if any(_is_action(case.action, name) for name in wanted)]
        untested = tuple(name for name in untested if any(_is_action(name, part) for part in wanted))
    return Collected(tuple(cases), Diagnostics(problems), untested)


@contextmanager
def _without_cycles() -> Iterator[None]:
    """Look for no cycles of objects meanwhile: cases make none, and of thousands the search takes a fifth."""
    is_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_enabled:
            gc.enable()


def _all_cases(sources: Iterable[Path]) -> tuple[list[Case], list[Diagnostic]]:
    """Return the cases of paths in the order of their files, and what is wrong with paths and files."""
    problems: list[Diagnostic] = []
    # Each file once, even if it is named twice or lies in a folder that is named too.
    files: dict[str, FileCases] = {}
    chosen: dict[int, Case] = {}
    find, identity = _cached_finder(), lru_cache(maxsize=None)(file_identity)
    for source in sources:
        is_definition = _is_definition(source)
        below = [_read_once(files, path, find) for path in _files(source.parent if is_definition else source)]
        tested = [case for file in below for case in file.cases]
        if is_definition:
            definition = file_identity(source)
            tested = [case for case in tested if identity(case.app_path) == definition]
        if not below or (is_definition and not tested and not any(file.problems for file in below)):
            problems.append(_nothing_at(source))
        chosen |= {id(case): case for case in tested}
    problems += [problem for file in files.values() for problem in file.problems]
    return list(chosen.values()), problems


def _cached_finder() -> Finder:
    """Return what finds definitions, once for all cases of a folder: it looks only in the folders above."""
    definitions: dict[tuple[str, str], Path] = {}

    def find(case: Path, action: str) -> Path:
        key = os.path.dirname(case), action  # noqa: PTH120 - a third of the time
        if key not in definitions:
            definitions[key] = find_definition(case, action)
        return definitions[key]

    return find


def no_such_rows(rows: Iterable[str], cases: Iterable[Case]) -> Diagnostics:
    """Return a problem for each label of a row that no case has."""
    return Diagnostics(_unknown("row", rows, [case.row for case in cases if case.row], operator.eq))


def _unknown(
    kind: str, names: Iterable[str], known: Iterable[str], matches: Callable[[str, str], bool]
) -> Iterator[Diagnostic]:
    """Yield an error for each name that was asked for and that nothing has: a slip would test nothing."""
    known = list(dict.fromkeys(known))
    # A case may name its action by a tail.
    known = [name for name in known if not any(other.endswith(f".{name}") for other in known)]
    for name in names:
        if any(matches(other, name) for other in known):
            continue
        near = near_miss(name, [*known, *(_tail(other, name) for other in known)])
        listed = ", ".join(quoted(other) for other in known[:_MOST_NAMES])
        fix = f"did you mean {quoted(near)}?" if near else f"use one of these: {listed}." if known else ""
        message = f"no case has the {kind} {quoted(name)}."
        yield Diagnostic(Code.NO_CASES, Severity.ERROR, "", message, fix)


def _tail(full_name: str, name: str) -> str:
    """Return as many of the last parts of a name as another one has."""
    return ".".join(full_name.split(".")[-name.count(".") - 1 :])


def _read_once(files: dict[str, FileCases], path: Path, find: Finder) -> FileCases:
    """Return the cases of a file, which is read unless it has been."""
    key = os.path.abspath(path)  # noqa: PTH100 - a fifth of the time, and links stay
    if key not in files:
        files[key] = cases_of(path, find)
    return files[key]


def _is_definition(path: Path) -> bool:
    return path.is_file() and not path.name.endswith(CASE_SUFFIX)


def _folder(paths: Iterable[str | Path]) -> Path:
    """Return the folder of the first path, which names the repository."""
    path = next((Path(path) for path in paths), Path())
    while not path.is_dir():
        path = path.parent
    return path


def _repeated(cases: Iterable[Case]) -> Iterator[Diagnostic]:
    """Yield a warning for each case with the id of another one, which no report could tell apart."""
    first: dict[str, Case] = {}
    for case in cases:
        other = first.setdefault(case.id, case)
        if other is not case:
            message = (
                f"{quoted(case.shown_id)} is the name of another case, too, in {quoted(str(other.path))}."
            )
            diagnostic = Diagnostic(
                Code.CASE_INVALID, Severity.WARNING, "/name", message, "rename one of them."
            )
            yield replace(diagnostic, file=str(case.path))


def _is_action(full_name: str, name: str) -> bool:
    # A case may name its action by a tail, too.
    return is_short_for(name, full_name) or is_short_for(full_name, name)


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from files_below(path, _is_case)
    elif path.is_file():
        yield path
    elif glob.has_magic(str(path)):
        for match in sorted(_matches(path)):
            if match.is_dir() or _is_case(match.name):
                yield from _files(match)


def _is_case(name: str) -> bool:
    return name.endswith(CASE_SUFFIX)


def _matches(pattern: Path) -> list[Path]:
    # Not Path.glob, which takes no absolute pattern.
    return [Path(match) for match in glob.glob(str(pattern), recursive=True)]  # noqa: PTH207 - see above


def _nothing_at(path: Path) -> Diagnostic:
    is_there = path.exists()
    message = f'"{path}" has no case files.' if is_there else f'there is nothing at "{path}".'
    fix = (
        "save a case with run.save_case(name) or kustomer-nb run --save-case NAME, "
        f"or name a folder with *{CASE_SUFFIX} files."
    )
    severity = Severity.WARNING if is_there else Severity.ERROR
    return replace(Diagnostic(Code.NO_CASES, severity, "", message, fix), file=str(path))
