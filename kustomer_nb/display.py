"""How values are displayed in a notebook, without importing the code that renders them.

Values are defined in the lowest packages and rendered in a high one. So this module knows only the name of
the renderer, which `kustomer_nb` sets, and imports it when the first value is displayed.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_provider = ""


def set_provider(module: str) -> None:
    """Set the name of the module whose ``html`` renders values; nothing is imported yet."""
    global _provider
    _provider = module


def html(value: Any) -> str:
    """Return a value as a static, escaped HTML fragment."""
    # The only import upwards in the package, and by name, so that no lower module depends on reporting.
    fragment: str = import_module(_provider).html(value)
    return fragment


class Displayable:
    """Gives a value a static, escaped HTML form that needs no kernel and no JavaScript."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return html(self)
