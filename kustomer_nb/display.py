"""How values are displayed in a notebook, without importing the code that renders them.

Values are defined in the lowest packages and rendered in a high one. So this module knows only the name of
the renderer, which `kustomer_nb` sets, and imports it when the first value is displayed.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

# By this, and not by its text, the pytest plugin knows an output of this package.
MIME_PREFIX = "application/vnd.kustomer."
_provider = ""
_TERMINAL = "IPython.terminal.interactiveshell"


def set_provider(module: str) -> None:
    """Set the name of the module whose ``html`` renders values; nothing is imported yet."""
    global _provider
    _provider = module


def html(value: Any) -> str:
    """Return a value as a static, escaped HTML fragment."""
    # The only import upwards in the package, and by name, so that no lower module depends on reporting.
    fragment: str = import_module(_provider).html(value)
    return fragment


def mimebundle(value: Any, content: Any = None) -> dict[str, Any]:
    """Return what a notebook shows and compares of a value; in a terminal, its one line.

    ``content`` is what the value shows, if that is something else, such as the document of an app.
    """
    if is_terminal():
        return {"text/plain": repr(value)}
    bundle: dict[str, Any] = import_module(_provider).mimebundle(value, content)
    return bundle


def is_terminal() -> bool:
    """Return whether IPython shows values in a terminal, which has room for a line of each.

    Every other shell is that of a kernel: ipykernel's, and those of other front ends.

    Example:
        >>> is_terminal()
        False
    """
    # A shell of a class that was never imported does not run.
    terminal = sys.modules.get(_TERMINAL)
    if terminal is None:
        return False
    return isinstance(sys.modules["IPython"].get_ipython(), terminal.TerminalInteractiveShell)


class Displayable:
    """Gives a value its forms in a notebook: static HTML, and a text that is the same at each run.

    The HTML needs no kernel and no JavaScript. ``pytest --nbval`` compares the text.
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        return html(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return mimebundle(self)
