"""Tries an action with values that often mean something else when they arrive, and shows which of them do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .result import Hazard, HazardKind, Hazards

if TYPE_CHECKING:
    from kustomer_nb.action import Action

__all__ = ["Hazard", "HazardKind", "Hazards", "hazards", "inputs_to_try"]


@scrub_tracebacks
def hazards(action: Action, inputs: Mapping[str, Any] | None = None) -> Hazards:
    """Return the values that arrive at the service as something else, each with its cause and its fix.

    Each input is tried, one at a time, with values of its type: quotes, ``&``, a line break, ``../``, 0,
    null, no value, and others. ``inputs`` are values for the others, where ordinary ones make no request.
    What arrives is read from the bytes of the request; values that arrive as they are, and values that
    inputSchema rejects, are not reported. Values outside of an input's enum, pattern or limits are not tried.
    Nothing is sent, and settings need no value.

    Raises:
        RequestError: no request can be built, whatever the value.

    Example:
        >>> import kustomer_nb as knb
        >>> template = {"uri": "https://api.shop.com/find?name={{{name}}}", "method": "get"}
        >>> schema = {"properties": {"name": {"type": "string"}}, "required": ["name"]}
        >>> app = knb.load({"inputTemplate": template, "inputSchema": schema})
        >>> for hazard in hazards(app.action()).at_least(knb.Severity.WARNING):
        ...     print(hazard.kind, [value.name for value in hazard.values])
        query-changed ['&']
        altered ['+', '#', '%', '/#x']
        refused ['an emoji', 'a lone surrogate']
        text-changed [';']
    """
    from .engine import find_hazards

    return find_hazards(action, {} if inputs is None else inputs)


def inputs_to_try(action: Action, inputs: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """Yield all inputs that `hazards` tries, those that arrive as they are and rejected ones included.

    Example:
        >>> import kustomer_nb as knb
        >>> template = {"uri": "https://api.shop.com/find", "method": "get", "qs": {"all": "/#all"}}
        >>> schema = {"properties": {"all": {"type": "boolean"}}}
        >>> app = knb.load({"inputTemplate": template, "inputSchema": schema})
        >>> list(inputs_to_try(app.action()))
        [{'all': True}, {'all': False}, {'all': None}, {}]
    """
    from .engine import Prober

    yield from Prober(action, {} if inputs is None else inputs).inputs_to_try()
