"""Why the store says no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of 400 or more as a value: its status, and every error at once.

    Example:
        >>> Refusal.of(404, "order_not_found", "There is no order 7.", orderId=7).body
        {'errors': [{'code': 'order_not_found', 'message': 'There is no order 7.', 'meta': {'orderId': 7}}]}
    """

    status: int
    errors: tuple[dict[str, Any], ...]

    @classmethod
    def of(cls, status: int, code: str, message: str, /, **meta: Any) -> Refusal:
        """Return the refusal of one error."""
        said: dict[str, Any] = {"code": code, "message": message}
        return cls(status, ({**said, "meta": meta} if meta else said,))

    @property
    def body(self) -> dict[str, Any]:
        """The JSON form of the answer."""
        return {"errors": list(self.errors)}
