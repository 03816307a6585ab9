"""The tutorials: notebooks that come with the package, and the folder that a reader works in."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from kustomer_nb.codes import Code
from kustomer_nb.errors import SaveError
from kustomer_nb.printable import quoted

from .definition import Definition, definition_text

FOLDER = Path("kustomer-tutorial")
FIRST = "01-first-action.ipynb"
# In the repository they are not in the package; the wheel has them there.
_SOURCES = Path(__file__).parents[2] / "notebooks"


def tutorial_files() -> dict[str, bytes]:
    """Return the files of the tutorials by their names: the notebooks in their order, and a definition.

    Example:
        >>> [*tutorial_files()][0], [*tutorial_files()][-1]
        ('01-first-action.ipynb', 'ecommstore.json')
    """
    packaged = files("kustomer_nb") / "tutorials"
    folder = packaged if packaged.is_dir() else _SOURCES
    notebooks = sorted(
        (path for path in folder.iterdir() if path.name.endswith(".ipynb")), key=lambda path: path.name
    )
    definition = Definition.ECOMMSTORE
    return {
        **{path.name: path.read_bytes() for path in notebooks},
        definition.value: definition_text(definition).encode(),
    }


@dataclass(frozen=True, slots=True)
class WrittenTutorials:
    """What writing the tutorials came to, by the names of the files in a folder."""

    folder: Path
    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    """Files that somebody changed, or wrote, which were not overwritten."""

    @property
    def first(self) -> Path:
        """The notebook to begin with."""
        return self.folder / FIRST


def write_tutorials(folder: Path = FOLDER, *, overwrite: bool = False) -> WrittenTutorials:
    """Write the tutorials to a folder, which is created; a file that is there with another content is kept.

    ``overwrite`` replaces these files, too.

    Raises:
        SaveError: a file cannot be written; those before it were.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> len(write_tutorials(folder).written)
        9
        >>> (folder / FIRST).write_text("mine")
        4
        >>> again = write_tutorials(folder)
        >>> again.written, len(again.unchanged), again.changed
        ([], 8, ['01-first-action.ipynb'])
    """
    result = WrittenTutorials(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in tutorial_files().items():
            path = folder / name
            is_there = path.exists()
            if is_there and path.read_bytes() == content:
                result.unchanged.append(name)
            elif is_there and not overwrite:
                result.changed.append(name)
            else:
                path.write_bytes(content)
                result.written.append(name)
    except OSError as error:
        message = f"the tutorials cannot be written to {quoted(str(folder))}: {error.strerror or error}."
        raise SaveError.from_code(Code.FILE_NOT_WRITABLE, message, "name another folder.") from error
    return result
