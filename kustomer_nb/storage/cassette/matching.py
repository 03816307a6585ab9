"""How a request is matched with recorded ones: by its displayable form, so that no token takes part in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.request.same_values import same_value_labels
from kustomer_nb.secrets import Redactor
from kustomer_nb.secrets.body_sanitizer import covered_header, covered_text, hidden_text
from kustomer_nb.secrets.cookies import cookies_of, hidden_cookie
from kustomer_nb.secrets.masking import LABEL, cover

if TYPE_CHECKING:
    from kustomer_nb.request import Request

# These depend on the host and on the length of a token; hosts= changes the first of them.
UNRECORDED_HEADERS = frozenset({"host", "content-length", "connection"})
# See `RecordedRequest.key`.
Key: TypeAlias = tuple[str, str, tuple[tuple[str, str], ...], str, bool, str]
# A wildcard in a URL stays within one path segment or one query value.
STOPS = "/?&#"
_NOTHING = re.compile("(?!)")


@dataclass(frozen=True)
class RecordedRequest:
    """The form of a request that is compared with recorded ones.

    Settings appear as ``$<key>``, header names are in lower case, ``url`` is the authored URL. ``settings``
    holds the settings that the request uses and that are not secret, by key. ``labels`` are all labels that
    replace a setting or a credential. ``wildcards`` are the labels that replaced a value found within other
    text, such as a token ``demo`` in a host name: they match any value of the other request.

    Example:
        >>> request = RecordedRequest("GET", "https://api.shop.com/orders/7", {"accept": "application/json"})
        >>> request.key == RecordedRequest("GET", "https://api.shop.com/orders/8").key
        False
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    wildcards: frozenset[str] = field(default=frozenset(), compare=False)
    labels: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    @classmethod
    def from_request(cls, request: Request, settings: Mapping[str, Any]) -> RecordedRequest:
        """Return the comparable form of a request; ``settings`` are the values that are not secret."""
        headers = [
            (lowered, value)
            for name, value in request.headers.items()
            if (lowered := name.lower()) not in UNRECORDED_HEADERS
        ]
        recorded = object.__new__(cls)
        # Its __init__, which sets one field after the other, takes twice as long.
        vars(recorded).update(
            method=request.method,
            url=request.url,
            headers=dict(sorted(headers)),
            body=request.body,
            settings=dict(sorted(settings.items())),
            # With another token, what had its value by chance is shown.
            wildcards=same_value_labels(request),
            labels=request.labels,
        )
        return recorded

    def hidden(self, hide: Redactor) -> RecordedRequest:
        """Return the request without what a redactor knows; the labels in it stay unchanged.

        Example:
            >>> from kustomer_nb.secrets import Secret
            >>> label = "$shop.default.token"
            >>> hide = Redactor({label: Secret("demo", source="x")})
            >>> RecordedRequest("GET", "https://demo.shop.com/", labels=frozenset({label})).hidden(hide).url
            'https://$shop.default.token.shop.com/'
        """
        if self._has_nothing_for(hide):
            return self
        labels = label_pattern(self.labels)

        def hide_between_labels(text: str) -> str:
            # A label may contain what is hidden: $demo.default.token contains the token demo.
            parts = labels.split(text)
            return "".join(part if at % 2 else hide.text(part) for at, part in enumerate(parts))

        redacted = replace(
            self,
            url=hide_between_labels(self.url),
            headers={name: hide_between_labels(value) for name, value in self.headers.items()},
            body=None if self.body is None else hidden_text(self.body, hide_between_labels),
            settings=hide.value(dict(self.settings)),
        )
        return redacted._with_new_wildcards(self)

    def covered(self, mask: list[str]) -> RecordedRequest:
        """Return the request with a label in place of each value that ``mask`` points to, however short."""
        if not mask:
            return self
        url = cover(mask, {"request": {"url": self.url}})["request"]["url"]
        headers = {name: covered_header(name, value, mask, "request") for name, value in self.headers.items()}
        body = None if self.body is None else covered_text(self.body, mask, "request")
        return replace(self, url=url, headers=headers, body=body)._with_new_wildcards(self)

    def _has_nothing_for(self, hide: Redactor) -> bool:
        """Return whether it is certain that the request contains nothing that a redactor knows."""
        # In a body, an escape may stand for what is hidden.
        if self.settings or (self.body is not None and "\\" in self.body):
            return False
        # Most requests show nothing to hide, so all of one is looked through at once.
        texts = [self.url, *self.headers.values(), self.body or ""]
        split = label_pattern(self.labels).split
        parts = [part for text in texts for part in split(text)[::2]]
        return hide.value(parts) is parts

    def without_cookies(self) -> RecordedRequest:
        """Return the request with a placeholder for each cookie value, also where the value is repeated.

        Example:
            >>> request = RecordedRequest(
            ...     "GET", "https://a.b/?s=s3ss10n-0123", {"cookie": "sid=s3ss10n-0123"}
            ... )
            >>> request.without_cookies().url
            'https://a.b/?s=<cookie:8064a84f>'
        """
        if "cookie" not in self.headers:
            return self
        cookie = self.headers["cookie"]
        redacted = self.hidden(Redactor(cookies_of(cookie, labels=self.labels)))
        return replace(redacted, headers={**redacted.headers, "cookie": hidden_cookie(cookie, self.labels)})

    def _with_new_wildcards(self, before: RecordedRequest) -> RecordedRequest:
        """Return the request with each label that hiding has added as a wildcard."""
        labels = label_pattern(self.labels)
        # Counted, because the author may have written the same label elsewhere in the request.
        added = Counter(labels.findall(self._text)) - Counter(labels.findall(before._text))
        return replace(self, wildcards=before.wildcards.union(added))

    @cached_property
    def key(self) -> Key:
        """What two requests that get the same response have in common."""
        headers = tuple(sorted(self.headers.items()))
        # As JSON: 1 and true are equal in Python.
        settings = (stringify(sorted(self.settings.items())) or "") if self.settings else ""
        return self.method, self.url, headers, self.body or "", self.body is None, settings

    def fits(self, other: RecordedRequest) -> bool:
        """Return whether both get the same response: they are equal but for their wildcards."""
        return self.key == other.key or _matches(self, other) or _matches(other, self)

    @property
    def _text(self) -> str:
        return "\n".join([self.url, *self.headers.values(), self.body or ""])


@lru_cache(maxsize=64)
def label_pattern(labels: frozenset[str]) -> re.Pattern[str]:
    """Return the pattern of each label, the longest first, because one may be the start of another."""
    alternatives = [re.escape(label) for label in sorted(labels, key=len, reverse=True) if label]
    return re.compile(f"({'|'.join([*alternatives, LABEL.pattern])})")


def _matches(pattern: RecordedRequest, other: RecordedRequest) -> bool:
    """Return whether ``other`` equals ``pattern`` with any value in place of its wildcards."""
    if not pattern.wildcards or not _has_same_shape(pattern, other):
        return False
    wildcard = wildcard_pattern(pattern.wildcards)
    if not _has_parts(wildcard.split(pattern.url), other.url, stops=STOPS):
        return False
    pairs = [(pattern.body or "", other.body or "")]
    pairs += [(value, other.headers[name]) for name, value in pattern.headers.items()]
    return all(_has_parts(wildcard.split(text), other_text) for text, other_text in pairs)


@lru_cache(maxsize=64)
def wildcard_pattern(wildcards: frozenset[str]) -> re.Pattern[str]:
    """Return the pattern of each wildcard in a text; without wildcards, of nothing."""
    if not wildcards:
        return _NOTHING
    labels = [re.escape(label) for label in sorted(wildcards, key=len, reverse=True)]
    # A JSON number that was covered is in quotes now.
    return re.compile("|".join(f'"{label}"|{label}' for label in labels))


def _has_same_shape(pattern: RecordedRequest, other: RecordedRequest) -> bool:
    """Return whether two requests agree in everything in which a wildcard plays no part."""
    return (
        pattern.method == other.method
        and pattern.headers.keys() == other.headers.keys()
        and (pattern.body is None) == (other.body is None)
        and stringify(dict(pattern.settings)) == stringify(dict(other.settings))
    )


def _has_parts(parts: list[str], text: str, stops: str = "") -> bool:
    """Return whether a text consists of these parts, with any characters but ``stops`` between two of them.

    Not a regular expression: one with 2,000 wildcards would backtrack without end.
    """
    if len(parts) == 1:
        return text == parts[0]
    first, *middle, last = parts
    at, end = len(first), len(text) - len(last)
    if at > end or not text.startswith(first) or not text.endswith(last):
        return False
    for part in middle:
        start = text.find(part, at, end)
        if start < 0 or not set(text[at:start]).isdisjoint(stops):
            return False
        at = start + len(part)
    return set(text[at:end]).isdisjoint(stops)
