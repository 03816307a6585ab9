"""What a session keeps, and the topics of what changes in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from kustomer_nb.codes import Code
from kustomer_nb.config import fault_of
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import InputError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.run.assemble import mapped_again

if TYPE_CHECKING:
    from kustomer_nb.action import Action
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

    def mapped_again(self, action: Action) -> FinishedRun:
        """Return the run with the output, losses and differences of an action as it is defined now."""
        run = mapped_again(self.run, action.definition, self.rendering)
        # What is accepted of it changes the app of this action, also where it was another one before.
        return replace(self, run=replace(run, owner=action))


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

    @property
    def is_stale(self) -> bool:
        """Whether the inputs have changed since the run that is shown."""
        if self.current is None or self.current.inputs is None:
            return False
        return stringify(self.current.inputs) != stringify(self.inputs)

    @property
    def last_body(self) -> Any:
        """The body of the last live response; UNDEFINED without one."""
        finished = self.live or self.current
        response = finished.run.response if finished else None
        return UNDEFINED if response is None else response.body

    def require_read(self) -> None:
        """Refuse what depends on all inputs, if a field cannot be read.

        Raises:
            InputError: one KNB716 for each such field.
        """
        # Without the field, another request would be sent than the one on the page.
        fix, unread = "correct the field, or make it not set.", self.unread.items()
        if unread:
            code, severity = Code.FIELD_UNREADABLE, Severity.ERROR
            raise InputError([Diagnostic(code, severity, pointer, words, fix) for pointer, words in unread])

    def map_again(self, action: Action) -> None:
        """Let the shown run follow the definition of its action."""
        current, live = self.current, self.live
        self.current = current and current.mapped_again(action)
        # The same run stays the same: whether a simulated one is shown in its place depends on it.
        self.live = self.current if live is current else live and live.mapped_again(action)


@dataclass(frozen=True)
class Toast:
    """Words that are shown for some seconds, with what takes back what they tell."""

    words: str
    undo: Callable[[], object] | None = None
    is_bad: bool = False
