"""``kustomer-nb lab``: starts JupyterLab and the demo store, and stops both."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .arguments import json_option
from .console import prints_json, show_json, show_text
from .failures import exit_on_error
from .jupyterlab_process import require_jupyterlab, run_jupyterlab
from .lab_extension import extension_path

FIRST = Path("notebooks/01-first-action.ipynb")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.argument("jupyter_arguments", nargs=-1, type=click.UNPROCESSED)
@json_option
def lab(path: Path | None, jupyter_arguments: tuple[str, ...]) -> None:
    """Start JupyterLab and the demo store.

    PATH is a notebook or a folder. Other arguments go to JupyterLab.

    Example: kustomer-nb lab --port 9000
    """
    if path is not None and str(path).startswith("-"):
        path, jupyter_arguments = None, (str(path), *jupyter_arguments)
    require_jupyterlab("lab,demo")
    from kustomer_nb.demo import Store

    with exit_on_error(), Store() as store, extension_path() as extension:
        if prints_json():
            show_json({"url": store.url})
            sys.stdout.flush()
        else:
            show_text(f"The demo store is running at {store.url}", highlight=False)
        start = path or (FIRST if FIRST.exists() else Path())
        environment = {"KUSTOMER_NB_DEMO_URL": store.url, "KUSTOMER_NB_DEMO_TOKEN": store.token}
        arguments = [str(start), *jupyter_arguments]
        code = run_jupyterlab(arguments, extension=extension, environment=environment)
    if not prints_json():
        show_text("JupyterLab and the demo store have stopped.", highlight=False)
    sys.exit(code)
