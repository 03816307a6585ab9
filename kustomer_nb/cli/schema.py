"""``kustomer-nb schema``: prints the JSON Schema of definitions or of ``kustomer-nb.toml``."""

from __future__ import annotations

import json

import click

from kustomer_nb.config.models import file_schema
from kustomer_nb.definition.json_schema import definition_schema


@click.command()
@click.option("--config", "is_config", is_flag=True, help="Print the schema of kustomer-nb.toml instead.")
def schema(*, is_config: bool) -> None:
    """Print the JSON Schema of definitions, for editors.

    Example: kustomer-nb schema > kustomer-action.schema.json
    """
    # In ASCII: a shell may redirect to a file in any encoding.
    click.echo(json.dumps(file_schema() if is_config else definition_schema(), indent=2))
