"""One finished run as the history stores it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import ConfigDict, Strict

from kustomer_nb.display import Displayable
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.platform import SAMPLE_ENV
from kustomer_nb.printable import one_line

from .store import MAX_DEPTH, is_flat

if TYPE_CHECKING:
    from pydantic import TypeAdapter

VERSION = 1
COMPLETED = frozenset({"completed", "sample"})
OUTCOMES = ("completed", "sample", "failed", "cancelled", "unknown")
# The parts of a request or response may be as deep as any value, within two more objects.
_DEEPEST = MAX_DEPTH + 2


@dataclass(frozen=True, kw_only=True)
class Entry(Displayable):
    """One finished run: its request, its response or error, and what determined it.

    ``at`` is the time at which it ended. ``outcome`` is one of `OUTCOMES`; ``unknown`` means that an unsafe
    request got no response, so it may have been processed. ``sent_to`` is the origin that ``hosts`` put in
    place of the authored one. ``is_redacted`` says that an input holds a label in place of a secret or a
    masked value; ``truncated`` names the parts that were too large to store.
    """

    # An unknown key is rejected: it may be what says that a part is not what it seems, as is_redacted does.
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    at: datetime
    action: str = ""
    mode: str = "live"
    profile: str = ""
    inputs: Any = None
    request: Mapping[str, Any] = field(default_factory=dict)
    response: Mapping[str, Any] | None = None
    output: Any = None
    outcome: str = "completed"
    error: str = ""
    # Strict where pydantic would convert: "1" and true to a number, 1 and "yes" to true.
    elapsed: Annotated[float, Strict()] = 0.0
    app_version: str | None = None
    now: str | None = None
    seed: Annotated[int, Strict()] | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    sent_to: str = ""
    is_redacted: Annotated[bool, Strict()] = False
    truncated: tuple[str, ...] = ()

    @property
    def status_code(self) -> int | None:
        """The status code of the response, None if there was none."""
        return None if self.response is None else self.response.get("statusCode")

    @property
    def headers(self) -> Mapping[str, Any]:
        """The response headers; none if there was no response, or if they were too large to store."""
        headers = (self.response or {}).get("headers")
        return headers if isinstance(headers, Mapping) else {}

    @property
    def options(self) -> dict[str, Any]:
        """The options with which `Action.run` runs the same again."""
        # Sample values are never sent: passed as arguments, they would look like values of the user.
        env = {name: value for name, value in self.env.items() if SAMPLE_ENV.get(name) != value}
        return {"mode": self.mode, "profile": self.profile or None, "hosts": dict(self.hosts), "env": env}

    @property
    def is_completed(self) -> bool:
        """Whether the run completed."""
        return self.outcome in COMPLETED

    def __repr__(self) -> str:
        request = f"{self.request.get('method', '')} {self.request.get('url', '')}".strip()
        result = self.outcome if self.status_code is None else f"returned {self.status_code}"
        return one_line(f"<Entry: {request}, {result}>")


@cache
def _validator() -> TypeAdapter[Entry]:
    # Imported and built at the first read: it takes 2 ms, which loading an app and adding a line need not.
    from pydantic import TypeAdapter

    return TypeAdapter(Entry)


def parse_entry(line: bytes) -> Entry | None:
    """Return the entry of a line, None if it is damaged, of another version, or has an unknown key.

    Its time is in UTC; a time without a zone is taken as UTC.

    Example:
        >>> parse_entry(b'{"version":1,"at":"2034-01-02T09:00:00+00:00","outcome":"sample"}')
        <Entry: , sample>
        >>> parse_entry(b'{"version":1,"at":"2034-01-')
    """
    try:
        # Not by pydantic: its JSON parser rejects half of a surrogate pair, which a service may send.
        members = json.loads(line)
        if not isinstance(members, dict) or members.pop("version", None) != VERSION:
            return None
        at = datetime.fromisoformat(members["at"])
        members["at"] = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        entry = _validator().validate_python(members)
    # A ValidationError is a ValueError.
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    status_code = entry.status_code
    is_sound = status_code is None or type(status_code) is int
    return entry if is_sound and is_flat(members, _DEEPEST) else None


def searchable_text(entry: Entry) -> str:
    """Return every string, number and key of an entry, one a line, without the names of its own fields."""
    texts: list[str] = []
    # A stack, not recursion: a find over 10,000 entries visits every value of each.
    pending = list(vars(entry).values())
    while pending:
        value = pending.pop()
        if isinstance(value, Mapping):
            texts += value
            pending += value.values()
        elif isinstance(value, (list, tuple)):
            pending += value
        elif isinstance(value, (str, datetime)):
            texts.append(str(value))
        elif value is not None and not isinstance(value, bool):
            # Numbers as JavaScript writes them, which is what the outputs show.
            texts.append(stringify(value) or "")
    return "\n".join(texts).casefold()
