"""The headers an author wrote and those npm ``request`` 2.88 adds."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext.javascript import string
from kustomer_nb.secret import Secret
from kustomer_nb.template import Kind, Piece, Text, Traced
from kustomer_nb.template.value import as_text

from .draft import Draft
from .url import Address

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


def authored_headers(draft: Draft, written: Any) -> list[tuple[str, Text]]:
    """Return the headers of the input template; an array gives one header per item, as in Node."""
    tree = draft.trace(written, "headers")
    if isinstance(tree, Traced) and isinstance(tree.value, dict):
        tree = {name: Traced(item, tree.piece) for name, item in tree.value.items()}
    headers = []
    for name, value in tree.items() if isinstance(tree, dict) else ():
        many = value if isinstance(value, list) else [value]
        headers += [(str(name), as_text(one)) for one in many]
    for name, text in headers:
        _check_header(draft, name, text)
    return headers


def account_header(
    draft: Draft,
    account: str,
    headers: list[tuple[str, Text]],
    accounts: Mapping[str, Secret],
    secrets: dict[str, Secret | None],
) -> list[tuple[str, Text]]:
    """Return the header that carries the token of an app account, and keep that token in ``secrets``.

    How the platform puts it into a request is not known: a bearer token is assumed, and said.
    """
    if any(name.lower() == "authorization" for name, _ in headers):
        return []
    label = f"$account.{account}"
    secrets[label] = accounts.get(account)
    assumed = "it is assumed to travel as `authorization: Bearer …`; how Kustomer sends it is not known."
    if secrets[label] is None:
        message = f"the app account {account!r} has no token; {assumed}"
        draft.refuse("KNB811", "/appAccountName", message, f"pass accounts={{{account!r}: token}}.")
        return []
    draft.say("KNB812", Severity.WARNING, "/appAccountName", f"the token of the app account: {assumed}", "")
    token = Piece(string(accounts[account].reveal()), Kind.SETTING, label, label, "/appAccountName")
    return [("authorization", Text.of("Bearer ", Kind.DEFAULT) + Text((token,)))]


def _check_header(draft: Draft, name: str, text: Text) -> None:
    pointer = f"/inputTemplate/headers/{name}"
    if not _TOKEN.fullmatch(name):
        draft.refuse("KNB406", pointer, f"{name!r} is not a header name.", "use letters, digits and dashes.")
    if not _VALUE.fullmatch(str(text)):
        message = (
            f"the header {name} holds a character that no header may: a line break or one beyond Latin-1."
        )
        draft.refuse("KNB407", pointer, message, "take it out, or encode it.")


def with_defaults(
    draft: Draft,
    headers: list[tuple[str, Text]],
    address: Address | None,
    method: str,
    body: Text | None,
    *,
    parses_json: bool,
) -> tuple[tuple[str, Text], ...]:
    """Add the headers npm request adds, in its order, where the author gave none of that name."""
    given = {name.lower(): str(value) for name, value in headers}
    length = 0 if body is None else len(str(body).encode("utf-8", "surrogatepass"))
    added: list[tuple[str, Text]] = []
    if address is not None:
        added.append(("host", address.authority))
        if address.auth is not None:
            added.append(("authorization", _basic(address.auth)))
    if parses_json:
        added.append(("accept", Text.of("application/json", Kind.DEFAULT)))
        if body is not None:
            added.append(("content-type", Text.of("application/json", Kind.DEFAULT)))
    if body is not None or method != "GET":
        added.append(("content-length", Text.of(str(length), Kind.DEFAULT)))
    added.append(("connection", Text.of("close", Kind.DEFAULT)))
    if given.get("content-length", str(length)) != str(length):
        message = f"content-length says {given['content-length']}, and the body has {length} bytes."
        draft.refuse("KNB408", "/inputTemplate/headers/content-length", message, "leave that header out.")
    return (*headers, *((name, value) for name, value in added if name not in given))


def _basic(auth: str) -> Text:
    encoded = base64.b64encode(auth.encode()).decode()
    # The user information may hold a setting, and base64 hides where; so all of it is hidden.
    return Text.of("Basic ", Kind.DEFAULT) + Text(
        (Piece(encoded, Kind.DEFAULT, label="$(user and password)"),)
    )
