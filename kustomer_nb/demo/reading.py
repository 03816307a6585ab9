"""Reads request bodies and query parameters, or refuses them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from .catalogue import MOST_ROWS
from .refusal import Refusal

REQUIRED = ("name", "email")
FIELDS = (*REQUIRED, "phone", "city", "note")


def read_object(body: bytes) -> dict[str, Any] | Refusal:
    """Return the JSON object in a body, or the refusal.

    Example:
        >>> read_object(b'{"refund": true}')
        {'refund': True}
        >>> read_object(b"refund=true").errors[0]["message"]
        'The body is not JSON: Expecting value: line 1 column 1 (char 0).'
    """
    try:
        value = json.loads(body.decode(), parse_constant=_refuse_constant)
        # JSON can contain a lone surrogate, which neither SQLite nor UTF-8 can store.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        return Refusal.from_error(400, "invalid_json", f"The body is not JSON: {error}.")
    if not isinstance(value, dict):
        return Refusal.from_error(
            422, "not_an_object", f"The body must be a JSON object, not {_as_json(value)}."
        )
    return value


def read_refund(body: Mapping[str, Any]) -> Refusal | None:
    """Return the refusal of a refund with this body, None when it is accepted.

    Example:
        >>> read_refund({"refund": "true"}).errors[0]["message"]
        '"refund" must be true, not "true".'
    """
    if "refund" not in body:
        return Refusal.from_error(422, "refund_missing", 'The body must contain "refund": true.')
    if body["refund"] is not True:
        message = f'"refund" must be true, not {_as_json(body["refund"])}.'
        return Refusal.from_error(422, "refund_not_true", message)
    return read_reason(body)


def read_reason(body: Mapping[str, Any]) -> Refusal | None:
    """Return the refusal of the reason of a refund, None when it is accepted.

    Example:
        >>> read_reason({"reason": 7}).errors[0]["message"]
        '"reason" must be a string or null, not 7.'
    """
    if not isinstance(body.get("reason"), str | None):
        message = f'"reason" must be a string or null, not {_as_json(body["reason"])}.'
        return Refusal.from_error(422, "invalid_reason", message)
    return None


def read_customer(body: Mapping[str, Any], *, is_complete: bool) -> dict[str, str | None] | Refusal:
    """Return the fields of a customer to change; with ``is_complete``, a field that is left out becomes null.

    Example:
        >>> read_customer({"city": "Lagos"}, is_complete=False)
        {'city': 'Lagos'}
        >>> [error["message"] for error in read_customer({"email": None, "age": 7}, is_complete=True).errors]
        ['"age" is not a field of a customer.', '"name" is missing.', '"email" must be a string, not null.']
    """
    errors = _customer_errors(body, is_complete=is_complete)
    if errors:
        return Refusal(422, tuple({"code": "invalid_customer", "message": message} for message in errors))
    return {key: body.get(key) for key in FIELDS if is_complete or key in body}


def _customer_errors(body: Mapping[str, Any], *, is_complete: bool) -> list[str]:
    errors = [f'"{key}" is not a field of a customer.' for key in body if key not in FIELDS]
    for key in FIELDS:
        if key in body:
            errors += _field_errors(key, body[key])
        elif key in REQUIRED and is_complete:
            errors.append(f'"{key}" is missing.')
    return errors


def _field_errors(key: str, value: Any) -> list[str]:
    kinds, expected = (str, "a string") if key in REQUIRED else (str | None, "a string or null")
    return [] if isinstance(value, kinds) else [f'"{key}" must be {expected}, not {_as_json(value)}.']


def read_limit(text: str | None) -> int | Refusal:
    """Return the number of orders to list, at most 100.

    Example:
        >>> read_limit("5"), read_limit(None), read_limit("0").errors[0]["message"]
        (5, 100, '"limit" must be a whole number from 1 to 100, not "0".')
    """
    # Not int(): that accepts " 5", "5_0" and digits of other scripts.
    limits = {str(number): number for number in range(1, MOST_ROWS + 1)}
    if text is None or text in limits:
        return MOST_ROWS if text is None else limits[text]
    message = f'"limit" must be a whole number from 1 to {MOST_ROWS}, not {_as_json(text)}.'
    return Refusal.from_error(422, "invalid_limit", message)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _refuse_constant(name: str) -> NoReturn:
    msg = f"{name} is not a JSON number"
    raise ValueError(msg)
