"""What comes back over the network, before anything is decoded or parsed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kustomer_nb.request.url import Address

LARGEST = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Redirect:
    """One redirect that was followed: its status code and its target."""

    status_code: int
    # Not shown: a service may repeat a credential in it.
    to: Address = field(repr=False)
    is_same_origin: bool


@dataclass(frozen=True, slots=True)
class RawResponse:
    """A response: status, headers in order, body, and the seconds it took.

    ``is_truncated`` says that the body is longer than 50 MB, of which only the start was read.
    ``attempts`` counts how often the request was sent.
    """

    status_code: int
    headers: tuple[tuple[str, str], ...]
    content: bytes
    elapsed: float = 0.0
    is_truncated: bool = False
    redirects: tuple[Redirect, ...] = ()
    attempts: int = 1
