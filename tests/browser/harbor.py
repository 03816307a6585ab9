"""A booking service of boats on loopback, with the curl commands of its documentation."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "hbr_live_9f27c1d0b84e4a52"
KEY = "hk_7Q2mZr8xVt41"
GET = """curl -X GET "{base}/v2/trips/TRP-20418?include=passengers,boat&locale=en" \\
  -H "Accept: application/json" \\
  -H "Authorization: Bearer {token}"
"""
POST = """curl -X POST "{base}/v2/bookings" \\
  -H "Content-Type: application/json" \\
  -H "X-Api-Key: {key}" \\
  -d '{
    "tripId": "TRP-20418",
    "customer": {"name": "Ana Ruiz", "email": "ana.ruiz@example.com", "phone": "+49 431 5550142"},
    "passengers": [
      {"name": "Ana Ruiz", "ageGroup": "ADULT", "berth": "window"},
      {"name": "Leo Ruiz", "ageGroup": "CHILD", "berth": null}
    ],
    "payment": {"deposit": 80.0, "currency": "EUR", "sendReceipt": true},
    "notes": "Leo is allergic to nuts"
  }'
"""
BOOKING = json.loads(POST[POST.index("-d '") + 4 : POST.rindex("'")])
TRIP = {
    "id": "TRP-20418",
    "status": "CONFIRMED",
    "createdAt": "2026-11-12T08:31:07.412Z",
    "departure": {"harbor": "Kiel", "at": "2026-12-24T09:30:00+01:00", "pier": "B4"},
    "boat": {"id": "bt_311", "name": "Möwe", "berths": 8},
    "total": {"amount": 418.5, "currency": "EUR"},
    "passengers": [
        {"id": "psg_88121", "name": "Ana Ruiz", "ageGroup": "ADULT", "checkedIn": False},
        {"id": "psg_88122", "name": "Leo Ruiz", "ageGroup": "CHILD", "checkedIn": True},
    ],
    "notes": None,
}
_AGES = ("ADULT", "CHILD", "INFANT")


@dataclass
class Harbor:
    """The service, and what it was asked: method, path with query, and body of each request."""

    base: str = ""
    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(4071))

    def curl(self, command: str) -> str:
        """Return a command of the documentation, with the address of the service and its credentials."""
        return command.replace("{base}", self.base).replace("{token}", TOKEN).replace("{key}", KEY)

    def answer(self, method: str, target: str, headers: Any, body: Any) -> tuple[int, dict[str, Any]]:
        """Return the status and the body of a response."""
        self.requests.append((method, target, body))
        url = urlsplit(target)
        if method == "GET":
            return self._trip(url.path, parse_qs(url.query), headers)
        if headers["X-Api-Key"] != KEY:
            return _error(401, "bad_key", "X-Api-Key is not valid.")
        if url.path != "/v2/bookings":
            return _error(404, "no_route", "No such endpoint.")
        faults = list(_faults(body))
        if faults:
            return _error(422, "invalid_booking", "The booking is not valid.", details=faults)
        return 201, {"booking": self._booking(body), "warnings": []}

    def _trip(self, path: str, query: dict[str, list[str]], headers: Any) -> tuple[int, dict[str, Any]]:
        if headers["Authorization"] != f"Bearer {TOKEN}":
            return _error(401, "unauthorized", "The bearer token is missing or has expired.")
        trip_id = path.removeprefix("/v2/trips/")
        if trip_id != TRIP["id"]:
            return _error(404, "trip_not_found", f"No trip {trip_id}.")
        has_passengers = "passengers" in query.get("include", [""])[0].split(",")
        trip = {name: value for name, value in TRIP.items() if has_passengers or name != "passengers"}
        return 200, {**trip, "locale": query.get("locale", ["en"])[0]}

    def _booking(self, body: dict[str, Any]) -> dict[str, Any]:
        # Another number and time for each: a sample never has them.
        number = next(self.numbers)
        return {
            "id": f"BKG-{number}",
            "status": "PENDING",
            "tripId": body["tripId"],
            "createdAt": datetime.now(UTC).isoformat(),
            "customer": {**body["customer"], "id": "cus_5512"},
            "passengers": [{"id": f"psg_{index}", **one} for index, one in enumerate(body["passengers"])],
            "payment": {"deposit": body["payment"]["deposit"], "currency": "EUR", "due": "2026-12-10"},
        }


def _error(status: int, code: str, message: str, **more: Any) -> tuple[int, dict[str, Any]]:
    return status, {"error": {"code": code, "message": message, **more}}


def _faults(body: Any) -> Iterator[dict[str, str]]:
    """Yield what is wrong with a booking."""
    if "@" not in str(body.get("customer", {}).get("email")):
        yield {"field": "customer.email", "message": "must be an email address"}
    if not isinstance(body.get("payment", {}).get("deposit"), (int, float)):
        yield {"field": "payment.deposit", "message": "must be a number"}
    passengers = body.get("passengers")
    if not isinstance(passengers, list) or not passengers:
        yield {"field": "passengers", "message": "must have at least one passenger"}
        return
    for index, passenger in enumerate(passengers):
        if passenger.get("ageGroup") not in _AGES:
            yield {"field": f"passengers[{index}].ageGroup", "message": f"must be one of {', '.join(_AGES)}"}


@contextmanager
def started_harbor() -> Iterator[Harbor]:
    """Start the service on a free port of loopback, and end it."""
    harbor = Harbor()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def _answer(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"] or 0))
            status, body = harbor.answer(
                self.command, self.path, self.headers, json.loads(text) if text else None
            )
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _answer  # noqa: N815 - as the base names them

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        harbor.base = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield harbor
        server.shutdown()
        thread.join()
