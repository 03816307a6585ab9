"""Everything but the inputs that decides what a run sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from secrets import randbits
from typing import Any

from kustomer_nb.config import Profile
from kustomer_nb.config.settings import Prompt
from kustomer_nb.jsontext.json_styles import PARSE_LIMIT
from kustomer_nb.platform import SAMPLE_ENV, Platform
from kustomer_nb.template import Rendering

SEED_BITS = 32


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """Everything but the inputs that decides what a run sends, as DESIGN names the arguments.

    ``profile`` is a name from ``kustomer-nb.toml`` in ``root``; ``transport`` stands in for the network.
    ``helpers``, ``now`` and ``seed`` are what templates call, the time they read and what their chance
    starts from; None is the present, and chance. ``steps`` are outputs of earlier steps by id, or None where
    inputs are not to be read for references to them. An answer larger than ``parse_limit`` bytes stays text.
    ``cassette`` is the file that record writes and replay reads. ``retry`` is how often a request may be sent
    once more. ``read`` fills with what the templates asked of ``now`` and ``seed``, ``confirmed_hosts`` with
    hosts that inputs chose and a person confirmed; an app keeps those for all of its runs.
    """

    root: Path
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    profile: str | None = None
    hosts: Mapping[str, str] = field(default_factory=dict)
    mode: str | None = None
    confirm: str | None = None
    accounts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    allow_missing: frozenset[str] = frozenset()
    platform: Platform = field(default_factory=Platform)
    helpers: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    now: datetime | None = None
    seed: int | None = None
    steps: Mapping[str, Any] | None = None
    parse_limit: int = PARSE_LIMIT
    cassette: Path | None = None
    retry: int = 0
    prompt: Prompt | None = None
    transport: Any = None
    read: set[str] = field(default_factory=set, compare=False, repr=False)
    confirmed_hosts: set[str] = field(default_factory=set, compare=False, repr=False)

    def settled(self, profile: Profile) -> RunContext:
        """Return the context with what a profile says, and one time and one chance for all stages.

        What was given as an argument goes before the profile.
        """
        usual = Platform()
        said = {
            name: value
            for name, value in profile.platform.items()
            if getattr(self.platform, name) == getattr(usual, name)
        }
        given = {name: value for name, value in self.platform.env.items() if SAMPLE_ENV.get(name) != value}
        return replace(
            self,
            hosts={**profile.hosts, **self.hosts},
            platform=replace(self.platform, **said, env={**SAMPLE_ENV, **profile.env, **given}),
            now=self.now or datetime.now(UTC),
            seed=randbits(SEED_BITS) if self.seed is None else self.seed,
            read=set(),
        )

    def rendering(self, stage: str) -> Rendering:
        """Return how the templates of a stage are rendered; each stage has a chance of its own."""
        now = self.now or datetime.now(UTC)
        random = None if self.seed is None else _Noted(f"{stage} {self.seed}")
        if random is not None:
            random.read = self.read
        return Rendering.from_platform(
            self.platform, helpers=self.helpers, now=lambda: self._read_now(now), random=random
        )

    def _read_now(self, now: datetime) -> datetime:
        self.read.add("now")
        return now


class _Noted(Random):
    """As random as the platform, which is all it need be; notes that somebody asked."""

    read: set[str]

    def random(self) -> float:
        self.read.add("seed")
        return super().random()

    def getrandbits(self, k: int, /) -> int:
        self.read.add("seed")
        return super().getrandbits(k)
