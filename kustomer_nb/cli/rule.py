"""``kustomer-nb rule``: explains a code, with an example and its fix."""

from __future__ import annotations

import re

import click

from kustomer_nb.reporting import wrap
from kustomer_nb.rules import explained

from .arguments import json_option
from .completions import complete_codes
from .console import prints_json, show_json, show_text, terminal_width
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
        show_text(wrap_prose(text), highlight=False)


def wrap_prose(text: str) -> str:
    """Return a text with its sentences wrapped on a terminal; JSON and what is indented stays as it is."""
    width = terminal_width()
    is_code = re.compile(r"[\s{}\[\]]")
    return "\n".join(line if is_code.match(line) else wrap(line, width, "") for line in text.split("\n"))
