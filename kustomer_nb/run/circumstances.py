"""Everything but the inputs that decides what a run sends."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import RequestError
from kustomer_nb.kustomer import Platform
from kustomer_nb.profile import Profile
from kustomer_nb.response import PARSE_LIMIT
from kustomer_nb.settings import Prompt
from kustomer_nb.template import Rendering

MODES = ("live", "sample")
LATER_MODES = ("record", "replay", "fault")


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """Everything but the inputs that decides what a run sends, as DESIGN names the arguments.

    ``profile`` is a name from ``kustomer-nb.toml`` in ``root``; ``transport`` stands in for the network.
    ``helpers``, ``now`` and ``seed`` are what templates call, the time they read and what their chance
    starts from; None is the present, and chance. ``steps`` are outputs of earlier steps by id, or None where
    inputs are not to be read for references to them. An answer larger than ``parse_limit`` bytes stays text.
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
    prompt: Prompt | None = None
    transport: Any = None

    def rendering(self, stage: str) -> Rendering:
        """Return how the templates of a stage are rendered; each stage has a chance of its own."""
        now = self.now or datetime.now(UTC)
        random = None if self.seed is None else Random(f"{stage} {self.seed}")  # noqa: S311 - as random as the platform
        return Rendering.on(self.platform, helpers=self.helpers, now=lambda: now, random=random)


def mode_of(circumstances: Circumstances, profile: Profile) -> str:
    """Return the mode of a run: the argument, then KUSTOMER_NB_MODE, then the profile, then live.

    Raises:
        RequestError: there is no such mode.
    """
    mode = circumstances.mode or os.environ.get("KUSTOMER_NB_MODE") or profile.mode or "live"
    if mode in MODES:
        return mode
    later = " comes later" if mode.partition(":")[0] in LATER_MODES else " is not a mode"
    fix = f"use {' or '.join(MODES)}."
    raise RequestError([Diagnostic("KNB807", Severity.ERROR, "", f"mode {mode!r}{later}.", fix)])
