"""The request as it would be sent, drawn anew with every change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import traitlets

from kustomer_nb import reporting
from kustomer_nb.action import Action
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.errors import KustomerNbError
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
        super().__init__()
        self.update(inputs or {})

    @scrub_tracebacks
    def update(self, inputs: Mapping[str, Any]) -> Prepared | None:
        """Draw the request of these inputs, with what the platform would reject under it; returns both."""
        try:
            ready = self._session.preview(inputs)
        except KustomerNbError as error:
            self.request, self.ready, self.html, self.notice = None, None, "", str(error)
            return None
        self.notice = ""
        self.request, self.ready = ready.request, ready
        self.html = reporting.html(ready.request) + _rejected(ready.faults)
        return ready

    def as_text(self) -> str:
        """Return the request line."""
        shown = "no request" if self.request is None else f"{self.request.method} {self.request.url}"
        return one_line(f"<RequestPreview: {shown}>")

    def as_html(self) -> str:
        """Return the request as static HTML."""
        return self.html


def _rejected(faults: Diagnostics) -> str:
    return (
        reporting.fill("rejected", {"faults": [str(one) for one in faults]}, styled=False) if faults else ""
    )
