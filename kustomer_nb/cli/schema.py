"""``kustomer-nb schema``: prints the JSON Schema of definitions, of test cases or of ``kustomer-nb.toml``."""

from __future__ import annotations

import json

import click

from kustomer_nb.config.models import file_schema
from kustomer_nb.definition.json_schema import definition_schema

from .arguments import json_option
from .console import prints_json, show_json


@click.command(short_help="Print the JSON Schema of definitions or of test cases.")
@click.option("--config", "is_config", is_flag=True, help="Print that of kustomer-nb.toml instead.")
@click.argument("kind", metavar="[case]", type=click.Choice(["case"]), required=False)
@json_option
def schema(*, kind: str | None, is_config: bool) -> None:
    """Print the JSON Schema of definitions or test cases, for editors.

    Example: kustomer-nb schema > kustomer-action.schema.json
    """
    if kind and is_config:
        raise click.UsageError("write either case or --config.")
    if kind:
        from kustomer_nb.storage.case.schema import case_schema

        document = case_schema()
    else:
        document = file_schema() if is_config else definition_schema()
    if prints_json():
        show_json(document)
        return
    # In ASCII: a shell may redirect to a file in any encoding.
    click.echo(json.dumps(document, indent=2))
