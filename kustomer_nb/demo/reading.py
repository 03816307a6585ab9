"""Request bodies and query values, read or refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from .catalogue import MOST_ROWS
from .refusal import Refusal

REQUIRED = ("name", "email")
FIELDS = (*REQUIRED, "phone", "city", "note")


def read_object(body: bytes) -> dict[str, Any] | Refusal:
    """Return the JSON object of a body, or why there is none.

    Example:
        >>> read_object(b'{"refund": true}')
        {'refund': True}
        >>> read_object(b"refund=true").errors[0]["message"]
        'The body is not JSON: Expecting value: line 1 column 1 (char 0).'
    """
    try:
        value = json.loads(body.decode(), parse_constant=_refuse_constant)
        # JSON can name half a character, which neither SQLite nor an answer can hold.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        return Refusal.of(400, "invalid_json", f"The body is not JSON: {error}.")
    if not isinstance(value, dict):
        return Refusal.of(422, "not_an_object", f"The body must be a JSON object, not {_shown(value)}.")
    return value


def read_refund(body: Mapping[str, Any]) -> Refusal | None:
    """Return why an order is not to be refunded with this body, None when it is.

    Example:
        >>> read_refund({"refund": "true"}).errors[0]["message"]
        '"refund" must be true, not "true".'
    """
    if "refund" not in body:
        return Refusal.of(422, "refund_missing", 'The body must hold "refund": true.')
    if body["refund"] is not True:
        message = f'"refund" must be true, not {_shown(body["refund"])}.'
        return Refusal.of(422, "refund_not_true", message)
    return read_reason(body)


def read_reason(body: Mapping[str, Any]) -> Refusal | None:
    """Return why the reason of a refund cannot be kept, None when it can.

    Example:
        >>> read_reason({"reason": 7}).errors[0]["message"]
        '"reason" must be a string or null, not 7.'
    """
    if not isinstance(body.get("reason"), str | None):
        message = f'"reason" must be a string or null, not {_shown(body["reason"])}.'
        return Refusal.of(422, "invalid_reason", message)
    return None


def read_customer(body: Mapping[str, Any], *, whole: bool) -> dict[str, str | None] | Refusal:
    """Return the fields of a customer to change; ``whole`` means that what is left out becomes null.

    Example:
        >>> read_customer({"city": "Lagos"}, whole=False)
        {'city': 'Lagos'}
        >>> [one["message"] for one in read_customer({"email": None, "age": 7}, whole=True).errors]
        ['"age" is not a field of a customer.', '"name" is missing.', '"email" must be a string, not null.']
    """
    faults = [f'"{key}" is not a field of a customer.' for key in body if key not in FIELDS]
    fields: dict[str, str | None] = {}
    for key in FIELDS:
        value = body.get(key)
        if key in REQUIRED and key not in body:
            faults += [f'"{key}" is missing.'] if whole else []
        elif not isinstance(value, str if key in REQUIRED else str | None):
            wanted = "a string" if key in REQUIRED else "a string or null"
            faults.append(f'"{key}" must be {wanted}, not {_shown(value)}.')
        elif whole or key in body:
            fields[key] = value
    if faults:
        return Refusal(422, tuple({"code": "invalid_customer", "message": fault} for fault in faults))
    return fields


def read_limit(text: str | None) -> int | Refusal:
    """Return how many orders are wanted, at most 100.

    Example:
        >>> read_limit("5"), read_limit(None), read_limit("0").errors[0]["message"]
        (5, 100, '"limit" must be a whole number from 1 to 100, not "0".')
    """
    limits = {str(number): number for number in range(1, MOST_ROWS + 1)}
    if text is None or text in limits:
        return MOST_ROWS if text is None else limits[text]
    message = f'"limit" must be a whole number from 1 to {MOST_ROWS}, not {_shown(text)}.'
    return Refusal.of(422, "invalid_limit", message)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _refuse_constant(name: str) -> NoReturn:
    msg = f"{name} is not a JSON number"
    raise ValueError(msg)
