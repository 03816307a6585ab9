"""The store's own endpoints: orders, customers, refunds."""

from __future__ import annotations

import base64
import html
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from .catalogue import Catalogue
from .journal import Journal
from .reading import read_customer, read_limit, read_object, read_reason, read_refund
from .refusal import Refusal


def answer(value: dict[str, Any] | Refusal, status: int = 200) -> Response:
    """Return the answer that carries a value, or a refusal with the status of its own."""
    if isinstance(value, Refusal):
        return JSONResponse(value.body, value.status)
    return JSONResponse(value, status)


def _found(kind: str, key: str, value: dict[str, Any] | None) -> dict[str, Any] | Refusal:
    return _unknown(kind, key) if value is None else value


def _unknown(kind: str, key: str) -> Refusal:
    return Refusal.of(404, f"{kind}_not_found", f"There is no {kind} {key!r}.", **{f"{kind}Id": key})


class Shop:
    """The endpoints over one catalogue; the first line of each is its entry on the front page."""

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
            methods = " ".join(sorted(route.methods - {"HEAD"})) if route.methods else "any"
            said = (route.endpoint.__doc__ or "").partition("\n")[0]
            cells = (methods, route.path, said)
            rows.append("".join(f"<td>{html.escape(cell)}</td>" for cell in cells))
        table = "".join(f"<tr>{row}</tr>" for row in rows)
        return HTMLResponse(
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>E-comm Store</title>'
            "<h1>E-comm Store</h1><p>A small real service to try Kustomer workflow actions on. "
            "It sells nothing, and forgets everything when it is reset.</p>"
            f"<table><tr><th>method<th>path<th>what it does</tr>{table}</table></html>"
        )

    async def health(self, request: Request) -> Response:
        """Say that the store is up; needs no token."""
        return answer({"status": "ok", "orders": self._catalogue.count()})

    async def orders(self, request: Request) -> Response:
        """List orders, by ?status=, ?customer= and ?limit=."""
        query = request.query_params
        limit = read_limit(query.get("limit"))
        if isinstance(limit, Refusal):
            return answer(limit)
        status, customer = query.get("status") or None, query.get("customer") or None
        orders = self._catalogue.orders(status=status, customer=customer, limit=limit)
        return answer({"orders": orders, "count": len(orders)})

    async def order(self, request: Request) -> Response:
        """Give one order with its lines."""
        key = request.path_params["order"]
        return answer(_found("order", key, self._catalogue.order(key)))

    async def refund_order(self, request: Request) -> Response:
        """Refund an order: {"refund": true}, perhaps "amount" and "reason"; ?notify= is given back."""
        body = read_object(await request.body())
        if isinstance(body, Refusal):
            return answer(body)
        refusal = read_refund(body)
        return answer(refusal) if refusal else self._refund(request, request.path_params["order"], body)

    def _refund(self, request: Request, key: str, body: dict[str, Any], status: int = 200) -> Response:
        notified = request.query_params.get("notify")
        made = self._catalogue.refund(
            key, amount=body.get("amount"), reason=body.get("reason"), notified=notified
        )
        return answer(made, status)

    async def customers(self, request: Request) -> Response:
        """List customers."""
        customers = self._catalogue.customers()
        return answer({"customers": customers, "count": len(customers)})

    async def customer(self, request: Request) -> Response:
        """Give one customer."""
        key = request.path_params["customer"]
        return answer(_found("customer", key, self._catalogue.customer(key)))

    async def change_customer(self, request: Request) -> Response:
        """Change a customer: PATCH the fields given, PUT all of them."""
        body = read_object(await request.body())
        if isinstance(body, Refusal):
            return answer(body)
        fields = read_customer(body, whole=request.method == "PUT")
        if isinstance(fields, Refusal):
            return answer(fields)
        key = request.path_params["customer"]
        return answer(_found("customer", key, self._catalogue.update_customer(key, fields)))

    async def refunds(self, request: Request) -> Response:
        """List refunds."""
        refunds = self._catalogue.refunds()
        return answer({"refunds": refunds, "count": len(refunds)})

    async def add_refund(self, request: Request) -> Response:
        """Refund the order that the body names as "orderId"."""
        body = read_object(await request.body())
        if isinstance(body, Refusal):
            return answer(body)
        key = body.get("orderId")
        if isinstance(key, bool) or not isinstance(key, str | int):
            return answer(Refusal.of(422, "order_missing", 'The body must hold "orderId", a number.'))
        refusal = read_reason(body)
        return answer(refusal) if refusal else self._refund(request, str(key), body, 201)

    async def delete_refund(self, request: Request) -> Response:
        """Take a refund back."""
        key = request.path_params["refund"]
        if not self._catalogue.delete_refund(key):
            return answer(_unknown("refund", key))
        return Response(status_code=204)

    async def requests(self, request: Request) -> Response:
        """List the latest 1,000 requests, their bodies in base64."""
        entries = [
            {
                **entry,
                "raw_path": entry["raw_path"].decode("latin-1"),
                "body": base64.b64encode(entry["body"]).decode(),
            }
            for entry in self._journal.entries()
        ]
        return answer({"requests": entries})

    async def reset(self, request: Request) -> Response:
        """Bring back the first day, and forget what was asked."""
        self._catalogue.reset()
        self._journal.clear()
        return await self.health(request)
