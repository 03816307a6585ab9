"""The definitions of the store's app, which the tutorials use too."""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import files


class Definition(StrEnum):
    """The definitions that come with the package, by the name of their file."""

    ECOMMSTORE = "ecommstore.json"
    """The documentation's example, corrected: one action, which refunds an order."""
    AS_PRINTED = "as-printed.json"
    """The documentation's example to the byte: it is not valid JSON."""
    RETURNS = "returns.json"
    """Four actions of a workflow that takes an order back."""


def definition_text(name: str = Definition.ECOMMSTORE) -> str:
    """Return the text of a definition of the E-comm Store's app.

    ``name`` is ``ecommstore.json``, ``as-printed.json`` or ``returns.json``.

    Raises:
        ValueError: there is no such definition.

    Example:
        >>> import kustomer_nb as knb
        >>> knb.loads(definition_text())
        <App: ecommstore 0.0.1, 1 action>
        >>> knb.loads(definition_text("returns.json"))
        <App: ecommstore 0.1.0, 4 actions>
    """
    return (files(__package__) / Definition(name)).read_text(encoding="utf-8")
