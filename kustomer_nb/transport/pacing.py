"""When the next request of many may be sent: evenly spaced, and as the service asks.

Requests that are spaced (GCRA without a burst) stay below the limit of a sliding window, whose busiest second
is also the average one. A log of the window would send its requests at once, and then none.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from .rates import ON_THE_WAY
from .retry import pause, reset_of, retry_after_of

if TYPE_CHECKING:
    from .rates import Rate

# What is left of the rate after a 429, and what comes back of it in a second: faster, and each recovery would
# end in the next 429.
CUT = 0.7
_GAIN = 1.015
_LEAST = 0.01
# On a busy machine timers are late. This part of a window, so many turns and no more seconds are caught up
# with.
_LATE_PART, _LATE_TURNS, _LATENESS = 0.1, 3, 0.25
# Spread over a longer window, requests would be minutes apart that the service allows at once.
_LONGEST_WINDOW = 300.0
# Fewer left than this are for what is on its way already.
_ON_THE_WAY = 2.0


class Pacer:
    """Spaces requests, and does what answers say of the rate.

    The caller has the clock, any that only moves forward, so that it is the same in a test as on the network.
    Several threads may use it.

    Example:
        >>> from kustomer_nb.transport.rates import Rate
        >>> pacer = Pacer([Rate(10, 1.0)])
        >>> [pacer.take(now) for now in (0.0, 0.0, 0.125, 0.125)]
        [0.0, 0.125, 0.0, 0.125]
        >>> pacer.refuse(0.125, 0.2, {"retry-after": "3"})
        >>> pacer.take(0.25), pacer.factor(3.2)
        (2.95, 0.7)
    """

    def __init__(self, rates: Iterable[Rate] = ()) -> None:
        rates = tuple(rates)
        self._spacing = max((rate.spacing for rate in rates), default=0.0)
        # When the latest requests of each window were sent: what is caught up with never exceeds a limit.
        self._windows = [_SentWindow(rate) for rate in rates]
        self._lateness = min((rate.seconds * _LATE_PART for rate in rates), default=_LATENESS)
        self._next = float("-inf")
        self._held_until = float("-inf")
        self._factor = 1.0
        # Since when the factor comes back, and until when a 429 belongs to the latest cut.
        self._cut_at = 0.0
        self._episode = float("-inf")
        self._refusals = 0
        self._announced = _Window(0.0, float("-inf"))
        self._latest: deque[float] = deque(maxlen=100)
        self._lock = threading.Lock()

    @property
    def held_until(self) -> float:
        """The time until which no request is sent, as the service asked."""
        return self._held_until

    @property
    def refusals(self) -> int:
        """The number of times in a row that the rate was cut, with no other answer in between."""
        return self._refusals

    def factor(self, now: float) -> float:
        """Return the part of the rate that is used: below 1 after a 429, and more each second."""
        gain: float = _GAIN ** max(0.0, now - self._cut_at)
        return min(1.0, self._factor * gain)

    def spacing(self, now: float) -> float:
        """Return the seconds between two requests at present, 0.0 without any limit."""
        announced_spacing = self._announced.spacing if now < self._announced.until else 0.0
        return max(self._spacing / self.factor(now), announced_spacing)

    def take(self, now: float) -> float:
        """Take the turn that has come and return 0.0, or return the seconds after which to ask again."""
        with self._lock:
            turn = max(self._next, self._held_until)
            opens = max((window.opens for window in self._windows), default=turn)
            if now < max(turn, opens):
                return max(turn, opens) - now
            is_late = now - turn > min(_LATENESS, self._lateness, _LATE_TURNS * self.spacing(now))
            self._next = (now if is_late else turn) + self.spacing(now)
            for window in self._windows:
                window.times.append(now)
            self._latest.append(now)
            return 0.0

    def refuse(self, sent: float, now: float, headers: Mapping[str, str] | None = None) -> None:
        """Count a 429: hold every request as long as it asks, and cut the rate once an episode.

        ``sent`` is when the refused request was sent: one that was on its way when the rate was cut says
        nothing new. Names of headers are in lower case.
        """
        retry_after = retry_after_of(headers or {})
        with self._lock:
            is_new = sent > self._episode
            if is_new:
                self._refusals += 1
            seconds = pause(max(self._refusals, 1)) if retry_after is None else max(0.0, retry_after)
            self._held_until = max(self._held_until, now + seconds)
            if is_new:
                self._spacing = self._spacing or self._measured()
                self._factor = max(_LEAST, self.factor(now) * CUT)
                self._episode, self._cut_at = now, self._held_until

    def hold(self, until: float) -> None:
        """Send nothing until a time."""
        with self._lock:
            self._held_until = max(self._held_until, until)

    def learn(self, now: float, headers: Mapping[str, str]) -> None:
        """Read what an answer other than a 429 says of the rate; names of headers are in lower case.

        What is left of a window is spread over it, and a window without any is waited for.

        Example:
            >>> pacer = Pacer()
            >>> pacer.learn(0.0, {"x-ratelimit-remaining": "12", "x-ratelimit-reset": "30"})
            >>> pacer.spacing(1.0), pacer.spacing(31.0)
            (3.0, 0.0)
            >>> pacer.learn(0.0, {"ratelimit-remaining": "0", "ratelimit-reset": "30"})
            >>> pacer.take(0.0)
            30.0
        """
        with self._lock:
            self._refusals = 0
            window = _window_of(headers, now)
            if window is None:
                return
            if window.remaining < 1:
                self._held_until = max(self._held_until, window.until)
            else:
                self._announced = window

    def _measured(self) -> float:
        """Return the spacing of the latest requests, where no rate was passed."""
        times = self._latest
        return (times[-1] - times[0]) / (len(times) - 1) if len(times) > 1 else 0.0


class _SentWindow:
    """The times of the latest requests, as many as a rate allows in its window."""

    def __init__(self, rate: Rate) -> None:
        self._seconds = rate.seconds + ON_THE_WAY
        self.times: deque[float] = deque(maxlen=rate.limit)

    @property
    def opens(self) -> float:
        """The time from which another request is within the rate."""
        times = self.times
        return times[0] + self._seconds if len(times) == times.maxlen else float("-inf")


class _Window(NamedTuple):
    """How many requests are left until a time; ``spacing`` spreads them."""

    remaining: float
    until: float
    spacing: float = 0.0


def _window_of(headers: Mapping[str, str], now: float) -> _Window | None:
    """Return what is left of a window; None if an answer does not say both how many and how long."""
    for prefix in ("x-ratelimit-", "x-rate-limit-", "ratelimit-"):
        remaining = headers.get(f"{prefix}remaining", "").strip()
        seconds = reset_of(headers, headers.get(f"{prefix}reset", ""))
        if not (remaining.isdecimal() and remaining.isascii()) or seconds is None or seconds < 0:
            continue
        left = float(remaining)
        spread = seconds / max(left - _ON_THE_WAY, 1.0) if seconds <= _LONGEST_WINDOW else 0.0
        return _Window(left, now + seconds, spread)
    return None
