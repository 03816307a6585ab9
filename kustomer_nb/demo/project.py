"""The project folder of a tutorial, as it is at the beginning."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

from kustomer_nb.codes import Code
from kustomer_nb.errors import SaveError
from kustomer_nb.printable import quoted

from .definition import Definition, definition_text

# Beside the folder, not in it: the tests and definitions of a project are those below it.
EARLIER = "earlier"
# It makes the folder a project of its own, with its own history, wherever it is.
_PROFILES = "kustomer-nb.toml"
_NO_PROFILES = (
    b"# The profiles of this project. The tutorial on settings and profiles fills in a file like this one.\n"
)
# What a project consists of. Whatever else a reader puts into the folder is never touched.
_PARTS = ("*.json", "cases", _PROFILES, ".env")
_HISTORY = Path(".kustomer-nb/history.jsonl")


def project(folder: str | Path = "shop", *, definition: str = Definition.ECOMMSTORE) -> Path:
    """Return a project folder that has a definition of the E-comm Store's app as it is at the beginning.

    The folder is created. Nothing that a reader changed in it is lost: if JSON files, test cases,
    ``kustomer-nb.toml`` and ``.env`` are not as at the beginning, they are moved to ``earlier/shop/1`` beside
    it, the next time to ``earlier/shop/2``, unless the same was moved there before. Other files stay as they
    are, and the history begins anew. ``definition`` is the name of a file of `definition_text`.

    Raises:
        SaveError: the folder has files, but no definition of that name; or it cannot be written.
        ValueError: there is no such definition.

    Example:
        >>> import tempfile
        >>> shop = project(Path(tempfile.mkdtemp(), "shop"))
        >>> sorted(path.name for path in shop.iterdir())
        ['ecommstore.json', 'kustomer-nb.toml']
        >>> path = shop / "ecommstore.json"
        >>> path.write_text("{}")
        2
        >>> project(shop) == shop, len(path.read_text()) > 2
        (True, True)
        >>> (shop.parent / "earlier/shop/1/ecommstore.json").read_text()
        '{}'
    """
    folder, name = Path(folder), Definition(definition)
    files = {Path(name): definition_text(name).encode(), Path(_PROFILES): _NO_PROFILES}
    try:
        _require_project(folder, name)
        folder.mkdir(parents=True, exist_ok=True)
        parts = [path for part in _PARTS for path in folder.glob(part)]
        if _content(folder, parts) != files:
            _put_away(folder, parts)
            for path, content in files.items():
                (folder / path).write_bytes(content)
        (folder / _HISTORY).unlink(missing_ok=True)
    except OSError as error:
        message = f"the project folder {quoted(str(folder))} cannot be written: {error.strerror or error}."
        raise SaveError.from_code(Code.FILE_NOT_WRITABLE, message, "name another folder.") from error
    return folder


def _require_project(folder: Path, name: str) -> None:
    """Refuse a folder of something else: a project of the same tutorial, or an empty folder, may be used."""
    if not folder.exists() or (folder / name).is_file() or _earlier(folder).is_dir():
        return
    if not folder.is_dir() or any(folder.iterdir()):
        message = f"{quoted(str(folder))} is not a project of the tutorials: it has no {name}."
        raise SaveError.from_code(Code.NOT_A_TUTORIAL, message, "name a new or an empty folder.")


def _earlier(folder: Path) -> Path:
    path = Path(os.path.abspath(folder))  # noqa: PTH100 - keeps links, and takes ".." away
    return path.parent / EARLIER / path.name


def _content(folder: Path, parts: list[Path]) -> dict[Path, bytes]:
    """Return the bytes of each file at these paths and below, by its path in the folder."""
    paths = [path for part in parts for path in ((part, *part.rglob("*")) if part.is_dir() else (part,))]
    return {path.relative_to(folder): path.read_bytes() for path in paths if path.is_file()}


def _put_away(folder: Path, parts: list[Path]) -> None:
    """Move what is at some paths to a new folder in ``earlier``, or remove it if it is there already."""
    if not parts:
        return
    content = _content(folder, parts)
    for number in count(1):
        place = _earlier(folder) / str(number)
        if not place.exists():
            place.mkdir(parents=True)
            for part in parts:
                part.replace(place / part.name)
            return
        if _content(place, list(place.iterdir())) == content:
            _remove(parts)
            return


def _remove(parts: list[Path]) -> None:
    import shutil

    for part in parts:
        if part.is_dir():
            shutil.rmtree(part)
        else:
            part.unlink()
