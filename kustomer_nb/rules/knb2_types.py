"""KNB2: whether each property has a value of its type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.linting.examples import a_request, an_action, file
from kustomer_nb.linting.messages import quote
from kustomer_nb.linting.rule import Finding, document_rule
from kustomer_nb.platform import is_pointed
from kustomer_nb.request.part_types import check_headers_type, check_qs_type

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintContext


@document_rule(
    Code.WRONG_TYPE,
    Severity.ERROR,
    why="docs: each property has a type, and every component is validated at registration.",
    bad=file(an_action(inputTemplate=a_request(uri=5))),
    good=file(an_action(inputTemplate=a_request(uri="https://api.shop.com/orders/5"))),
)
def _wrong_type(subject: LintContext) -> Iterator[Finding]:
    if not subject.is_workflow:
        yield from _mismatches(subject)
    for action in subject.actions:
        request = action.request or {}
        # The reader accepts a string, because a reference such as "/#headers" is one.
        headers = request.get("headers") if isinstance(request.get("headers"), str) else None
        for name, value, check in (
            ("headers", headers, check_headers_type),
            ("qs", request.get("qs"), check_qs_type),
        ):
            pointer = action.at("inputTemplate", name)
            if not is_pointed(value) and (diagnostic := check(value, pointer)) is not None:
                yield Finding(pointer, diagnostic.message, diagnostic.fix, diagnostic.severity)


def _mismatches(subject: LintContext) -> Iterator[Finding]:
    for pointer, expected, actual in subject.document.type_mismatches:
        in_actions = pointer == "/actions" or pointer.startswith("/actions/")
        # KNB201 has reported `actions` when it is not an array.
        if subject.has_list_of_actions or not in_actions:
            yield Finding(pointer, f"{quote(actual)} is not {expected}.", f"write {expected}.")
