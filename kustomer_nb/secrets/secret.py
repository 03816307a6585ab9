"""Values that never print."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import blake2b
from secrets import token_bytes
from typing import Any, NoReturn
from weakref import WeakValueDictionary

# Every live secret, by identity: `hide_all` looks for all of them.
_ALIVE: WeakValueDictionary[int, Secret] = WeakValueDictionary()
# Keys the digests by which secrets are compared; each process has its own.
_KEY = token_bytes(32)
_NOT_IN_NAMES = re.compile(r"\W")
# The source of a secret that stands in for a setting without a value where nothing is sent.
PLACEHOLDER = "placeholder"


@lru_cache(maxsize=1024)
def variable(key: str) -> str:
    """Return the environment variable of a setting key.

    Example:
        >>> variable("ecommstore.default.authToken")
        'ECOMMSTORE_DEFAULT_AUTHTOKEN'
    """
    return _NOT_IN_NAMES.sub("_", key).upper()


def keys_by_variable(keys: Iterable[str]) -> dict[str, list[str]]:
    """Return setting keys by the name of their environment variable, each once.

    Example:
        >>> keys_by_variable(["shop.default.api-key", "shop.default.api_key"])
        {'SHOP_DEFAULT_API_KEY': ['shop.default.api-key', 'shop.default.api_key']}
    """
    by_variable: dict[str, list[str]] = {}
    for key in dict.fromkeys(keys):
        by_variable.setdefault(variable(key), []).append(key)
    return by_variable


class Secret:
    """A value without a printable form; only ``reveal()`` returns it.

    Its repr shows its source and its length. Secrets are equal if their values are, whatever their source;
    the comparison takes constant time. A secret never equals a string or a number.

    Example:
        >>> token = Secret("s3cr3t-token", source="environment")
        >>> token
        <Secret: environment, 12 characters>
        >>> token.reveal()
        's3cr3t-token'
    """

    __slots__ = ("__digest", "__reveal", "__weakref__", "source")

    def __init__(self, value: str | float | bool, *, source: str) -> None:
        # In a closure: a tool that lists attributes shows a function instead of the value.
        self.__reveal: Callable[[], str | float | bool] = lambda: value
        self.__digest = b""
        self.source = source
        _ALIVE[id(self)] = self

    @property
    def identity(self) -> object:
        """A key that is equal for secrets with the same forms to look for."""
        return self.digest

    def reveal(self) -> str | float | bool:
        """Return the real value, to be sent and never shown."""
        return self.__reveal()

    def __len__(self) -> int:
        return len(str(self.reveal()))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.digest, other.digest)

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def digest(self) -> bytes:
        """A keyed hash of type and value, for comparisons; useless without the key of this process."""
        if not self.__digest:
            value = self.reveal()
            typed = f"{type(value).__name__} {value}".encode("utf-8", "surrogatepass")
            # Not an HMAC: that of OpenSSL takes ten times as long, and each run has new secrets.
            self.__digest = blake2b(typed, key=_KEY, digest_size=32).digest()
        return self.__digest

    def __bool__(self) -> bool:
        return True

    @property
    def facts(self) -> tuple[str, ...]:
        """What may be shown: source, length, and two mistakes that are hard to see in a pasted token.

        Example:
            >>> Secret("Bearer abc ", source=".env").facts
            ('.env', '11 characters', 'ends in white space', 'starts with Bearer')
        """
        text = str(self.reveal())
        facts = [self.source, f"{len(text)} character{'' if len(text) == 1 else 's'}"]
        if text != text.lstrip():
            facts.append("starts with white space")
        if text != text.rstrip():
            facts.append("ends in white space")
        if text.strip().lower().startswith("bearer "):
            facts.append("starts with Bearer")
        return tuple(facts)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {', '.join(self.facts)}>"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        msg = "a Secret is never pickled or copied: its value would leave the process"
        raise TypeError(msg)


class Credential(Secret):
    """A value that authenticates a request: hidden as a whole, however short it is.

    ``label`` is shown instead. With ``names``, it is hidden only as the value of one of these names: a header
    may have two characters. Without, it is hidden wherever it is a separate word. ``settings`` are the labels
    of the settings it contains; a credential without settings is always secret.

    Example:
        >>> Credential("ann:pw", source="the uri", label="$(user and password)")
        <Credential: the uri, 6 characters>
    """

    __slots__ = ("label", "names", "settings")

    def __init__(
        self,
        value: str,
        *,
        source: str,
        label: str,
        names: Iterable[str] = (),
        settings: Iterable[str] = (),
    ) -> None:
        super().__init__(value, source=source)
        self.label = label
        self.names = tuple(names)
        self.settings = frozenset(settings)

    @property
    def identity(self) -> object:
        """A key that is equal for credentials with the same forms to look for."""
        return self.digest, self.label, self.names


def all_secrets() -> list[Secret]:
    """Return every live secret of this process."""
    # Not by values(): it iterates in Python code, and raises if another thread makes a secret meanwhile.
    # valuerefs() makes its list in one step.
    return [secret for reference in _ALIVE.valuerefs() if (secret := reference()) is not None]


class Uncopied:
    """A field that makes `dataclasses.asdict` and copies of a dataclass with real values fail.

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


def as_secret(value: Any, *, source: str) -> Any:
    """Return a string or number as a `Secret`; a `Secret`, None and UNDEFINED are returned unchanged.

    Example:
        >>> as_secret("s3cr3t", source="settings=")
        <Secret: settings=, 6 characters>
    """
    return Secret(value, source=source) if isinstance(value, (str, int, float)) else value
