"""Bodies that contradict the Content-Type that an author wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext.javascript import parse

from .checks import check_json_as_other_type, is_text_type

if TYPE_CHECKING:
    from kustomer_nb.template import Text

    from .context import BuildContext
    from .model import Request

FORM = "application/x-www-form-urlencoded"
CSV = ("text/csv", "application/csv")
_HEADERS = "/inputTemplate/headers/"
_FORM_TEXT = re.compile(r"[\w.\[\]%+-]+=[^&]*(?:&[\w.\[\]%+-]+=[^&]*)*", re.DOTALL)


def media_type(headers: Iterable[tuple[str, Text]]) -> str:
    """Return the media type of the ``content-type`` header in lower case, without parameters.

    Example:
        >>> from kustomer_nb.template import Text
        >>> media_type([("Content-Type", Text.of("Application/JSON; charset=utf-8"))])
        'application/json'
    """
    value = next((text.real for name, text in headers if name.lower() == "content-type"), "")
    return value.partition(";")[0].strip().lower()


def is_json_type(media: str) -> bool:
    """Return whether a media type is that of one JSON document.

    Example:
        >>> [is_json_type(media) for media in ("application/ld+json", "application/x-ndjson")]
        [True, False]
    """
    return media.endswith(("/json", "+json"))


def is_xml_type(media: str) -> bool:
    """Return whether a media type is that of XML."""
    return media.endswith(("/xml", "+xml"))


def contradiction(media: str, body: str) -> tuple[str, str] | None:
    """Return what is wrong with a body that is sent as written, and the fix; None if nothing is.

    Example:
        >>> contradiction("application/json", "a=1&b=2")[0]
        'the Content-Type is application/json, but the body is form text.'
        >>> contradiction("application/json", '{"a": 1}') is None
        True
    """
    if is_json_type(media):
        return _not_json(media, body)
    if media == FORM:
        fix = _FORM_OR_JSON
    elif is_xml_type(media) or media.startswith("multipart/"):
        fix = "send application/json as the Content-Type."
    else:
        return None
    return (_contradicted(media, "JSON"), fix) if _is_container(body) else None


def _not_json(media: str, body: str) -> tuple[str, str] | None:
    if not body.strip() or _is_json_lines(body):
        return None
    if _FORM_TEXT.fullmatch(body.strip()):
        return _contradicted(media, "form text"), f"send {FORM} as the Content-Type."
    return _contradicted(media, "not JSON"), _AS_JSON


# RFC 2046, section 5.1: the boundary is required.
NO_BOUNDARY = (
    "the Content-Type is multipart without a boundary, so no service can read its parts.",
    "write the parts in data by hand, with the boundary of the header, as in "
    '"multipart/form-data; boundary=part"; or send JSON.',
)
_AS_JSON = 'make data an object and set "json": true.'
_FORM_OR_JSON = (
    "send application/json as the Content-Type if the service accepts it; else make data the string of the "
    "form, as in a=1&b=2, without json."
)


def _contradicted(media: str, what: str) -> str:
    return f"the Content-Type is {media}, but the body is {what}."


def _is_json_lines(body: str) -> bool:
    """Return whether a body is JSON, or JSON on each line as bulk requests have."""
    if _parsed(body) is not None:
        return True
    lines = [line for line in body.splitlines() if line.strip()]
    return len(lines) > 1 and all(_parsed(line) is not None for line in lines)


def _is_container(body: str) -> bool:
    return body.lstrip().startswith(("{", "[")) and isinstance((_parsed(body) or (None,))[0], (dict, list))


def _parsed(text: str) -> tuple[object] | None:
    try:
        return (parse(text),)
    except ValueError:
        return None


def report_contradiction(context: BuildContext, request: Request, media: str) -> None:
    """Report a body that contradicts the header that names its media type."""
    name, header = next(pair for pair in request.header_texts if pair[0].lower() == "content-type")
    pointer = f"{_HEADERS}{name}"
    if request.parses_json:
        # A string that is sent as JSON is one finding (KNB417).
        is_reported = any(item.code == Code.TEXT_SENT_AS_JSON for item in context.diagnostics)
        if is_text_type(media) and not is_reported:
            context.add(check_json_as_other_type(name, media, pointer))
        return
    body = "" if request.body_text is None else request.body_text.real
    problem = contradiction(media, body) or _lack_of_boundary(media, header.real)
    if problem is not None:
        context.report(Code.BODY_CONTRADICTS_TYPE, Severity.WARNING, pointer, *problem)


def _lack_of_boundary(media: str, header: str) -> tuple[str, str] | None:
    is_lacking = media.startswith("multipart/") and "boundary=" not in header.lower()
    return NO_BOUNDARY if is_lacking else None
