"""Presses what a page has, without a page."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from kustomer_nb.widgets import Workbench
from kustomer_nb.widgets.base import BaseWidget

LEAVES = ("bar", "problems", "settings", "form", "definition", "preview", "response", "output", "history")


# What each press in a page has of its own; others may be given.
PRESSES = count(1)


def press(widget: Any, **content: object) -> None:
    """Send a message as the page does, which names each press."""
    if content.get("kind") in ("run", "rerun"):
        content = {"press": f"view {next(PRESSES)}", "turn": getattr(widget, "turn", 0), **content}
    widget._handle_custom_msg(content, [])


def answer(bar: Any, until: str = "minutes", typed: str = "", **content: object) -> None:
    """Answer the question that the bar shows, as its page does."""
    question = bar.question.get("id", "")
    content = {"press": f"view {next(PRESSES)}", "question": question, "typed": typed, **content}
    widget_message = {"kind": "allow", "until": until, **content}
    bar._handle_custom_msg(widget_message, [])


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
    return (
        json.dumps(widget.get_state(), default=repr)
        + widget.as_text()
        + widget.as_html()
        + str(widget.as_compared())
    )
