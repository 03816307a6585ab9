"""``kustomer-nb infer``: an outputSchema and a sample from responses."""

from __future__ import annotations

import json
from typing import TextIO

import click

from kustomer_nb.schema import infer as infer_schema

from .arguments import read_json
from .console import show_message


@click.command()
@click.argument("bodies", nargs=-1, required=True, type=click.File(encoding="utf-8-sig"))
def infer(bodies: tuple[TextIO, ...]) -> None:
    """Print an outputSchema and a sample for response bodies.

    Each body is a JSON file, or - for stdin. Only the platform's five types are used; ambiguities are
    reported on stderr.

    Example: kustomer-nb infer paid.json refunded.json
    """
    inferred = infer_schema([read_json(body, body.name) for body in bodies])
    click.echo(
        json.dumps({"outputSchema": inferred.schema, "sampleOutputContext": inferred.sample}, indent=2)
    )
    for note in inferred.notes:
        show_message(note, stderr=True)
