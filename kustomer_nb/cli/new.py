"""``kustomer-nb new``: creates a definition that lints clean and runs against the demo store."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import click

from kustomer_nb import reporting
from kustomer_nb.linting.messages import quote
from kustomer_nb.printable import one_line

from .arguments import json_option
from .console import prints_json, show_json, show_text
from .failures import USAGE, show_usage_error

_APP = re.compile(r"[a-z][a-z0-9_-]*")


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--app", help="The id of the app. Default: the name of the file.")
@json_option
def new(path: Path, app: str | None) -> None:
    """Create a starter definition.

    It has one action, which refunds an order in the demo store. An existing file is not overwritten.

    Example: kustomer-nb new shop.json
    """
    name = app if app is not None else re.sub(r"[^a-z0-9_-]+", "_", path.stem.lower())
    if not _APP.fullmatch(name):
        raise _not_an_id(name, path, is_given=app is not None)
    next_steps = ["lint {}", "render {} -i orderId=1001", "run {} -i orderId=1001 --demo"]
    try:
        # "x" never overwrites an existing file.
        with path.open("x", encoding="utf-8") as file:
            file.write(reporting.starter(name))
    except FileExistsError:
        show_usage_error(f"{path} already exists.", "choose another name.")
        sys.exit(USAGE)
    except OSError as error:
        show_usage_error(f"{path} cannot be written: {error.strerror}.", "choose another path.")
        sys.exit(USAGE)
    file_name = one_line(shlex.quote(str(path)))
    commands = [f"kustomer-nb {step.format(file_name)}" for step in next_steps]
    if prints_json():
        show_json({"path": str(path), "app": name, "next": commands})
        return
    lines = [one_line(f"Wrote {path}. Next:"), *(f"  {command}" for command in commands)]
    show_text("\n".join(lines), highlight=False)


def _not_an_id(name: str, path: Path, *, is_given: bool) -> click.UsageError:
    rule = "It begins with a letter, and has only lower-case letters, digits, - and _."
    if is_given:
        return click.BadParameter(f"{quote(name)} is not an app id. {rule}", param_hint="--app")
    example = re.sub(r"^[^a-z]+", "", name) or "shop"
    message = f"The file name {quote(path.name)} gives no app id. {rule} Add --app {example}"
    return click.UsageError(message)
