"""``kustomer-nb rule``: explains a code, with an example and its fix."""

from __future__ import annotations

import click

from kustomer_nb.rules import explained

from .arguments import json_option
from .completions import complete_codes
from .console import prints_json, show_json, show_text
from .failures import exit_on_error


@click.command()
@click.argument("code", shell_complete=complete_codes)
@json_option
def rule(code: str) -> None:
    """Explain a code, or list the codes of a family.

    A code is KNB304, its name or its number alone. KNB3 is the family of the codes about templates.

    Example: kustomer-nb rule KNB304
    """
    with exit_on_error():
        text = explained(code)
    if prints_json():
        show_json({"code": text.split(maxsplit=1)[0], "text": text})
    else:
        show_text(text, highlight=False)
