"""One action end to end: inputs to request to response to output to diff, each stage kept."""

from __future__ import annotations

from .circumstances import Circumstances
from .guards import is_denied, needs_name, refusals, why_named
from .kept import all_secrets_of, record_of
from .preparing import Prepared, prepare
from .result import Run
from .running import AT_ONCE, run_prepared
from .why import Stage, Why

__all__ = [
    "AT_ONCE",
    "Circumstances",
    "Prepared",
    "Run",
    "Stage",
    "Why",
    "all_secrets_of",
    "is_denied",
    "needs_name",
    "prepare",
    "record_of",
    "refusals",
    "run_prepared",
    "why_named",
]
