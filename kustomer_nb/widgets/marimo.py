"""marimo, whose ``mo.ui.anywidget(form)`` takes the state of a widget as its value."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .base import BaseWidget


def is_in_marimo(widget: BaseWidget) -> bool:
    """Return whether a widget is connected to a page of marimo."""
    return type(widget.comm).__module__.partition(".")[0] == "marimo"
