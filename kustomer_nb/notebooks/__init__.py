"""Notebooks as files: a copy to share, and a recording with a small difference to the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustomer_nb._lazy import lazy_names

if TYPE_CHECKING:
    from .result import Shared as Shared
    from .sharing import check as check
    from .sharing import share as share

# Imported at first use: a display of a value knows `Shared`, and shares nothing.
__getattr__ = lazy_names(__name__, {"Shared": "result", "check": "sharing", "share": "sharing"})

__all__ = ["Shared", "check", "share"]
