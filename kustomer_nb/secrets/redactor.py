"""The removal of secrets from texts, bytes and JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import is_
from typing import Any, NoReturn

from .credential_forms import STRING_BREAK
from .decoding import BASE64_MARKS, ESCAPE_MARKS, ESCAPES, Decoded, decode_base64, decode_escapes, value_of
from .encodings import SHORTEST_INNER, utf8
from .secret import Credential, Secret, all_secrets
from .secret_forms import SecretForms

# How deep escapes may be nested: JSON in JSON in JSON, as when a service echoes a body within its own.
DEPTH = 3
# How many times longer a value is that was escaped so often, character by character: %5Cu0026 for &.
_LONGER = (1, 12, 36, 108)
# A text is searched in parts of a megabyte, so that one full of escapes does not fill the memory. Parts
# overlap by the longest escaped secret.
PART = 2**20
# More objects and arrays than any response that is parsed has; a cyclic value would never end.
_MOST_CONTAINERS = 5_000_000
_FEW = 1_000
_PLUS_FOR_SPACE = bytes.maketrans(b" ", b"+")
# In a body that is JSON in a string, and in a text of several lines.
_FREQUENT_ESCAPES = ((b'\\"', b'"'), (rb"\n", b"\n"), (rb"\r", b"\r"), (rb"\t", b"\t"))
Hit = tuple[int, int, str]


class Redactor:
    """Replaces secrets, in every likely encoding, by their labels.

    A secret is found plain, URL-encoded, escaped for HTML or JSON (all characters or only some), in base64
    at any offset, in any two of these nested, or in three nested escapes; within any longer text. In bytes
    it is found in UTF-16, too, if it is plain. Base64 that is broken into lines is not joined.

    Values shorter than four characters stay, and so do true and false: removing ``ok`` would shred every
    text. Values shorter than eight are found only if they were encoded as a whole. A `Credential` is found in
    all of these encodings however short it is, as a separate word.

    Example:
        >>> hide = Redactor({"$shop.default.token": Secret("tok&en", source="x")})
        >>> hide.text("got tok&en and tok%26en")
        'got $shop.default.token and $shop.default.token'
        >>> hide.value({"echo": ["Bearer tok&en", 1]})
        {'echo': ['Bearer $shop.default.token', 1]}
        >>> hide.content(b"tok&amp;en")
        b'$shop.default.token'
    """

    __slots__ = ("__forms", "__secrets")

    def __init__(self, *secrets: Mapping[str, Secret]) -> None:
        self.__secrets = {label: secret for labelled in secrets for label, secret in labelled.items()}
        self.__forms = SecretForms.from_secrets(self.__secrets)

    def merged(self, *others: Redactor) -> Redactor:
        """Return a redactor that replaces what this one and the others replace."""
        return Redactor(self.__secrets, *(other.__secrets for other in others))

    def detached(self) -> Redactor:
        """Return a redactor that replaces the same and keeps no secret alive, to be merged with no other.

        Whatever is shown is searched for the secrets that are alive: one that only a cache keeps is too many.
        """
        detached = Redactor()
        detached.__forms = self.__forms
        return detached

    def text(self, text: str) -> str:
        """Return ``text`` with each secret replaced by its label."""
        if self.__forms.is_empty:
            return text
        content = text.encode("utf-8", "surrogatepass")
        hits = self._hits(content)
        return _labelled(content, hits).decode("utf-8", "surrogatepass") if hits else text

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """Return where the secrets of a text begin and end, in order, each with its label.

        Example:
            >>> Redactor({"$shop.default.token": Secret("tok&en", source="x")}).spans("é tok%26en")
            [(2, 10, '$shop.default.token')]
        """
        if self.__forms.is_empty:
            return []
        content = text.encode("utf-8", "surrogatepass")
        spans: list[tuple[int, int, str]] = []
        # As `_labelled`: of two that overlap, the longer one counts that begins first.
        for start, end, label in sorted(self._hits(content), key=lambda hit: (hit[0], -hit[1])):
            begin, stop = (len(content[:at].decode("utf-8", "surrogatepass")) for at in (start, end))
            if not spans or begin >= spans[-1][1]:
                spans.append((begin, stop, label))
            elif stop > spans[-1][1]:
                spans[-1] = (spans[-1][0], stop, spans[-1][2])
        return spans

    def content(self, content: bytes) -> bytes:
        """Return bytes, in whatever charset, with each secret replaced by its label."""
        hits = [] if self.__forms.is_empty else self._hits(content)
        return _labelled(content, hits) if hits else content

    def parsed(self, value: Any, text: str) -> tuple[Any, str]:
        """Return a value and the text from which it was parsed, with each secret replaced in both.

        ``value`` is ``text`` itself if that is not JSON.
        """
        redacted = self.text(text)
        if value is text:
            return redacted, redacted
        # Strings without escapes are in the text as they are, so one search is enough for both.
        if redacted is text and self._is_clear_value_of(text):
            return value, text
        return self.value(value), redacted

    def _is_clear_value_of(self, json: str) -> bool:
        """Return whether the value of a JSON text in which nothing was found has nothing to replace."""
        if "\\" in json:
            return self.is_clear(utf8(json))
        return self.__forms.is_empty or (self.__forms.are_texts and len(json) <= PART)

    def is_clear(self, json: bytes) -> bool:
        """Return whether the value of a JSON text has nothing to replace; False if it may have.

        Example:
            >>> hide = Redactor({"$shop.default.token": Secret("tok&en", source="x")})
            >>> hide.is_clear(b'{"echo":"tok"}'), hide.is_clear(b'{"echo":"tok%26en"}')
            (True, False)
        """
        if self.__forms.is_empty:
            return True
        if len(json) > PART or not self.__forms.are_texts:
            return False
        unescaped = json
        for escape, character in _FREQUENT_ESCAPES:
            unescaped = unescaped.replace(escape, character)
        # With another escape, a search of the text may miss what a search of the value would find. That of
        # a backslash has two, of which at least the first is left.
        return b"\\" not in unescaped and not self._hits(unescaped)

    def value(self, value: Any) -> Any:
        """Return a JSON value with each secret replaced, in strings, in keys, and as a number.

        Parts without a secret are returned themselves, not copied.
        """
        if self.__forms.is_empty or self._is_clear(value):
            return value
        return self._replace(value, self._changed(_strings(value)))

    def _is_clear(self, value: Any) -> bool:
        """Return whether a JSON value has nothing to replace, as most have; False if it may have.

        All strings are searched at once, in any order, in a tenth of the time of `_replace`.
        """
        # With names, what is hidden depends on the name of each member.
        if self.__forms.has_credentials and self.__forms.credentials.has_names:
            return False
        texts = self._unordered_strings(value)
        if texts is None:
            return False
        # Few strings need no batches, and most values have few.
        return all(map(self._are_clear, [texts] if 0 < len(texts) <= _FEW else _batches(texts)))

    def _are_clear(self, texts: list[str]) -> bool:
        joined = STRING_BREAK.join(texts)
        return joined.count(STRING_BREAK) == len(texts) - 1 and not self._hits(
            joined.encode("utf-8", "surrogatepass")
        )

    def _unordered_strings(self, value: Any) -> list[str] | None:
        """Return the keys and strings of a JSON value; None if it has secret numbers, or is not JSON."""
        forms = self.__forms
        texts: list[str] = []
        waiting, room = [value], _MOST_CONTAINERS
        while waiting and room:
            item = waiting.pop()
            kind = type(item)
            if kind is str:
                texts.append(item)
            elif kind is dict:
                texts += item
                waiting += item.values()
                room -= 1
            elif kind is list:
                waiting += item
                room -= 1
            elif kind is int or kind is float:
                if forms.has_numbers and str(item) in forms.numbers:
                    return None
            elif kind is not bool and item is not None:
                return None
        return texts if room else None

    def _changed(self, texts: Iterable[str]) -> dict[str, str]:
        """Return each text that has a secret, with it replaced; searching many at once is much faster."""
        changed: dict[str, str] = {}
        for batch in _batches(texts):
            joined = STRING_BREAK.join(batch)
            if joined.count(STRING_BREAK) == len(batch) - 1:
                redacted = self.text(joined)
                if redacted is not joined:
                    pairs = zip(batch, redacted.split(STRING_BREAK), strict=True)
                    changed.update(pair for pair in pairs if pair[0] != pair[1])
            else:
                changed.update((text, self.text(text)) for text in batch)
        return changed

    def _replace(self, value: Any, changed: Mapping[str, str], name: str = "") -> Any:
        """Return a value with its strings taken from ``changed``, if they are there.

        ``name`` is the key under which the value is a member. A part without a secret is returned itself.
        """
        if isinstance(value, str):
            return self.__forms.credentials.label_of(name, value) or changed.get(value, value)
        if isinstance(value, dict):
            return self._replace_members(value, changed)
        if isinstance(value, list):
            names = self.__forms.credentials.names_in(value, name)
            items = [self._replace(item, changed, own) for item, own in zip(value, names, strict=False)]
            return value if all(map(is_, items, value)) else items
        return self._replace_number(value, name)

    def _replace_members(self, value: dict[str, Any], changed: Mapping[str, str]) -> dict[str, Any]:
        items = [self._replace(item, changed, _name_of(value, key)) for key, item in value.items()]
        if all(map(is_, items, value.values())) and changed.keys().isdisjoint(value):
            return value
        return {changed.get(key, key): item for key, item in zip(value, items, strict=True)}

    def _replace_number(self, value: Any, name: str) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return value
        forms = self.__forms
        label = forms.credentials.label_of(name, value)
        return label or (forms.numbers.get(str(value), value) if forms.numbers else value)

    def _hits(self, content: bytes) -> list[Hit]:
        forms = self.__forms
        hits: list[Hit] = []
        for form in forms.outer:
            if form in content:
                hits += _occurrences(content, form, forms.outer[form])
        if forms.has_credentials:
            # Only then, because it copies what may be fifty megabytes.
            hits += forms.credentials.hits(content.translate(_PLUS_FOR_SPACE))
        if not forms.reach or (len(content) <= PART and not self._may_be_encoded(content)):
            return hits
        overlap = forms.reach * _LONGER[DEPTH]
        for start in range(0, len(content), PART):
            first = max(start - overlap, 0)
            part = content[first : start + PART]
            if self._may_be_encoded(part):
                hits += [
                    (first + begin, first + end, label) for begin, end, label in self._encoded_hits(part)
                ]
        return hits

    def _may_be_encoded(self, part: bytes) -> bool:
        """Return whether a text has an escape or a long run of base64; most have neither."""
        # Each escape of HTML ends with a semicolon; one that is escaped itself has one of the other marks.
        if b"%" in part or b"\\" in part or (b"&" in part and b";" in part):
            return True
        return self.__forms.run in part.translate(BASE64_MARKS)

    def _encoded_hits(self, part: bytes) -> Iterator[Hit]:
        """Yield the secrets in escapes or base64."""
        yield from self._escaped_hits(part, DEPTH)
        decoded = decode_base64(part, self.__forms.shortest)
        if decoded is not None:
            text = decoded.text
            hits = [*self._decoded_hits(text, 1), *self._escaped_hits(text, 1), *self._nested_hits(text)]
            yield from _in_source(hits, decoded)

    def _nested_hits(self, text: bytes) -> Iterator[Hit]:
        """Yield the credentials in base64 within base64: `inner_forms` has none of short values."""
        credentials = self.__forms.credentials
        decoded = decode_base64(text, credentials.shortest) if credentials else None
        if decoded is not None:
            yield from _in_source(credentials.hits(decoded.text.translate(_PLUS_FOR_SPACE)), decoded)

    def _escaped_hits(self, text: bytes, depth: int) -> Iterator[Hit]:
        """Yield the secrets in escapes that are nested up to ``depth`` deep."""
        # First whether there is any secret: tracking the source offsets takes three times as long.
        for kinds in self._escape_orders(text, depth, (0,) * len(ESCAPES), 0):
            yield from self._hits_after(text, kinds, depth)

    def _escape_orders(
        self, text: bytes, depth: int, before: Sequence[int], last: int
    ) -> Iterator[tuple[int, ...]]:
        """Yield the indexes of `ESCAPES` to decode, in order, that bring out a secret.

        ``before`` is the length of all escapes of each kind before kind ``last`` was decoded. If decoding
        it brought out no more of another kind, the order of the two does not matter, and only one is tried.
        """
        counts = [
            sum(map(len, kind.findall(text))) if mark in text else 0
            for kind, mark in zip(ESCAPES, ESCAPE_MARKS, strict=True)
        ]
        for at, count in enumerate(counts):
            if not count or (at < last and count == before[at]):
                continue
            decoded = ESCAPES[at].sub(value_of, text)
            if any(self._decoded_hits(decoded, depth - 1)):
                yield (at,)
            if depth > 1:
                yield from ((at, *more) for more in self._escape_orders(decoded, depth - 1, counts, at))

    def _hits_after(self, text: bytes, kinds: Sequence[int], depth: int) -> list[Hit]:
        """Return the secrets in a text after decoding escapes of these kinds, one after the other."""
        if not kinds:
            return list(self._decoded_hits(text, depth))
        decoded = decode_escapes(text, ESCAPES[kinds[0]], self.__forms.reach * _LONGER[depth - 1])
        if decoded is None:
            return []
        return _in_source(self._hits_after(decoded.text, kinds[1:], depth - 1), decoded)

    def _decoded_hits(self, decoded: bytes, depth: int) -> Iterator[Hit]:
        """Yield the secrets in a decoded text; ``depth`` is how often it may still be decoded."""
        text = decoded.translate(_PLUS_FOR_SPACE)
        forms = self.__forms.inner if depth else self.__forms.plain
        for form in forms:
            if form in text:
                yield from _occurrences(text, form, forms[form])
        yield from self.__forms.credentials.hits(text)

    def __reduce__(self) -> NoReturn:
        msg = "a Redactor is never pickled or copied: it holds the real values of settings"
        raise TypeError(msg)

    def __repr__(self) -> str:
        return f"<Redactor: {', '.join(self.__secrets) or 'nothing'}>"


def hide_all(text: str) -> str:
    """Return a text without any value of a setting in this process, whether its type is secret or not.

    Example:
        >>> token = Secret("s3cret-token", source="test")
        >>> hide_all("no such user: s3cret-token").startswith("no such user: $secret")
        True
    """
    return redactor_of_all().text(text)


def redactor_of_all() -> Redactor:
    """Return what hides the values of all settings that this process has now; see `hide_all`.

    Who hides many texts makes it once: it takes as long as there are settings.
    """
    alive = all_secrets()
    credentials = [secret for secret in alive if isinstance(secret, Credential)]
    long = {
        secret for secret in alive if len(secret) >= SHORTEST_INNER and not isinstance(secret, Credential)
    }
    return Redactor(
        {f"$secret{at or ''}": secret for at, secret in enumerate(long)},
        {f"$credential{at}": credential for at, credential in enumerate(credentials)},
    )


def holds_secret(text: str) -> bool:
    """Return whether a text holds a value of a setting in any encoding, as a `Redactor` of all finds them.

    Example:
        >>> token = Secret("s3cret", source="test")
        >>> holds_secret("no such user: s3cret"), holds_secret("no such user")
        (True, False)
    """
    alive = all_secrets()
    redactor = Redactor(
        {f"${at}": secret for at, secret in enumerate(alive) if not isinstance(secret, Credential)},
        {f"$c{at}": secret for at, secret in enumerate(alive) if isinstance(secret, Credential)},
    )
    return redactor.text(text) is not text


def _name_of(members: Mapping[str, Any], key: str) -> str:
    """Return the name of a member, which a sibling may hold, as in ``{"name": "x-key", "value": "ab"}``."""
    name = members.get("name", members.get("key")) if key == "value" else key
    return name if isinstance(name, str) else key


def _strings(value: Any) -> set[str]:
    """Return the keys and strings of a JSON value."""
    texts: set[str] = set()
    waiting, room = [value], _MOST_CONTAINERS
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            texts.add(item)
        elif isinstance(item, dict):
            texts.update(item)
            waiting += item.values()
            room -= 1
        elif isinstance(item, list):
            waiting += item
            room -= 1
        if not room:
            msg = "the value contains itself, or too many objects and arrays"
            raise RecursionError(msg)
    return texts


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield texts in lists of about a megabyte."""
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text) + 1
        if size > PART:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _occurrences(text: bytes, form: bytes, label: str) -> Iterator[Hit]:
    at = text.find(form)
    while at >= 0:
        yield at, at + len(form), label
        at = text.find(form, at + 1)


def _in_source(hits: Iterable[Hit], decoded: Decoded) -> list[Hit]:
    """Return hits in a decoded text as hits in its source."""
    return [(*decoded.source_span(start, end), label) for start, end, label in hits]


def _labelled(content: bytes, hits: Iterable[Hit]) -> bytes:
    """Return a text with labels for hits; of two hits with the same start, the longer one counts."""
    parts: list[bytes] = []
    past, last = 0, ""
    for start, end, label in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if end <= past:
            continue
        if start >= past:
            parts += (content[past:start], utf8(label))
        elif label != last:
            parts.append(utf8(label))
        past, last = end, label
    return b"".join([*parts, content[past:]])
