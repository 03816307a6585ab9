"""Values that never print, and their removal from anything that might hold them."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn
from urllib.parse import quote, quote_plus

SHORTEST_REDACTED = 4
SHORTEST_INNER = 8
# What stays: nothing, then what quote, encodeURIComponent, encodeURI and the addresses of npm request leave.
_URL_SAFE = ("", "/", "!'()*", "!'()*;/?:@&=+$,#", "!()*;/?:@&=+$,#%[]")
_HEX = re.compile("%[0-9A-F]{2}")


def variable(key: str) -> str:
    """Return the environment variable of a setting key.

    Example:
        >>> variable("ecommstore.default.authToken")
        'ECOMMSTORE_DEFAULT_AUTHTOKEN'
    """
    return "".join(char if char.isalnum() else "_" for char in key).upper()


class Secret:
    """A value that has no printable form; ``reveal()`` is the only way to it.

    What is shown of it is where it came from and how long it is.

    Example:
        >>> token = Secret("s3cr3t-token", source="environment")
        >>> token
        <Secret: environment, 12 characters>
        >>> token.reveal()
        's3cr3t-token'
    """

    __slots__ = ("__value", "source")

    def __init__(self, value: str | float | bool, *, source: str) -> None:
        self.__value = value
        self.source = source

    def reveal(self) -> str | float | bool:
        """Return the real value; for the wire alone."""
        return self.__value

    def __len__(self) -> int:
        return len(str(self.__value))

    def __bool__(self) -> bool:
        return True

    @property
    def facts(self) -> tuple[str, ...]:
        """What may be said of it: source, length, and the two mistakes that hide in a pasted token.

        Example:
            >>> Secret("Bearer abc ", source=".env").facts
            ('.env', '11 characters', 'ends in white space', 'starts with Bearer')
        """
        text = str(self.__value)
        said = [self.source, f"{len(text)} character{'' if len(text) == 1 else 's'}"]
        if text != text.lstrip():
            said.append("starts with white space")
        if text != text.rstrip():
            said.append("ends in white space")
        if text.strip().lower().startswith("bearer "):
            said.append("starts with Bearer")
        return tuple(said)

    def __repr__(self) -> str:
        return f"<Secret: {', '.join(self.facts)}>"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        msg = "a Secret is never pickled or copied: its value would leave the process"
        raise TypeError(msg)


class Uncopied:
    """The value of a field of a dataclass that holds real values: `dataclasses.asdict` and copies refuse.

    Example:
        >>> from dataclasses import asdict, dataclass
        >>> @dataclass
        ... class Holder:
        ...     real: str
        ...     uncopied: Uncopied = Uncopied()
        >>> asdict(Holder("s3cret"))
        Traceback (most recent call last):
            ...
        TypeError: it may hold the real value of a setting, which is never pickled or copied
    """

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        msg = "it may hold the real value of a setting, which is never pickled or copied"
        raise TypeError(msg)


UNCOPIED = Uncopied()


def kept(value: Any, *, source: str) -> Any:
    """Return a value as a `Secret`, which it may be already; None and UNDEFINED stay what they are.

    Example:
        >>> kept("s3cr3t", source="settings=")
        <Secret: settings=, 6 characters>
    """
    return Secret(value, source=source) if isinstance(value, (str, int, float)) else value


def _encodings(value: str) -> set[str]:
    """Return every form in which a value is likely to turn up in text."""
    # {{token}} in a query is escaped and then encoded; a body given back within JSON is escaped twice.
    plain = {value, *_html(value)}
    quoted = {form for one in plain for form in _json(one)}
    forms = plain | quoted | {form for one in quoted for form in _json(one)}
    forms |= {form for one in plain for form in _url(one)} | {*_base64(value)}
    return {form for form in forms if len(form) >= SHORTEST_REDACTED}


def _html(value: str) -> Iterator[str]:
    escaped = html.escape(value)
    yield escaped
    yield escaped.replace("&#x27;", "&#39;")
    # As Handlebars escapes, so that {{token}} with a = in it comes back.
    yield escaped.replace("`", "&#x60;").replace("=", "&#x3D;")


def _json(value: str) -> Iterator[str]:
    for is_ascii in (True, False):
        escaped = json.dumps(value, ensure_ascii=is_ascii)[1:-1]
        yield escaped
        # PHP escapes the slash, Go what HTML gives a meaning.
        yield escaped.replace("/", r"\/")
        yield escaped.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")


def _url(value: str) -> Iterator[str]:
    yield quote_plus(value, errors="replace")
    for safe in _URL_SAFE:
        escaped = quote(value, safe=safe, errors="replace")
        yield escaped
        yield _HEX.sub(lambda found: found[0].lower(), escaped)


def _base64(value: str) -> Iterator[str]:
    raw = value.encode("utf-8", "surrogatepass")
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(raw).decode().rstrip("=")
        # Within a longer text, as in user:password, whole groups of six bits stay the same at each offset.
        for offset in range(3):
            bits = 8 * offset, 8 * (offset + len(raw))
            inner = encode(bytes(offset) + raw).decode()[-(-bits[0] // 6) : bits[1] // 6]
            if len(inner) >= SHORTEST_INNER:
                yield inner


class Redactor:
    """Replaces secrets, in every likely encoding, by their labels.

    Values shorter than four characters are left, and true and false: removing ``ok`` would shred every text.

    Example:
        >>> hide = Redactor({"$shop.default.token": Secret("tok&en", source="x")})
        >>> hide.text("got tok&en and tok%26en")
        'got $shop.default.token and $shop.default.token'
        >>> hide.value({"echo": ["Bearer tok&en", 1]})
        {'echo': ['Bearer $shop.default.token', 1]}
    """

    def __init__(self, secrets: Mapping[str, Secret]) -> None:
        forms = {
            form: label
            for label, secret in secrets.items()
            if len(secret) >= SHORTEST_REDACTED and not isinstance(secret.reveal(), bool)
            for form in _encodings(str(secret.reveal()))
        }
        # The longest form first: a token may hold another token.
        self._forms = dict(sorted(forms.items(), key=lambda item: -len(item[0])))

    def text(self, text: str) -> str:
        """Return ``text`` with each secret replaced by its label."""
        for form, label in self._forms.items():
            if form in text:
                text = text.replace(form, label)
        return text

    def value(self, value: Any) -> Any:
        """Return a JSON value with each secret replaced: in strings, in keys, and a number that is one."""
        if not self._forms:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self.value(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self._forms.get(str(value), value)
        return value
