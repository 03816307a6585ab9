"""What is known of an action besides its text: the inputs and the response of its last run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from kustomer_nb.jsontext.javascript import UNDEFINED


class LastRun(NamedTuple):
    """The inputs of the last run of an action, None without one, and the body of its response.

    ``shape`` is that of the body, as `shape_of` returns it, where the body itself is not known.
    """

    inputs: Mapping[str, Any] | None = None
    body: Any = UNDEFINED
    shape: Mapping[str, Any] | None = None


# The last run of an action, by its full name.
LastRunOf = Callable[[str], LastRun]


def never_run(name: str) -> LastRun:
    """Return that nothing is known of the runs of an action.

    Example:
        >>> never_run("kustomer.app.shop.find").inputs
    """
    return LastRun()
