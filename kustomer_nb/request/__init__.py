"""An HTTP request, made of pieces that know their origin."""

from __future__ import annotations

from .added_headers import BEARER, AccountToken
from .builder import build_request
from .credentials import basic_auth, pair
from .deferred import deferred
from .host_override import is_origin_of, origin_problem
from .model import NOT_REST_API, UNSET, Request
from .provenance import Origin, Origins
from .redaction import is_plain_setting, request_secrets
from .redirects import in_place_of, redirected
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
    "deferred",
    "in_place_of",
    "is_origin_of",
    "is_plain_setting",
    "origin_problem",
    "pair",
    "redirected",
    "request_secrets",
]
