"""A preview of the request, drawn again with each change of the inputs; it never sends anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

import traitlets

from kustomer_nb import reporting
from kustomer_nb.codes import Code
from kustomer_nb.config import SENDING
from kustomer_nb.effects import by_effect
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.options import WorkbenchOptions, takes
from kustomer_nb.printable import one_line
from kustomer_nb.secrets import variable
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .base import BaseWidget, handles
from .linking import link, style
from .messages import Copy, Fix, GoTo
from .page_messages import Copied
from .request_nodes import Source, request_as_json
from .session import Session, as_session

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.diagnostics import Diagnostic
    from kustomer_nb.request import Request
    from kustomer_nb.run import Prepared

    from .session_state import Topic

_DRAWN_AGAIN: frozenset[Topic] = frozenset(
    {"preview", "inputs", "action", "app", "settings", "profile", "mode"}
)


class RequestPreview(BaseWidget):
    """Shows the request of an action for its inputs, with the origin of each piece.

    ``request`` is that request. The arguments are those of `Action.render`.

    Example:
        >>> from kustomer_nb import load
        >>> action = load({"inputTemplate": {"uri": "http://a.b/{{id}}", "method": "get"}}).action()
        >>> preview = RequestPreview(action, {"id": 7})
        >>> preview, preview.request
        (<RequestPreview: GET http://a.b/7>, <Request: GET http://a.b/7>)
    """

    _esm = link("request_preview.js")
    _css = style("request_preview.css")

    drawn = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    findings = traitlets.List(traitlets.Dict()).tag(sync=True)
    file = traitlets.Unicode("").tag(sync=True)

    @scrub_tracebacks
    @takes(WorkbenchOptions)
    def __init__(
        self,
        action: Action | Session,
        inputs: Mapping[str, Any] | None = None,
        **options: Unpack[WorkbenchOptions],
    ) -> None:
        self._session = as_session(action, options)
        if inputs is not None:
            self._session.set_inputs(inputs)
        self.when_closed(self._session.listen(self._follow))
        self._draw()
        super().__init__()

    @property
    def request(self) -> Request | None:
        """The request of the present inputs, None if there is none to show."""
        return self.prepared.request if self.prepared else None

    @property
    def prepared(self) -> Prepared | None:
        """The request with what it depends on: profile, mode, and what is wrong with the inputs."""
        return self._session.previewed

    def _follow(self, topics: frozenset[Topic]) -> None:
        if topics & _DRAWN_AGAIN:
            self._draw()

    def _draw(self) -> None:
        session = self._session
        prepared = session.previewed
        self.file = session.app.document.name
        if prepared is None:
            # What was drawn last stays, marked as such: nothing that a person reads vanishes while typing.
            kind = "last" if self.drawn else "none"
            self.state = {"kind": kind, "words": str(session.preview_error)}
            return
        fixes = session.template_fixes
        source = Source(session.app.text, fixes.of_origin, fixes.of_missing)
        self.drawn = request_as_json(prepared.request, source)
        self.state = self._state(prepared)
        problems = by_effect(prepared.request.diagnostics)
        self.findings = [_finding(problem, fixes.of_diagnostic(problem)) for problem in problems]

    def _state(self, prepared: Prepared) -> dict[str, Any]:
        """Return whether this is what Run sends, and if not, what is in the way."""
        unread = self._session.state.unread
        if unread or prepared.input_errors:
            return {"kind": "invalid", "words": "Invalid input - Kustomer would reject this request."}
        if prepared.request.unset and prepared.mode in SENDING:
            key = prepared.request.unset[0]
            return {"kind": "unset", "words": f"App setting {key} has no value.", "key": key}
        if prepared.mode not in SENDING:
            return {"kind": "offline", "words": f"Nothing is sent in {prepared.mode} mode"}
        errors = prepared.request.diagnostics.errors
        blocking = next((error for error in errors if error.code != Code.SETTING_UNSET), None)
        if blocking:
            return {"kind": "blocked", "words": f"{blocking.code} {blocking.message}"}
        return {"kind": "preview", "words": "Exactly what Run sends, live as you type"}

    @handles(GoTo)
    def _go_to(self, message: GoTo) -> None:
        self._session.reveal("definition", str(message.line))

    @handles(Fix)
    def _fix(self, message: Fix) -> None:
        self._session.template_fixes.apply(message.id, place="preview")

    @handles(Copy)
    def _copy(self, message: Copy) -> None:
        text = self.copy_as(message.form)
        self.tell(Copied(message.form, text, self._variables(text)))

    def _variables(self, text: str) -> list[str]:
        """Return the environment variables of settings that a copy reads."""
        request = self.request
        names = (
            [] if request is None else [request.variables.get(key) or variable(key) for key in request.reads]
        )
        return [name for name in dict.fromkeys(names) if name in text]

    def copy_as(self, form: str) -> str:
        """Return the request as ``curl``, ``httpx``, ``http`` or its ``body``, settings as ``$NAMES``.

        Raises:
            InputError: a field cannot be read, or the platform would reject an input.
            KustomerNbError: the request is not complete.
        """
        prepared = self.prepared
        if prepared is None:
            raise self._session.preview_error or KustomerNbError([])
        self._session.state.require_read()
        prepared.require_runnable()
        request = prepared.request
        if form == "body":
            # A variable in place of a setting, as in the other forms.
            return request.to_http().partition("\r\n\r\n")[2]
        return str({"curl": request.to_curl, "httpx": request.to_httpx, "http": request.to_http}[form]())

    def as_text(self) -> str:
        """Return the request line, and whether the request is complete."""
        return one_line(f"<RequestPreview: {self.line}>")

    @property
    def line(self) -> str:
        """The request line, marked if an input cannot be read."""
        if self.request is None:
            return "no request"
        is_complete = not self._session.state.unread
        return f"{self.request.method} {self.request.url}{'' if is_complete else ', not complete'}"

    def as_html(self) -> str:
        """Return the request as static HTML."""
        return super().as_html() if self.request is None else reporting.html(self.request)

    def as_facts(self) -> Mapping[str, Any]:
        """Return the facts of the request."""
        return super().as_facts() if self.request is None else reporting.facts(self.request)


def _finding(diagnostic: Diagnostic, fixes: list[list[str]]) -> dict[str, Any]:
    return {
        "severity": str(diagnostic.severity),
        "code": str(diagnostic.code),
        "message": diagnostic.message,
        "fix": diagnostic.fix,
        "line": diagnostic.span.line if diagnostic.span else 0,
        "fixes": fixes,
    }
