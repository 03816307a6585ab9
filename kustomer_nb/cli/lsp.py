"""``kustomer-nb lsp``: the language server that an editor starts."""

from __future__ import annotations

import importlib.util
import sys

import click

from .arguments import json_option
from .failures import USAGE, show_usage_error


@click.command()
@json_option
def lsp() -> None:
    """Start the language server of an editor.

    The editor starts this command, and talks to it over stdin and stdout (Language Server Protocol).

    Example: kustomer-nb lsp
    """
    if importlib.util.find_spec("pygls") is None:
        show_usage_error("The language server is not installed.", 'pip install "kustomer-nb[lsp]"')
        sys.exit(USAGE)
    from kustomer_nb.lsp.language_server import serve

    serve()
