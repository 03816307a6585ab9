"""Logic-less templates filled with plain text, which they escape."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import chevron

from kustomer_nb.printable import visible

from .style import with_style


@cache
def _template(name: str) -> str:
    return (files(__package__) / "templates" / f"{name}.mustache").read_text(encoding="utf-8")


def fill(template: str, data: dict[str, Any], *, styled: bool = True) -> str:
    """Return one of the package's own templates filled with data, with the style rules it uses."""
    # Without partials: chevron would read them from files in the working directory.
    text: str = chevron.render(_template(template), data, partials_dict={})
    # A lone surrogate cannot be encoded for a kernel or a file, and bidi controls would show another text.
    text = visible(text.replace("\r\n", "\n"))
    return with_style(text) if styled else text


def starter(app: str) -> str:
    """Return the text of a starter definition: one action of that app, against the demo store.

    Example:
        >>> '"name": "kustomer.app.shop.store.refundOrder"' in starter("shop")
        True
    """
    title = app.replace("_", " ").replace("-", " ").title()
    return fill("starter", {"app": app, "title": title}, styled=False)
