"""One request and its answer, as they are kept: without secrets, and without what is masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import SaveError
from kustomer_nb.request.url import Address
from kustomer_nb.secrets import Redactor
from kustomer_nb.secrets.body_sanitizer import UnreadableBodyError, covered_header, hidden_content
from kustomer_nb.secrets.cookies import cookies_of, hidden_set_cookie
from kustomer_nb.secrets.masking import LABEL
from kustomer_nb.storage.volatile_headers import is_read, is_volatile

from .matching import RecordedRequest

WRITE = Code.CASSETTE_NOT_WRITTEN
_ORIGIN = re.compile(rf"https?://(?:{LABEL.pattern}|[^/?#])*")


class RedirectLike(Protocol):
    """A redirect that was followed, as `kustomer_nb.transport` tells it."""

    @property
    def status_code(self) -> int: ...  # noqa: D102 - as the class says
    @property
    def to(self) -> Address: ...  # noqa: D102
    @property
    def stays(self) -> bool: ...  # noqa: D102


class ResponseLike(Protocol):
    """What came back, as `kustomer_nb.transport` tells it."""

    @property
    def status_code(self) -> int: ...  # noqa: D102 - as the class says
    @property
    def headers(self) -> Sequence[tuple[str, str]]: ...  # noqa: D102
    @property
    def content(self) -> bytes: ...  # noqa: D102
    @property
    def is_cut(self) -> bool: ...  # noqa: D102
    @property
    def redirects(self) -> Sequence[RedirectLike]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class RecordedResponse:
    """An answer as it is kept: its very bytes, but for what was taken out; redirects as status and url.

    A redirect on the origin that was asked is told on the authored one.
    """

    status_code: int
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = b""
    is_cut: bool = False
    redirects: tuple[tuple[int, str], ...] = ()

    def lasting(self, reads: frozenset[str]) -> RecordedResponse:
        """Return the answer without the headers that change each time, but for those that ``reads`` names."""
        kept = tuple(
            (name, value) for name, value in self.headers if is_read(name, reads) or not is_volatile(name)
        )
        return RecordedResponse(self.status_code, kept, self.content, self.is_cut, self.redirects)


@dataclass(frozen=True)
class Exchange:
    """A recorded request and its answer, with what made the request: settings, ``_env``, time and chance.

    ``now`` and ``seed`` are None where no template asked for them. ``reads`` are the headers that
    outputTemplate reads although they change each time; a file does not hold them.
    """

    action: str
    asked: RecordedRequest
    answer: RecordedResponse
    now: datetime | None = None
    seed: int | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    reads: frozenset[str] = field(default=frozenset(), compare=False)

    @classmethod
    def of(
        cls,
        *,
        action: str,
        asked: RecordedRequest,
        answer: ResponseLike,
        hide: Redactor,
        hides_asked: Redactor | None = None,
        mask: Iterable[str] = (),
        now: datetime | None = None,
        seed: int | None = None,
        env: Mapping[str, str] | None = None,
        reads: frozenset[str] = frozenset(),
    ) -> Exchange:
        """Return an exchange without what ``hide`` knows, and without cookies; what was given stays as it is.

        ``hides_asked`` knows what is taken out of the request, where that is less: what a replay can know of
        it. ``mask`` covers values that are too short to be looked for everywhere, at the places it names.

        Raises:
            SaveError: the body is compressed, and cannot be opened to look for what it must not hold.
            ValueError: a pointer of ``mask`` is malformed.
        """
        places = list(mask)
        before = hides_asked or hide
        set_cookies = [value for name, value in answer.headers if name.lower() == "set-cookie"]
        labels = asked.labels
        hide = hide.merged(Redactor(cookies_of(asked.headers.get("cookie"), set_cookies, labels)))
        kept = RecordedResponse(
            answer.status_code,
            tuple(_headers(answer.headers, hide, places, labels)),
            _content(answer, asked, hide, places),
            answer.is_cut,
            tuple(_redirects(asked.url, answer.redirects, hide)),
        )
        asked = asked.hidden(before).covered(places).without_cookies()
        return cls(action, asked, kept, now, seed, hide.value(dict(env or {})), reads)

    def is_as(self, other: Exchange) -> bool:
        """Return whether another recording of this request says the same, as far as that lasts."""
        return self._lasting(self.reads) == other._lasting(self.reads)

    def _lasting(self, reads: frozenset[str]) -> tuple[Any, ...]:
        return self.action, self.asked.key, self.answer.lasting(reads), self.now, self.seed, dict(self.env)


def _headers(
    headers: Iterable[tuple[str, str]], hide: Redactor, mask: list[str], labels: frozenset[str]
) -> Iterator[tuple[str, str]]:
    cookies: list[str] = []
    for name, value in headers:
        # By its name: some are found by that alone.
        (hidden,) = hide.value({name: value}).values()
        if name.lower() == "set-cookie":
            # The one header that an answer tells as a list.
            cookies.append(hidden)
            yield name, hidden_set_cookie(covered_header(name, cookies, mask, "response")[-1], labels)
        else:
            yield name, covered_header(name, hidden, mask, "response")


def _content(answer: ResponseLike, asked: RecordedRequest, hide: Redactor, mask: list[str]) -> bytes:
    try:
        return hidden_content(answer.content, answer.headers, hide.text, mask)
    except UnreadableBodyError as error:
        if not asked.labels and not mask:
            return answer.content
        message = f"the body of the answer to {asked.method} {asked.hidden(hide).url} {error}."
        fix = "leave out the header accept-encoding, so that the service does not compress."
        raise SaveError([Diagnostic(WRITE, Severity.ERROR, "", message, fix)]) from error


def _redirects(url: str, redirects: Iterable[RedirectLike], hide: Redactor) -> Iterator[tuple[int, str]]:
    found = _ORIGIN.match(url)
    here = found[0] if found else ""
    for one in redirects:
        to = one.to
        if not one.stays:
            here = f"{to.scheme}://{to.authority.shown}"
        # Only of what comes from the service: a label in the origin is none of it.
        path = hide.text((to.target + to.fragment).shown)
        yield one.status_code, f"{here}{path}" if one.stays else hide.text(here) + path
