"""``kustomer-nb render``: the request, exactly as it would be sent."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kustomer_nb.request import UNSET

from .arguments import all_inputs, answering, chosen, request_arguments
from .console import FINDINGS, GOOD, failing, show, show_json


@click.command()
@request_arguments
def render(path: Path, action: str | None, as_json: bool, demo: bool, **given: Any) -> None:
    """Print the request an action makes.

    Nothing is sent, and no setting needs a value. Exits with 1 when anything else speaks against sending it.

    Example: kustomer-nb render ecommstore.json refundOrder -i orderId=1042
    """
    with failing():
        one = chosen(path, action)
        inputs = all_inputs(given["inputs"], given["inputs_file"])
        with answering(one, given, demo=demo) as arguments:
            request = one.render(inputs, **arguments)
        if as_json:
            show_json(request, path=str(path), action=one.name)
        else:
            show(request)
        sys.exit(GOOD if all(one.code == UNSET for one in request.diagnostics.errors) else FINDINGS)
