"""One action end to end: inputs to request to response to output to diff, each stage kept."""

from __future__ import annotations

from .circumstances import LATER_MODES, MODES, Circumstances, mode_of
from .guards import guard, needs_name
from .preparing import Prepared, prepare
from .result import Run
from .running import redactor, run_prepared
from .why import Stage, Why

__all__ = [
    "LATER_MODES",
    "MODES",
    "Circumstances",
    "Prepared",
    "Run",
    "Stage",
    "Why",
    "guard",
    "mode_of",
    "needs_name",
    "prepare",
    "redactor",
    "run_prepared",
]
