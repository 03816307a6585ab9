"""Presses what a page has, without a page."""

from __future__ import annotations

import json
from typing import Any

from kustomer_nb.widgets import Workbench
from kustomer_nb.widgets.base import BaseWidget

LEAVES = ("bar", "problems", "settings", "form", "definition", "preview", "response", "output", "history")


def press(widget: Any, **content: object) -> None:
    """Send a message as the page does."""
    widget._handle_custom_msg(content, [])


def page_messages(widget: Any) -> list[Any]:
    """Return the list to which what the widget tells its pages is added."""
    messages: list[Any] = []
    widget.send = lambda content, buffers=None: messages.append(content)
    return messages


def parts(bench: Workbench) -> list[BaseWidget]:
    """Return a workbench and its leaves."""
    return [bench, *(getattr(bench, name) for name in LEAVES)]


def texts(widget: BaseWidget) -> str:
    """Return all that a saved notebook or a page has of a widget."""
    return json.dumps(widget.get_state(), default=repr) + widget.as_text() + widget.as_html()
