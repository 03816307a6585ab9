"""A curl command as an `HttpCall`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import ConversionError

from .curl_data import DataReader, is_data
from .curl_limits import notes_of_transport, problems_of, transport_of
from .curl_options import Option, read_options
from .curl_url import ParsedUrl, encoded, parse_url
from .http_call import FORM_TYPE, JSON_TYPE, Auth, Body, BodyKind, CallUrl, HttpCall
from .json_body import NotWritableError, read_json
from .notes import note, problem
from .shells import CurlWords, read_words
from .words import MARKER

if TYPE_CHECKING:
    from .words import Variables

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_JSON_TYPE = re.compile(r"[\w.-]+/(?:[\w.-]+\+)?json\s*(?:;.*)?", re.IGNORECASE)
_FORM_TYPE = re.compile(rf"{FORM_TYPE}\s*(?:;.*)?", re.IGNORECASE)
_LOOKS_LIKE_JSON = re.compile(r"\s*[\[{]")
# Tools for APIs write their variables so, and curl cannot send such a URL.
_TOOL_VARIABLE = re.compile(r"\{\{\s*([A-Za-z_][\w.-]*)\s*\}\}")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BEYOND_ASCII = re.compile(rf"(?:(?!{MARKER.pattern})[^\x00-\x7f])+")
_BEYOND_LATIN = re.compile(rf"(?!{MARKER.pattern})[^\x00-\xff]")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NEAREST_METHODS = {
    "HEAD": "use GET (remove -I or -X HEAD); the output can leave the body out.",
    "OPTIONS": "use GET, if the service offers the same there.",
}
# What a client counts or negotiates itself.
_FRAMING = frozenset({"content-length", "transfer-encoding"})


@dataclass(slots=True)
class _Request:
    """What the options say, in the terms of curl."""

    urls: list[str] = field(default_factory=list)
    method: str = ""
    data: str | None = None
    headers: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    user: str | None = None
    bearer: str | None = None
    # Headers that an option of their own makes.
    own: dict[str, str] = field(default_factory=dict)
    is_json: bool = False
    flags: dict[str, bool] = field(default_factory=dict)
    target: str | None = None

    @property
    def is_get(self) -> bool:
        return self.flags.get("get", False)


def read_curl(text: str, *, shell: str | None = None, folder: Path | None = None) -> HttpCall:
    r"""Return the request of the first curl command in a text; its notes say what was left out.

    ``shell`` is posix, cmd or powershell; by default the text shows it. Files such as ``-d @order.json`` are
    read only from ``folder``.

    Raises:
        ConversionError: there is no curl command, curl would refuse it, or an action cannot express it.

    Example:
        >>> call = read_curl("curl -X PUT https://a.b/x --json '{\"n\": 1}'")
        >>> call, call.body.value
        (<HttpCall: PUT a.b, 2 headers, json body>, {'n': 1})
    """
    words = read_words(text, shell)
    options, notes = _of_first_request(list(read_options(words.arguments)))
    reader = DataReader(folder, words.stdin)
    request = _Request()
    for option in options:
        _apply(request, option, reader, words.variables)
    method = _method(request)
    problems = [*problems_of(options), *reader.problems, *_method_problems(method)]
    if not request.urls:
        problems.append(problem(Code.CURL_URL, "the curl command has no URL.", "paste the whole command."))
    if problems:
        raise ConversionError(problems)
    return _call(
        request, method, words, [*words.notes, *notes, *_reader_notes(reader)], transport_of(options)
    )


def _of_first_request(options: list[Option]) -> tuple[list[Option], list[Diagnostic]]:
    at = next((at for at, option in enumerate(options) if option.name == "next"), None)
    if at is None:
        return options, []
    message = "the requests after --next were left out: only the first one is imported."
    return options[:at], [note(Code.PART_LEFT_OUT, message, "import each request on its own.")]


def _reader_notes(reader: DataReader) -> list[Diagnostic]:
    if not reader.has_encoded_variable:
        return []
    message = "curl encodes the value of a variable for a URL, and a template cannot."
    return [note(Code.SENT_DIFFERENTLY, message, "pass a value that is percent-encoded already.")]


def _apply(request: _Request, option: Option, reader: DataReader, variables: Variables) -> None:
    name, value = option.name, option.value
    if is_data(name):
        _apply_data(request, name, reader.read(name, value))
    elif name == "url":
        request.urls.append(_TOOL_VARIABLE.sub(lambda match: variables.mark(match[1]), value))
    elif name == "url-query":
        request.queries.append(value[1:] if value.startswith("+") else reader.read(name, value))
    elif name == "header":
        if value.startswith("@"):
            reader.problems.append(
                problem(Code.FILE_NOT_READ, "-H reads headers from a file.", "write each header with -H.")
            )
        request.headers.append(_TOOL_VARIABLE.sub(lambda match: variables.mark(match[1]), value))
    elif name == "cookie":
        _apply_cookie(request, value, reader)
    else:
        _apply_simple(request, name, value)


def _apply_data(request: _Request, name: str, text: str) -> None:
    # --json adds to the text, all others are joined by &.
    separator = "" if request.data is None or name == "json" else "&"
    request.data = f"{request.data or ''}{separator}{text}"
    request.is_json |= name == "json"


def _apply_cookie(request: _Request, value: str, reader: DataReader) -> None:
    if "=" in value:
        request.cookies.append(value)
    elif value and not value.isspace():
        message = "-b reads cookies from a file."
        fix = "write the cookies as -b 'name=value', or remove -b."
        reader.problems.append(problem(Code.FILE_NOT_READ, message, fix))


def _apply_simple(request: _Request, name: str, value: str) -> None:
    match name:
        case "request":
            request.method = value
        case "user":
            request.user = value
        case "oauth2-bearer":
            request.bearer = value
        case "request-target":
            request.target = value
        case "user-agent":
            request.own["User-Agent"] = value
        case "referer":
            request.own["Referer"] = value.removesuffix(";auto")
        case "range":
            request.own["Range"] = f"bytes={value}"
        case _:
            request.flags[name] = bool(value)


def _method(request: _Request) -> str:
    if request.method:
        return request.method
    if request.flags.get("head"):
        return "HEAD"
    return "GET" if request.is_get or request.data is None else "POST"


def _method_problems(method: str) -> list[Diagnostic]:
    if method.upper() in METHODS:
        return []
    label = method if re.fullmatch(r"[A-Za-z]{1,16}", method) else "of the command"
    message = f"rest_api has no method {label}: the platform sends GET, POST, PUT, PATCH and DELETE."
    fix = _NEAREST_METHODS.get(method.upper(), "use one of these, if the service accepts it.")
    return [problem(Code.NOT_EXPRESSIBLE, message, fix)]


def _call(
    request: _Request, method: str, words: CurlWords, notes: list[Diagnostic], transport: tuple[str, ...]
) -> HttpCall:
    is_query = request.is_get and request.data is not None
    parsed = _parsed_url(request, is_query=is_query)
    notes += parsed.notes
    if len(request.urls) > 1:
        message = f"{len(request.urls) - 1} more URLs were left out: only the first one is imported."
        notes.append(note(Code.PART_LEFT_OUT, message, "import each URL on its own."))
    headers, cookies, is_anonymous = _headers(request, notes, has_body=not is_query)
    is_overridden = is_anonymous or any(name.lower() == "authorization" for name, _ in headers)
    notes += _notes_of_method(method, follows=request.flags.get("location", False))
    body = None if is_query or request.data is None else _body(request.data, _content_type(headers), notes)
    return HttpCall(
        method.upper(),
        _with_target(parsed.url, request.target, notes),
        tuple(headers),
        body,
        None if is_overridden else _auth_of(request) or parsed.auth,
        cookies,
        transport,
        words.variables.by_marker,
        (*notes, *notes_of_transport(transport)),
    )


def _parsed_url(request: _Request, *, is_query: bool) -> ParsedUrl:
    # As curl: -G has precedence over --url-query.
    queries = [request.data or ""] if is_query else request.queries
    return parse_url(
        request.urls[0],
        globs=not request.flags.get("globoff"),
        path_as_is=request.flags.get("path-as-is", False),
        query="&".join(queries) if queries else None,
    )


def _notes_of_method(method: str, *, follows: bool) -> Iterator[Diagnostic]:
    """Yield what the platform does otherwise with a method; ``follows`` are redirects, of ``-L``."""
    if method != method.upper():
        message = f"the method {method} is sent as {method.upper()}."
        yield note(Code.SENT_DIFFERENTLY, message, "nothing to do: the platform documents capitals.")
    if follows and method.upper() != "GET":
        message = f"-L was left out: the platform follows redirects of GET only, and not of {method.upper()}."
        yield note(Code.TRANSPORT_DIFFERS, message, "use the URL that the service redirects to.")


def _with_target(url: CallUrl, target: str | None, notes: list[Diagnostic]) -> CallUrl:
    if target is None:
        return url
    if not target.startswith("/"):
        message = "--request-target has no path, and the platform sends a path only."
        raise ConversionError.from_code(Code.NOT_EXPRESSIBLE, message, "remove it, or begin it with /.")
    path, question_mark, query = target.partition("?")
    query = encoded(query, notes, is_raw=True)
    return CallUrl(url.scheme, url.host, encoded(path, notes, is_raw=True), query if question_mark else None)


def _auth_of(request: _Request) -> Auth | None:
    if request.bearer is not None:
        return Auth(bearer=request.bearer)
    if request.user is None:
        return None
    user, _, password = request.user.partition(":")
    return Auth(user, password)


def _headers(
    request: _Request, notes: list[Diagnostic], *, has_body: bool
) -> tuple[list[tuple[str, str]], str, bool]:
    """Return the headers of options and of -H, the cookies, and whether -H removes the authorization."""
    custom, removed = _headers_of_lines(request, notes)
    written = {name.lower() for name, _ in custom}
    own = [
        (name, value)
        for name, value in _headers_of_options(request, has_body=has_body).items()
        if value and name.lower() not in removed | written
    ]
    cookies = "" if "cookie" in removed | written else ";".join(request.cookies)
    if "host" in removed - written:
        message = "-H Host: was left out: HTTP/1.1 requires the header."
        notes.append(note(Code.SENT_DIFFERENTLY, message, "nothing to do."))
    has_text = has_body and bool(request.data)
    headers = [(name, _as_sent(value, name, notes, has_body=has_text)) for name, value in [*own, *custom]]
    return headers, _as_sent(cookies, "Cookie", notes, has_body=has_text), "authorization" in removed


def _headers_of_options(request: _Request, *, has_body: bool) -> dict[str, str]:
    """Return the headers that curl adds itself, or for an option such as -A."""
    own = dict(request.own)
    has_data = request.data is not None and has_body
    if has_data and "Range" in own:
        # curl asks for a range of a response only with GET.
        own["Content-Range"] = own.pop("Range").replace("=", " ") + f"/{_length(request)}"
    if request.is_json:
        return own | {"Content-Type": JSON_TYPE, "Accept": JSON_TYPE}
    return own | {"Content-Type": FORM_TYPE} if has_data else own


def _headers_of_lines(request: _Request, notes: list[Diagnostic]) -> tuple[list[tuple[str, str]], set[str]]:
    """Return the headers of -H, and the names of those that -H removes, in lower case."""
    custom: list[tuple[str, str]] = []
    removed: set[str] = set()
    for line in request.headers:
        name, value = _header(line)
        if value is None:
            removed.add(name.lower())
        elif _is_sent(name, value, request, notes):
            if line.partition(":")[0] != name and ":" in line:
                message = f"the white space after the name of the header {name} was left out."
                notes.append(note(Code.SENT_DIFFERENTLY, message, "nothing to do: HTTP allows none there."))
            custom.append((name, value))
    return custom, removed


def _as_sent(value: str, name: str, notes: list[Diagnostic], *, has_body: bool) -> str:
    """Return a value that the platform sends as curl sends this one, which is UTF-8.

    Node sends headers as Latin-1, and together with the text of a body as UTF-8.

    Raises:
        ConversionError: it has a character that the platform refuses in headers.
    """
    if not _BEYOND_ASCII.search(value):
        return value
    if has_body:
        if _BEYOND_LATIN.search(value):
            message = f"the header {name} has a character that the platform does not send in headers."
            fix = "encode the value as the service documents it, or remove the header."
            raise ConversionError.from_code(Code.NOT_EXPRESSIBLE, message, fix)
        return value
    message = f"the header {name} has characters beyond ASCII: they are written as the bytes that curl sends."
    fix = "nothing to do: the platform sends such characters as single bytes."
    notes.append(note(Code.SENT_DIFFERENTLY, message, fix))
    return _BEYOND_ASCII.sub(
        lambda match: match[0].encode("utf-8", "surrogateescape").decode("latin-1"), value
    )


def _header(line: str) -> tuple[str, str | None]:
    """Return the name and the value of a -H, which is None for one that sends nothing."""
    name, colon, value = line.partition(":")
    if colon:
        # A header without a value removes the one that curl would send.
        return name.rstrip(), value.strip(" \t\r\n") or None
    name, semicolon, value = line.partition(";")
    return (name.rstrip(), "") if semicolon and not value else (name, None)


def _is_sent(name: str, value: str, request: _Request, notes: list[Diagnostic]) -> bool:
    lower = name.lower()
    if _CONTROL.search(value):
        label = name if _HEADER_NAME.fullmatch(name) else "of the command"
        message = f"the header {label} contains a control character, which no header can have."
        raise ConversionError.from_code(
            Code.NOT_EXPRESSIBLE, message, "remove it, and import the command again."
        )
    if not _HEADER_NAME.fullmatch(name):
        message = "a header whose name is not valid was left out."
        notes.append(note(Code.PART_LEFT_OUT, message, "nothing to do: browsers add such names for HTTP/2."))
        return False
    if lower in _FRAMING:
        if lower != "content-length" or value != str(_length(request)):
            message = f"the header {name} was left out: the platform counts the body itself."
            notes.append(note(Code.SENT_DIFFERENTLY, message, "nothing to do.", Severity.HINT))
        return False
    # The platform does not decompress, so that this is left to it where curl decompresses.
    return not (lower == "accept-encoding" and request.flags.get("compressed"))


def _length(request: _Request) -> int:
    return len((request.data or "").encode("utf-8", "surrogateescape"))


def _content_type(headers: list[tuple[str, str]]) -> str:
    return next((value for name, value in headers if name.lower() == "content-type"), "")


def _body(text: str, content_type: str, notes: list[Diagnostic]) -> Body:
    if re.search("[\ud800-\udfff]", text):
        message = "the body is not UTF-8 text, and rest_api sends text only."
        fix = "send the data as base64 in JSON, if the service accepts that."
        raise ConversionError.from_code(Code.NOT_EXPRESSIBLE, message, fix)
    if _JSON_TYPE.fullmatch(content_type):
        try:
            return Body(BodyKind.JSON, text, read_json(text))
        except NotWritableError as error:
            message = f"the body is imported as text: {error}."
            fix = "correct the JSON in the command, if its values are to be inputs."
            notes.append(note(Code.SENT_DIFFERENTLY, message, fix))
            return Body(BodyKind.TEXT, text)
    if _FORM_TYPE.fullmatch(content_type) and not _LOOKS_LIKE_JSON.match(text):
        return Body(BodyKind.FORM, text)
    if _LOOKS_LIKE_JSON.match(text):
        message = "the body looks like JSON, but has another Content-Type, so it is imported as text."
        fix = "if the service expects JSON, write --json in place of -d, and import the command again."
        notes.append(note(Code.SENT_DIFFERENTLY, message, fix))
    return Body(BodyKind.TEXT, text)
