"""Errors of the store as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """A response with status 400 or more: the status and all errors.

    Example:
        >>> Refusal.from_error(404, "order_not_found", "There is no order 7.", orderId=7).body
        {'errors': [{'code': 'order_not_found', 'message': 'There is no order 7.', 'meta': {'orderId': 7}}]}
    """

    status: int
    errors: tuple[dict[str, Any], ...]

    @classmethod
    def from_error(cls, status: int, code: str, message: str, /, **meta: Any) -> Refusal:
        """Return the refusal with one error."""
        error: dict[str, Any] = {"code": code, "message": message}
        return cls(status, ({**error, "meta": meta} if meta else error,))

    @property
    def body(self) -> dict[str, Any]:
        """The body of the response."""
        return {"errors": list(self.errors)}
