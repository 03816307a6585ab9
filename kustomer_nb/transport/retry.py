"""When to send a request again, if the caller allows it: as the service asks, else after a growing pause."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import RawResponse

# Too many requests, and what a proxy in front of a service returns while the service is away.
RETRIED = frozenset({429, 502, 503, 504})
# RFC 9110 section 10.2.3 and RFC 6585 section 4 define Retry-After for these.
_WITH_RETRY_AFTER = frozenset({429, 503})
_SECONDS = re.compile(r"\d{1,13}(\.\d{1,9})?")
# x-ratelimit-reset is not standardised: GitHub sends seconds since 1970, others seconds to wait, some
# milliseconds. Above these limits a number can only be the first, and the last.
_EPOCH, _MILLISECONDS = 1e9, 1e11
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 8.0


def pause(attempt: int) -> float:
    """Return the seconds to wait if the service names none; ``attempt`` counts from 1.

    Example:
        >>> [pause(attempt) for attempt in (1, 2, 3, 9)]
        [0.5, 1.0, 2.0, 8.0]
    """
    return min(_FIRST_PAUSE * 2.0 ** (attempt - 1), _LONGEST_PAUSE)


def pause_after(response: RawResponse, attempt: int) -> float | None:
    """Return the seconds to wait before sending again, None if the response is final.

    For a 429 or 503 ``Retry-After`` counts (seconds, or a date), then ``x-ratelimit-reset`` (seconds, or a
    time since 1970). Dates are compared with the ``Date`` of the response, because clocks differ.

    Example:
        >>> from kustomer_nb.transport.models import RawResponse
        >>> pause_after(RawResponse(429, (("retry-after", "3"),), b""), 1)
        3.0
        >>> pause_after(RawResponse(500, (), b""), 1) is None
        True
    """
    if response.status_code not in RETRIED:
        return None
    seconds = _requested_pause(response) if response.status_code in _WITH_RETRY_AFTER else None
    return pause(attempt) if seconds is None else max(0.0, seconds)


def _requested_pause(response: RawResponse) -> float | None:
    # Node reads the first of several headers of one name.
    return retry_after_of(dict(reversed(response.headers)))


def retry_after_of(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a response asks to wait; None if it does not say. Names are in lower case.

    Example:
        >>> retry_after_of({"retry-after": "3"}), retry_after_of({"x-ratelimit-reset": "9"})
        (3.0, 9.0)
    """
    retry_after = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(retry_after):
        return float(retry_after)
    until = _parse_date(retry_after)
    if until is None:
        return reset_of(headers, headers.get("x-ratelimit-reset", ""))
    return until - _time_of(headers)


def reset_of(headers: Mapping[str, str], text: str) -> float | None:
    """Return the seconds until a reset, which may be seconds, or a time since 1970; None if it is neither.

    Example:
        >>> reset_of({}, "30"), reset_of({"date": "Thu, 01 Jan 2026 00:00:00 GMT"}, "1767225630")
        (30.0, 30.0)
    """
    now = _time_of(headers)
    until = _parse_reset(text.strip(), now)
    # A number of seconds as it was written, without the rounding of a sum.
    return None if until is None else float(text) if until == now + float(text) else until - now


def _time_of(headers: Mapping[str, str]) -> float:
    date = _parse_date(headers.get("date", ""))
    return time.time() if date is None else date


def _parse_reset(text: str, now: float) -> float | None:
    if not _SECONDS.fullmatch(text):
        return None
    seconds = float(text)
    if seconds > _MILLISECONDS:
        return seconds / 1000
    return seconds if seconds > _EPOCH else now + seconds


def _parse_date(text: str) -> float | None:
    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
