"""What a session keeps, and the topics of what changes in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from kustomer_nb.config import fault_of

if TYPE_CHECKING:
    from kustomer_nb.run import Run
    from kustomer_nb.template import Rendering

    from .running import Outcome

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
    "change",
    "toast",
    "reveal",
]
Listener = Callable[[frozenset[Topic]], None]


@runtime_checkable
class Leaf(Protocol):
    """A part of a page, which shows that it could not follow a change."""

    def show_failure(self, error: Exception) -> None:
        """Show that an error came from this part."""


@dataclass(frozen=True)
class FinishedRun:
    """A run that ended: what it was begun with, and when it ended."""

    run: Run
    rendering: Rendering | None = None
    inputs: dict[str, Any] | None = None
    ended: datetime | None = None

    @property
    def is_simulated(self) -> bool:
        """Whether its response is a failure that was asked for."""
        return bool(fault_of(self.run.mode))


@dataclass
class ActionState:
    """What a session keeps of each action while another one is selected.

    ``inputs`` are what the form sends, ``unread`` its fields that cannot be read, ``form`` what the form
    needs to show itself again. ``current`` is the run that is shown; ``live`` the latest one that is not
    simulated; ``outcome`` what became of the latest press of Run.
    """

    inputs: dict[str, Any] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    form: Any = None
    current: FinishedRun | None = None
    live: FinishedRun | None = None
    outcome: Outcome | None = None
    ignored: frozenset[str] = frozenset()

    @property
    def result(self) -> Run | None:
        """The run that is shown, None if there is none."""
        return None if self.current is None else self.current.run


@dataclass(frozen=True)
class Toast:
    """Words that are shown for some seconds, with what takes back what they tell."""

    words: str
    undo: Callable[[], object] | None = None
    is_bad: bool = False
