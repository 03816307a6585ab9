"""The bytes that are sent: the only value with the real values of settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from kustomer_nb.printable import one_line
from kustomer_nb.secrets import UNCOPIED, Uncopied


@dataclass(frozen=True, slots=True, repr=False)
class Wire:
    """The bytes of one request: the host to connect to, the request line, the headers in order, the body.

    ``masked`` is the request line and ``origin`` the destination, as they may be shown; ``private`` are the
    lower-case names of the headers that contain a setting. ``href`` is the full authored URL without its user
    information, ``is_private`` whether a setting is in it. A wire is never pickled.
    """

    method: str
    scheme: str
    host: str
    port: int | None
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    masked: str
    origin: str
    href: bytes
    private: frozenset[bytes] = frozenset()
    is_private: bool = False
    uncopied: Uncopied = field(default=UNCOPIED, init=False, compare=False)

    def __repr__(self) -> str:
        return one_line(f"<Wire: {self.masked}, {len(self.headers)} headers, {len(self.body)} bytes>")

    def __reduce__(self) -> NoReturn:
        msg = "a Wire is never pickled or copied: it contains the real values of settings"
        raise TypeError(msg)
