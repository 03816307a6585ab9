"""How values show themselves in a notebook: they know who draws them by name only.

A value sits on the lowest floors and the drawing on a high one, so the provider is imported when the first
value is shown. `kustomer_nb` names it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_provider = ""


def set_provider(module: str) -> None:
    """Name the module whose ``html`` draws values; nothing is imported yet."""
    global _provider
    _provider = module


def html(value: Any) -> str:
    """Return a value as a static, escaped HTML fragment."""
    drawn: str = import_module(_provider).html(value)
    return drawn


class Displayable:
    """Gives a value a static, escaped HTML form that needs neither kernel nor JavaScript."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return html(self)
