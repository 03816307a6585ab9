"""The request as it would be sent, drawn anew with every change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import traitlets

from kustomer_nb import reporting
from kustomer_nb.action import Action
from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.printable import one_line
from kustomer_nb.request import Request
from kustomer_nb.run import Prepared
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .base import BaseWidget, asset
from .session import Session


class RequestPreview(BaseWidget):
    """Shows the request an action makes of its inputs; never sends. ``request`` is the one shown.

    The arguments are those of `Action.render`.

    Example:
        >>> from kustomer_nb import load
        >>> action = load({"inputTemplate": {"uri": "http://a.b/{{id}}", "method": "get"}}).action()
        >>> preview = RequestPreview(action)
        >>> preview.update({"id": 7}).mode
        'live'
        >>> preview
        <RequestPreview: GET http://a.b/7>
    """

    _esm = asset("common.js", "html_panel.js")
    _css = asset("base.css", "html_panel.css")

    label = traitlets.Unicode("Request").tag(sync=True)
    html = traitlets.Unicode("").tag(sync=True)

    @scrub_tracebacks
    def __init__(
        self, action: Action | Session, inputs: Mapping[str, Any] | None = None, **arguments: Any
    ) -> None:
        self._session = action if isinstance(action, Session) else Session(action, arguments)
        self.request: Request | None = None
        self.ready: Prepared | None = None
        self._is_complete = True
        super().__init__()
        self.update(inputs or {})

    @scrub_tracebacks
    def update(self, inputs: Mapping[str, Any], unread: Mapping[str, str] | None = None) -> Prepared | None:
        """Draw the request of these inputs, with what the platform would reject under it; returns both.

        ``unread`` says by name which inputs cannot be read: the request is not complete without them.
        """
        try:
            ready = self._session.preview(inputs)
        except KustomerNbError as error:
            self.request, self.ready, self.html, self.notice = None, None, "", str(error)
            return None
        self.notice = ""
        self._is_complete = not unread
        incomplete = [
            Diagnostic(
                Code.PREVIEW_INCOMPLETE,
                Severity.ERROR,
                pointers.join("/inputs", name),
                f"the request is not complete: the input {name!r} cannot be read: {words}",
                "correct that field of the form.",
            )
            for name, words in (unread or {}).items()
        ]
        found = Diagnostics([*incomplete, *ready.request.diagnostics])
        ready = replace(ready, request=replace(ready.request, diagnostics=found))
        self.request, self.ready = ready.request, ready
        self.html = reporting.html(ready.request) + _rejected(ready.faults)
        return ready

    def as_text(self) -> str:
        """Return the request line, and whether something of the request is missing."""
        return one_line(f"<RequestPreview: {self.shown}>")

    @property
    def shown(self) -> str:
        """The request line in words; it tells where an input cannot be read."""
        if self.request is None:
            return "no request"
        return f"{self.request.method} {self.request.url}{'' if self._is_complete else ', not complete'}"

    def as_html(self) -> str:
        """Return the request as static HTML."""
        return self.html


def _rejected(faults: Diagnostics) -> str:
    return (
        reporting.fill("rejected", {"faults": [str(one) for one in faults]}, styled=False) if faults else ""
    )
