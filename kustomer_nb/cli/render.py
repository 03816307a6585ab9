"""``kustomer-nb render``: the request, exactly as it would be sent."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kustomer_nb.printable import one_line
from kustomer_nb.reporting import as_json as as_json_of
from kustomer_nb.reporting import xray
from kustomer_nb.request import UNSET
from kustomer_nb.run import refusals

from .arguments import all_inputs, answering, chosen, request_arguments
from .console import FINDINGS, GOOD, failing, show, show_json, show_text


@click.command()
@request_arguments
@click.option("--why", is_flag=True, help="Print where each piece of it came from.")
def render(path: Path, action: str | None, as_json: bool, demo: bool, why: bool, **given: Any) -> None:
    """Print the request an action makes.

    Nothing is sent, and no setting needs a value. Exits with 1 when anything else speaks against sending it.

    Example: kustomer-nb render ecommstore.json refundOrder -i orderId=1042
    """
    with failing():
        one = chosen(path, action)
        inputs = all_inputs(given["inputs"], given["inputs_file"])
        with answering(one, given, demo=demo) as arguments:
            request = one.render(inputs, **arguments)
            ready = one.prepare(inputs, one.circumstances(**arguments))
        if as_json:
            why_meta = {"origins": {part: as_json_of(request.origins(part)) for part in request.parts}}
            show_json(request, path=str(path), action=one.name, **(why_meta if why else {}))
        else:
            if ready.profile.name:
                show_text(one_line(f"Profile {ready.profile.title}: {ready.profile.guarded}"))
            show(request)
            for found in refusals(request, ready.profile):
                refused = one_line(f"A run is refused: {found.code} {found.message}")
                show_text(f"\n{refused}\n    {one_line(f'Fix: {found.fix}')}")
            if why:
                show_text(f"\n{xray(request)}")
        sys.exit(GOOD if all(one.code == UNSET for one in request.diagnostics.errors) else FINDINGS)
