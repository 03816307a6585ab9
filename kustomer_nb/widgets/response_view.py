"""The response of a run: its status, headers and body, of which a large one is sent page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import traitlets

from kustomer_nb import reporting
from kustomer_nb.codes import Code
from kustomer_nb.config import fault_of
from kustomer_nb.errors import EditError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.printable import one_line

from .base import handles
from .definition_messages import MapValue
from .linking import link, style
from .mapping import map_value
from .messages import More, MoreText
from .page_messages import Chunk, TextChunk
from .result_view import ResultView
from .value_nodes import ValueNodes

if TYPE_CHECKING:
    from kustomer_nb.response import Response
    from kustomer_nb.run import Run

# So many characters of a raw body are sent at a time.
TEXT_PAGE = 100_000
# A body with more of these than one in so many characters is no text.
BINARY_SHARE = 20
BINARY_HEAD = 4000


class ResponseView(ResultView):
    """Shows the response of a run: pretty, raw and its headers, as it was received, never as a web page.

    ``source`` is a run, or an action or session whose latest run is shown. A large body is opened to two
    levels; ``run.response`` has all of it.

    Example:
        >>> from kustomer_nb import load
        >>> view = ResponseView(load({"sampleOutputContext": {"id": 7}}).action().run(mode="sample"))
        >>> view
        <ResponseView: Sample (nothing sent)>
    """

    _esm = link("response_view.js")
    _css = style("response_view.css")

    # What is drawn a page at a time.
    _nodes: ValueNodes | None = None

    # Whether a value can be made an output: there is a definition to write it into.
    can_map = traitlets.Bool(False).tag(sync=True)
    result: traitlets.Dict[str, Any] | Any = traitlets.Dict(allow_none=True, default_value=None).tag(
        sync=True
    )

    def show(self, run: Run | None) -> None:
        """Show the response of a run; None shows that nothing was run."""
        super().show(run)
        self._nodes = None
        self.can_map = self._session is not None
        if run is None:
            self.result = None
            return
        head = {
            "words": reporting.run_status(run),
            "simulated": bool(fault_of(run.mode)),
            "mode": run.mode,
            "profile": run.profile.name,
        }
        self.result = head | ({"kind": "none"} if run.response is None else self._response(run.response))

    def _response(self, response: Response) -> dict[str, Any]:
        body = response.body
        kind = _kind(response)
        if kind == "json":
            self._nodes = ValueNodes(body)
        text = response.text
        return {
            "kind": kind,
            "status": response.status_code,
            "type": str(response.headers.get("content-type", "")),
            "headers": [[name, _header(value)] for name, value in response.headers.items()],
            "size": response.size,
            "body": self._nodes.head if self._nodes else None,
            "depth": self._nodes.depth if self._nodes else 0,
            "is_large": self._nodes is not None and not self._nodes.is_small,
            "text": text[:TEXT_PAGE],
            "characters": len(text),
            "page": TEXT_PAGE,
            "notes": [f"{note.code} {note.message}" for note in response.notes],
        }

    @handles(More)
    def _send_more(self, message: More) -> None:
        nodes = self.more(message.pointer, message.from_)
        self.tell(Chunk(message.pointer, message.from_, nodes))

    def more(self, pointer: str, start: int = 0) -> list[list[Any]]:
        """Return the next 100 children of an object or array of the body, as the page draws them."""
        return self._nodes.children(pointer, start) if self._nodes else []

    @handles(MapValue)
    def _map_value(self, message: MapValue) -> None:
        self.map_value(message.pointer)

    def map_value(self, pointer: str) -> None:
        """Add the value at a pointer of the body to outputTemplate, and declare it if keys are declared.

        Raises:
            EditError: no template can read it, or the definition cannot be edited.
        """
        if self._session is None or self._run is None or self._run.response is None:
            message = "there is no definition to write it into."
            fix = "show the response of an action, not of a run alone."
            raise EditError.from_code(Code.EDIT_UNSAFE, message, fix, pointer=pointer)
        map_value(self._session, pointer, pointers.resolve(self._run.response.body, pointer))

    @handles(MoreText)
    def _send_text(self, message: MoreText) -> None:
        self.tell(TextChunk(message.from_, self.more_text(message.from_)))

    def more_text(self, start: int) -> str:
        """Return the next part of the raw body."""
        response = self._run.response if self._run else None
        return response.text[max(0, start) :][:TEXT_PAGE] if response else ""

    def as_text(self) -> str:
        """Return the status of the response."""
        if self._run is None:
            return "<ResponseView: not run yet>"
        return one_line(f"<ResponseView: {reporting.run_status(self._run)}>")

    def as_html(self) -> str:
        """Return the response as static HTML."""
        response = self._run.response if self._run is not None else None
        return super().as_html() if response is None else reporting.html(response)

    def as_facts(self) -> Mapping[str, Any]:
        """Return the facts of the response."""
        response = self._run.response if self._run is not None else None
        return {"shows": "no response"} if response is None else reporting.facts(response)


def _kind(response: Response) -> str:
    """Return how a body is drawn: json, text, html (as its text), binary, or empty."""
    body = response.body
    if body is UNDEFINED or (body == "" and not response.text):
        return "empty"
    if not isinstance(body, str) or body != response.text:
        return "json"
    if _is_binary(response.text):
        return "binary"
    return "html" if "html" in str(response.headers.get("content-type", "")).lower() else "text"


def _is_binary(text: str) -> bool:
    head = text[:BINARY_HEAD]
    unreadable = sum(
        character == "\ufffd" or (character < " " and character not in "\t\n\r\f") for character in head
    )
    return unreadable * BINARY_SHARE > len(head)


def _header(value: Any) -> str:
    # set-cookie is a list.
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)
