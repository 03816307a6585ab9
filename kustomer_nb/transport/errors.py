"""Why no response came: each failure of sending as a diagnostic that says where, what, and how to fix it."""

from __future__ import annotations

import socket
import ssl
from http.client import responses
from typing import TYPE_CHECKING

import httpx

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.faces import name_of

if TYPE_CHECKING:
    from kustomer_nb.request import Wire

MAY_BE_PROCESSED = "the service may have processed the request; check before sending it again."


def error_diagnostic(code: str, message: str, fix: str) -> Diagnostic:
    """Return an error without a pointer: it is not about a location in a document."""
    return Diagnostic(code, Severity.ERROR, "", message, fix)


def timeout_diagnostic(wire: Wire, timeout: float, *, is_sent: bool) -> Diagnostic:
    """Return that no response came in time; only if nothing was sent is it safe to send it again."""
    if is_sent:
        message = f"no response to {wire.masked} within {timeout:g} seconds."
        return error_diagnostic(Code.TIMED_OUT, message, MAY_BE_PROCESSED)
    message = f"no connection to {wire.origin} within {timeout:g} seconds, so nothing was sent."
    fix = "check host, port and network; it is safe to send the request again."
    return error_diagnostic(Code.TIMED_OUT, message, fix)


def failure_diagnostic(wire: Wire, error: Exception, masked_proxy: str = "") -> Diagnostic:
    """Return why no response to a request came; ``masked_proxy`` is the URL of the proxy without password."""
    origin = wire.origin
    match error:
        case httpx.LocalProtocolError():
            message = f"the request to {origin} is not valid HTTP, so it was not sent."
            fix = "remove headers such as transfer-encoding and content-length."
            return error_diagnostic(Code.CONNECTION_BROKEN, message, fix)
        case httpx.InvalidURL():
            message = f"{origin} is not a host that can be called."
            return error_diagnostic(Code.NO_CONNECTION, message, "check the host of the uri.")
        case httpx.ProxyError():
            # Only the status: the rest comes from the proxy and may contain anything, also our password.
            status = _status_of(str(error)[:3])
            message = f"the proxy {masked_proxy} rejects the connection to {origin}: {status}."
            fix = "check the proxy, and its user and password."
            return error_diagnostic(Code.CONNECTION_OPTIONS, message, fix)
        case httpx.ConnectError():
            return _unconnected(origin, error, masked_proxy)
        case _:
            # Of other errors only the type is shown: httpx quotes headers and URLs in some of them.
            kind = type(error).__name__
            message = f"the connection to {origin} broke before the response was complete ({kind})."
            return error_diagnostic(Code.CONNECTION_BROKEN, message, MAY_BE_PROCESSED)


def _status_of(code: str) -> str:
    if not code.isdecimal():
        return "no known response"
    return f"{code} {responses.get(int(code), '')}".strip()


def _verification_failure(error: ssl.SSLCertVerificationError) -> str:
    reason = getattr(error, "verify_message", "")
    return f" ({reason})" if reason else ""


def _unconnected(origin: str, error: Exception, masked_proxy: str) -> Diagnostic:
    # A failure without TLS happened on the way to the proxy, if there is one.
    first_hop = f"the proxy {masked_proxy}" if masked_proxy else origin
    match cause_of(error):
        case ssl.SSLCertVerificationError() as cause:
            message = f"the certificate of {origin} is not trusted{_verification_failure(cause)}."
            fix = "check the host and its certificate; use ca_file to trust a private CA."
        case ssl.SSLError() as cause if "ALERT" in (reason := str(getattr(cause, "reason", ""))):
            message = f"{origin} rejected the TLS handshake ({reason.lower().replace('_', ' ')})."
            fix = "it may require a client certificate: set cert_file and key_file."
        case ssl.SSLError():
            message = f"{origin} does not use TLS."
            fix = "write http:// if the service has no https://."
        # Connected, and neither an error of TLS nor of the network: the stream ended.
        case ConnectionResetError() | BrokenPipeError() | None if origin.startswith("https:"):
            message = f"{origin} closed the connection during the TLS handshake, so nothing was sent."
            fix = "try again; if it persists, check for a firewall, or for a port without TLS."
        case socket.gaierror():
            message = f"the host of {first_hop} cannot be resolved."
            fix = f"check the spelling of the host: in the uri, or in {name_of('hosts')}."
        case _:
            message = f"nothing responds at {first_hop}: the connection was refused."
            fix = f"start the service, check host and port, or redirect the origin with {name_of('hosts')}."
    return error_diagnostic(Code.NO_CONNECTION, message, fix)


def cause_of(error: BaseException) -> BaseException | None:
    """Return the error of the operating system or of TLS that caused an error of httpx."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, OSError):
        cause = cause.__cause__ or cause.__context__
    return cause


def is_transient(error: httpx.ConnectError) -> bool:
    """Return whether another attempt may connect: a certificate that is not trusted stays so."""
    return not isinstance(cause_of(error), ssl.SSLError)
