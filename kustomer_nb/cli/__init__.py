"""The command line: a verb a module. Each calls the library and prints the result."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any

import click

from kustomer_nb._version import __version__
from kustomer_nb.faces import Face, read_in
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .console import filtered, printing_json
from .failures import stoppable, usage_errors

__all__ = ["main"]

# Set by the script of a shell that asks for completions.
COMPLETE = "_KUSTOMER_NB_COMPLETE"
# Each verb is the command of that name in the module of that name, imported when it is called.
VERBS = (
    "actions",
    "cassette",
    "compare",
    "completion",
    "coverage",
    "demo",
    "diff",
    "fix",
    "hazards",
    "history",
    "infer",
    "lab",
    "lint",
    "lsp",
    "map",
    "new",
    "open",
    "profiles",
    "record",
    "render",
    "rule",
    "run",
    "schema",
    "share",
    "test",
    "tutorial",
)


# A function of the name of its verb would hide a builtin.
_FUNCTIONS = {"map": "map_rows"}


class _ScrubbedGroup(click.Group):
    """A group that keeps its arguments, such as the token of ``--set``, out of tracebacks.

    All of its output passes the filter of ``console``, click's own errors included.
    """

    @scrub_tracebacks
    def main(self, *arguments: Any, **named: Any) -> Any:
        """Run the command line."""
        if COMPLETE in os.environ:
            # It registers how each shell is answered.
            import_module(f"{__name__}.completion")
        words = named.get("args") or next(iter(arguments), None) or sys.argv[1:]
        with filtered(), read_in(Face.COMMAND_LINE), printing_json(_asks_for_json(words)):
            return super().main(*arguments, **named)

    __call__ = scrub_tracebacks(click.Group.__call__)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the verbs."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a verb, which only then is imported: --version imports none."""
        if cmd_name not in VERBS:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(
            import_module(f"{__name__}.{cmd_name}"), _FUNCTIONS.get(cmd_name, cmd_name)
        )
        return command

    def make_context(self, *arguments: Any, **named: Any) -> click.Context:
        """Return the context of a call, with its arguments parsed."""
        with usage_errors():
            return super().make_context(*arguments, **named)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the chosen verb. Its arguments are read within, because they may come from a pipe."""
        with usage_errors(), stoppable():
            return super().invoke(ctx)


def _asks_for_json(words: Sequence[str]) -> bool:
    """Return whether a command line asks for JSON; read from its words, since they may be malformed."""
    own = words[: words.index("--")] if "--" in words else words
    return "--json" in own or "--format=json" in own or ("--format", "json") in pairwise(own)


@click.group(cls=_ScrubbedGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kustomer-nb")
def main() -> None:
    """Write, check, preview, run and test Kustomer workflow actions.

    Exit codes: 0 success; 1 problems or differences found; 2 usage error;
    3 a setting has no value; 4 no response from the network; 5 the response
    status is 400 or more and --fail was given; 6 refused by a guard; 130 interrupted.

    Example: kustomer-nb new shop.json
    """
