"""What values do to the text around them, by the origin of each character: reported, never changed.

Only delimiters that come from a value count: those that an author wrote are the author's structure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.template import Kind
from kustomer_nb.template.printed_objects import OBJECT_TEXT, printed_object_warnings

from .content_types import CSV, FORM, is_json_type, media_type, report_contradiction
from .hand_written import Fault, HandWritten, Value
from .literal_values import csv_faults, header_faults, query_literal_faults
from .text_values import (
    WrittenJson,
    cookie_faults,
    graphql_faults,
    is_graphql,
    markup_faults,
    markup_kind,
    markup_states,
    multipart_faults,
)
from .url_values import Gap, WrittenUrl, query_faults

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition
    from kustomer_nb.diagnostics import Span
    from kustomer_nb.template import Piece

    from .context import BuildContext
    from .model import Request

# What values do: a `Fault`, or a `Gap`.
_Finding = TypeVar("_Finding")
_URI = "/inputTemplate/uri"
_QS = "/inputTemplate/qs"
_HEADERS = "/inputTemplate/headers/"
_DATA = "/inputTemplate/data"
# Without a Content-Type, only text that can be nothing else counts as a form.
# A loop leaves an & at the end.
_FORM_OUTLINE = re.compile(r"[\w.\[\]%-]+=[^\s&=]*(?:&[\w.\[\]%-]+=[^\s&=]*)*&?")
# Methods that change what the URL names.
_ON_ITEM = frozenset({"DELETE", "PUT", "PATCH"})


def with_value_checks(context: BuildContext, request: Request, definition: ActionDefinition) -> Request:
    """Return a request that reports values that delimit or leave gaps, and a body that contradicts its type.

    The fixes of KNB708 are corrected where triple braces would let a value contribute a delimiter.
    """
    media = media_type(request.header_texts)
    with_faults: set[str] = set()
    for pointer, text in _hand_written(context, request):
        checks = _Checks(request, pointer, media, takes_string_qs=context.platform.string_qs_is_query)
        for fault in _first_of_each_tag(checks.faults(text, is_raw=False), lambda fault: fault.value.piece):
            with_faults.add(pointer)
            _report_fault(context, request, pointer, fault)
        _correct_escape_warnings(context.diagnostics, checks, text)
        if pointer == _URI and request.address is not None:
            _report_gaps(context, request, checks.url(text), _required(definition))
    with_faults |= _report_objects(context, request)
    # A template that cannot be rendered is in the body as it is written.
    if request.body_text is not None and media and _DATA not in with_faults and not context.has_error("data"):
        report_contradiction(context, request, media)
    return replace(request, diagnostics=Diagnostics(context.diagnostics))


def _report_fault(context: BuildContext, request: Request, pointer: str, fault: Fault) -> None:
    severity = Severity.HINT if fault.is_hint else Severity.WARNING
    span = fault.value.piece.span
    warning = Diagnostic(Code.VALUE_NOT_ENCODED, severity, pointer, fault.message, fault.fix, span)
    # It is about a request that hits something else than was meant.
    leads = fault.is_path and not fault.is_hint and not request.is_safe
    _insert(context, warning, leads=leads)


def _insert(context: BuildContext, warning: Diagnostic, *, leads: bool) -> None:
    """Add a warning to the diagnostics of a request, as the first one if it ``leads``."""
    context.diagnostics.insert(0 if leads else len(context.diagnostics), warning)


def _report_objects(context: BuildContext, request: Request) -> set[str]:
    """Report objects that are printed, and return the pointers where; one reason is enough for a body."""
    values = context.scope.values
    warnings = [
        _with_json(warning, request)
        for warning in printed_object_warnings(context.used, values, texts=(_URI, _HEADERS))
    ]
    context.add(*warnings)
    for name, value in request.headers_json.items():
        if isinstance(value, dict) or (
            isinstance(value, list) and any(isinstance(item, dict) for item in value)
        ):
            message = f"the header {name} is an object, sent as {OBJECT_TEXT}."
            fix = "send a string, such as one of its members."
            pointer = pointers.join(_HEADERS.rstrip("/"), name)
            context.report(Code.OBJECT_PRINTED, Severity.WARNING, pointer, message, fix)
    return {warning.pointer for warning in warnings}


def _with_json(warning: Diagnostic, request: Request) -> Diagnostic:
    """Return a warning whose fix works for a body that npm request does not encode."""
    if warning.pointer != _DATA or request.parses_json or request.body_text is None:
        return warning
    if request.body_text.real.lstrip().startswith(("{", "[")) and not warning.fix.startswith("write"):
        return replace(warning, fix='make data an object and set "json": true: a reference keeps the type.')
    return replace(
        warning, fix=warning.fix.replace("keeps the type.", 'keeps the type, and set "json": true.')
    )


def _hand_written(context: BuildContext, request: Request) -> Iterator[tuple[str, HandWritten]]:
    """Yield each rendered string with text around a value, and its pointer."""
    by_pointer: dict[str, list[Piece]] = {}
    for piece in context.used:
        # Also what is only read, as in {{#if token}}, which prints nothing.
        if piece.text or piece.kind not in (Kind.SETTING, Kind.ENV):
            by_pointer.setdefault(piece.pointer, []).append(piece)
    # A literal has no pointer before it is located; a uri is complete here.
    by_pointer.pop("", None)
    by_pointer[_URI] = list(request.uri.pieces)
    for pointer, pieces in by_pointer.items():
        text = HandWritten(pieces)
        # Two values that are a whole URL meet in it, such as a base URL and a path.
        if text.is_by_hand or (pointer == _URI and len(text.values) > 1):
            yield pointer, text


class _Checks:
    """The checks of one hand-written string, by the place that it is in."""

    def __init__(self, request: Request, pointer: str, media: str, *, takes_string_qs: bool) -> None:
        self.request = request
        self.pointer = pointer
        self.media = media
        self.takes_string_qs = takes_string_qs
        self.is_body = pointer == _DATA and request.body_text is not None

    def url(self, text: HandWritten) -> WrittenUrl:
        """Return the URL that the string is."""
        address = self.request.address
        return WrittenUrl(text, is_rewritten=address is not None and address.is_rewritten)

    def faults(self, text: HandWritten, *, is_raw: bool) -> Iterator[Fault]:
        """Yield the values that contribute delimiters; ``is_raw`` is as triple braces would print them."""

        def text_of(value: Value) -> str:
            return value.raw if is_raw else value.text

        if self.pointer == _URI:
            yield from self.url(text).faults(text_of) if self.request.address is not None else ()
        elif self.pointer == _QS:
            # A string that npm request splits into characters is reported for that (KNB404).
            if self.takes_string_qs:
                yield from query_faults(text, text.outline, 0, text_of, is_url=True)
        elif self.is_body:
            # A string that is encoded again is reported for that (KNB417, KNB420).
            yield from () if self.request.parses_json else self._body_faults(text, text_of)
        elif self.pointer.removeprefix(_HEADERS).lower() == "cookie":
            yield from cookie_faults(text)
        else:
            yield from self._json_faults(text, text_of)

    def _body_faults(self, text: HandWritten, text_of: Callable[[Value], str]) -> Iterator[Fault]:
        if self._is_form(text):
            yield from query_faults(text, text.outline, 0, text_of, is_url=False)
        elif kind := markup_kind(text, self.media):
            yield from markup_faults(text, kind)
        elif self.media.startswith("multipart/"):
            yield from multipart_faults(text)
        elif self.media in CSV:
            yield from csv_faults(text)
        else:
            yield from self._json_faults(text, text_of)

    def _json_faults(self, text: HandWritten, text_of: Callable[[Value], str]) -> Iterator[Fault]:
        if is_graphql(text, self.pointer):
            yield from graphql_faults(text, text_of)
            return
        json_text = WrittenJson(text, self._json_fix if self.is_body else None)
        is_json = self.is_body and is_json_type(self.media) and text.outline.lstrip().startswith(("{", "["))
        if is_json or json_text.is_valid:
            yield from json_text.faults(text_of)
        elif self.pointer.startswith(_HEADERS):
            yield from header_faults(text, pointers.split(self.pointer)[-1])
        else:
            name = pointers.split(self.pointer)[-1]
            yield from query_literal_faults(text, name, text_of)

    def _is_form(self, text: HandWritten) -> bool:
        return self.media == FORM or (
            not self.media and _FORM_OUTLINE.fullmatch(text.outline.strip()) is not None
        )

    @staticmethod
    def _json_fix(value: Value) -> str:
        example = f', with "{value.reference}" for the value,' if value.reference else ""
        return f'make data an object{example} and set "json": true: npm request escapes it.'


def _first_of_each_tag(
    items: Iterable[_Finding], piece_of: Callable[[_Finding], Piece]
) -> Iterator[_Finding]:
    # A tag in a loop prints many values; its first fault explains the others.
    by_tag = {_tag(piece_of(item)): item for item in reversed([*items])}
    yield from reversed(by_tag.values())


def _tag(piece: Piece) -> Any:
    return piece.span or piece.path


def _correct_escape_warnings(diagnostics: list[Diagnostic], checks: _Checks, text: HandWritten) -> None:
    """Correct KNB708 where triple braces are not the way, and drop it where escaping is: in XML.

    It stands for a KNB730 of the same tag, whose fix is the same: one tag, one finding.
    """
    if all(value.piece.raw is None for value in text.values):
        return
    fixes = {fault.value.piece.span: fault for fault in checks.faults(text, is_raw=True)}
    right = _spans_to_escape(checks, text)
    pointer = checks.pointer
    reported = {item.span: item for item in diagnostics if _is_at(item, Code.VALUE_NOT_ENCODED, pointer)}
    for warning in [item for item in diagnostics if _is_at(item, Code.HTML_ESCAPED, pointer)]:
        if warning.span in right:
            diagnostics.remove(warning)
        elif (fault := fixes.get(warning.span)) is not None:
            _join_findings(diagnostics, warning, reported.get(warning.span), fault)


def _spans_to_escape(checks: _Checks, text: HandWritten) -> set[Span | None]:
    """Return the tags of XML or HTML in which two braces escape as they should."""
    if not checks.is_body or not markup_kind(text, checks.media):
        return set()
    return {value.piece.span for value, state in markup_states(text) if state != "CDATA"}


def _join_findings(
    diagnostics: list[Diagnostic], escaped: Diagnostic, not_encoded: Diagnostic | None, fault: Fault
) -> None:
    """Make one of the KNB708 and the KNB730 of a tag, with a fix for both."""
    fix = _fix_of_both(escaped, fault)
    if not_encoded is None:
        stays = escaped
    else:
        # What changes the path weighs more than what braces change.
        stays, goes = (not_encoded, escaped) if fault.is_path else (escaped, not_encoded)
        diagnostics.remove(goes)
    diagnostics[diagnostics.index(stays)] = replace(stays, fix=fix)


def _is_at(item: Diagnostic, code: Code, pointer: str) -> bool:
    return item.code == code and item.pointer == pointer


def _fix_of_both(warning: Diagnostic, fault: Fault) -> str:
    """Return the fix for a value that braces escape, and that would not be encoded with three either."""
    # What moves the value needs no braces.
    if fault.fix.startswith(("move", "make", "pass it in")):
        return fault.fix
    return f"{warning.fix.removesuffix('.')}; {fault.fix}"


def _required(definition: ActionDefinition) -> frozenset[str]:
    names = (definition.input_schema or {}).get("required")
    return frozenset(map(str, names)) if isinstance(names, list) else frozenset()


def _report_gaps(context: BuildContext, request: Request, url: WrittenUrl, required: frozenset[str]) -> None:
    for gap in _first_of_each_tag(url.gaps(), lambda gap: gap.values[0].piece):
        if not _is_unmeant(gap, url, request, required):
            continue
        piece = gap.values[0].piece
        leads = gap.place == "path" and not request.is_safe
        # A value that is missing is reported already, but not what that means for this method.
        known = [warning for warning in context.diagnostics if _is_gap_of(warning, piece)]
        if not known or (leads and known[0].code == Code.VALUE_GAP):
            warning = _gap_warning(request, gap)
            context.diagnostics[:] = [item for item in context.diagnostics if item not in known]
            _insert(context, warning, leads=leads)


def _is_unmeant(gap: Gap, url: WrittenUrl, request: Request, required: frozenset[str]) -> bool:
    """Return whether a gap is hardly there by design."""
    if gap.place == "query":
        return gap.values[0].piece.path.split(".")[0] in required
    # A whole path may be empty by design, but hardly where the URL names what is changed.
    return not url.is_one_path or request.effective_method in _ON_ITEM


def _is_gap_of(warning: Diagnostic, piece: Piece) -> bool:
    if (
        warning.code not in (Code.VALUE_GAP, Code.VARIABLE_UNSET)
        or warning.pointer != _URI
        or warning.span is None
    ):
        return False
    return piece.span is not None and piece.span.start <= warning.span.start <= piece.span.end


def _gap_warning(request: Request, gap: Gap) -> Diagnostic:
    piece = gap.values[0].piece
    if gap.place == "segment":
        return _incomplete_segment(gap)
    name = piece.label or f"`{piece.path}`"
    fix = f"pass a value for {name}; in a workflow, branch before this step if it may be empty."
    message = f"{name} is empty, so a parameter of the query has no value."
    if gap.place == "path":
        message = f"{name} is empty, so a segment of the path is missing."
        method, address = request.effective_method, request.address
        if method in _ON_ITEM and address is not None:
            path = address.path.shown
            message = f"{name} is empty: this is a {method} of {path}, which may affect more than one item."
    return Diagnostic(Code.VALUE_GAP, Severity.WARNING, _URI, message, fix, piece.span)


def _incomplete_segment(gap: Gap) -> Diagnostic:
    names = " and ".join(dict.fromkeys(value.piece.label or f"`{value.piece.path}`" for value in gap.values))
    are, have = ("are", "their values") if " and " in names else ("is", "its value")
    message = f"{names} {are} empty, so a segment of the path has only the text around {have}."
    fix = f"pass a value for {names}; in a workflow, branch before this step if it may be empty."
    return Diagnostic(Code.VALUE_GAP, Severity.WARNING, _URI, message, fix, gap.values[0].piece.span)
