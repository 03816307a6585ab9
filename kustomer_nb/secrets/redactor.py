"""The removal of secrets from what might hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

from .credential_forms import STRING_BREAK
from .decoding import KINDS, RUNS, Decoded, opened, unpacked, value_of
from .encodings import SHORTEST_INNER, SecretForms, utf8
from .secret import Credential, Secret, all_secrets

# How many escapings may lie over each other: JSON in JSON in JSON, as where a service tells what it was told.
DEPTH = 3
# How many times longer a value is that was escaped so often, character by character: %5Cu0026 for &.
_LONGER = (1, 12, 36, 108)
# A text is looked through in parts of a megabyte, so that one full of escapes does not fill the memory; each
# begins where a secret may have begun that the one before cut.
PART = 2**20
# Of a larger value a copy of all strings would be too much; one that holds itself never ends.
_MOST_ITEMS = 200_000
_FORM = bytes.maketrans(b" ", b"+")
Hit = tuple[int, int, str]


class Redactor:
    """Replaces secrets, in every likely encoding, by their labels.

    A secret is found plain, URL-quoted, escaped for HTML or JSON, wholly or in part, in base64 at any offset,
    and in any two of these, or three escapings, over each other; within any longer text. In bytes it is found
    in UTF-16 too, if plain. Base64 that is broken into lines is not put together.

    Values shorter than four characters are left, and true and false: removing ``ok`` would shred every text.
    Those shorter than eight are found only where they were encoded as a whole. A `Credential` is found in all
    of these encodings however short it is, as a word of its own.

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
        self.__secrets = {label: secret for some in secrets for label, secret in some.items()}
        self.__forms = SecretForms.of(self.__secrets)

    def merged(self, *others: Redactor) -> Redactor:
        """Return a redactor that replaces what this one and the others replace."""
        return Redactor(self.__secrets, *(other.__secrets for other in others))

    def text(self, text: str) -> str:
        """Return ``text`` with each secret replaced by its label."""
        if self.__forms.is_empty:
            return text
        whole = text.encode("utf-8", "surrogatepass")
        hits = self._hits(whole)
        return _replaced(whole, hits).decode("utf-8", "surrogatepass") if hits else text

    def content(self, content: bytes) -> bytes:
        """Return bytes, in whatever encoding, with each secret replaced by its label."""
        hits = [] if self.__forms.is_empty else self._hits(content)
        return _replaced(content, hits) if hits else content

    def value(self, value: Any) -> Any:
        """Return a JSON value with each secret replaced: in strings, in keys, and a number that is one.

        Parts without any are those that were given, not copies.
        """
        if self.__forms.is_empty or self._is_clear(value):
            return value
        return self._put(value, self._quiet(_texts(value)))

    def _is_clear(self, value: Any) -> bool:
        """Return whether there is nothing to replace in a JSON value, as in most; False also where unsure.

        All strings are looked through as one, in no order, so it takes a tenth of what `_put` takes.
        """
        forms = self.__forms
        if forms.has_wholes and forms.wholes.has_names:
            # What is hidden depends on the name of each member.
            return False
        texts: list[str] = []
        waiting = [value]
        for item in waiting:
            kind = type(item)
            if kind is str:
                texts.append(item)
            elif kind is dict:
                texts += item
                waiting += item.values()
            elif kind is list:
                waiting += item
            elif kind is int or kind is float:
                if forms.has_numbers and str(item) in forms.numbers:
                    return False
            elif kind is not bool and item is not None:
                return False
            if len(waiting) > _MOST_ITEMS:
                return False
        whole = STRING_BREAK.join(texts)
        is_apart = whole.count(STRING_BREAK) == max(len(texts) - 1, 0)
        return is_apart and len(whole) <= PART and not self._hits(utf8(whole))

    def _quiet(self, texts: Iterator[str]) -> Iterator[str]:
        """Yield texts with secrets replaced; many are looked through together, which is quicker by far."""
        for some in _batches(texts):
            whole = STRING_BREAK.join(some)
            if whole.count(STRING_BREAK) == len(some) - 1:
                found = self.text(whole)
                yield from some if found is whole else found.split(STRING_BREAK)
            else:
                yield from map(self.text, some)

    def _put(self, value: Any, found: Iterator[str], name: str = "") -> Any:
        """Return a value with its strings, in the order of `_texts`, replaced by those found.

        ``name`` is what the value is a member of.
        """
        wholes = self.__forms.wholes
        if isinstance(value, str):
            text = next(found)
            return wholes.label_of(name, value) or text
        if isinstance(value, dict):
            members = {
                next(found): self._put(item, found, _name_of(value, key)) for key, item in value.items()
            }
            return value if members == value else members
        if isinstance(value, list):
            names = wholes.names_in(value, name)
            items = [self._put(item, found, own) for item, own in zip(value, names, strict=False)]
            return value if items == value else items
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            numbers = self.__forms.numbers
            return wholes.label_of(name, value) or (numbers.get(str(value), value) if numbers else value)
        return value

    def _hits(self, whole: bytes) -> list[Hit]:
        forms = self.__forms
        hits: list[Hit] = []
        for form in forms.written:
            if form in whole:
                hits += _found(whole, form, forms.written[form])
        if forms.has_wholes:
            # A copy, of what may be fifty megabytes.
            hits += forms.wholes.hits(whole.translate(_FORM))
        before = forms.reach * _LONGER[DEPTH]
        for start in range(0, len(whole), PART) if forms.reach else ():
            first = max(start - before, 0)
            part = whole[first : start + PART]
            # Most texts have neither an escape, which begins with one of these, nor a long run of base64.
            if (
                b"%" in part
                or b"\\" in part
                or b"&" in part
                or max(map(len, part.translate(RUNS).split()), default=0) * 6 >= forms.shortest * 8
            ):
                hits += [(first + begin, first + end, label) for begin, end, label in self._encoded(part)]
        return hits

    def _encoded(self, part: bytes) -> Iterator[Hit]:
        """Yield where secrets stand that are escaped, or in base64."""
        yield from self._escaped(part, DEPTH)
        for one in unpacked(part, self.__forms.shortest):
            hits = [*self._bare(one.text, 1), *self._escaped(one.text, 1), *self._packed_again(one.text)]
            yield from _moved(hits, one)

    def _packed_again(self, text: bytes) -> Iterator[Hit]:
        """Yield where credentials stand in base64 within base64: short ones have no form there."""
        wholes = self.__forms.wholes
        for inner in unpacked(text, wholes.shortest) if wholes else ():
            yield from _moved(wholes.hits(inner.text.translate(_FORM)), inner)

    def _escaped(self, whole: bytes, depth: int) -> Iterator[Hit]:
        """Yield where secrets stand once escapes are read, up to so many times over."""
        # How to read them is asked first: to tell where takes three times as long.
        for kinds in self._ways(whole, depth, (0,) * len(KINDS), 0):
            yield from self._read(whole, kinds, depth)

    def _ways(self, whole: bytes, depth: int, before: Sequence[int], last: int) -> Iterator[tuple[int, ...]]:
        """Yield which of the `KINDS` are to be read, one after the other, for a secret to stand there.

        ``before`` is how much of it was escapes of each kind before that of number ``last`` was read. Where
        that brought out no more of another kind, the two may be read in the other order, which is tried too.
        """
        counts = [sum(map(len, kind.findall(whole))) for kind in KINDS]
        for at, count in enumerate(counts):
            if not count or (at < last and count == before[at]):
                continue
            text = KINDS[at].sub(value_of, whole)
            if any(self._bare(text, depth - 1)):
                yield (at,)
            if depth > 1:
                yield from ((at, *more) for more in self._ways(text, depth - 1, counts, at))

    def _read(self, whole: bytes, kinds: Sequence[int], depth: int) -> list[Hit]:
        """Return where secrets stand once escapes of these kinds are read, one after the other."""
        if not kinds:
            return list(self._bare(whole, depth))
        read = opened(whole, KINDS[kinds[0]], self.__forms.reach * _LONGER[depth - 1])
        return [] if read is None else _moved(self._read(read.text, kinds[1:], depth - 1), read)

    def _bare(self, read: bytes, depth: int) -> Iterator[Hit]:
        text = read.translate(_FORM)
        forms = self.__forms.bare if depth else self.__forms.plain
        for form in forms:
            if form in text:
                yield from _found(text, form, forms[form])
        yield from self.__forms.wholes.hits(text)

    def __reduce__(self) -> NoReturn:
        msg = "a Redactor is never pickled or copied: it holds the real values of settings"
        raise TypeError(msg)

    def __repr__(self) -> str:
        return f"<Redactor: {', '.join(self.__secrets) or 'nothing'}>"


def hide_all(text: str) -> str:
    """Return a text without any secret that this process holds, settings that are none with them.

    Example:
        >>> token = Secret("s3cret-token", source="test")
        >>> hide_all("no such user: s3cret-token").startswith("no such user: $secret")
        True
    """
    alive = all_secrets()
    credentials = [secret for secret in alive if isinstance(secret, Credential)]
    long = {
        secret for secret in alive if len(secret) >= SHORTEST_INNER and not isinstance(secret, Credential)
    }
    return Redactor(
        {f"$secret{at or ''}": secret for at, secret in enumerate(long)},
        {f"$credential{at}": credential for at, credential in enumerate(credentials)},
    ).text(text)


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
    """Return the name of a member, which may stand apart, as in ``{"name": "x-key", "value": "ab"}``."""
    name = members.get("name", members.get("key")) if key == "value" else key
    return name if isinstance(name, str) else key


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _batches(texts: Iterator[str]) -> Iterator[list[str]]:
    """Yield texts in lists of about a megabyte."""
    some: list[str] = []
    size = 0
    for one in texts:
        some.append(one)
        size += len(one) + 1
        if size > PART:
            yield some
            some, size = [], 0
    if some:
        yield some


def _found(whole: bytes, form: bytes, label: str) -> Iterator[Hit]:
    at = whole.find(form)
    while at >= 0:
        yield at, at + len(form), label
        at = whole.find(form, at + 1)


def _moved(hits: Iterable[Hit], read: Decoded) -> list[Hit]:
    """Return what was found in a text as what it is in the one it was made of."""
    return [(*read.there(start, end), label) for start, end, label in hits]


def _replaced(whole: bytes, hits: Iterable[Hit]) -> bytes:
    """Return a text with labels in place; of two that begin together the longer one counts."""
    parts: list[bytes] = []
    past, last = 0, ""
    for start, end, label in sorted(hits, key=lambda one: (one[0], -one[1])):
        if end <= past:
            continue
        if start >= past:
            parts += (whole[past:start], utf8(label))
        elif label != last:
            parts.append(utf8(label))
        past, last = end, label
    return b"".join([*parts, whole[past:]])
