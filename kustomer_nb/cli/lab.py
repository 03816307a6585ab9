"""``kustomer-nb lab``: starts JupyterLab and the demo store, and stops both."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

import click

from .arguments import json_option
from .console import prints_json, show_json, show_text
from .failures import USAGE, exit_on_error, show_usage_error
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
    if importlib.util.find_spec("jupyterlab") is None:
        show_usage_error("JupyterLab is not installed.", 'pip install "kustomer-nb[lab,demo]"')
        sys.exit(USAGE)
    from kustomer_nb.demo import Store

    with exit_on_error(), Store() as store, extension_path() as extension:
        if prints_json():
            show_json({"url": store.url})
            sys.stdout.flush()
        else:
            show_text(f"The demo store is running at {store.url}", highlight=False)
        # Stdout holds one JSON document and nothing else.
        output = subprocess.DEVNULL if prints_json() else None
        environment = _environment(store.url, store.token, extension)
        command = _command(path, jupyter_arguments)
        child = subprocess.Popen(command, env=environment, stdout=output)  # noqa: S603
        _pass_on_signals(child)
        code = child.wait()
    if not prints_json():
        show_text("JupyterLab and the demo store have stopped.", highlight=False)
    sys.exit(max(code, 0))


def _command(path: Path | None, jupyter_arguments: tuple[str, ...]) -> list[str]:
    start = path or (FIRST if FIRST.exists() else Path())
    command = [sys.executable, "-m", "jupyterlab", str(start), *jupyter_arguments]
    # In a container the only user is often root, which JupyterLab refuses without this.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def _environment(url: str, token: str, extension: Path | None) -> dict[str, str]:
    environment = {**os.environ, "KUSTOMER_NB_DEMO_URL": url, "KUSTOMER_NB_DEMO_TOKEN": token}
    if extension is not None:
        # Before an editable install, whose copies may be older.
        paths = [str(extension), os.environ.get("JUPYTER_PATH", "")]
        environment["JUPYTER_PATH"] = os.pathsep.join(path for path in paths if path)
    return environment


def _pass_on_signals(child: subprocess.Popen[bytes]) -> None:
    """Leave Ctrl+C to JupyterLab, which asks whether to stop, and pass SIGTERM on to it."""

    def terminate(number: int, frame: FrameType | None) -> None:
        child.terminate()

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, terminate)
