"""The definitions among the files and folders that a verb is given."""

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

from .console import show_faults, show_text

SUFFIXES = (".json", ".json5", ".jsonc", *SCRIPT_SUFFIXES)
# Packages of others; what begins with a dot, as .git and .kustomer-nb, is passed over too.
_PACKAGES = "node_modules"
_UNREADABLE = {Code.FILE_UNREADABLE, Code.FILE_NOT_UTF8}


class File(NamedTuple):
    """A file to look at: its definition, or why it has none."""

    path: Path
    app: App | None
    faults: Diagnostics = Diagnostics()

    @property
    def is_no_definition(self) -> bool:
        """Whether the file was read, and holds something else than a definition, even a broken one."""
        is_other = not {NO_DEFINITION, Code.NOT_JSON, Code.EMPTY}.isdisjoint(self.faults.codes)
        return is_other and not self.is_broken

    @property
    def is_broken(self) -> bool:
        """Whether nothing can be made of the text, and it names a key of a definition."""
        return Code.NOT_JSON in self.faults.codes and names_definition_keys(self.faults.text)


class Files(NamedTuple):
    """Files to look at, and how many of the folders were passed over."""

    files: tuple[File, ...]
    skipped: int

    @property
    def has_other(self) -> bool:
        """Whether there is nothing to look at, or a file was named that holds no definition."""
        return not self.files or any(file.is_no_definition for file in self.files)


def find_files(paths: Iterable[Path]) -> Files:
    """Return the files that are named, and the definitions in the folders that are.

    A file that is named is there whatever it holds. Of a folder, and the folders in it, only definitions are:
    the rest is counted.
    """
    named = [path for path in dict.fromkeys(paths) if not path.is_dir()]
    files = [_named(path) for path in named]
    skipped = 0
    within = (file for folder in dict.fromkeys(paths) if folder.is_dir() for file in _files_in(folder))
    for path in dict.fromkeys(within):
        if path in named:
            continue
        file = _in_folder(path)
        skipped += file is None
        files += [file] if file else []
    return Files(tuple(files), skipped)


def show_skipped(files: Files) -> None:
    """Print on stderr how many files were skipped, and an error where none is left."""
    if files.skipped:
        noun = "file that is not a definition" if files.skipped == 1 else "files that are not definitions"
        show_text(f"Skipped {files.skipped} {noun}.", stderr=True, highlight=False)
    if not files.files:
        message = "no definition was found in the files and folders given."
        fix = "name a definition, or a folder that holds one."
        show_faults(Diagnostics([Diagnostic(Code.NO_DEFINITION_FOUND, Severity.ERROR, "", message, fix)]))


def _files_in(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != _PACKAGES and not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if path.suffix.lower() in SUFFIXES and not name.startswith(".") and not path.is_symlink():
                yield path


def _named(path: Path) -> File:
    try:
        app = load(path)
    except LoadError as error:
        return File(path, None, error.diagnostics)
    if app.document.is_definition:
        return File(path, app)
    return File(path, None, Diagnostics([app.document.no_definition()], text=app.text))


def _in_folder(path: Path) -> File | None:
    """Return a file of a folder, None where it is no definition."""
    file = _named(path)
    if file.app is not None:
        return file
    # A script that cannot be read is rarely a definition at all.
    is_script = path.suffix.lower() in SCRIPT_SUFFIXES
    is_unreadable = not _UNREADABLE.isdisjoint(file.faults.codes)
    return file if not is_script and (is_unreadable or file.is_broken) else None
