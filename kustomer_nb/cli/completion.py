"""``kustomer-nb completion``: prints the script with which a shell completes the command line."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from .arguments import json_option
from .console import prints_json, show_json

SHELLS = ("bash", "zsh", "fish")
NAME = "kustomer-nb"
# The variable that click reads, made from the name of the program.
VARIABLE = "_KUSTOMER_NB_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@json_option
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    It completes verbs, options, files, actions, profiles, modes and codes.

    In ~/.bashrc: eval "$(kustomer-nb completion bash)"

    In ~/.zshrc, after compinit: eval "$(kustomer-nb completion zsh)"

    In ~/.config/fish/config.fish: kustomer-nb completion fish | source

    Example: kustomer-nb completion bash
    """
    script = get_completion_class(shell)
    assert script is not None  # noqa: S101 - click has all three
    text = script(context.find_root().command, {}, NAME, VARIABLE).source()
    if prints_json():
        show_json({"shell": shell, "script": text})
    else:
        click.echo(text)
