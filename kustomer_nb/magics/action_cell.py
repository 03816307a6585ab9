"""``%%action``: a cell that contains a definition, with its problems below it, and a workbench on demand."""

from __future__ import annotations

import shlex
from dataclasses import replace

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, magics_class
from IPython.display import display

from kustomer_nb.diagnostics import Diagnostics, Span
from kustomer_nb.errors import LoadError
from kustomer_nb.loading import loads

WORKBENCH = "--workbench"
USAGE = f"%%action [NAME] [{WORKBENCH}]: lint the definition in the cell, and assign it to NAME"


@magics_class
class ActionMagics(Magics):
    """The cell magic ``%%action``."""

    @cell_magic
    def action(self, line: str, cell: str) -> Diagnostics:
        """Lint the action, app or list of actions in this cell, in JSON or in JavaScript's looser syntax.

        ``%%action refund`` assigns the action of the cell to ``refund``, or the app if there are several
        actions. Problems refer to lines of the cell. If it cannot be parsed, nothing is assigned. With
        ``--workbench``, a workbench of the definition is above its problems.
        """
        name, shows_workbench = _read(line)
        try:
            app = loads(cell)
        except LoadError as error:
            return _in_cell(error.diagnostics, line)
        if name and self.shell is not None:
            self.shell.user_ns[name] = app.actions[0] if len(app.actions) == 1 else app
        if shows_workbench and app.actions:
            from kustomer_nb.widgets.workbench import workbench

            display(workbench(app))
        return _in_cell(app.lint(), line)


def _read(line: str) -> tuple[str | None, bool]:
    """Return the name in a line, and whether it asks for a workbench.

    Raises:
        UsageError: it says something else.
    """
    try:
        words = shlex.split(line)
    except ValueError:
        raise UsageError(USAGE) from None
    names = [word for word in words if word != WORKBENCH]
    if len(names) > 1 or not all(name.isidentifier() for name in names):
        raise UsageError(USAGE)
    return (names[0] if names else None), WORKBENCH in words


def _in_cell(diagnostics: Diagnostics, line: str) -> Diagnostics:
    """Return diagnostics of a cell's text with positions in the whole cell, which begins with the magic."""
    head = f"%%action {line}".rstrip() + "\n"

    def shifted(span: Span | None) -> Span | None:
        if span is None:
            return None
        return Span(span.start + len(head), span.end + len(head), span.line + 1, span.column)

    # The text of the diagnostics and not the cell: tokens are masked in it.
    return Diagnostics(
        (
            item if item.file else replace(item, span=shifted(item.span), edits=(), is_safe=False)
            for item in diagnostics
        ),
        text=head + diagnostics.text,
    )
