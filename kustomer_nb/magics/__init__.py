"""``%load_ext kustomer_nb``: ``%%action`` for a definition in a cell, ``%knb`` for what is done with it."""

from __future__ import annotations

from IPython.core.interactiveshell import InteractiveShell

from .action_cell import ActionMagics
from .completion import complete_lines
from .line import LineMagics

__all__ = ["load"]


def load(shell: InteractiveShell) -> None:
    """Register the magics and what is completed in their lines; called by ``%load_ext kustomer_nb``."""
    shell.register_magics(ActionMagics, LineMagics)
    complete_lines(shell)
