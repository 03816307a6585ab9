"""``kustomer-nb rule``: explains a code, with an example and its fix."""

from __future__ import annotations

import click

from kustomer_nb.rules import explained

from .console import exit_on_error, show_text


@click.command()
@click.argument("code")
def rule(code: str) -> None:
    """Explain a code, such as KNB304."""
    with exit_on_error():
        text = explained(code.upper())
    show_text(text, highlight=False)
