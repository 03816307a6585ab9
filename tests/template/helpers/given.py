"""A call as the engine makes it, at a known time, with a known chance and an ear."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from kustomer_nb.diagnostics import Diagnostic
from kustomer_nb.template.helpers import Ambient, Call, kustomer_functions, kustomer_helpers

NOW = datetime(2034, 1, 31, 12, 30, 15, 250_000, tzinfo=UTC)


@dataclass(frozen=True)
class Options:
    """The options of the engine, as far as a helper needs them."""

    name: str
    hash: Mapping[str, Any] = field(default_factory=dict)
    this: Any = None
    data: Any = None

    def fn(self, context: Any, data: Any = None, block_params: Any = ()) -> str:
        return "block"

    def inverse(self, context: Any) -> str:
        return "else"


@dataclass
class World:
    """Helpers and functions bound to one ambient, and the findings they reported."""

    now: Callable[[], datetime] = lambda: NOW
    found: list[Diagnostic] = field(default_factory=list)

    @property
    def ambient(self) -> Ambient:
        return Ambient(now=self.now, random=Random(1), report=self.found.append)

    def helper(self, name: str, *args: Any, **given: Any) -> Any:
        return kustomer_helpers(self.ambient)[name](Options(name, given), *args)

    def function(self, name: str, value: Any, *args: str) -> Any:
        return kustomer_functions(self.ambient)[name](Call(name), value, *args)

    @property
    def messages(self) -> list[str]:
        return [one.message for one in self.found]
