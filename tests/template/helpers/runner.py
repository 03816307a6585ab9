"""Call helpers and functions as the engine does, at a fixed time, with seeded randomness."""

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
    """The options of the engine that Kustomer's helpers use."""

    name: str
    hash: Mapping[str, Any] = field(default_factory=dict)
    this: Any = None
    data: Any = None

    def fn(self, context: Any, data: Any = None, block_params: Any = ()) -> str:
        return "block"

    def inverse(self, context: Any) -> str:
        return "else"


@dataclass
class HelperRunner:
    """Calls helpers and functions, and collects the diagnostics that they report."""

    now: Callable[[], datetime] = lambda: NOW
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def ambient(self) -> Ambient:
        return Ambient(now=self.now, random=Random(1), report=self.diagnostics.append)

    def helper(self, name: str, *args: Any, **hash_args: Any) -> Any:
        return kustomer_helpers(self.ambient)[name](Options(name, hash_args), *args)

    def function(self, name: str, value: Any, *args: str) -> Any:
        return kustomer_functions(self.ambient)[name](Call(name), value, *args)

    @property
    def messages(self) -> list[str]:
        return [diagnostic.message for diagnostic in self.diagnostics]
