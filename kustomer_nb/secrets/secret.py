"""Values that never print."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable
from secrets import token_bytes
from typing import Any, NoReturn
from weakref import WeakValueDictionary

# Every secret there is, by its identity: what may hold any of them is looked through for all.
_ALIVE: WeakValueDictionary[int, Secret] = WeakValueDictionary()
# By this two secrets are compared; it is another one in each process.
_KEY = token_bytes(32)
_NOT_IN_NAMES = re.compile(r"\W")


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
    found: dict[str, list[str]] = {}
    for key in dict.fromkeys(keys):
        found.setdefault(variable(key), []).append(key)
    return found


class Secret:
    """A value that has no printable form; ``reveal()`` is the only way to it.

    What is shown of it is where it came from and how long it is. Two are equal when their values are,
    wherever they are from; to tell takes the same time whatever differs. No text or number equals a secret.

    Example:
        >>> token = Secret("s3cr3t-token", source="environment")
        >>> token
        <Secret: environment, 12 characters>
        >>> token.reveal()
        's3cr3t-token'
    """

    __slots__ = ("__digest", "__reveal", "__weakref__", "source")

    def __init__(self, value: str | float | bool, *, source: str) -> None:
        # In a closure: what lists the attributes of an object shows a function, and not the value.
        self.__reveal: Callable[[], str | float | bool] = lambda: value
        self.__digest = b""
        self.source = source
        _ALIVE[id(self)] = self

    @property
    def identity(self) -> object:
        """What a redactor looks for is the same for secrets of equal identity."""
        return self.digest

    def reveal(self) -> str | float | bool:
        """Return the real value; for the wire alone."""
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
        """What stands for the type and value in comparisons; without this process's key it says nothing."""
        if not self.__digest:
            value = self.reveal()
            written = f"{type(value).__name__} {value}".encode("utf-8", "surrogatepass")
            self.__digest = hmac.digest(_KEY, written, "sha256")
        return self.__digest

    def __bool__(self) -> bool:
        return True

    @property
    def facts(self) -> tuple[str, ...]:
        """What may be said of it: source, length, and the two mistakes that hide in a pasted token.

        Example:
            >>> Secret("Bearer abc ", source=".env").facts
            ('.env', '11 characters', 'ends in white space', 'starts with Bearer')
        """
        text = str(self.reveal())
        said = [self.source, f"{len(text)} character{'' if len(text) == 1 else 's'}"]
        if text != text.lstrip():
            said.append("starts with white space")
        if text != text.rstrip():
            said.append("ends in white space")
        if text.strip().lower().startswith("bearer "):
            said.append("starts with Bearer")
        return tuple(said)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {', '.join(self.facts)}>"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        msg = "a Secret is never pickled or copied: its value would leave the process"
        raise TypeError(msg)


class Credential(Secret):
    """What a request sends to say who it is: hidden as a whole, however short it is.

    ``label`` is shown instead. With ``names`` it is hidden only as the value of one of them, as a header of
    two characters is; without, wherever it stands as a word of its own. ``settings`` are the labels of the
    settings that it holds; one without any is always a secret.

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
        """What a redactor looks for is the same for credentials of equal identity."""
        return self.digest, self.label, self.names


def all_secrets() -> list[Secret]:
    """Return every secret that this process holds."""
    # Not by values(): it iterates in Python code, and raises if another thread makes a secret meanwhile.
    # valuerefs() makes its list in one step.
    return [secret for reference in _ALIVE.valuerefs() if (secret := reference()) is not None]


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
