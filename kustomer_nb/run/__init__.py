"""One action end to end: inputs to request to response to output to diff, each stage kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustomer_nb._lazy import lazy_names

if TYPE_CHECKING:
    from .context import RunContext as RunContext
    from .execute import run_prepared as run_prepared
    from .explain import Stage as Stage
    from .explain import Why as Why
    from .guards import is_denied as is_denied
    from .guards import name_asked as name_asked
    from .guards import needs_name as needs_name
    from .guards import refusals as refusals
    from .guards import why_named as why_named
    from .offline import run_offline as run_offline
    from .prepare import CoercedInputs as CoercedInputs
    from .prepare import Prepared as Prepared
    from .prepare import coerce_inputs as coerce_inputs
    from .prepare import prepare as prepare
    from .recordable import all_secrets_of as all_secrets_of
    from .recordable import record_of as record_of
    from .recording import AT_ONCE as AT_ONCE
    from .result import Run as Run

# Imported when they are used: a run that sends nothing loads nothing that sends.
_MODULES = {
    "all_secrets_of": "recordable",
    "AT_ONCE": "recording",
    "coerce_inputs": "prepare",
    "CoercedInputs": "prepare",
    "is_denied": "guards",
    "name_asked": "guards",
    "needs_name": "guards",
    "prepare": "prepare",
    "Prepared": "prepare",
    "record_of": "recordable",
    "refusals": "guards",
    "Run": "result",
    "run_offline": "offline",
    "run_prepared": "execute",
    "RunContext": "context",
    "Stage": "explain",
    "Why": "explain",
    "why_named": "guards",
}

__getattr__ = lazy_names(__name__, _MODULES)
