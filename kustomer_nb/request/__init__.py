"""One HTTP request, made of pieces that know where they came from."""

from __future__ import annotations

from .build import build_request
from .credentials import basic_auth, pair
from .headers import BEARER, AccountToken
from .origins import Origin, Origins
from .redirect import in_place_of, redirected
from .request import NOT_REST_API, UNSET, Request
from .wire import Wire

__all__ = [
    "BEARER",
    "NOT_REST_API",
    "UNSET",
    "AccountToken",
    "Origin",
    "Origins",
    "Request",
    "Wire",
    "basic_auth",
    "build_request",
    "in_place_of",
    "pair",
    "redirected",
]
