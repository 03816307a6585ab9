"""How a request is matched with recorded ones: as it may be shown, so that no token has a part in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from kustomer_nb.jsontext.javascript import stringify
from kustomer_nb.request import Request
from kustomer_nb.secrets import Redactor
from kustomer_nb.secrets.body_sanitizer import covered_header, covered_text, hidden_text
from kustomer_nb.secrets.cookies import cookies_of, hidden_cookie
from kustomer_nb.secrets.masking import LABEL, cover

# What hangs on where it is sent and how long a token is; hosts= moves the first of them.
_NOT_MATCHED = frozenset({"host", "content-length", "connection"})
_STOPS = "/?&#"


@dataclass(frozen=True)
class RecordedRequest:
    """A request as recorded ones are found by: settings as ``$<key>``, header names in lower case.

    ``url`` is the authored one. ``settings`` are those it uses that are no secret, by key. ``matches_any``
    are labels that stand where a value was found in the text, as a token ``demo`` in the name of a host: what
    is there on the other side does not matter. ``labels`` are all that stand for a setting or a credential.

    Example:
        >>> one = RecordedRequest("GET", "https://api.shop.com/orders/7", {"accept": "application/json"})
        >>> one.key == RecordedRequest("GET", "https://api.shop.com/orders/8").key
        False
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    matches_any: frozenset[str] = field(default=frozenset(), compare=False)
    labels: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    @classmethod
    def of(cls, request: Request, settings: Mapping[str, Any]) -> RecordedRequest:
        """Return how a request is matched; ``settings`` are the values of those that are no secret."""
        headers = ((name.lower(), value) for name, value in request.headers.items())
        return cls(
            request.method,
            request.url,
            {name: value for name, value in sorted(headers) if name not in _NOT_MATCHED},
            request.body,
            dict(sorted(settings.items())),
            labels=request.labels,
        )

    def hidden(self, hide: Redactor) -> RecordedRequest:
        """Return it without what a redactor knows; the labels that stand in it already stay as they are.

        Example:
            >>> from kustomer_nb.secrets import Secret
            >>> label = "$shop.default.token"
            >>> hide = Redactor({label: Secret("demo", source="x")})
            >>> RecordedRequest("GET", "https://demo.shop.com/", labels=frozenset({label})).hidden(hide).url
            'https://$shop.default.token.shop.com/'
        """
        known = _pattern(self.labels)
        texts = [self.url, *self.headers.values(), self.body or ""]
        # Most requests show nothing that is hidden, and all of one is looked through at once. In a body an
        # escape may stand for what is hidden.
        parts = [part for text in texts for part in known.split(text)[::2]]
        is_escaped = self.body is not None and "\\" in self.body
        if not is_escaped and not self.settings and hide.value(parts) is parts:
            return self

        def quiet(text: str) -> str:
            # A label may hold what is hidden, as $demo.default.token the token demo.
            parts = known.split(text)
            return "".join(part if at % 2 else hide.text(part) for at, part in enumerate(parts))

        done = replace(
            self,
            url=quiet(self.url),
            headers={name: quiet(value) for name, value in self.headers.items()},
            body=None if self.body is None else hidden_text(self.body, quiet),
            settings=hide.value(dict(self.settings)),
        )
        return done._with_new_labels_of(self)

    def covered(self, mask: list[str]) -> RecordedRequest:
        """Return it with a label for what stands at a masked place of the request, however short."""
        if not mask:
            return self
        url = cover(mask, {"request": {"url": self.url}})["request"]["url"]
        headers = {name: covered_header(name, value, mask, "request") for name, value in self.headers.items()}
        body = None if self.body is None else covered_text(self.body, mask, "request")
        return replace(self, url=url, headers=headers, body=body)._with_new_labels_of(self)

    def without_cookies(self) -> RecordedRequest:
        """Return it with a placeholder for the value of each cookie, and for the same value elsewhere in it.

        Example:
            >>> one = RecordedRequest("GET", "https://a.b/?s=s3ss10n-0123", {"cookie": "sid=s3ss10n-0123"})
            >>> one.without_cookies().url
            'https://a.b/?s=<cookie:8064a84f>'
        """
        if "cookie" not in self.headers:
            return self
        cookie = self.headers["cookie"]
        done = self.hidden(Redactor(cookies_of(cookie, labels=self.labels)))
        return replace(done, headers={**done.headers, "cookie": hidden_cookie(cookie, self.labels)})

    def _with_new_labels_of(self, before: RecordedRequest) -> RecordedRequest:
        known = _pattern(self.labels)
        added = Counter(known.findall(self._whole)) - Counter(known.findall(before._whole))
        return replace(self, matches_any=before.matches_any | added.keys())

    @cached_property
    def key(self) -> str:
        """What two requests have in common that are answered alike."""
        headers, settings = sorted(self.headers.items()), sorted(self.settings.items())
        return stringify([self.method, self.url, headers, self.body, settings]) or ""

    def fits(self, other: RecordedRequest) -> bool:
        """Return whether both are answered alike: the same, or the same but for what matches anything."""
        return self.key == other.key or _covers(self, other) or _covers(other, self)

    @property
    def _whole(self) -> str:
        return "\n".join([self.url, *self.headers.values(), self.body or ""])


@lru_cache(maxsize=64)
def _pattern(labels: frozenset[str]) -> re.Pattern[str]:
    """Return what finds each label; the longest first, for one may begin another."""
    known = [re.escape(label) for label in sorted(labels, key=len, reverse=True) if label]
    return re.compile(f"({'|'.join([*known, LABEL.pattern])})")


def _covers(pattern: RecordedRequest, other: RecordedRequest) -> bool:
    """Return whether a request is what another one says, its ``matches_any`` being whatever stands there."""
    if not pattern.matches_any or pattern.method != other.method:
        return False
    if pattern.headers.keys() != other.headers.keys() or (pattern.body is None) != (other.body is None):
        return False
    if stringify(dict(pattern.settings)) != stringify(dict(other.settings)):
        return False
    texts = [(pattern.url, other.url), (pattern.body or "", other.body or "")]
    texts += [(value, other.headers[name]) for name, value in pattern.headers.items()]
    labels = [re.escape(one) for one in sorted(pattern.matches_any, key=len, reverse=True)]
    # A number that was covered is in quotes now.
    any_of = re.compile("|".join(f'"{one}"|{one}' for one in labels))
    url, *others = texts
    # In an address it is a part of one segment or one value: another path is another request.
    return _is_like(any_of.split(url[0]), url[1], stops=_STOPS) and all(
        _is_like(any_of.split(mine), theirs) for mine, theirs in others
    )


def _is_like(parts: list[str], text: str, stops: str = "") -> bool:
    """Return whether a text is made of these parts, with anything but ``stops`` between two of them."""
    first, *rest = parts
    if not rest:
        return text == first
    *middle, last = rest
    at, end = len(first), len(text) - len(last)
    if at > end or not text.startswith(first) or not text.endswith(last):
        return False
    for part in middle:
        found = text.find(part, at, end)
        if found < 0 or not set(text[at:found]).isdisjoint(stops):
            return False
        at = found + len(part)
    return set(text[at:end]).isdisjoint(stops)
