"""The headers an author wrote and those npm ``request`` 2.88 adds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import ordered, string, utf8
from kustomer_nb.secrets import Secret
from kustomer_nb.template import Kind, Piece, Text, Traced
from kustomer_nb.template.traced_values import as_text, real, shown

from .context import BuildContext
from .credentials import USER, basic_auth, encoded
from .framing import fix_of_framing, framing_fault, is_framing
from .url import Address

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SCHEME = re.compile(r"(?:^|[\s,])(bearer|basic|token)\s+\Z", re.IGNORECASE)
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


BEARER = "authorization"


class AccountToken(NamedTuple):
    """The token of an app account and the header that carries it, as ``Bearer …`` in ``authorization``."""

    token: Secret
    header: str = BEARER


class Authored(NamedTuple):
    """The headers of the input template: as Node sends them, and as the JSON that the answer tells."""

    sent: list[tuple[str, Text]]
    told: dict[str, Any]


def authored_headers(draft: BuildContext, written: Any) -> Authored:
    """Return the headers of the input template.

    An array is sent as one header per item, but one ``cookie`` of all; of a name given twice the last one
    counts.
    """
    tree = _opened(draft.trace(written, "headers"))
    members = ordered(tree) if isinstance(tree, dict) else []
    by_name: dict[str, list[tuple[str, Text]]] = {}
    for name, value in members:
        by_name[name.lower()] = [(name, one) for one in _values(name, _opened(value))]
    headers = [one for many in by_name.values() for one in many]
    for name, text in headers:
        pointer = pointers.join("/inputTemplate/headers", name)
        _check_header(draft, pointer, name, text)
        _check_scheme(draft, pointer, name, text)
    return Authored(headers, shown(dict(members)))


def _opened(tree: Any) -> Any:
    return tree.opened() if isinstance(tree, Traced) else tree


def _values(name: str, value: Any) -> list[Text]:
    if not isinstance(value, list):
        return [as_text(value)]
    if name.lower() == "cookie" and len(value) > 1:
        # JavaScript's join leaves null out; Node joins no single one.
        parts = [Text() if real(one) is None else as_text(one) for one in value]
        return [Text.join(parts, separator="; ")]
    return [as_text(one) for one in value]


def account_header(
    draft: BuildContext,
    account: str,
    headers: list[tuple[str, Text]],
    accounts: Mapping[str, AccountToken],
    secrets: dict[str, Secret | None],
) -> list[tuple[str, Text]]:
    """Return the header that carries the token of an app account, and keep that token in ``secrets``.

    How the platform puts it into a request is not known: a bearer token is assumed, and said.
    """
    label = f"$account.{account}"
    given = accounts.get(account)
    header = given.header if given else BEARER
    if any(name.lower() == header.lower() for name, _ in headers):
        return []
    secrets[label] = given.token if given else None
    scheme = "Bearer " if header.lower() == BEARER else ""
    assumed = f"it is assumed to travel as `{header}: {scheme}…`; how Kustomer sends it is not known."
    if given is None:
        message = f"the app account {account!r} has no token; {assumed}"
        fix = f"pass accounts={{{account!r}: token}}, or name its variable in accounts of the profile."
        draft.refuse(Code.ACCOUNT_TOKEN_UNSET, "/appAccountName", message, fix)
        return []
    draft.say(
        Code.ACCOUNT_TOKEN_ASSUMED,
        Severity.WARNING,
        "/appAccountName",
        f"the token of the app account: {assumed}",
        "",
    )
    token = Piece(string(given.token.reveal()), Kind.SETTING, label, label, "/appAccountName")
    value = Text.of(scheme, Kind.DEFAULT) + Text((token,))
    _check_header(draft, "/appAccountName", header, value)
    _check_scheme(draft, "/appAccountName", header, value)
    return [(header, value)]


def _check_header(draft: BuildContext, pointer: str, name: str, text: Text) -> None:
    if not _TOKEN.fullmatch(name):
        draft.refuse(
            Code.HEADER_NAME, pointer, f"{name!r} is not a header name.", "use letters, digits and dashes."
        )
    if not _VALUE.fullmatch(text.real):
        message = (
            f"the header {name} holds a character that no header may: a line break or one beyond Latin-1."
        )
        draft.refuse(Code.HEADER_VALUE, pointer, message, "take it out, or encode it.")


def _check_scheme(draft: BuildContext, pointer: str, name: str, text: Text) -> None:
    """Say where the value of a setting begins with the word that the template writes before it."""
    before = ""
    for piece in text.pieces:
        scheme = _SCHEME.search(before)
        if piece.label and scheme and _begins(piece.text, scheme[1]):
            message = f"the header {name} says {scheme[1]}, and {piece.label} begins with {scheme[1]} too."
            fix = f"take {scheme[1]} out of the value of the setting, or out of the template."
            draft.say(Code.SCHEME_TWICE, Severity.WARNING, pointer, message, fix, piece.span)
        before += piece.text


def _begins(text: str, word: str) -> bool:
    return text.lstrip().lower().startswith(f"{word.lower()} ")


def with_defaults(
    draft: BuildContext,
    headers: list[tuple[str, Text]],
    address: Address | None,
    method: str,
    body: Text | None,
    *,
    parses_json: bool,
    told: Mapping[str, Any],
) -> tuple[tuple[str, Text], ...]:
    """Add the headers npm request adds, in its order, where the author gave none of that name.

    A name counts as given with nothing to send too, as an empty array.
    """
    given = {**dict.fromkeys(map(str.lower, told)), **{name.lower(): value for name, value in headers}}
    length = str(len(utf8(body.real if body else "")))
    added: list[tuple[str, Text]] = []
    if address is not None:
        added.append(("host", address.host_header))
        if address.auth is not None:
            added.append(("authorization", _basic(str(address.auth.reveal()))))
    if parses_json:
        added.append(("accept", Text.of("application/json", Kind.DEFAULT)))
        if body is not None:
            added.append(("content-type", Text.of("application/json", Kind.DEFAULT)))
    if body or method != "GET":
        added.append(("content-length", Text.of(length, Kind.DEFAULT)))
    added.append(("connection", Text.of("close", Kind.DEFAULT)))
    _check_framing(draft, headers, told, length)
    return (*headers, *((name, value) for name, value in added if name not in given))


def _check_framing(
    draft: BuildContext, headers: list[tuple[str, Text]], told: Mapping[str, Any], length: str
) -> None:
    """Refuse what makes a service look for the end of the body, or for the host, elsewhere than a proxy."""
    names = {name.lower(): name for name in (*told, *(name for name, _ in headers))}
    for lowered, name in names.items():
        texts = [text for other, text in headers if other.lower() == lowered]
        fault = framing_fault(name, [text.real for text in texts], length) if is_framing(name) else None
        if fault is not None:
            shown = ", ".join(text.shown for text in texts)
            inputs = dict.fromkeys(
                piece.path for text in texts for piece in text.pieces if piece.kind is Kind.INPUT
            )
            of = f", of the input {' and '.join(inputs)}," if inputs else ""
            message = f"the header {name} ({shown!r}{of}) {fault}."
            pointer = pointers.join("/inputTemplate/headers", name)
            draft.refuse(Code.BODY_FRAMED_BY_HAND, pointer, message, fix_of_framing(name))


def _basic(auth: str) -> Text:
    # The user information may hold a setting, and base64 hides where; so all of it is hidden.
    hidden = Piece(encoded(*basic_auth(auth)), Kind.DEFAULT, label=USER)
    return Text.of("Basic ", Kind.DEFAULT) + Text((hidden,))
