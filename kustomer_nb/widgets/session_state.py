"""What a session keeps, and the topics of what changes in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from kustomer_nb.run import Run
    from kustomer_nb.template import Rendering

Topic = Literal[
    "app",
    "action",
    "inputs",
    "settings",
    "preview",
    "profile",
    "mode",
    "busy",
    "result",
    "history",
    "approvals",
    "question",
    "problems",
    "draft",
    "ignored",
    "toast",
    "reveal",
]
Listener = Callable[[frozenset[Topic]], None]


@runtime_checkable
class Leaf(Protocol):
    """A part of a page, which shows that it could not follow a change."""

    def show_failure(self, error: Exception) -> None:
        """Show that an error came from this part."""


@dataclass
class ActionState:
    """What a session keeps of each action while another one is selected.

    ``inputs`` are what the form sends, ``unread`` its fields that cannot be read, ``form`` what the form
    needs to show itself again. ``result`` is what is shown; ``live`` the latest run that is not simulated.
    """

    inputs: dict[str, Any] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    form: Any = None
    result: Run | None = None
    live: Run | None = None
    rendering: Rendering | None = None
    # What the shown run was begun with, and when it ended.
    ran_with: dict[str, Any] | None = None
    ended: datetime | None = None
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Toast:
    """Words that are shown for some seconds, with what takes back what they tell."""

    words: str
    undo: Callable[[], object] | None = None
    is_bad: bool = False
