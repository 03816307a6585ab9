"""Headers that an author did not write: those npm ``request`` 2.88 adds, and that of an app account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.faces import alternatives, how_to_pass
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import string, utf8
from kustomer_nb.printable import quoted
from kustomer_nb.template import Kind, Piece, Text

from .credentials import USER, basic_auth, encoded
from .framing import fix_of_framing, framing_fault, is_framing
from .headers import check_header

if TYPE_CHECKING:
    from kustomer_nb.secrets import Secret

    from .context import BuildContext
    from .parts import RequestParts

BEARER = "authorization"
_JSON = Text.of("application/json", Kind.DEFAULT)
# By Platform.keeps_alive.
CONNECTION = {True: Text.of("keep-alive", Kind.DEFAULT), False: Text.of("close", Kind.DEFAULT)}


class AccountToken(NamedTuple):
    """The token of an app account and the header that carries it, as ``Bearer …`` in ``authorization``."""

    token: Secret
    header: str = BEARER


def account_header(
    context: BuildContext,
    account: str,
    headers: list[tuple[str, Text]],
    accounts: Mapping[str, AccountToken],
) -> list[tuple[str, Text]]:
    """Return the header that carries the token of an app account, and add that token to the secrets.

    How the platform adds it to a request is unknown: a bearer token is assumed, and reported as such.
    """
    label = f"$account.{account}"
    account_token = accounts.get(account)
    name = account_token.header if account_token else BEARER
    # A header of the author's own has precedence, as over everything that is added.
    if any(authored.lower() == name.lower() for authored, _ in headers):
        return []
    context.secrets[label] = account_token.token if account_token else None
    scheme = "Bearer " if name.lower() == BEARER else ""
    assumption = f"it is assumed to be sent as `{name}: {scheme}…`; how Kustomer sends it is unknown."
    if account_token is None:
        message = f"the app account {quoted(account)} has no token; {assumption}"
        in_profile = "name its environment variable under accounts in the profile"
        fix = alternatives(how_to_pass("accounts", account), in_profile)
        context.report_error(Code.ACCOUNT_TOKEN_UNSET, "/appAccountName", message, fix)
        return []
    message = f"the token of the app account: {assumption}"
    context.report(Code.ACCOUNT_TOKEN_ASSUMED, Severity.WARNING, "/appAccountName", message, "")
    token = Piece(string(account_token.token.reveal()), Kind.SETTING, label, label, "/appAccountName")
    value = Text.of(scheme, Kind.DEFAULT) + Text((token,))
    check_header(context, "/appAccountName", name, value)
    return [(name, value)]


def with_defaults(
    context: BuildContext, headers: list[tuple[str, Text]], parts: RequestParts
) -> tuple[tuple[str, Text], ...]:
    """Return the headers with those npm request adds, in its order, unless the author wrote one of that name.

    A name counts as written even if nothing is sent for it, as for an empty array.
    """
    authored = {*map(str.lower, parts.headers_json), *[name.lower() for name, _ in headers]}
    length = "0" if parts.body is None else str(len(utf8(parts.body.real)))
    added = [*_npm_headers(parts, length), ("Connection", CONNECTION[context.platform.keeps_alive])]
    _check_framing(context, headers, parts, length)
    return (*headers, *[header for header in added if header[0].lower() not in authored])


def _npm_headers(parts: RequestParts, length: str) -> list[tuple[str, Text]]:
    added: list[tuple[str, Text]] = []
    if parts.address is not None:
        added.append(("host", parts.address.host_header))
        if parts.address.auth is not None:
            added.append(("authorization", _basic(str(parts.address.auth.reveal()))))
    if parts.parses_json:
        added.append(("accept", _JSON))
        if parts.body is not None:
            added.append(("content-type", _JSON))
    # npm request 2.88.2: `if (self.method !== 'GET' …) self.setHeader('content-length', 0)`.
    if parts.body or parts.written_method != "GET":
        added.append(("content-length", Text.of(length, Kind.DEFAULT)))
    return added


def _check_framing(
    context: BuildContext, headers: list[tuple[str, Text]], parts: RequestParts, length: str
) -> None:
    """Refuse headers that let a proxy and a service disagree about the end of the body, or about the host."""
    names = {name.lower(): name for name in [*parts.headers_json, *[name for name, _ in headers]]}
    for lowered, name in names.items():
        if not is_framing(name):
            continue
        texts = [text for header, text in headers if header.lower() == lowered]
        fault = framing_fault(name, [text.real for text in texts], length)
        if fault is not None:
            message = f"the header {name} ({_quoted_values(texts)}) {fault}."
            pointer = pointers.join("/inputTemplate/headers", name)
            context.report_error(Code.BODY_FRAMED_BY_HAND, pointer, message, fix_of_framing(name))


def _quoted_values(texts: list[Text]) -> str:
    """Return the values of a header and the inputs that they come from, as a message quotes them."""
    values = ", ".join(text.shown for text in texts)
    inputs = dict.fromkeys(piece.path for text in texts for piece in text.pieces if piece.kind is Kind.INPUT)
    origin = f", of the input {' and '.join(inputs)}," if inputs else ""
    return f"{quoted(values)}{origin}"


def _basic(auth: str) -> Text:
    # The user information may contain a setting, and base64 does not show where; so all of it is hidden.
    hidden = Piece(encoded(*basic_auth(auth)), Kind.DEFAULT, label=USER)
    return Text.of("Basic ", Kind.DEFAULT) + Text((hidden,))
