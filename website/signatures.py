"""Signatures of classes: only those that a user calls, since most values come from functions."""

from __future__ import annotations

import inspect

from sphinx.application import Sphinx

from kustomer_nb import widgets

# What is made by its name; all else comes from a function, and its signature would only be in the way.
CALLED = {"Platform", "Secret", "Store", "Template", "Scope", "Connection", "Destination", "Session"}


def hide_signature(
    app: Sphinx, kind: str, name: str, value: object, options: object, signature: str, annotation: str
) -> tuple[str, str] | None:
    """Return an empty signature for a class that no user calls."""
    short = name.rpartition(".")[2]
    is_hidden = inspect.isclass(value) and short not in CALLED and short not in widgets.__all__
    return ("", "") if is_hidden else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the hook; Sphinx calls this."""
    app.connect("autodoc-process-signature", hide_signature)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
