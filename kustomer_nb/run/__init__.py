"""One action end to end: inputs to request to response to output to diff, each stage kept."""

from __future__ import annotations

from .context import RunContext
from .execute import AT_ONCE, run_prepared
from .explain import Stage, Why
from .guards import is_denied, name_asked, needs_name, refusals, why_named
from .prepare import Prepared, prepare
from .recordable import all_secrets_of, record_of
from .result import Run

__all__ = [
    "AT_ONCE",
    "Prepared",
    "Run",
    "RunContext",
    "Stage",
    "Why",
    "all_secrets_of",
    "is_denied",
    "name_asked",
    "needs_name",
    "prepare",
    "record_of",
    "refusals",
    "run_prepared",
    "why_named",
]
