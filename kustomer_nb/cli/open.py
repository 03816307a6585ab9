"""``kustomer-nb open``: opens a definition in JupyterLab, without a notebook."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import quote

import click

from kustomer_nb.codes import Code
from kustomer_nb.config import project_root
from kustomer_nb.errors import LoadError
from kustomer_nb.loading import load
from kustomer_nb.printable import one_line
from kustomer_nb.server import FACTORY, OPEN
from kustomer_nb.shell_words import shell_word

from .arguments import json_option
from .console import prints_json, show_json, show_text
from .failures import USAGE, exit_on_error, show_usage_error
from .jupyterlab_process import require_jupyterlab, run_jupyterlab
from .lab_extension import extension_path


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("jupyter_arguments", nargs=-1, type=click.UNPROCESSED)
@json_option
def open(file: Path, jupyter_arguments: tuple[str, ...]) -> None:
    """Open the workbench of a definition in JupyterLab.

    No notebook is needed: the definition is a document there. FILE is a JSON file. JupyterLab shows the
    folder of its project. Other arguments go to JupyterLab.

    Example: kustomer-nb open shop.json --port 9000
    """
    if str(file).startswith("-"):
        raise click.UsageError("Missing argument 'FILE': name a definition before the options of JupyterLab.")
    if file.suffix.lower() != ".json" and file.is_file():
        words = one_line(f"{file} is not a JSON file, which JupyterLab would open as a workbench.")
        show_usage_error(words, "in a notebook, call knb.workbench() with its path.")
        sys.exit(USAGE)
    with exit_on_error(file):
        _require_definition(file)
    require_jupyterlab("lab")
    with extension_path() as extension:
        root, relative = _place(file)
        place = quote(relative.as_posix())
        address = f"/doc/tree/{place}?factory={quote(FACTORY)}"
        if prints_json():
            show_json({"file": str(file), "folder": str(root), "address": address})
            sys.stdout.flush()
        else:
            show_text(one_line(f"Opening {file} in JupyterLab."), highlight=False)
        arguments = [f"--ServerApp.root_dir={root}", f"--LabApp.default_url=/{OPEN}/{place}"]
        if any(part.startswith(".") for part in relative.parts):
            arguments.append("--ContentsManager.allow_hidden=True")
        code = run_jupyterlab([*arguments, *jupyter_arguments], extension=extension)
    sys.exit(code)


def _require_definition(file: Path) -> None:
    """Raise if a file has no definition.

    Raises:
        LoadError: it cannot be read, or is something else.
    """
    if not os.path.lexists(file):
        fix = f"check the path, or make a definition: kustomer-nb new {shell_word(str(file))}"
        raise LoadError.from_code(Code.FILE_MISSING, f'There is no file "{file}".', fix)
    document = load(file).document
    if not document.is_definition:
        raise LoadError([document.no_definition()])


def _place(file: Path) -> tuple[Path, Path]:
    """Return the folder that JupyterLab shows, that of the project, and where a file is in it.

    Example:
        >>> _place(Path("my shop.json"))[1].as_posix()
        'my shop.json'
    """
    folder = file.absolute().parent.resolve()
    root = project_root(file).resolve()
    # The project of a linked folder may be elsewhere.
    root = root if folder.is_relative_to(root) else folder
    return root, (folder / file.name).relative_to(root)
