"""When to try again, where the caller allows it: as the service asks, else a little later each time."""

from __future__ import annotations

import re
import time
from datetime import UTC
from email.utils import parsedate_to_datetime

from .models import RawResponse

# Too many requests, and what stands before a service for as long as it is away.
TRIED_AGAIN = frozenset({429, 502, 503, 504})
_SAYS_WHEN = frozenset({429, 503})
_SECONDS = re.compile(r"\d{1,13}(\.\d{1,9})?")
# A number of seconds that large is a time since 1970; one larger still counts milliseconds.
_EPOCH, _MILLISECONDS = 1e9, 1e11
_FIRST, _LONGEST = 0.5, 8.0


def pause(attempt: int) -> float:
    """Return the seconds after which to try again where nobody says; ``attempt`` counts from 1.

    Example:
        >>> [pause(attempt) for attempt in (1, 2, 3, 9)]
        [0.5, 1.0, 2.0, 8.0]
    """
    return min(_FIRST * 2.0 ** (attempt - 1), _LONGEST)


def pause_after(answer: RawResponse, attempt: int) -> float | None:
    """Return the seconds after which to try again, None where the answer is one to keep.

    Of a 429 or 503 ``Retry-After`` counts (seconds, or a date), then ``x-ratelimit-reset`` (seconds, or a
    time since 1970). Dates are read beside the ``Date`` of the answer, for clocks differ.

    Example:
        >>> pause_after(RawResponse(429, (("retry-after", "3"),), b""), 1)
        3.0
        >>> pause_after(RawResponse(500, (), b""), 1) is None
        True
    """
    if answer.status_code not in TRIED_AGAIN:
        return None
    said = _said(answer) if answer.status_code in _SAYS_WHEN else None
    return pause(attempt) if said is None else max(0.0, said)


def _said(answer: RawResponse) -> float | None:
    # The first of a name counts, as Node reads it.
    headers = dict(reversed(answer.headers))
    date = _date(headers.get("date", ""))
    now = time.time() if date is None else date
    after = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(after):
        return float(after)
    until = _date(after)
    if until is None:
        until = _reset(headers.get("x-ratelimit-reset", "").strip(), now)
    return None if until is None else until - now


def _reset(text: str, now: float) -> float | None:
    if not _SECONDS.fullmatch(text):
        return None
    seconds = float(text)
    if seconds > _MILLISECONDS:
        return seconds / 1000
    return seconds if seconds > _EPOCH else now + seconds


def _date(text: str) -> float | None:
    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
