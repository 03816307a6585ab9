"""The problems of the file of a session: looked for once for each text, and not while somebody types."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kustomer_nb.codes import Code
    from kustomer_nb.definition import Document
    from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity

    from .session import Session

# Seconds without a key, after which the problems of a text are looked for.
LINT_PAUSE = 0.3


class SessionProblems:
    """The problems of the whole file of a session.

    Example:
        >>> from kustomer_nb import load
        >>> from .session import Session
        >>> action = load({"inputTemplate": {"uri": "http://a.b/", "method": "get"}}).action()
        >>> problems = SessionProblems(Session(action))
        >>> problems.current is problems.known, problems.are_due
        (True, False)
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._linted: tuple[Document, Diagnostics] | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def current(self) -> Diagnostics:
        """The problems of the present text."""
        document = self._session.app.document
        if self._linted is None or self._linted[0] is not document:
            self._linted = (document, self._session.app.lint())
        return self._linted[1]

    @property
    def known(self) -> Diagnostics:
        """The problems that were found last; while somebody types, those of a moment ago."""
        return self._linted[1] if self._linted and self.are_due else self.current

    @property
    def are_due(self) -> bool:
        """Whether somebody types: the problems will be looked for when he pauses."""
        return self._timer is not None and not self._is_linted

    @property
    def _is_linted(self) -> bool:
        return self._linted is not None and self._linted[0] is self._session.app.document

    def look_later(self) -> None:
        """Look for the problems of what is being typed after a pause; at once where no loop runs."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._timer = loop.call_later(LINT_PAUSE, self._look)

    def _look(self) -> None:
        self._timer = None
        with self._session.changing("problems"):
            pass

    def of_code(self, code: Code) -> list[Diagnostic]:
        """Return the problems of one code; its rule runs alone as long as nothing needs all problems."""
        if self._linted is not None and self._is_linted:
            return [problem for problem in self._linted[1] if problem.code == code]
        return list(self._session.app.lint(select=[code]))

    def counts(self) -> dict[str, Counter[Severity]]:
        """Return the number of problems of each action, by its pointer and by severity."""
        counts: dict[str, Counter[Severity]] = {}
        for action in self._session.app.actions:
            prefix = f"{action.pointer}/"
            counts[action.pointer] = Counter(
                problem.severity for problem in self.known if f"{problem.pointer}/".startswith(prefix)
            )
        return counts
