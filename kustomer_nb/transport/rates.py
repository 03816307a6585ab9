"""Rates as people write them, such as ``50/s`` and ``1000/min``, and how far apart requests are sent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

SECONDS = {"s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hour": 3600.0}
_RATE = re.compile(r"\s*(\d{1,9})\s*/\s*([a-z]+)\s*")
# A service counts when a request arrives, which for some takes longer. Measured with 20 lanes and up to 30 ms
# on the way: two requests fewer in a window, or a hundredth of them, are refused nowhere.
_FEWER = 2.0
_FRACTION = 0.01
ON_THE_WAY = 0.03
# Of a rate such as 1/s, two fewer would leave none.
_MOST_FEWER = 0.5


@dataclass(frozen=True, slots=True)
class Rate:
    """A number of requests in any window of some seconds.

    Example:
        >>> parse_rate("1000/min")
        Rate(limit=1000, seconds=60.0)
    """

    limit: int
    seconds: float

    @property
    def spacing(self) -> float:
        """The seconds between two requests: evenly, and slightly fewer than the service allows.

        Example:
            >>> [round(1 / Rate(limit, 1.0).spacing, 2) for limit in (1000, 50, 10, 1)]
            [970.0, 48.0, 8.0, 0.5]
        """
        fewer = max(self.limit * _FRACTION, self.limit * ON_THE_WAY / self.seconds, _FEWER)
        fewer = min(fewer, self.limit * _MOST_FEWER)
        return self.seconds / (self.limit - fewer)

    def __str__(self) -> str:
        unit = {1.0: "s", 60.0: "min", 3600.0: "h"}.get(self.seconds, f"{self.seconds:g} s")
        return f"{self.limit}/{unit}"


def parse_rate(text: str) -> Rate:
    """Return the rate that a text names.

    Raises:
        ValueError: it is not a number, a slash and s, min or h.

    Example:
        >>> str(parse_rate("50/s")), str(parse_rate("1000 / minute"))
        ('50/s', '1000/min')
        >>> parse_rate("50")
        Traceback (most recent call last):
        ValueError: '50' is not a rate; write a number of requests and a unit, such as 50/s or 1000/min
    """
    match = _RATE.fullmatch(text.lower())
    if match is None or match[2] not in SECONDS or not int(match[1]):
        msg = f"{text!r} is not a rate; write a number of requests and a unit, such as 50/s or 1000/min"
        raise ValueError(msg)
    return Rate(int(match[1]), SECONDS[match[2]])


def parse_rates(rates: str | Iterable[str] | None) -> tuple[Rate, ...]:
    """Return the rates of a text, in which commas separate several, or of several texts; none for None.

    Raises:
        TypeError: it is neither.
        ValueError: a text is not a rate.

    Example:
        >>> [str(rate) for rate in parse_rates("50/s, 1000/min")], parse_rates(None)
        (['50/s', '1000/min'], ())
    """
    if rates is None:
        return ()
    texts: list[Any] = rates.split(",") if isinstance(rates, str) else list(rates)
    for text in texts:
        if not isinstance(text, str):
            msg = f"a rate is a string such as '50/s', not {type(text).__name__}"
            raise TypeError(msg)
    return tuple(parse_rate(text) for text in texts)
