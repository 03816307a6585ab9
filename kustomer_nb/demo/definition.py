"""The definition of the store's app, which the notebooks use too."""

from __future__ import annotations

from importlib.resources import files


def definition_text() -> str:
    """Return the text of the definition of the E-comm Store's app.

    Example:
        >>> '"app": "ecommstore"' in definition_text()
        True
    """
    return (files(__package__) / "ecommstore.json").read_text(encoding="utf-8")
