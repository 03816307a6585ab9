"""A request sent and its answer read; the only package that knows httpx."""

from __future__ import annotations

from .client import send
from .connection import Connection
from .destinations import FORBIDDEN_NAMES, Destination, is_forbidden
from .event_loop import wait
from .fault_injection import FAULTS, InjectedFault, fault_named, fault_transport
from .models import LARGEST, RawResponse, Redirect

__all__ = [
    "FAULTS",
    "FORBIDDEN_NAMES",
    "LARGEST",
    "Connection",
    "Destination",
    "InjectedFault",
    "RawResponse",
    "Redirect",
    "fault_named",
    "fault_transport",
    "is_forbidden",
    "send",
    "wait",
]
