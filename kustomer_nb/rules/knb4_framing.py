"""KNB4: the headers that define where the body ends, and which host a request is for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext.javascript import string
from kustomer_nb.linting.examples import a_request, an_action, file
from kustomer_nb.linting.messages import quote
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.platform import is_fixed
from kustomer_nb.request.framing import fix_of_framing, framing_fault, is_framing

from .knb4_headers import headers_of
from .written_body import body_length

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintedAction


@action_rule(
    Code.BODY_FRAMED_BY_HAND,
    Severity.ERROR,
    why="measured: npm request sends transfer-encoding together with its own content-length, and replaces "
    "its own content-length with yours, right or wrong. A proxy and a service that disagree about the end of "
    "the body see two requests in one, and each may use a different one of two host headers. A run refuses "
    "to send it.",
    bad=file(an_action(inputTemplate=a_request(method="post", headers={"transfer-encoding": "chunked"}))),
    good=file(an_action(inputTemplate=a_request(method="post", headers={"te": "trailers"}))),
)
def _framed_by_hand(action: LintedAction) -> Iterator[Finding]:
    for name, values in _framing_headers(action):
        length = body_length(action.request or {})
        pointer = action.at("inputTemplate", "headers", name)
        fix = fix_of_framing(name)
        # Only the author knows which of several hosts is meant.
        edits = () if name.lower() == "host" else action.subject.layout.remove(pointer)
        if _is_length_uncertain(name, values, length):
            message = f"the header {quote(name)} is correct only for one length of the body."
            yield Finding(pointer, message, fix, Severity.WARNING, edits=edits)
        elif fault := framing_fault(name, [string(item) for item in values], length or ""):
            yield Finding(pointer, f"the header {quote(name)} {fault}.", fix, edits=edits)


def _framing_headers(action: LintedAction) -> Iterator[tuple[str, list[Any]]]:
    for name, value in headers_of(action):
        if is_framing(name):
            yield name, value if isinstance(value, list) else [value]


def _is_length_uncertain(name: str, values: list[Any], length: str | None) -> bool:
    """Return whether only a run knows if a content-length is that of the body."""
    is_alone = name.lower() == "content-length" and len(values) == 1
    return is_alone and (length is None or not is_fixed(values[0]))
