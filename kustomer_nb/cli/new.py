"""``kustomer-nb new``: creates a starter definition, or one that sends what a curl command sends."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click

from kustomer_nb import reporting
from kustomer_nb.linting.messages import quote
from kustomer_nb.printable import one_line
from kustomer_nb.shell_words import shell_word

from .arguments import json_option
from .console import prints_json, show_json, show_text
from .failures import USAGE, show_usage_error
from .from_curl import CurlImport, import_options

_APP = re.compile(r"[a-z][a-z0-9_-]*")


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--app", help="The id of the app. Default: the name of the file, or of the imported host.")
@import_options
@json_option
def new(path: Path | None, app: str | None, from_curl: Path | None, **options: Any) -> None:
    """Create a starter definition, or an action from a curl command.

    The starter has one action, which refunds an order in the demo store. An existing file is not overwritten.

    With --from-curl, the action sends what the curl command sends. Its credentials become app settings of
    type secret, and are not in the definition. Without PATH and --into, the definition is printed.

    Example: kustomer-nb new shop.json
    """
    if from_curl is not None:
        CurlImport(from_curl, **options).run(path, app)
        return
    if path is None:
        raise click.UsageError("Missing argument 'PATH': name the file to create, such as shop.json.")
    if unused := [name for name, value in options.items() if value]:
        option = "--input" if unused[0] == "inputs" else f"--{unused[0].replace('_', '-')}"
        raise click.UsageError(f"{option} needs --from-curl")
    _write_starter(path, app)


def _write_starter(path: Path, app: str | None) -> None:
    name = app if app is not None else re.sub(r"[^a-z0-9_-]+", "_", path.stem.lower())
    if not _APP.fullmatch(name):
        raise _not_an_id(name, path, is_given=app is not None)
    next_steps = ["lint {}", "render {} -i orderId=1001", "run {} -i orderId=1001 --demo"]
    try:
        # "x" never overwrites an existing file.
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(reporting.starter(name))
    except FileExistsError:
        show_usage_error(f"{path} already exists.", "choose another name.")
        sys.exit(USAGE)
    except OSError as error:
        show_usage_error(f"{path} cannot be written: {error.strerror}.", "choose another path.")
        sys.exit(USAGE)
    file_name = one_line(shell_word(str(path)))
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
