"""``kustomer-nb infer``: an outputSchema and a sample from responses."""

from __future__ import annotations

import json
from typing import TextIO

import click

from kustomer_nb.schema import infer as infer_schema

from .arguments import json_option
from .console import prints_json, show_json, show_message
from .failures import exit_on_error
from .pairs import JsonFile, path_of, read_json


@click.command()
@click.argument("bodies", nargs=-1, required=True, type=JsonFile())
@json_option
def infer(bodies: tuple[TextIO, ...]) -> None:
    """Print an outputSchema and a sample for response bodies.

    Each body is a JSON file, or - for stdin. Only the platform's five types are used; ambiguities are
    reported on stderr.

    Example: kustomer-nb infer paid.json refunded.json
    """
    if [path_of(body) for body in bodies].count("-") > 1:
        raise click.UsageError("- is stdin, which can be read only once")
    with exit_on_error():
        inferred = infer_schema([read_json(body, "BODIES") for body in bodies])
    keys = {"outputSchema": inferred.schema, "sampleOutputContext": inferred.sample}
    if prints_json():
        show_json(keys, notes=list(inferred.notes))
        return
    click.echo(json.dumps(keys, indent=2))
    for note in inferred.notes:
        show_message(note, stderr=True)
