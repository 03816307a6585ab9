"""KNB6: whether a secret is sent over plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity, Span
from kustomer_nb.linting.examples import a_request, an_action, file
from kustomer_nb.linting.messages import cut, quote
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.platform import is_fixed
from kustomer_nb.secrets.token_patterns import is_named
from kustomer_nb.template import Kind

from .knb6_secrets import is_secret
from .request_address import address_of

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintedAction
    from kustomer_nb.request.url import Address


def _calling(uri: str) -> str:
    template = a_request(uri=uri, headers={"x-api-key": "{{{token}}}"})
    return file(an_action(appSettings={"token": {"key": "shop.default.token"}}, inputTemplate=template))


@action_rule(
    Code.TOKEN_OVER_PLAIN_HTTP,
    Severity.WARNING,
    why="docs: RFC 6750 section 5.3 requires TLS for requests with a bearer token. Everyone on the network "
    "path can read and store what is sent over http://.",
    bad=_calling("http://api.shop.com/orders"),
    good=_calling("https://api.shop.com/orders"),
)
def _plain_http(action: LintedAction) -> Iterator[Finding]:
    address = _http_address(action)
    if address is None or address.is_loopback:
        return
    # A variable may make the host loopback.
    is_fixed_host = all(piece.kind is Kind.LITERAL for piece in address.authority.pieces)
    if is_fixed_host and (secret := _secret_sent(action)) is not None:
        uri = next(string for string in action.input_strings if string.keys == ("uri",))
        start = uri.text.lower().index("http")
        span = action.subject.span_in(uri, Span.from_offsets(uri.text, start, start + len("http://")))
        message = f"{secret} is sent over plain HTTP, where others can read it."
        yield Finding(uri.pointer, message, "use https://, if the service supports it.", span=span)


def _secret_sent(action: LintedAction) -> str | None:
    for string in action.input_strings:
        for reference in string.references:
            if is_secret(action, reference.segments[0]):
                return f"the secret `{cut(reference.segments[0])}`"
        is_header = string.keys[0] == "headers" and len(string.keys) > 1
        # A fixed value of such a header is reported by KNB601.
        if is_header and not is_fixed(string.text) and is_named(string.keys[1]):
            return f"the header {quote(string.keys[1])}"
    return None


def _http_address(action: LintedAction) -> Address | None:
    """Return the address of the request, if its scheme is http."""
    uri = (action.request or {}).get("uri")
    is_http = isinstance(uri, str) and uri.strip()[:7].lower() == "http://"
    return address_of(action) if is_http else None
