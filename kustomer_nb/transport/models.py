"""What came back over the wire, before anything is read into it."""

from __future__ import annotations

from dataclasses import dataclass

from kustomer_nb.request.url import Address

LARGEST = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Redirect:
    """One redirect that was followed: its status, and where to; ``stays`` says on the same origin."""

    status_code: int
    to: Address
    stays: bool


@dataclass(frozen=True, slots=True)
class RawResponse:
    """What came back: status, headers in order, the body, and the seconds it took.

    ``is_cut`` says that the body was longer than the 50 MB that are read of one, ``attempts`` how many times
    the request was sent until this came.
    """

    status_code: int
    headers: tuple[tuple[str, str], ...]
    content: bytes
    elapsed: float = 0.0
    is_cut: bool = False
    redirects: tuple[Redirect, ...] = ()
    attempts: int = 1
