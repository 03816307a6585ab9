"""``kustomer-nb rule``: what a code means, with a file that has the fault and the same one mended."""

from __future__ import annotations

import click

from kustomer_nb.rules import explained

from .console import failing, show_text


@click.command()
@click.argument("code")
def rule(code: str) -> None:
    """Explain a code, such as KNB304."""
    with failing():
        text = explained(code.upper())
    show_text(text, highlight=False)
