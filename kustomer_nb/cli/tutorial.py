"""``kustomer-nb tutorial``: writes the tutorials, notebooks with a demo app, to a folder."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import click

from kustomer_nb.demo.tutorials import FOLDER, WrittenTutorials, write_tutorials
from kustomer_nb.printable import one_line
from kustomer_nb.shell_words import shell_word

from .arguments import json_option
from .console import prints_json, show_json, show_message, show_text
from .failures import PROBLEMS, SUCCESS, exit_on_error

# What the tutorials need, by the extra that installs it.
_NEEDED = {"lab": "jupyterlab", "demo": "starlette"}


@click.command()
@click.argument("folder", metavar="[DIR]", default=FOLDER, type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Replace files that were changed.")
@json_option
def tutorial(folder: Path, yes: bool) -> None:
    """Write the tutorials to a folder.

    They are eight notebooks, and the definition of a demo app. DIR is kustomer-tutorial by default. It is
    created. A file that was changed is kept, unless --yes is given; then the exit code is 1.

    Example: kustomer-nb tutorial
    """
    with exit_on_error():
        result = write_tutorials(folder, overwrite=yes)
    commands = next_commands(result)
    if prints_json():
        names = {"written": result.written, "unchanged": result.unchanged, "changed": result.changed}
        show_json({"folder": str(folder), **names, "next": commands})
    else:
        show_written(result)
        show_text("\n".join(["Next:", *(f"  {command}" for command in commands)]), highlight=False)
    sys.exit(PROBLEMS if result.changed else SUCCESS)


def show_written(result: WrittenTutorials) -> None:
    """Print which files were written, and which were kept."""
    folder = one_line(str(result.folder))
    count = len(result.written)
    if count:
        show_message(f"Wrote {count} file{'' if count == 1 else 's'} to {folder}.")
    elif not result.changed:
        show_message(f"The tutorials in {folder} are up to date.")
    if result.changed:
        show_message(f"Kept, because they differ from the tutorials: {', '.join(result.changed)}.")
        command = f"kustomer-nb tutorial --yes {shell_word(one_line(str(result.folder)))}"
        show_text(f"To replace them: {command}", highlight=False)


def next_commands(result: WrittenTutorials) -> list[str]:
    """Return the commands that open the first tutorial, and before it install what it needs."""
    missing = [extra for extra, module in _NEEDED.items() if importlib.util.find_spec(module) is None]
    install = [f'python -m pip install "kustomer-nb[{",".join(missing)}]"'] if missing else []
    return [*install, f"kustomer-nb lab {shell_word(one_line(str(result.first)))}"]
