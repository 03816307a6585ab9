"""``%load_ext kustomer_nb``: a cell that holds a definition, and is linted where it stands."""

from __future__ import annotations

import shlex
from dataclasses import replace

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, cell_magic, magics_class

from kustomer_nb.app import loads
from kustomer_nb.diagnostics import Diagnostics, Span
from kustomer_nb.errors import LoadError

USAGE = "%%action [NAME]: what the cell holds is linted, and is NAME afterwards"


@magics_class
class ActionMagics(Magics):
    """The cell magic ``%%action``."""

    @cell_magic
    def action(self, line: str, cell: str) -> Diagnostics:
        """Lint the action, app or list of actions in this cell, as JSON or as loosely as one writes it.

        ``%%action refund`` makes ``refund`` the one action of the cell, or the app where there are several.
        Findings name lines of the cell. What cannot be read leaves the name as it was.
        """
        name = _name(line)
        try:
            app = loads(cell)
        except LoadError as error:
            return _in_cell(error.diagnostics, line)
        if name and self.shell is not None:
            self.shell.user_ns[name] = app.actions[0] if len(app.actions) == 1 else app
        return _in_cell(app.lint(), line)


def _name(line: str) -> str | None:
    words = shlex.split(line)
    if len(words) > 1 or not all(word.isidentifier() for word in words):
        raise UsageError(USAGE)
    return words[0] if words else None


def _in_cell(found: Diagnostics, line: str) -> Diagnostics:
    """Return findings of a cell's text with their places in the whole cell, the magic's line included."""
    head = f"%%action {line}".rstrip() + "\n"

    def moved(span: Span | None) -> Span | None:
        if span is None:
            return None
        return Span(span.start + len(head), span.end + len(head), span.line + 1, span.column)

    # The text of the findings and not the cell: tokens are masked in it.
    return Diagnostics(
        (replace(one, span=moved(one.span), edits=(), is_safe=False) for one in found), text=head + found.text
    )


def load(shell: InteractiveShell) -> None:
    """Give a shell the magic; what ``%load_ext kustomer_nb`` calls."""
    shell.register_magics(ActionMagics)
