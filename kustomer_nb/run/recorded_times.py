"""Finds the recording of a request that depends on the time or on random numbers.

Such a request is only equal to its recording at the recorded time. To build it at each recorded time would
take longer with each recording, so only those are tried that agree in everything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from .recordable import to_pattern

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition
    from kustomer_nb.storage.cassette import Cassette, Exchange

    from .context import RunContext
    from .prepare import Prepared

Build = Callable[["RunContext", "Exchange | None"], "Prepared"]
# Blocks, `lookup` and functions: with them, the time may decide about more than the text of a helper.
_DECIDES = re.compile(r"\{\{\{?~?[#^]|\blookup\b|/#fn:")


class RecordedTimes:
    """The requests of an action as its recordings have them: with their time, seed, settings and ``_env``."""

    def __init__(
        self, definition: ActionDefinition, cassette: Cassette, context: RunContext, build: Build
    ) -> None:
        self._definition = definition
        self._index = cassette.index
        self._context = context
        self._build = build

    def requests(self) -> Iterator[tuple[Exchange, Prepared]]:
        """Yield exchanges that may be that of the request, each with the request built at its time."""
        tried: set[object] = set()
        for variant in self._index.variants(self._action):
            prepared = self._request(variant, tried)
            if prepared is None:
                continue
            yield variant, prepared
            for exchange in self._timed(prepared):
                timed = self._request(exchange, tried)
                if timed is not None:
                    yield exchange, timed

    def _timed(self, prepared: Prepared) -> Iterator[Exchange]:
        """Yield the exchanges that a request may be recorded as at another time, the likely ones first."""
        read, context = prepared.context.read, self._context
        is_fixed = {"now": context.now is not None, "seed": context.seed is not None}
        if prepared.input_errors or all(is_fixed[name] for name in read):
            return
        yield from self._index.timed_like(self._action, to_pattern(prepared))
        if self._may_decide(prepared):
            yield from self._index.timed(self._action)

    @property
    def _action(self) -> str:
        return self._definition.name or ""

    def _request(self, exchange: Exchange, tried: set[object]) -> Prepared | None:
        """Return the request at the time of an exchange; None if it was built with the same values before."""
        values = exchange.now, exchange.seed, exchange.request.key[-1], tuple(sorted(exchange.env.items()))
        if values in tried:
            return None
        tried.add(values)
        return self._build(_as_recorded(self._context, exchange), exchange)

    def _may_decide(self, prepared: Prepared) -> bool:
        """Return whether the time may decide about more of a request than the text that helpers return."""
        # A cookie is recorded as its hash, which has nothing in common with that of another time.
        has_cookie = any(name.lower() == "cookie" for name, _ in prepared.request.header_texts)
        if has_cookie or prepared.context.steps is not None:
            return True
        template = self._definition.input_template
        return template is not None and _DECIDES.search(template.model_dump_json()) is not None


def _as_recorded(context: RunContext, exchange: Exchange) -> RunContext:
    """Return a context with the time, seed and ``_env`` of a recorded exchange, where none were given."""
    return replace(
        context,
        now=context.now or exchange.now,
        seed=exchange.seed if context.seed is None else context.seed,
        env={**exchange.env, **context.given_env},
    )
