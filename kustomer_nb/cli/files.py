"""Finds the definitions in the files and folders of a command line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from kustomer_nb.app import App, load
from kustomer_nb.codes import Code
from kustomer_nb.definition import NO_DEFINITION, SCRIPT_SUFFIXES, names_definition_keys
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import LoadError

from .console import show_errors, show_message

SUFFIXES = (".json", ".json5", ".jsonc", *SCRIPT_SUFFIXES)
# Dependencies. Names that begin with a dot, such as .git and .kustomer-nb, are skipped too.
_PACKAGES = "node_modules"
_UNREADABLE = {Code.FILE_UNREADABLE, Code.FILE_NOT_UTF8}


class File(NamedTuple):
    """A file: its definition, or the problems that prevent loading one."""

    path: Path
    app: App | None
    problems: Diagnostics = Diagnostics()

    @property
    def is_other(self) -> bool:
        """Whether the file was read and is neither a definition nor a broken one."""
        is_other = not {NO_DEFINITION, Code.NOT_JSON, Code.EMPTY}.isdisjoint(self.problems.codes)
        return is_other and not self.is_broken

    @property
    def is_broken(self) -> bool:
        """Whether the text cannot be parsed, but names a key of a definition."""
        return Code.NOT_JSON in self.problems.codes and names_definition_keys(self.problems.text)


class Files(NamedTuple):
    """The files found, and how many files of the folders were skipped."""

    files: tuple[File, ...]
    skipped: int

    @property
    def has_other(self) -> bool:
        """Whether no file was found, or a file was named that is not a definition."""
        return not self.files or any(file.is_other for file in self.files)


def find_files(paths: Iterable[Path]) -> Files:
    """Return the named files, and the definitions in the named folders and below.

    A named file is returned whatever it contains. Other files in folders are only counted.
    """
    # Each file once, even if it is named twice or lies in a folder that is named too.
    named = [path for path in dict.fromkeys(paths) if not path.is_dir()]
    files = [_load_file(path) for path in named]
    skipped = 0
    within = (file for folder in dict.fromkeys(paths) if folder.is_dir() for file in _files_in(folder))
    for path in dict.fromkeys(within):
        if path in named:
            continue
        file = _load_from_folder(path)
        skipped += file is None
        files += [file] if file else []
    return Files(tuple(files), skipped)


def show_skipped(files: Files) -> None:
    """Print on stderr how many files were skipped, and an error if no file is left."""
    if files.skipped:
        noun = "file that is not a definition" if files.skipped == 1 else "files that are not definitions"
        show_message(f"Skipped {files.skipped} {noun}.", stderr=True)
    if not files.files:
        message = "no definition was found in these files and folders."
        fix = "name a definition, or a folder that contains one."
        show_errors(Diagnostics([Diagnostic(Code.NO_DEFINITION_FOUND, Severity.ERROR, "", message, fix)]))


def _files_in(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        # In place, as os.walk requires to skip a folder. Sorted: the same order on every file system.
        folders[:] = sorted(name for name in folders if name != _PACKAGES and not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if path.suffix.lower() in SUFFIXES and not name.startswith(".") and not path.is_symlink():
                yield path


def _load_file(path: Path) -> File:
    try:
        app = load(path)
    except LoadError as error:
        return File(path, None, error.diagnostics)
    if app.document.is_definition:
        return File(path, app)
    return File(path, None, Diagnostics([app.document.no_definition()], text=app.text))


def _load_from_folder(path: Path) -> File | None:
    """Return a file of a folder, None if it is not a definition."""
    file = _load_file(path)
    if file.app is not None:
        return file
    # A script that cannot be parsed is rarely a definition at all.
    is_script = path.suffix.lower() in SCRIPT_SUFFIXES
    is_unreadable = not _UNREADABLE.isdisjoint(file.problems.codes)
    return file if not is_script and (is_unreadable or file.is_broken) else None
