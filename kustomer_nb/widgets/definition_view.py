"""The text of a definition, to look at: where a finding or a piece of a request comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import traitlets

from kustomer_nb.linting import Concealment

from .base import BaseWidget
from .linking import link, style
from .page_messages import MarkLine
from .session import Session, as_session

if TYPE_CHECKING:
    from kustomer_nb.action import Action

    from .session_state import Topic

# Characters; a longer text is cut, and the file has the rest.
LONGEST = 2_000_000


class DefinitionView(BaseWidget):
    """Shows the text of the definition with line numbers; tokens in it are masked.

    Example:
        >>> from kustomer_nb import loads
        >>> DefinitionView(loads('{"inputTemplate": {"uri": "http://a.b"}}').action())
        <DefinitionView: 1 line of the definition>
    """

    _esm = link("definition_view.js")
    _css = style("definition_view.css")

    text = traitlets.Unicode("").tag(sync=True)
    file = traitlets.Unicode("").tag(sync=True)
    # The line that was shown last. The pages get it as a message: one that opens later must not repeat it.
    marked = traitlets.Dict()

    def __init__(self, action: Action | Session) -> None:
        self._session = as_session(action, {})
        self._count = 0
        super().__init__()
        self._session.listen(self._follow)
        self._draw()

    def _follow(self, topics: frozenset[Topic]) -> None:
        if topics & {"app", "action"}:
            self._draw()

    def _draw(self) -> None:
        document = self._session.app.document
        masked = Concealment(document.reading).source(document.reading)
        with self.hold_trait_notifications():
            self.text = masked[:LONGEST]
            self.file = document.name

    def show_line(self, line: int) -> None:
        """Scroll to a line and mark it."""
        self._count += 1
        self.marked = {"line": line, "count": self._count}
        self.tell(MarkLine(line))

    def as_text(self) -> str:
        """Return how long the text is."""
        count = self.text.count("\n") + (not self.text.endswith("\n"))
        return f"<DefinitionView: {count} line{'' if count == 1 else 's'} of {self.file}>"
