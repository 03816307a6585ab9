"""A request sent and its answer read; the only package that knows httpx."""

from __future__ import annotations

from .answer import LARGEST, Answer, Redirect
from .connection import Connection
from .faults import FAULTS, Fault, fault_named, fault_transport
from .loop import wait
from .reach import FORBIDDEN_NAMES, Hop, is_forbidden
from .sending import send

__all__ = [
    "FAULTS",
    "FORBIDDEN_NAMES",
    "LARGEST",
    "Answer",
    "Connection",
    "Fault",
    "Hop",
    "Redirect",
    "fault_named",
    "fault_transport",
    "is_forbidden",
    "send",
    "wait",
]
