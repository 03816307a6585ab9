"""Sends a request and returns the response; the only package that imports httpx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustomer_nb._lazy import lazy_names

if TYPE_CHECKING:
    from .client import send as send
    from .connection import Connection as Connection
    from .destinations import FORBIDDEN_NAMES as FORBIDDEN_NAMES
    from .destinations import Destination as Destination
    from .destinations import is_forbidden as is_forbidden
    from .event_loop import wait as wait
    from .fault_injection import FAULTS as FAULTS
    from .fault_injection import InjectedFault as InjectedFault
    from .fault_injection import fault_named as fault_named
    from .fault_injection import fault_transport as fault_transport
    from .models import LARGEST as LARGEST
    from .models import RawResponse as RawResponse
    from .models import Redirect as Redirect

# Imported at first use: reading is not sending, and a module that only names a response must not load httpx.
_MODULES = {
    "FAULTS": "fault_injection",
    "FORBIDDEN_NAMES": "destinations",
    "LARGEST": "models",
    "Connection": "connection",
    "Destination": "destinations",
    "InjectedFault": "fault_injection",
    "RawResponse": "models",
    "Redirect": "models",
    "fault_named": "fault_injection",
    "fault_transport": "fault_injection",
    "is_forbidden": "destinations",
    "send": "client",
    "wait": "event_loop",
}

__getattr__ = lazy_names(__name__, _MODULES)
