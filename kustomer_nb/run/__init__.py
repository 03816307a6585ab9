"""One action end to end: from inputs to request, response, output and diff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustomer_nb._lazy import lazy_names

if TYPE_CHECKING:
    from .context import RunContext as RunContext
    from .execute import run_prepared as run_prepared
    from .explain import Stage as Stage
    from .explain import Why as Why
    from .guards import HIDDEN_HOST as HIDDEN_HOST
    from .guards import confirmation_name as confirmation_name
    from .guards import confirmation_reason as confirmation_reason
    from .guards import is_confirmed_by as is_confirmed_by
    from .guards import is_denied as is_denied
    from .guards import real_origin as real_origin
    from .guards import refusals as refusals
    from .guards import require_confirmed as require_confirmed
    from .guards import required_name as required_name
    from .guards import shown_origin as shown_origin
    from .offline import run_offline as run_offline
    from .prepare import CoercedInputs as CoercedInputs
    from .prepare import Prepared as Prepared
    from .prepare import coerce_inputs as coerce_inputs
    from .prepare import prepare as prepare
    from .result import Run as Run

# Imported at first use: a run that sends nothing must not import httpx.
_MODULES = {
    "coerce_inputs": "prepare",
    "CoercedInputs": "prepare",
    "HIDDEN_HOST": "guards",
    "confirmation_name": "guards",
    "confirmation_reason": "guards",
    "is_confirmed_by": "guards",
    "is_denied": "guards",
    "prepare": "prepare",
    "Prepared": "prepare",
    "real_origin": "guards",
    "refusals": "guards",
    "require_confirmed": "guards",
    "required_name": "guards",
    "shown_origin": "guards",
    "Run": "result",
    "run_offline": "offline",
    "run_prepared": "execute",
    "RunContext": "context",
    "Stage": "explain",
    "Why": "explain",
}

__getattr__ = lazy_names(__name__, _MODULES)
