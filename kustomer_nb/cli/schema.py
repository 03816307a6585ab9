"""``kustomer-nb schema``: prints the JSON Schema of a definition, for editors and CI."""

from __future__ import annotations

import json

import click

from kustomer_nb.definition.json_schema import definition_schema


@click.command()
def schema() -> None:
    """Print the JSON Schema of definitions, for editors.

    Example: kustomer-nb schema > kustomer-action.schema.json
    """
    # In ASCII: a shell may redirect to a file in any encoding.
    click.echo(json.dumps(definition_schema(), indent=2))
