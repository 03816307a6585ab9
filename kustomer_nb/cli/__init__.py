"""The command line: a verb a file; it asks what the library knows, and prints it."""

from __future__ import annotations

import io
import sys

import click

from kustomer_nb._version import __version__
from kustomer_nb.border import sealed

from .demo import demo
from .diff import diff
from .fix import fix
from .history import history
from .infer import infer
from .lab import lab
from .lint import lint
from .new import new
from .render import render
from .rule import rule
from .run import run
from .schema import schema

__all__ = ["main"]


class _Sealed(click.Group):
    """A group whose arguments, ``--set`` among them, are in no traceback that leaves it."""

    main = sealed(click.Group.main)
    __call__ = sealed(click.Group.__call__)


@click.group(cls=_Sealed, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kustomer-nb")
def main() -> None:
    """Write, check, preview and run Kustomer workflow actions.

    Exit codes: 0 good; 1 findings or differences; 2 usage; 3 a setting has
    no value; 4 no answer from the network; 5 the service answered 400 or
    more and --fail was given; 6 refused by a guard.
    """
    # As on stderr: a character the terminal cannot show is escaped, and stops no output.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


for verb in (lint, fix, render, run, diff, infer, history, new, demo, lab, rule, schema):
    main.add_command(verb)
