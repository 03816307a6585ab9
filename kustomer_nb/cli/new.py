"""``kustomer-nb new``: creates a definition that lints clean and runs against the demo store."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import click

from kustomer_nb import reporting
from kustomer_nb.printable import one_line

from .console import USAGE, show_message, show_text

_APP = re.compile(r"[a-z][a-z0-9_-]*")


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--app", help="The id of the app. Default: the name of the file.")
def new(path: Path, app: str | None) -> None:
    """Create a starter definition.

    It has one action, which refunds an order in the demo store. An existing file is not overwritten.
    """
    name = app or re.sub(r"[^a-z0-9_-]+", "_", path.stem.lower())
    if not _APP.fullmatch(name):
        raise click.BadParameter(
            f"{name!r} is not an app id: use lower-case letters, digits, - and _", param_hint="--app"
        )
    try:
        # "x" never overwrites an existing file.
        with path.open("x", encoding="utf-8") as file:
            file.write(reporting.starter(name))
    except FileExistsError:
        show_message(f"{path} already exists. Fix: choose another name.", stderr=True)
        sys.exit(USAGE)
    except OSError as error:
        show_message(f"{path} cannot be written: {error.strerror}. Fix: choose another path.", stderr=True)
        sys.exit(USAGE)
    file_name = one_line(shlex.quote(str(path)))
    lines = [
        one_line(f"Wrote {path}. Next:"),
        f"  kustomer-nb lint {file_name}",
        f"  kustomer-nb render {file_name} -i orderId=1001",
        f"  kustomer-nb run {file_name} -i orderId=1001 --demo",
    ]
    show_text("\n".join(lines), highlight=False)
