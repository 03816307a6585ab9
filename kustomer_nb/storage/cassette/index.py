"""The exchanges of a cassette, and what finds one of them in the same time however many there are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from .lookup import RequestTable

if TYPE_CHECKING:
    from .matching import RecordedRequest
    from .model import Exchange

# Up to this many exchanges, each is compared with a request that none of them matches.
MOST_COMPARED = 64


class Neighbour(NamedTuple):
    """An exchange that is like a request, with its position in the file."""

    position: int
    exchange: Exchange


class CassetteIndex:
    """The exchanges of a cassette in the order of its file. It is shared, so nobody may change it."""

    def __init__(self, exchanges: Iterable[Exchange] = ()) -> None:
        self.exchanges = tuple(exchanges)
        self._by_key = {exchange.request.key: exchange for exchange in self.exchanges}
        self._timed_tables: dict[str, RequestTable] = {}
        self._variants: dict[str, tuple[Exchange, ...]] = {}

    @cached_property
    def is_sorted(self) -> bool:
        """Whether the exchanges are in the order in which they are written."""
        return all(first.order <= second.order for first, second in pairwise(self.exchanges))

    def find_equal(self, request: RecordedRequest) -> Exchange | None:
        """Return the exchange of a request that is recorded exactly as this one, None if there is none."""
        return self._by_key.get(request.key)

    def find(self, request: RecordedRequest) -> Exchange | None:
        """Return the exchange that matches a request, None if none was recorded."""
        # An equal request goes before one that only matches with its wildcards.
        equal = self.find_equal(request)
        if equal is not None:
            return equal
        candidates = (self.exchanges[at] for at in self._table.candidates(request))
        return next((exchange for exchange in candidates if exchange.request.fits(request)), None)

    def of_action(self, action: str) -> list[Exchange]:
        """Return the exchanges of an action."""
        return [self.exchanges[at] for at in self._positions.get(action, ())]

    def variants(self, action: str) -> tuple[Exchange, ...]:
        """Return the exchanges of an action whose settings and ``_env`` no earlier one has.

        At one time and with one seed, the others make no other request than these.
        """
        variants = self._variants.get(action)
        if variants is None:
            by_values: dict[object, Exchange] = {}
            for exchange in self.of_action(action):
                # The key has the settings as JSON, in which 1 and true differ.
                values = exchange.request.key[-1], tuple(sorted(exchange.env.items()))
                by_values.setdefault(values, exchange)
            variants = self._variants[action] = tuple(by_values.values())
        return variants

    def timed(self, action: str) -> list[Exchange]:
        """Return the exchanges of an action whose request depends on the time or on random numbers."""
        return [exchange for exchange in self.of_action(action) if exchange.is_timed]

    def timed_like(self, action: str, request: RecordedRequest) -> list[Exchange]:
        """Return those of `timed` that may have this request with other text in place of its wildcards."""
        table = self._timed_tables.get(action)
        if table is None:
            positions = self._positions.get(action, ())
            timed = [at for at in positions if self.exchanges[at].is_timed]
            table = RequestTable((at, self.exchanges[at].request) for at in timed)
            self._timed_tables[action] = table
        return [self.exchanges[at] for at in table.like(request)]

    def similar(self, request: RecordedRequest) -> list[Neighbour]:
        """Return exchanges that are similar to a request: all of a few, its neighbours among many."""
        if len(self.exchanges) <= MOST_COMPARED:
            return [Neighbour(at, exchange) for at, exchange in enumerate(self.exchanges)]
        around = MOST_COMPARED // 4
        positions: set[int] = set()
        for is_reversed, ordered in enumerate((self._by_start, self._by_end)):
            place = bisect_left(ordered, (*_texts(request, is_reversed=bool(is_reversed)), 0))
            # So that something is left at the end of the list too.
            start = max(0, min(place - around, len(ordered) - 2 * around))
            positions.update(at for _, _, at in ordered[start : start + 2 * around])
        return [Neighbour(at, self.exchanges[at]) for at in sorted(positions)]

    @cached_property
    def _table(self) -> RequestTable:
        return RequestTable((at, exchange.request) for at, exchange in enumerate(self.exchanges))

    @cached_property
    def _positions(self) -> dict[str, list[int]]:
        positions: dict[str, list[int]] = {}
        for at, exchange in enumerate(self.exchanges):
            positions.setdefault(exchange.action, []).append(at)
        return positions

    @cached_property
    def _by_start(self) -> list[tuple[str, str, int]]:
        return self._ordered(is_reversed=False)

    @cached_property
    def _by_end(self) -> list[tuple[str, str, int]]:
        return self._ordered(is_reversed=True)

    def _ordered(self, *, is_reversed: bool) -> list[tuple[str, str, int]]:
        """Return URL, body and position of each exchange, in the order of the URLs."""
        return sorted(
            (*_texts(exchange.request, is_reversed=is_reversed), at)
            for at, exchange in enumerate(self.exchanges)
        )


def _texts(request: RecordedRequest, *, is_reversed: bool) -> tuple[str, str]:
    """Return URL and body of a request; with the URL reversed, those with the same end are neighbours."""
    return request.url[::-1] if is_reversed else request.url, request.body or ""
