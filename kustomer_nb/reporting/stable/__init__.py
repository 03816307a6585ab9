"""The form of values that notebooks compare: all that an action decides, nothing that changes by itself."""

from __future__ import annotations

from . import run_facts as run_facts  # registers the facts of runs, requests and responses
from . import testing_facts as testing_facts  # registers the facts of test cases
from .bundle import mimebundle, with_card, with_facts
from .cards import run_card, words_card
from .facts import facts
from .form import VERSION, Json, as_form, as_portable
from .run_facts import response_shape

__all__ = [
    "VERSION",
    "Json",
    "as_form",
    "as_portable",
    "facts",
    "mimebundle",
    "response_shape",
    "run_card",
    "with_card",
    "with_facts",
    "words_card",
]
