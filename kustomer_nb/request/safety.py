"""The facts about a request that the guards of a run act on: credentials, overrides, chosen hosts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.template import Kind, Text

from .credentials import credentials_of
from .host_choice import HostChoice, host_choice
from .method_override import Override, is_override_header, may_have_override, overrides_of
from .written_tokens import pointer_of_token

# Scheme, host and port, without user information, and what ends them.
_ORIGIN = re.compile(r"https?://[^/?#\\@\s]+[/?#]", re.IGNORECASE)

if TYPE_CHECKING:
    from kustomer_nb.secrets import Credential

    from .context import BuildContext
    from .parts import RequestParts


# The choice of no input.
_AUTHORED = HostChoice()


class Safety(NamedTuple):
    """What `Request` holds under the same names."""

    credentials: tuple[Credential, ...]
    overrides: tuple[Override, ...]
    host_choice: HostChoice
    written_token: str


def assess_safety(
    context: BuildContext,
    parts: RequestParts,
    headers: list[tuple[str, Text]],
    header_texts: Iterable[tuple[str, Text]],
) -> Safety:
    """Return the facts for the guards; ``headers`` are those before and ``header_texts`` after npm's own."""
    address = parts.address
    if _is_authored_origin(parts.uri, headers):
        choice = _AUTHORED
    else:
        choice = host_choice(parts.uri, _with_pointers(headers), address, context.scope)
    auth = "" if address is None or address.auth is None else str(address.auth.reveal())
    labels = [label for label, secret in context.secrets.items() if secret is not None]
    return Safety(
        credentials_of(auth, headers, Text() if address is None else address.search, parts.body, labels),
        _overrides(context, parts, header_texts),
        choice,
        # Looked for only where an input could send it elsewhere.
        pointer_of_token(context.template) if choice.inputs else "",
    )


def _is_authored_origin(uri: Text, headers: Iterable[tuple[str, Text]]) -> bool:
    """Return whether the author wrote out the whole origin and no ``host`` header, as most do.

    Then no input chooses the host, without a look at what each piece is made of.
    """
    first = uri.pieces[0] if uri.pieces else None
    is_origin = first is not None and first.kind is Kind.LITERAL and _ORIGIN.match(first.text) is not None
    return is_origin and "host" not in [name.lower() for name, _ in headers]


def _with_pointers(headers: Iterable[tuple[str, Text]]) -> list[tuple[str, Text, str]]:
    return [(name, text, pointers.join("/inputTemplate/headers", name)) for name, text in headers]


def _overrides(
    context: BuildContext,
    parts: RequestParts,
    headers: Iterable[tuple[str, Text]],
) -> tuple[Override, ...]:
    """Return what overrides the method, and warn if that makes it another one."""
    search = Text() if parts.address is None else parts.address.search
    body = None
    if parts.body is not None and may_have_override(parts.body.real):
        body = (parts.body, _body_pointer(context.template))
    # Most requests have no place for one.
    if not search and body is None and not any(map(is_override_header, [name for name, _ in headers])):
        return ()
    overrides = overrides_of(_with_pointers(headers), search, body, context.scope)
    for override in overrides:
        _report_override(context, parts.method, override)
    return overrides


def _body_pointer(template: Mapping[str, Any]) -> str:
    return "/inputTemplate/json" if isinstance(template.get("json"), (dict, list)) else "/inputTemplate/data"


def _report_override(context: BuildContext, method: str, override: Override) -> None:
    # A GET that is overridden with HEAD or OPTIONS still changes nothing.
    if override.method == method or (override.is_safe and method == "GET"):
        return
    origin = f" (input {' and '.join(override.inputs)})" if override.inputs else ""
    message = f"{override.name}{origin} asks the service to treat this {method} as {override.method}."
    fix = f"make the method {override.method}."
    context.report(Code.METHOD_OVERRIDDEN, Severity.WARNING, override.pointer, message, fix)
