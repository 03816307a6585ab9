"""``kustomer-nb completion``: prints the script with which a shell completes the command line."""

from __future__ import annotations

from typing import ClassVar

import click
from click.shell_completion import (
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
)

from .arguments import json_option
from .console import prints_json, show_json

SHELLS = ("bash", "zsh", "fish")
NAME = "kustomer-nb"
# The variable that click reads, made from the name of the program.
VARIABLE = "_KUSTOMER_NB_COMPLETE"
# As click's, but it splits a completion at the first comma alone, and completes a file behind --option=.
_FISH = """\
function %(complete_func)s;
    set -l option (string match -r -- '^--[^=]+=' (commandline -ct));
    test -n "$option"; or set option "";
    set -l response (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) \
COMP_CWORD=(commandline -t) %(prog_name)s);
    for completion in $response;
        set -l parts (string split -m 1 -- "," $completion);
        set -l start (string replace -r -- '^--[^=]+=' '' $parts[2]);
        if test $parts[1] = "dir";
            printf '%%s\\n' $option(__fish_complete_directories $start);
        else if test $parts[1] = "file";
            printf '%%s\\n' $option(__fish_complete_path $start);
        else if test $parts[1] = "plain";
            echo $parts[2];
        end;
    end;
end;

complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)";
"""


class _JoinedOptions(ShellComplete):
    """Completes ``--mode=re`` to ``--mode=record``: these shells replace the whole word."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """Return the completions of the last word."""
        option, equals, _ = incomplete.partition("=")
        items = super().get_completions(args, incomplete)
        if not equals or not option.startswith("--"):
            return items
        return [
            CompletionItem(f"{option}={item.value or ''}", type=item.type, help=item.help) for item in items
        ]


@add_completion_class
class _Zsh(_JoinedOptions, ZshComplete):
    # A file is completed behind the =, which is not a part of its path.
    source_template: ClassVar[str] = ZshComplete.source_template.replace(
        "_path_files", "compset -P '--*='; _path_files"
    )


@add_completion_class
class _Fish(_JoinedOptions, FishComplete):
    source_template: ClassVar[str] = _FISH


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
