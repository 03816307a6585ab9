"""One finished run as the history keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from types import NoneType
from typing import Any

from kustomer_nb.printable import one_line

from .store import DEEPEST, is_flat

VERSION = 1
ANSWERED = frozenset({"answered", "sample"})
OUTCOMES = ("answered", "sample", "failed", "cancelled", "unknown")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One finished run: what was asked, what came back, and what is known of it.

    ``at`` is when it ended; ``outcome`` is one of `OUTCOMES`, ``unknown`` that of an unsafe request without
    an answer; ``said`` is the error. ``sent_to`` is the origin that answered for the authored one, by
    ``hosts``. ``is_hidden`` says that an input holds a label in the place of a secret or of what a profile
    masks, ``cut`` names what was too large to keep.
    """

    at: datetime
    action: str = ""
    mode: str = "live"
    profile: str = ""
    inputs: Any = None
    request: Mapping[str, Any] = field(default_factory=dict)
    response: Mapping[str, Any] | None = None
    output: Any = None
    outcome: str = "answered"
    said: str = ""
    elapsed: float = 0.0
    app_version: str | None = None
    now: str | None = None
    seed: int | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    sent_to: str = ""
    is_hidden: bool = False
    cut: tuple[str, ...] = ()

    @property
    def status_code(self) -> int | None:
        """The status of the answer, None where there was none."""
        return None if self.response is None else self.response.get("statusCode")

    @property
    def headers(self) -> Mapping[str, Any]:
        """The headers of the answer, none where there was none, or where they were too large to keep."""
        headers = (self.response or {}).get("headers")
        return headers if isinstance(headers, Mapping) else {}

    @property
    def is_answered(self) -> bool:
        """Whether the run came to its end."""
        return self.outcome in ANSWERED

    def __repr__(self) -> str:
        asked = f"{self.request.get('method', '')} {self.request.get('url', '')}".strip()
        came = self.outcome if self.status_code is None else f"answered {self.status_code}"
        return one_line(f"<Entry: {asked}, {came}>")


_NAMES = {one.name for one in fields(Entry)}
_TEXT = (str, NoneType)
# The parts of a request or response may be as deep as any, and are within two objects.
_DEEPEST = DEEPEST + 2
# Of what is not named here nothing is asked: any JSON will do.
_KINDS: Mapping[str, tuple[type, ...]] = {
    "action": (str,),
    "mode": (str,),
    "profile": (str,),
    "request": (dict,),
    "response": (dict, NoneType),
    "outcome": (str,),
    "said": (str,),
    "elapsed": (int, float),
    "app_version": _TEXT,
    "now": _TEXT,
    "seed": (int, NoneType),
    "env": (dict,),
    "hosts": (dict,),
    "sent_to": (str,),
    "is_hidden": (bool,),
    "cut": (list,),
}


def entry_of(line: bytes) -> Entry | None:
    """Return the entry of a line, None where it is broken or of a version that is not known here.

    Its time is in UTC, which one that names no zone is taken to be.

    Example:
        >>> entry_of(b'{"version":1,"at":"2034-01-02T09:00:00+00:00","outcome":"sample"}')
        <Entry: , sample>
        >>> entry_of(b'{"version":1,"at":"2034-01-')
    """
    try:
        read = json.loads(line)
        if not isinstance(read, dict) or read.get("version") != VERSION:
            return None
        known = {name: value for name, value in read.items() if name in _NAMES}
        at = datetime.fromisoformat(known.pop("at"))
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    if not _is_sound(known) or not is_flat(read, _DEEPEST):
        return None
    return Entry(at=at, **{**known, "cut": tuple(known.get("cut", ()))})


def _is_sound(known: Mapping[str, Any]) -> bool:
    """Return whether every part is of its kind, so that whatever shows or searches entries may rely on it."""
    if not all(_is_of(known[name], kinds) for name, kinds in _KINDS.items() if name in known):
        return False
    status = (known.get("response") or {}).get("statusCode")
    texts = [*known.get("cut", ()), *known.get("env", {}).values(), *known.get("hosts", {}).values()]
    return _is_of(status, (int, NoneType)) and all(isinstance(text, str) for text in texts)


def _is_of(value: Any, kinds: tuple[type, ...]) -> bool:
    # To Python true and false are numbers.
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
