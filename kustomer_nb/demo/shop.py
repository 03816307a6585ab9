"""The endpoints of the store: orders, customers and refunds."""

from __future__ import annotations

import base64
import html
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from .reading import read_customer, read_limit, read_object, read_reason, read_refund
from .refusal import Refusal

if TYPE_CHECKING:
    from .catalogue import Catalogue
    from .journal import Journal


def respond(value: dict[str, Any] | Refusal, status: int = 200) -> Response:
    """Return the response with a value, or a refusal with its own status."""
    if isinstance(value, Refusal):
        return JSONResponse(value.body, value.status)
    return JSONResponse(value, status)


def _or_not_found(kind: str, key: str, value: dict[str, Any] | None) -> dict[str, Any] | Refusal:
    return _not_found(kind, key) if value is None else value


def _not_found(kind: str, key: str) -> Refusal:
    return Refusal.from_error(404, f"{kind}_not_found", f"There is no {kind} {key!r}.", **{f"{kind}Id": key})


class Shop:
    """The endpoints; the first line of each docstring is its entry on the front page."""

    def __init__(self, catalogue: Catalogue, journal: Journal) -> None:
        self._catalogue = catalogue
        self._journal = journal
        self.routes = [
            Route("/", self.front),
            Route("/health", self.health),
            Route("/orders", self.orders),
            Route("/orders/{order}", self.order),
            Route("/orders/{order}", self.refund_order, methods=["POST"]),
            Route("/customers", self.customers),
            Route("/customers/{customer}", self.customer),
            Route("/customers/{customer}", self.change_customer, methods=["PUT", "PATCH"]),
            Route("/refunds", self.refunds),
            Route("/refunds", self.add_refund, methods=["POST"]),
            Route("/refunds/{refund}", self.delete_refund, methods=["DELETE"]),
            Route("/requests", self.requests),
            Route("/reset", self.reset, methods=["POST"]),
        ]

    async def front(self, request: Request) -> Response:
        """Show this page."""
        rows = []
        for route in request.app.routes:
            # A route that takes any method, such as /echo, has None.
            methods = " ".join(sorted(route.methods - {"HEAD"})) if route.methods else "any"
            summary = (route.endpoint.__doc__ or "").partition("\n")[0]
            cells = (methods, route.path, summary)
            rows.append("".join(f"<td>{html.escape(cell)}</td>" for cell in cells))
        table = "".join(f"<tr>{row}</tr>" for row in rows)
        return HTMLResponse(
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>E-comm Store</title>'
            "<h1>E-comm Store</h1><p>A small real service to try Kustomer workflow actions on. "
            "It sells nothing; a reset restores the initial data.</p>"
            f"<table><tr><th>method<th>path<th>what it does</tr>{table}</table></html>"
        )

    async def health(self, request: Request) -> Response:
        """Report that the store is running; needs no token."""
        return respond({"status": "ok", "orders": self._catalogue.count()})

    async def orders(self, request: Request) -> Response:
        """List orders, by ?status=, ?customer= and ?limit=."""
        query = request.query_params
        limit = read_limit(query.get("limit"))
        if isinstance(limit, Refusal):
            return respond(limit)
        status, customer = query.get("status") or None, query.get("customer") or None
        orders = self._catalogue.orders(status=status, customer=customer, limit=limit)
        return respond({"orders": orders, "count": len(orders)})

    async def order(self, request: Request) -> Response:
        """Return one order with its lines."""
        key = request.path_params["order"]
        return respond(_or_not_found("order", key, self._catalogue.order(key)))

    async def refund_order(self, request: Request) -> Response:
        """Refund an order: {"refund": true}, optionally "amount" and "reason"; ?notify= is returned."""
        body = read_object(await request.body())
        if isinstance(body, Refusal):
            return respond(body)
        refusal = read_refund(body)
        return respond(refusal) if refusal else self._refund(request, request.path_params["order"], body)

    def _refund(self, request: Request, key: str, body: dict[str, Any], status: int = 200) -> Response:
        notified = request.query_params.get("notify")
        refund = self._catalogue.refund(
            key, amount=body.get("amount"), reason=body.get("reason"), notified=notified
        )
        return respond(refund, status)

    async def customers(self, request: Request) -> Response:
        """List customers."""
        customers = self._catalogue.customers()
        return respond({"customers": customers, "count": len(customers)})

    async def customer(self, request: Request) -> Response:
        """Return one customer."""
        key = request.path_params["customer"]
        return respond(_or_not_found("customer", key, self._catalogue.customer(key)))

    async def change_customer(self, request: Request) -> Response:
        """Change a customer: PATCH some fields, PUT all of them."""
        body = read_object(await request.body())
        if isinstance(body, Refusal):
            return respond(body)
        fields = read_customer(body, is_complete=request.method == "PUT")
        if isinstance(fields, Refusal):
            return respond(fields)
        key = request.path_params["customer"]
        return respond(_or_not_found("customer", key, self._catalogue.update_customer(key, fields)))

    async def refunds(self, request: Request) -> Response:
        """List refunds."""
        refunds = self._catalogue.refunds()
        return respond({"refunds": refunds, "count": len(refunds)})

    async def add_refund(self, request: Request) -> Response:
        """Refund the order with the "orderId" in the body."""
        body = read_object(await request.body())
        if isinstance(body, Refusal):
            return respond(body)
        key = body.get("orderId")
        if isinstance(key, bool) or not isinstance(key, str | int):
            return respond(
                Refusal.from_error(422, "order_missing", 'The body must contain "orderId", a number.')
            )
        refusal = read_reason(body)
        return respond(refusal) if refusal else self._refund(request, str(key), body, 201)

    async def delete_refund(self, request: Request) -> Response:
        """Delete a refund."""
        key = request.path_params["refund"]
        if not self._catalogue.delete_refund(key):
            return respond(_not_found("refund", key))
        return Response(status_code=204)

    async def requests(self, request: Request) -> Response:
        """List the latest 1,000 requests, with bodies in base64."""
        entries = [
            {
                **entry,
                "raw_path": entry["raw_path"].decode("latin-1"),
                "body": base64.b64encode(entry["body"]).decode(),
            }
            for entry in self._journal.entries()
        ]
        return respond({"requests": entries})

    async def reset(self, request: Request) -> Response:
        """Restore the initial data and delete the recorded requests."""
        self._catalogue.reset()
        self._journal.clear()
        return await self.health(request)
