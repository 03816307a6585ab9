"""The base of the leaves that show a run: one that is given, or the latest run of an action or session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import traitlets

from kustomer_nb import reporting
from kustomer_nb.options import WorkbenchOptions, takes
from kustomer_nb.run import Run
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .base import BaseWidget, handles
from .messages import ShowLive
from .running import Runner
from .session import Session, as_session

if TYPE_CHECKING:
    from kustomer_nb.action import Action

    from .session_state import Topic


class ResultView(BaseWidget):
    """Shows a run; ``source`` is a run, or an action or session whose latest run is shown."""

    outcome = traitlets.Dict().tag(sync=True)

    @scrub_tracebacks
    @takes(WorkbenchOptions)
    def __init__(
        self,
        source: Run | Action | Session,
        *,
        runner: Runner | None = None,
        **options: Unpack[WorkbenchOptions],
    ) -> None:
        self._run: Run | None = None
        self._session: Session | None = None
        self._runner: Runner | None = None
        super().__init__()
        if isinstance(source, Run):
            if options:
                msg = "a run has its options already: pass options with an action"
                raise TypeError(msg)
            self.show(source)
        else:
            self._session = as_session(source, options)
            self._runner = runner or Runner(self._session)
            self.when_closed(self._session.listen(self._follow))
            self.show(self._session.state.result)

    @property
    def run(self) -> Run | None:
        """The run that is shown, None before the first one."""
        return self._run

    def show(self, run: Run | None) -> None:
        """Show a run; None shows that nothing was run."""
        self._run = run

    def _follow(self, topics: frozenset[Topic]) -> None:
        if self._runner is not None and topics & {"result", "action", "busy"}:
            self.outcome = self._runner.told()
        if self._session is not None and self._is_shown_again(self._session, topics):
            self.show(self._session.state.result)

    def _is_shown_again(self, session: Session, topics: frozenset[Topic]) -> bool:
        # A large one is not drawn twice.
        return bool(topics & {"result", "action"}) and session.state.result is not self._run

    @handles(ShowLive)
    def _show_live(self, message: ShowLive) -> None:
        if self._runner is not None:
            self._runner.show_live()

    def as_html(self) -> str:
        """Return the run as static HTML; what is said in its place before the first one."""
        return reporting.fill("no_run", {}) if self._run is None else super().as_html()
