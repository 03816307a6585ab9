"""URLs as curl reads them: ranges and lists, a default scheme, dot segments, user and password."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.errors import ConversionError
from kustomer_nb.request.url import without_dots

from .http_call import Auth, CallUrl
from .notes import note
from .words import MARKER

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic

_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?P<slashes>/{1,3})")
_WEB = frozenset({"http", "https"})
# curl guesses these from the beginning of the host.
_GUESSED = re.compile(r"(ftp|dict|ldap|imap|smtp|pop3)\.", re.IGNORECASE)
_RANGE = re.compile(
    r"(?:(?P<letter>[A-Za-z])-(?P<last_letter>[A-Za-z])|(?P<number>\d{1,18})-(?P<last_number>\d{1,18}))"
    r"(?::(?P<step>\d{1,18}))?\]"
)
_IPV6 = re.compile(r"\[(?P<address>[0-9A-Fa-f:.]+)(?:%[\w.~-]+)?\]")
IPV6 = 6
_ESCAPED = re.compile(r"\\([{}\[\]])")
_NAME_IN_BRACES = re.compile(r"[A-Za-z][\w.-]*")
_ENDS_AUTHORITY = re.compile(r"[/?#]")
_NOT_IN_HOSTS = re.compile(r"[\s!\"#$%&'()*+,/:;<=>?@\[\\\]^`{|}]")
_INVALID = re.compile(r"[\x00-\x20\x7f]")
# What Node escapes in a path and a query, and curl sends as it is.
_ESCAPED_BY_NODE = re.compile(r"[{}|^`<>\"']")
_BEYOND_ASCII = re.compile(rf"(?!{MARKER.pattern})[^\x00-\x7f]")
_DIGITS = re.compile(r"[0-9]{1,5}")


@dataclass(slots=True)
class ParsedUrl:
    """A URL of curl: its parts, user and password of it, and notes."""

    url: CallUrl
    auth: Auth | None
    notes: list[Diagnostic]


def parse_url(text: str, *, globs: bool, path_as_is: bool, query: str | None = None) -> ParsedUrl:
    """Return the first request that curl makes of a URL; ``query`` is appended to its own.

    Raises:
        ConversionError: curl refuses it, or it is not for HTTP.

    Example:
        >>> parsed = parse_url("me:pw@a.b/x/../{y,z}/[1-3]?q#f", globs=True, path_as_is=False)
        >>> parsed.url.origin, parsed.url.path, parsed.url.query, parsed.auth.user
        ('http://a.b', '/y/1', 'q', 'me')
    """
    notes: list[Diagnostic] = []
    placeholders: set[str] = set()
    if globs:
        text, is_several = _first_of_globs(text, placeholders)
        if is_several:
            message = "the URL stands for several URLs, and only the first one is imported."
            notes.append(note(Code.PART_LEFT_OUT, message, "choose the varying part as an input."))
    _require_no_blanks(text, query)
    scheme, remainder = _split_scheme(text)
    authority, path, own_query = _split_target(remainder)
    user, at, host = authority.rpartition("@")
    if query is not None:
        own_query = _joined_queries(own_query, query)
    host = _checked_host(host)
    if host != host.lower() and not MARKER.search(host):
        notes.append(
            note(Code.SENT_DIFFERENTLY, "the host is sent in lower case.", "nothing to do.", Severity.HINT)
        )
    url = CallUrl(
        scheme,
        host,
        encoded(path if path_as_is else without_dots(path), notes),
        None if own_query is None else encoded(own_query, notes, is_raw=True),
        frozenset(placeholders),
    )
    return ParsedUrl(url, _auth(user) if at else None, notes)


def _require_no_blanks(text: str, query: str | None) -> None:
    if _INVALID.search(text):
        raise _refused("the URL contains a space or a control character", "write a space as %20.")
    if query and _INVALID.search(query):
        message = "the data for the query contains a space or a control character"
        raise _refused(message, "write --data-urlencode in place of -d, which encodes it.")


def _split_target(text: str) -> tuple[str, str, str | None]:
    """Return the authority, the path and the query of a URL without its scheme; None without a query."""
    end = _ENDS_AUTHORITY.search(text)
    authority, target = (text[: end.start()], text[end.start() :]) if end else (text, "")
    path, question_mark, query = target.partition("#")[0].partition("?")
    return authority, path or "/", query if question_mark else None


def _joined_queries(own_query: str | None, query: str) -> str | None:
    separator = "&" if own_query and not own_query.endswith("&") else ""
    # Of two that are empty, nothing is left.
    return f"{own_query or ''}{separator}{query}" or None


def _refused(what: str, fix: str) -> ConversionError:
    return ConversionError.from_code(Code.CURL_URL, f"{what}: curl refuses it.", fix)


def _first_of_globs(text: str, placeholders: set[str]) -> tuple[str, bool]:
    """Return the URL with the first of each list and range, and whether there are more."""
    parts: list[str] = []
    is_several = False
    at = 0
    while at < len(text):
        part, at, has_more = _first_at(text, at, placeholders)
        parts.append(part)
        is_several |= has_more
    return "".join(parts), is_several


def _first_at(text: str, at: int, placeholders: set[str]) -> tuple[str, int, bool]:
    """Return what is sent of the text at an offset, where that ends, and whether there is more of it."""
    if match := _ESCAPED.match(text, at):
        return match[1], match.end(), False
    if literal := _literal_brackets(text, at):
        return literal, at + len(literal), False
    match text[at]:
        case "{":
            items, end = _items(text, at + 1)
            if len(items) == 1 and _NAME_IN_BRACES.fullmatch(items[0]):
                placeholders.add(items[0])
            return items[0], end, len(items) > 1
        case "[":
            return *_first_of_range(text, at), True
        case "]" | "}" as character:
            raise _refused(f"the URL has a {character} that closes nothing", "add -g to the command.")
        case character:
            return character, at + 1, False


def _literal_brackets(text: str, at: int) -> str:
    """Return the brackets at an offset that are sent as they are: of IPv6, or empty ones."""
    if ipv6 := _ipv6(text, at):
        return ipv6[0]
    return "[]" if text.startswith("[]", at) else ""


def _first_of_range(text: str, at: int) -> tuple[str, int]:
    match = _RANGE.match(text, at + 1)
    if match is None or not _is_range(match):
        raise _refused("the URL has a [ that begins no range", "add -g to the command, or write %5B and %5D.")
    return match["letter"] or match["number"], match.end()


def _ipv6(text: str, at: int) -> re.Match[str] | None:
    """Return the address in brackets at an offset: a number alone is none."""
    match = _IPV6.match(text, at)
    try:
        return match if match and ip_address(match["address"]).version == IPV6 else None
    except ValueError:
        return None


def _is_range(match: re.Match[str]) -> bool:
    """Return whether curl accepts a range: it ascends, and its step is within it."""
    if match["letter"]:
        length = ord(match["last_letter"]) - ord(match["letter"])
        is_long = length > ord("z") - ord("a")
    else:
        length, is_long = int(match["last_number"]) - int(match["number"]), False
    step = int(match["step"] or 1)
    return not is_long and (0 < step <= length or (length == 0 and step == 1))


def _items(text: str, at: int) -> tuple[list[str], int]:
    """Return the items of a list in braces that begins at an offset, and the offset after it."""
    items = [""]
    while at < len(text) and text[at] != "}":
        character = text[at]
        if character in "{[]":
            raise _refused(
                "the URL has nested braces", "write one value in their place, or add -g to the command."
            )
        if character == "\\" and text[at + 1 : at + 2]:
            at += 1
            items[-1] += text[at]
        elif character == ",":
            items.append("")
        else:
            items[-1] += character
        at += 1
    if at >= len(text) or items == [""]:
        raise _refused(
            "the URL has braces that are empty or not closed", "write %7B and %7D, or add -g to the command."
        )
    return items, at + 1


def _split_scheme(text: str) -> tuple[str, str]:
    match = _SCHEME.match(text)
    if match is not None:
        scheme = match["scheme"].lower()
        if scheme not in _WEB:
            message = (
                f"the URL has the scheme {scheme}, and an action sends requests over http and https only."
            )
            fix = "import a command with an http or https URL."
            raise ConversionError.from_code(Code.CURL_URL, message, fix)
        return scheme, text[match.end() :]
    return _guessed_scheme(text), text


def _guessed_scheme(text: str) -> str:
    """Return the scheme of a URL without one: as curl guesses it; a variable in front may have it."""
    if not text or text.startswith(("/", "?", "#", ":")):
        raise _refused("the URL has no host", "write the whole URL, with https:// in front.")
    if MARKER.match(text):
        # $BASE_URL/orders: the scheme is usually part of it.
        return "" if len(text) == 1 or text[1] in "/?#" else "https"
    if _GUESSED.match(text):
        message = "the URL has no scheme, and curl guesses one from the host that is not HTTP."
        raise ConversionError.from_code(Code.CURL_URL, message, "write https:// in front of the host.")
    return "http"


def _checked_host(host: str) -> str:
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]") or MARKER.search(port):
        name, port = host, ""
    elif not port:
        host = name
    elif not _DIGITS.fullmatch(port):
        raise _refused("the URL has a port that is not a number", "write the port as digits, as in :8080.")
    if not name:
        raise _refused("the URL has no host", "write the whole URL, with https:// in front.")
    if not _IPV6.fullmatch(name) and _NOT_IN_HOSTS.search(name):
        raise _refused(
            "the host of the URL has a character that no host has", "check the quotes around the URL."
        )
    return host


def _auth(user_and_password: str) -> Auth:
    user, _, password = user_and_password.partition(":")
    return Auth(_decoded(user), _decoded(password))


def _decoded(text: str) -> str:
    return unquote(text, errors="surrogateescape")


def encoded(text: str, notes: list[Diagnostic], *, is_raw: bool = False) -> str:
    """Return a part of a URL with what Node would write in another way percent-encoded.

    curl sends a part that is ``is_raw`` as it is.
    """
    if "\\" in text:
        # Node reads a backslash as a slash.
        text = text.replace("\\", "%5C")
        notes.append(_differs("a backslash in the URL is sent as %5C."))
    if _ESCAPED_BY_NODE.search(text):
        notes.append(
            _differs("some characters of the URL, such as quotes or braces, are sent percent-encoded.")
        )
    if is_raw and _BEYOND_ASCII.search(text):
        notes.append(_differs("characters beyond ASCII in the URL are sent percent-encoded."))
    return _BEYOND_ASCII.sub(lambda match: quote(match[0], errors="surrogateescape"), text)


def _differs(message: str) -> Diagnostic:
    return note(Code.SENT_DIFFERENTLY, message, "nothing to do: services decode it.")
