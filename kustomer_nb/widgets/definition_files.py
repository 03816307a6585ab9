"""The definitions of a folder, and what is wrong with a path that names none."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kustomer_nb.definition import Kind
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.loading import load
from kustomer_nb.near_names import near_miss
from kustomer_nb.opening import open_file
from kustomer_nb.printable import quoted, shortened
from kustomer_nb.user_paths import user_path

if TYPE_CHECKING:
    from kustomer_nb.app import App

# Files that are read, the size in bytes above which one is no definition, and that of all together: reading
# them must not keep the page waiting.
MOST_FILES = 100
LARGEST = 4_000_000
# Code is read more slowly than JSON, and what is larger is a bundle.
LARGEST_CODE = 500_000
MOST_BYTES = 8_000_000
DATA_SUFFIXES = (".json", ".json5")
SUFFIXES = (*DATA_SUFFIXES, ".js", ".cjs", ".mjs", ".ts")


def files_of(folder: Path, typed: str = "") -> list[dict[str, str]]:
    """Return what a typed path can go on with: the definitions there, newest first, and the folders.

    Of a path that is typed in part, only what begins with its last name.
    """
    place, name = _split(folder, typed)
    before = typed[: len(typed) - len(name)]
    definitions = [
        {"path": f"{before}{path.name}", "title": f"{before}{path.name}", "note": note, "kind": "file"}
        for path, note in _definitions(place, name)
    ]
    folders = [
        {"path": f"{before}{inner}/", "title": f"{before}{inner}/", "note": "Folder", "kind": "folder"}
        for inner in _folders(place, name)
    ]
    return definitions + folders


def open_definition(folder: Path, typed: str) -> App | str:
    """Return the app of a typed path, or in words why there is none."""
    path = folder / _expanded(Path(typed))
    with suppress(OSError, ValueError):
        if path.is_dir():
            return f"{quoted(typed)} is a folder. Choose a file in it."
        if not path.exists():
            return _missing(folder, path, typed)
    try:
        app = load(path)
    except KustomerNbError as error:
        # Without the path, which the person has just typed.
        return str(error.diagnostics[0].message) if error.diagnostics else str(error)
    if not app.actions and (syntax := app.document.reading.diagnostics.errors):
        return syntax[0].message
    if not app.actions and app.document.kind is not Kind.DEFINITION:
        return f"{quoted(path.name)} is no definition: it has neither an app id nor actions."
    return app


def _missing(folder: Path, path: Path, typed: str) -> str:
    parent = path.parent
    if not parent.is_dir():
        return f"There is no folder {quoted(str(Path(typed).parent))}."
    names = [candidate.name for _, candidate, _ in _candidates(parent)]
    near = near_miss(path.name, names) or next((name for name in names if Path(name).stem == path.name), None)
    hint = f" Did you mean {shortened(near)}?" if near else ""
    where = "this folder" if parent == folder else quoted(str(Path(typed).parent))
    return f"There is no file {quoted(path.name)} in {where}.{hint}"


def _split(folder: Path, typed: str) -> tuple[Path, str]:
    """Return the folder of a typed path, and the part of a name after it."""
    before, slash, name = typed.rpartition("/")
    return folder / _expanded(Path(f"{before}{slash}" or ".")), name


def _folders(place: Path, name: str) -> list[str]:
    names = []
    with suppress(OSError, ValueError):
        for path in place.iterdir():
            is_hidden = path.name.startswith((".", "__")) or path.name == "node_modules"
            with suppress(OSError):
                if not is_hidden and _fits(path.name, name) and path.is_dir():
                    names.append(path.name)
    return sorted(names)[:MOST_FILES]


def _fits(name: str, typed: str) -> bool:
    return name.lower().startswith(typed.lower()) and _is_text(name)


def _definitions(folder: Path, name: str) -> list[tuple[Path, str]]:
    """Return the definitions of a folder, newest first, each with how many actions it has."""
    definitions = []
    remaining = MOST_BYTES
    for changed_at, path, size in _candidates(folder):
        if not _fits(path.name, name):
            continue
        remaining -= size
        if remaining < 0:
            break
        try:
            document = open_file(path)
        except (OSError, KustomerNbError):
            continue
        if document.kind is not Kind.DEFINITION or not document.actions:
            continue
        count = len(document.actions)
        changed = datetime.fromtimestamp(changed_at).astimezone()
        note = f"{count} action{'' if count == 1 else 's'}, changed {changed:%Y-%m-%d %H:%M}"
        definitions.append((path, note))
    return definitions


def _candidates(folder: Path) -> list[tuple[float, Path, int]]:
    """Return the files that may be definitions, newest first: when each changed, and its size."""
    candidates = []
    # A folder that cannot be read has none to offer; a path can still be typed.
    with suppress(OSError, ValueError):
        for path in folder.iterdir():
            if path.suffix.lower() not in SUFFIXES or path.name.startswith(".") or not _is_text(path.name):
                continue
            with suppress(OSError):
                status = path.stat()
                largest = LARGEST if path.suffix.lower() in DATA_SUFFIXES else LARGEST_CODE
                if path.is_file() and status.st_size <= largest:
                    candidates.append((status.st_mtime, path, status.st_size))
    return sorted(candidates, key=lambda candidate: (-candidate[0], candidate[1].name))[:MOST_FILES]


def _is_text(name: str) -> bool:
    """Return whether the name of a file can be sent to the page, and not only to the file system."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _expanded(path: Path) -> Path:
    # The home of a user that does not exist: then no file has this path.
    with suppress(RuntimeError):
        return user_path(path)
    return path
