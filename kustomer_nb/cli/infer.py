"""``kustomer-nb infer``: an outputSchema and a sample from answers that came back."""

from __future__ import annotations

import json
from typing import TextIO

import click

from kustomer_nb.printable import one_line
from kustomer_nb.schema import infer as inferred

from .arguments import json_of
from .console import show_text


@click.command()
@click.argument("bodies", nargs=-1, required=True, type=click.File(encoding="utf-8-sig"))
def infer(bodies: tuple[TextIO, ...]) -> None:
    """Print an outputSchema and a sample made of answers.

    Each answer is a JSON file, or - for stdin. Only the platform's five types are used; what could not be
    told is said on stderr.

    Example: kustomer-nb infer paid.json refunded.json
    """
    found = inferred([json_of(one, one.name) for one in bodies])
    click.echo(json.dumps({"outputSchema": found.schema, "sampleOutputContext": found.sample}, indent=2))
    for note in found.notes:
        show_text(one_line(note), stderr=True)
