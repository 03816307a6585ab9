"""What is worth knowing of a response that redirects, or that came after redirects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.printable import quoted
from kustomer_nb.request.redirects import KEEPS_BODY, in_place_of, is_followed
from kustomer_nb.request.url import AddressError, resolve

if TYPE_CHECKING:
    from kustomer_nb.platform import Platform
    from kustomer_nb.request import Request
    from kustomer_nb.request.url import Address
    from kustomer_nb.secrets import Redactor
    from kustomer_nb.transport.models import RawResponse, Redirect

_SAME_ORIGIN = frozenset({"authorization", "cookie"})
# npm request sets these for each redirect, or drops them.
_SET_ANEW = frozenset({"host", "referer", "content-type", "content-length"})


def redirect_findings(
    request: Request, raw_response: RawResponse, redactor: Redactor, platform: Platform
) -> Iterator[Diagnostic]:
    """Yield what a redirect changes: not followed, sent again without its body, or with less than npm sends.

    The URLs come from the service, which may echo a secret in them, so ``redactor`` hides what it knows.
    """
    url, held = request.address, _Held(request)
    for redirect in raw_response.redirects:
        if url is None:  # pragma: no cover - a request without a URL is not sent
            return
        # Under hosts= the stand-in redirects to itself: shown as the authored origin.
        to = in_place_of(redirect.to, url) if redirect.is_same_origin else redirect.to
        target = redactor.text(to.origin + to.path.shown)
        if request.method != "GET":
            yield _followed(request, redirect.status_code, target)
        if withheld := held.withheld(url, redirect):
            yield _withheld_finding(redirect, withheld, target)
        url = to
    if url is not None and 300 <= raw_response.status_code < 400:
        yield from _not_followed(request, url, raw_response, redactor, platform)


def _target(url: Address, location: str, redactor: Redactor) -> str:
    """Return where a redirect leads, as a message may show it."""
    try:
        to = resolve(url, location)
    except AddressError:
        return quoted(redactor.text(location))
    return redactor.text(to.origin + to.path.shown)


def _not_followed(
    request: Request, url: Address, raw_response: RawResponse, redactor: Redactor, platform: Platform
) -> Iterator[Diagnostic]:
    location = next((value for name, value in raw_response.headers if name == "location"), "")
    if not location:
        return
    target = _target(url, location, redactor)
    status = raw_response.status_code
    message = f"the service redirects this {request.method} to {target} ({status})"
    if is_followed(request.written_method or request.method, status, location):
        # Only to another origin: the transport follows all others.
        sent = "with its body" if status == KEEPS_BODY else "without its body"
        reason = f"npm request sends it there {sent}. It was not: one request to one host was confirmed."
    else:
        reason = f"npm request does not follow a redirect of {request.method}: the response is the redirect."
    fix = f"call {target} directly."
    if not platform.keeps_method_case and request.method != "GET":
        fix = f"{fix} With Platform(keeps_method_case=True), the case of the method counts."
    yield _finding(Code.REDIRECT_NOT_FOLLOWED, f"{message}, and {reason}", fix)


def _followed(request: Request, status_code: int, target: str) -> Diagnostic:
    body = "with its body" if status_code == KEEPS_BODY else "without its body"
    written = request.written_method or request.method
    message = (
        f"{request.method} was redirected ({status_code}) and sent again to {target}, {body}: npm request "
        f"compares the method as written, and only in upper case does {written} stop at a redirect."
    )
    return _finding(Code.REDIRECTED_AGAIN, message, f"call {target} directly.")


def _withheld_finding(redirect: Redirect, withheld: list[str], target: str) -> Diagnostic:
    message = (
        f"the redirect ({redirect.status_code}) to {target} was followed without {_listed(withheld)}, which "
        "npm request sends there."
    )
    return _finding(Code.REDIRECT_WITHHELD, message, f"call {target} directly if it needs them.")


@dataclass
class _Held:
    """What a request still carries that is not sent to another origin."""

    request: Request
    has_body: bool = field(init=False)
    has_host: bool = field(init=False)
    is_private: bool = field(init=False)
    names: list[str] = field(init=False)

    def __post_init__(self) -> None:
        address = self.request.address
        self.has_body = bool(self.request.body_text)
        self.has_host = any(name.lower() == "host" for name in self.request.headers_json)
        self.is_private = address is not None and address.href.has_setting
        self.names = [
            name.lower()
            for name, text in self.request.header_texts
            if name.lower() in _SAME_ORIGIN or (text.has_setting and name.lower() not in _SET_ANEW)
        ]

    def withheld(self, url: Address, redirect: Redirect) -> list[str]:
        """Return what npm request sends with a redirect from a URL and the transport does not."""
        withheld: list[str] = []
        withholds_referer = self.is_private and not redirect.is_same_origin
        if not redirect.is_same_origin:
            withheld += self._withheld_from_other_origin(url, redirect)
            self.names = []
            self.is_private = False
        if withholds_referer:
            withheld.append("the referer")
        elif url.auth is not None:
            withheld.append("the user and password in the referer")
        if redirect.status_code != KEEPS_BODY or not redirect.is_same_origin:
            self.has_body = self.has_host = False
        return withheld

    def _withheld_from_other_origin(self, url: Address, redirect: Redirect) -> list[str]:
        is_kept = redirect.status_code == KEEPS_BODY
        # npm request drops it for another host name, but not with 307.
        keeps_token = is_kept or redirect.to.host == url.host
        withheld = [name for name in self.names if keeps_token or name != "authorization"]
        withheld += ["the body"] * (is_kept and self.has_body)
        withheld += ["the own host header"] * (is_kept and self.has_host)
        return withheld


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _finding(code: Code, message: str, fix: str) -> Diagnostic:
    return Diagnostic(code, Severity.WARNING, "", message, fix)
