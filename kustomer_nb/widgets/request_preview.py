"""A preview of the request, updated with every change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

import traitlets

from kustomer_nb import reporting
from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.options import WorkbenchOptions, takes
from kustomer_nb.printable import one_line, quoted
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .base import BaseWidget, asset
from .session import Session, as_session

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.request import Request
    from kustomer_nb.run import Prepared


class RequestPreview(BaseWidget):
    """Shows the request of an action for its inputs, and never sends it. ``request`` is the latest one.

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
    _css = asset("base.css", "html_panel.css") + reporting.style_sheet()

    label = traitlets.Unicode("Request").tag(sync=True)
    html = traitlets.Unicode("").tag(sync=True)

    @scrub_tracebacks
    @takes(WorkbenchOptions)
    def __init__(
        self,
        action: Action | Session,
        inputs: Mapping[str, Any] | None = None,
        **options: Unpack[WorkbenchOptions],
    ) -> None:
        self._session = as_session(action, options)
        self.request: Request | None = None
        self.prepared: Prepared | None = None
        self._is_complete = True
        super().__init__()
        self.update(inputs or {})

    @scrub_tracebacks
    def update(self, inputs: Mapping[str, Any], unread: Mapping[str, str] | None = None) -> Prepared | None:
        """Show the request for these inputs and the problems of the inputs, and return both.

        ``unread`` says by name why an input cannot be read: the request is incomplete without it.
        """
        try:
            prepared = self._session.preview(inputs)
        except KustomerNbError as error:
            self.request, self.prepared, self.html, self.notice = None, None, "", str(error)
            return None
        self.notice = ""
        self._is_complete = not unread
        incomplete = [
            Diagnostic(
                Code.PREVIEW_INCOMPLETE,
                Severity.ERROR,
                pointers.join("/inputs", name),
                f"the request is not complete: the input {quoted(name)} cannot be read: {problem}",
                "correct that field of the form.",
            )
            for name, problem in (unread or {}).items()
        ]
        diagnostics = Diagnostics([*incomplete, *prepared.request.diagnostics])
        prepared = replace(prepared, request=replace(prepared.request, diagnostics=diagnostics))
        self.request, self.prepared = prepared.request, prepared
        # Without a style: the page has it once, and this is sent again with each key that is typed.
        self.html = reporting.html(prepared.request, styled=False) + _rejected(prepared.input_errors)
        return prepared

    def as_text(self) -> str:
        """Return the request line, and whether the request is complete."""
        return one_line(f"<RequestPreview: {self.line}>")

    @property
    def line(self) -> str:
        """The request line, marked if an input cannot be read."""
        if self.request is None:
            return "no request"
        return f"{self.request.method} {self.request.url}{'' if self._is_complete else ', not complete'}"

    def as_html(self) -> str:
        """Return the request as static HTML."""
        return reporting.with_style(self.html)


def _rejected(faults: Diagnostics) -> str:
    problems = [f"{fault.pointer} {fault.code} {fault.message}".strip() for fault in faults]
    return reporting.fill("rejected", {"problems": problems}, styled=False) if problems else ""
