"""One action over many rows: a plan of all of them first, then each at most once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustomer_nb._lazy import lazy_names

if TYPE_CHECKING:
    from .findings import Finding as Finding
    from .findings import InvalidRow as InvalidRow
    from .findings import InvalidRows as InvalidRows
    from .handles import Batch as Batch
    from .handles import batches as batches
    from .plan import Plan as Plan
    from .planning import plan_rows as plan_rows

# Imported at first use: a plan loads nothing that sends.
_MODULES = {
    "Batch": "handles",
    "Finding": "findings",
    "InvalidRow": "findings",
    "InvalidRows": "findings",
    "Plan": "plan",
    "batches": "handles",
    "plan_rows": "planning",
}

__getattr__ = lazy_names(__name__, _MODULES)
