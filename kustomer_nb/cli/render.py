"""``kustomer-nb render``: the request, exactly as it would be sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .arguments import all_inputs, answering, chosen, request_arguments
from .console import failing, show, show_json


@click.command()
@request_arguments
def render(path: Path, action: str | None, as_json: bool, demo: bool, **given: Any) -> None:
    r"""Print the request an action makes; nothing is sent, no setting needs a value.

    \b
    Example:
        kustomer-nb render ecommstore.json refundOrder -i orderId=1042
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
