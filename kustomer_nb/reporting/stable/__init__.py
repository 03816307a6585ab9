"""The form of values that notebooks compare: all that an action decides, nothing that changes by itself."""

from __future__ import annotations

from .bundle import mimebundle, with_facts
from .facts import facts
from .form import VERSION, Json, as_form, as_portable
from .run_facts import preview_facts

__all__ = ["VERSION", "Json", "as_form", "as_portable", "facts", "mimebundle", "preview_facts", "with_facts"]
