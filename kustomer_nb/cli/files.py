"""Finds the definitions in the files and folders of a command line."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.definition import NO_DEFINITION, SCRIPT_SUFFIXES, names_definition_keys
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import LoadError
from kustomer_nb.loading import load, loads
from kustomer_nb.storage.files import LARGEST, text_file
from kustomer_nb.storage.folders import definitions_below
from kustomer_nb.storage.revisions import ignored_in

from .console import prints_json, show_errors, show_message

if TYPE_CHECKING:
    from kustomer_nb.app import App

STDIN = Path("-")
_UNREADABLE = {Code.FILE_UNREADABLE, Code.FILE_NOT_UTF8}
_NOT_READ = {*_UNREADABLE, Code.FILE_MISSING, Code.FILE_IS_FOLDER, Code.FILE_TOO_LARGE}


class File(NamedTuple):
    """A file: its definition, or the problems that prevent loading one."""

    path: Path
    app: App | None
    problems: Diagnostics = Diagnostics()

    @property
    def is_unread(self) -> bool:
        """Whether there is no such file, or its text cannot be read."""
        return not _NOT_READ.isdisjoint(self.problems.codes)

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
    def is_usage_error(self) -> bool:
        """Whether no file was found, a file cannot be read, or one was named that is not a definition."""
        return not self.files or any(file.is_other or file.is_unread for file in self.files)


def open_app(path: Path) -> App:
    """Return the app of a file, or of stdin if the path is ``-``.

    Raises:
        LoadError: it cannot be read, or is not a definition.
    """
    if path != STDIN:
        return load(path)
    content = getattr(sys.stdin, "buffer", None)
    text = sys.stdin.read() if content is None else text_file(content.read(LARGEST + 1), path).text
    return loads(text)


def find_files(paths: Iterable[Path]) -> Files:
    """Return the named files, and the definitions in the named folders and below; ``-`` is stdin.

    A named file is returned whatever it contains. Other files in folders are only counted, and what git
    ignores is passed over.
    """
    # Each file once, even if it is named twice or lies in a folder that is named too.
    named = [path for path in dict.fromkeys(paths) if not path.is_dir()]
    files = [_load_file(path) for path in named]
    skipped = 0
    within = (file for folder in dict.fromkeys(paths) if folder.is_dir() for file in _kept_files(folder))
    for path in dict.fromkeys(within):
        if path in named:
            continue
        file = _load_from_folder(path)
        skipped += file is None
        files += [file] if file else []
    return Files(tuple(files), skipped)


def show_skipped(files: Files) -> None:
    """Print on stderr how many files were skipped, and an error if no file is left."""
    if files.skipped and not prints_json():
        noun = "file that is not a definition" if files.skipped == 1 else "files that are not definitions"
        show_message(f"Skipped {files.skipped} {noun}.", stderr=True)
    if not files.files and not prints_json():
        message = "no definition was found in these files and folders."
        fix = "name a definition, or a folder that contains one."
        show_errors(Diagnostics([Diagnostic(Code.NO_DEFINITION_FOUND, Severity.ERROR, "", message, fix)]))


def _kept_files(folder: Path) -> list[Path]:
    """Return the files in a folder that may be definitions, without those that git ignores."""
    files = list(definitions_below(folder))
    ignored = ignored_in(folder, files) if files and _is_in_repository(folder) else set()
    # A folder that is itself ignored was named on purpose.
    return files if folder in ignored else [path for path in files if path not in ignored]


def _is_in_repository(folder: Path) -> bool:
    real = folder.resolve()
    return any((parent / ".git").exists() for parent in (real, *real.parents))


def _load_file(path: Path) -> File:
    try:
        app = open_app(path)
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
