"""A request as a command or source that sends the same bytes, with names in place of settings.

Loaded only when a copy is asked for: a run needs none of it.
"""

from __future__ import annotations

from .curl import to_curl
from .httpx_source import to_httpx
from .message import to_http

__all__ = ["to_curl", "to_http", "to_httpx"]
