"""The extension of JupyterLab from the sources: an editable install has copies of it, which go stale."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
DATA = "share/jupyter"


def shared_files(root: Path = ROOT) -> dict[Path, str]:
    """Return where the wheel installs each file and folder for Jupyter; empty without the sources.

    Example:
        >>> shared_files()[ROOT / "kustomer_nb/labextension/package.json"]
        'share/jupyter/labextensions/kustomer-nb/package.json'
        >>> shared_files(Path("installed"))
        {}
    """
    project = root / "pyproject.toml"
    # Beside an installed package may be the pyproject.toml of something else.
    if not (root / "kustomer_nb/labextension").is_dir() or not project.is_file():
        return {}
    targets = tomllib.loads(project.read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    return {root / source: target for source, target in targets["wheel"]["shared-data"].items()}


@contextmanager
def extension_path() -> Iterator[Path | None]:
    """Yield a folder for JUPYTER_PATH with links to the sources; None where the extension is installed."""
    shared = shared_files()
    if not shared:
        yield None
        return
    with TemporaryDirectory(prefix="kustomer-nb-") as folder:
        # The server reads its configuration from the environment: an editable install has a copy there.
        for source, target in shared.items():
            if target.startswith(DATA):
                _link(source, Path(folder, target))
        yield Path(folder, DATA)


def _link(source: Path, place: Path) -> None:
    # The server of JupyterLab follows links to folders only; the files that no page asks for are no modules.
    if source.suffix in (".js", ".css"):
        source, place = source.parent, place.parent
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.symlink_to(source, target_is_directory=source.is_dir())
    except OSError:
        # Windows allows links to developers alone.
        (shutil.copytree if source.is_dir() else shutil.copy)(source, place)
