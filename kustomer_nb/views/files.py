"""Files made for an author, from the package's own templates."""

from __future__ import annotations

from .html import fill


def starter(app: str) -> str:
    """Return the text of a definition to begin with: one action of that app, against the demo store.

    Example:
        >>> '"name": "kustomer.app.shop.store.refundOrder"' in starter("shop")
        True
    """
    return fill(
        "starter", {"app": app, "title": app.replace("_", " ").replace("-", " ").title()}, styled=False
    )
