"""Why no answer came, in words: where, what and the way out."""

from __future__ import annotations

import socket
import ssl
from http.client import responses

import httpx

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.request import Wire

UNKNOWN = "whether the request was carried out is unknown: look before sending it again."


def trouble(code: str, message: str, fix: str) -> Diagnostic:
    """Return what is wrong as an error; there is no place in a document to point to."""
    return Diagnostic(code, Severity.ERROR, "", message, fix)


def late(wire: Wire, timeout: float, *, is_sent: bool) -> Diagnostic:
    """Return that no answer came in time; only where nothing was sent is it known what that means."""
    if is_sent:
        return trouble(Code.TIMED_OUT, f"no answer to {wire.masked} within {timeout:g} seconds.", UNKNOWN)
    message = f"no connection to {wire.origin} within {timeout:g} seconds, so nothing was sent."
    return trouble(
        Code.TIMED_OUT, message, "check host and port, and the way to them; sending it again is safe."
    )


def broken(wire: Wire, error: Exception, proxy: str = "") -> Diagnostic:
    """Return why no answer to a request came; ``proxy`` is the one on the way, as it may be shown."""
    where = wire.origin
    match error:
        case httpx.LocalProtocolError():
            return _unsendable(wire, where)
        case httpx.InvalidURL():
            return trouble(
                Code.NO_CONNECTION, f"{where} is no host that can be called.", "check the host of the uri."
            )
        case httpx.ProxyError():
            # What else it says may be anything, our password too.
            code = str(error)[:3]
            status = (
                f"{code} {responses.get(int(code), '')}".strip() if code.isdecimal() else "no known answer"
            )
            message = f"the proxy {proxy} lets nothing through to {where}: {status}."
            return trouble(Code.CONNECTION_OPTIONS, message, "check the proxy, and its user and password.")
        case httpx.ConnectError():
            return _unconnected(where, error, proxy)
        case _:
            message = f"the connection to {where} broke before a whole answer came ({type(error).__name__})."
            return trouble(Code.CONNECTION_BROKEN, message, UNKNOWN)


def _unconnected(where: str, error: Exception, proxy: str) -> Diagnostic:
    # What failed without TLS was the way to the proxy, where there is one.
    first = f"the proxy {proxy}" if proxy else where
    match cause_of(error):
        case ssl.SSLCertVerificationError() as cause:
            why = getattr(cause, "verify_message", "")
            message = f"the certificate of {where} is not trusted{f' ({why})' if why else ''}."
            fix = "check the host and its certificate; an authority of your own is trusted by ca_file."
        case ssl.SSLError() as cause if "ALERT" in (reason := str(getattr(cause, "reason", ""))):
            message = f"{where} refuses the TLS that is offered ({reason.lower().replace('_', ' ')})."
            fix = "it may ask for a certificate: name cert_file and key_file."
        case ssl.SSLError():
            message, fix = f"{where} does not speak TLS.", "write http:// if the service has no https://."
        # Connected, and no error of TLS or of the way there: the stream has ended.
        case ConnectionResetError() | BrokenPipeError() | None if where.startswith("https:"):
            message = f"{where} hung up before TLS was agreed on, so nothing was sent."
            fix = "try again; if it stays so, look for a firewall on the way, or an address without TLS."
        case socket.gaierror():
            message, fix = (
                f"the host of {first} is not known.",
                "check the spelling of the host: in the uri, or in hosts.",
            )
        case _:
            message = f"nothing answers at {first}: the connection was refused."
            fix = "start the service, check host and port, or redirect the origin with hosts=."
    return trouble(Code.NO_CONNECTION, message, fix)


def _unsendable(wire: Wire, where: str) -> Diagnostic:
    if wire.target.isascii():
        message = f"the request to {where} breaks the rules of HTTP, so it was not sent."
        return trouble(
            Code.CONNECTION_BROKEN, message, "leave out headers such as transfer-encoding and content-length."
        )
    # Node sends it as one Latin-1 byte, which h11 does not.
    message = f"the address of {wire.masked} holds a character beyond ASCII, so it was not sent."
    return trouble(Code.CONNECTION_BROKEN, message, "pass it in qs, which is encoded, or encode it.")


def cause_of(error: BaseException) -> BaseException | None:
    """Return the error of the operating system that an error of httpx was made of."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, OSError):
        cause = cause.__cause__ or cause.__context__
    return cause


def may_go_away(error: httpx.ConnectError) -> bool:
    """Return whether another try may connect: a certificate does not become another one."""
    return not isinstance(cause_of(error), ssl.SSLError)
