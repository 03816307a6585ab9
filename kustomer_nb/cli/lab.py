"""``kustomer-nb lab``: starts JupyterLab and the demo store, and stops both."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kustomer_nb.config.modes import is_in_ci
from kustomer_nb.demo.tutorials import FIRST, FOLDER, write_tutorials

from .arguments import json_option
from .console import prints_json, show_json, show_text
from .failures import exit_on_error
from .jupyterlab_process import require_jupyterlab, run_jupyterlab
from .lab_extension import extension_path
from .tutorial import show_written

# Where a reader of the tutorials is: in a clone, beside the folder of them, or in it.
_PLACES = (Path("notebooks"), FOLDER, Path())


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.argument("jupyter_arguments", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--tutorial", is_flag=True, help="Write the tutorials to kustomer-tutorial, and open the first."
)
@click.option("--no-input", is_flag=True, help="Never ask whether to write the tutorials, as with CI=true.")
@json_option
def lab(path: Path | None, jupyter_arguments: tuple[str, ...], tutorial: bool, no_input: bool) -> None:
    """Start JupyterLab and the demo store.

    PATH is a notebook or a folder. Without it, the first tutorial is opened where there is one; in an empty
    folder you are asked whether to write the tutorials. Other arguments go to JupyterLab.

    Example: kustomer-nb lab --port 9000
    """
    if path is not None and str(path).startswith("-"):
        path, jupyter_arguments = None, (str(path), *jupyter_arguments)
    require_jupyterlab("lab,demo")
    if tutorial or (path is None and not no_input and _wants_tutorials()):
        path = _written(path)
    from kustomer_nb.demo import Store

    with exit_on_error(), Store() as store, extension_path() as extension:
        if prints_json():
            show_json({"url": store.url})
            sys.stdout.flush()
        else:
            show_text(f"The demo store is running at {store.url}", highlight=False)
        start = path or _first() or Path()
        environment = {"KUSTOMER_NB_DEMO_URL": store.url, "KUSTOMER_NB_DEMO_TOKEN": store.token}
        arguments = [str(start), *jupyter_arguments]
        code = run_jupyterlab(arguments, extension=extension, environment=environment)
    if not prints_json():
        show_text("JupyterLab and the demo store have stopped.", highlight=False)
    sys.exit(code)


def _first() -> Path | None:
    """Return the first tutorial, if it is here."""
    return next((place / FIRST for place in _PLACES if (place / FIRST).is_file()), None)


def _wants_tutorials() -> bool:
    """Return whether a person at a terminal in an empty folder wants the tutorials there."""
    if prints_json() or is_in_ci() or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    # A new environment is hidden, or has this file in it.
    files = (file for file in Path().iterdir() if not file.name.startswith("."))
    if any(not (file / "pyvenv.cfg").exists() for file in files):
        return False
    return click.confirm(
        f"This folder is empty. Write the tutorials to {FOLDER} and open the first?", default=True
    )


def _written(path: Path | None) -> Path:
    """Write the tutorials, and return what to open: a path that was given, or else the first."""
    with exit_on_error():
        result = write_tutorials()
    if not prints_json():
        show_written(result)
    return path or result.first
