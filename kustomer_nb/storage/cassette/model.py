"""One request and its response as they are stored: without secrets, and without what is masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from kustomer_nb.codes import Code
from kustomer_nb.errors import SaveError
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.secrets import Redactor
from kustomer_nb.secrets.body_sanitizer import UnreadableBodyError, covered_header, hidden_content
from kustomer_nb.secrets.cookies import cookies_of, hidden_set_cookie
from kustomer_nb.secrets.masking import LABEL
from kustomer_nb.storage.ignored_headers import is_read, is_volatile

if TYPE_CHECKING:
    from kustomer_nb.request.url import Address

    from .matching import RecordedRequest

VERSION = 1
WRITE = Code.CASSETTE_NOT_WRITTEN
# A host may hold the label of a setting, which may itself hold a slash.
_ORIGIN = re.compile(rf"https?://(?:{LABEL.pattern}|[^/?#])*")


# Protocols, because `transport` is a sibling: neither package imports the other.
class RedirectLike(Protocol):
    """A redirect that was followed, as `kustomer_nb.transport` returns it."""

    @property
    def status_code(self) -> int: ...  # noqa: D102 - as the class says
    @property
    def to(self) -> Address: ...  # noqa: D102
    @property
    def is_same_origin(self) -> bool: ...  # noqa: D102


class ResponseLike(Protocol):
    """A response as `kustomer_nb.transport` returns it."""

    @property
    def status_code(self) -> int: ...  # noqa: D102 - as the class says
    @property
    def headers(self) -> Sequence[tuple[str, str]]: ...  # noqa: D102
    @property
    def content(self) -> bytes: ...  # noqa: D102
    @property
    def is_truncated(self) -> bool: ...  # noqa: D102
    @property
    def redirects(self) -> Sequence[RedirectLike]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class RecordedResponse:
    """A response as it is stored: its exact bytes without what was redacted; redirects as status and URL.

    A redirect within the origin of the request is recorded with the authored origin.
    """

    status_code: int
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = b""
    is_truncated: bool = False
    redirects: tuple[tuple[int, str], ...] = ()

    def lasting(self, reads: frozenset[str]) -> RecordedResponse:
        """Return the response without the headers that change each time, except those in ``reads``."""
        headers = tuple(
            (name, value) for name, value in self.headers if is_read(name, reads) or not is_volatile(name)
        )
        return RecordedResponse(self.status_code, headers, self.content, self.is_truncated, self.redirects)


@dataclass(frozen=True)
class Exchange:
    """A recorded request and its response, with everything that determined the request.

    That is the settings, ``env``, and the time (``now``) and random ``seed``, which are None if no template
    used them. ``reads`` are the headers that outputTemplate reads although they change each time; it is not
    stored in the file.
    """

    action: str
    request: RecordedRequest
    response: RecordedResponse
    now: datetime | None = None
    seed: int | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    reads: frozenset[str] = field(default=frozenset(), compare=False)

    @classmethod
    def from_response(
        cls,
        *,
        action: str,
        request: RecordedRequest,
        response: ResponseLike,
        hide: Redactor,
        hide_request: Redactor | None = None,
        mask: Iterable[str] = (),
        now: datetime | None = None,
        seed: int | None = None,
        env: Mapping[str, str] | None = None,
        reads: frozenset[str] = frozenset(),
    ) -> Exchange:
        """Return an exchange without what ``hide`` knows, and without cookies; the arguments stay unchanged.

        ``hide_request`` redacts the request if that must hide less: a replay knows only what is known before
        the response. ``mask`` are pointers to values that are covered even if they are too short to be
        searched for everywhere.

        Raises:
            SaveError: the body is compressed and cannot be decompressed to search it for secrets.
            ValueError: a pointer of ``mask`` is malformed.
        """
        pointers = list(mask)
        set_cookies = [value for name, value in response.headers if name.lower() == "set-cookie"]
        labels = request.labels
        hide_response = hide.merged(Redactor(cookies_of(request.headers.get("cookie"), set_cookies, labels)))
        recorded_response = RecordedResponse(
            response.status_code,
            tuple(_headers(response.headers, hide_response, pointers, labels)),
            _content(response, request, hide_response, pointers),
            response.is_truncated,
            tuple(_redirects(request.url, response.redirects, hide_response)),
        )
        recorded_request = request.hidden(hide_request or hide).covered(pointers).without_cookies()
        recorded_env = hide_response.value(dict(env or {}))
        return cls(action, recorded_request, recorded_response, now, seed, recorded_env, reads)

    @property
    def is_timed(self) -> bool:
        """Whether the request depends on the time or on random numbers."""
        return self.now is not None or self.seed is not None

    @cached_property
    def order(self) -> tuple[str, str, str, str]:
        """The place of the exchange among others in a file: they are sorted by it."""
        request = self.request
        # As JSON: in another order, recording once would move exchanges of a cassette in a repository.
        headers, settings = sorted(request.headers.items()), sorted(request.settings.items())
        text = stringify([headers, request.body, settings]) or ""
        return self.action, request.url, request.method, text

    def is_equivalent(self, other: Exchange) -> bool:
        """Return whether two recordings of a request differ only in what changes each time."""
        return self._lasting(self.reads) == other._lasting(self.reads)

    def _lasting(self, reads: frozenset[str]) -> tuple[Any, ...]:
        response = self.response.lasting(reads)
        return self.action, self.request.key, response, self.now, self.seed, dict(self.env)


def _headers(
    headers: Iterable[tuple[str, str]], hide: Redactor, mask: list[str], labels: frozenset[str]
) -> Iterator[tuple[str, str]]:
    cookies: list[str] = []
    for name, value in headers:
        # Together with its name: some secrets are recognised by the name alone.
        (hidden,) = hide.value({name: value}).values()
        if name.lower() == "set-cookie":
            # The only header that a response shows as a list, so pointers to it have an index.
            cookies.append(hidden)
            yield name, hidden_set_cookie(covered_header(name, cookies, mask, "response")[-1], labels)
        else:
            yield name, covered_header(name, hidden, mask, "response")


def _content(response: ResponseLike, request: RecordedRequest, hide: Redactor, mask: list[str]) -> bytes:
    try:
        return hidden_content(response.content, response.headers, hide.text, mask)
    except UnreadableBodyError as error:
        # Without a secret in the request there is nothing that the service could have repeated.
        if not request.labels and not mask:
            return response.content
        message = f"the response body of {request.method} {request.hidden(hide).url} {error}."
        fix = "remove the accept-encoding header, so that the service does not compress the response."
        raise SaveError.from_code(WRITE, message, fix) from error


def _redirects(url: str, redirects: Iterable[RedirectLike], hide: Redactor) -> Iterator[tuple[int, str]]:
    match = _ORIGIN.match(url)
    origin = match[0] if match else ""
    for redirect in redirects:
        to = redirect.to
        if not redirect.is_same_origin:
            origin = f"{to.scheme}://{to.authority.shown}"
        # Only what comes from the service is redacted: the label in the authored origin stays.
        path = hide.text((to.target + to.fragment).shown)
        yield redirect.status_code, f"{origin}{path}" if redirect.is_same_origin else hide.text(origin) + path
