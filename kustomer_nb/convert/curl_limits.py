"""What an action of type rest_api cannot do of curl's options, each with the nearest way that works."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity

from .notes import note, problem

if TYPE_CHECKING:
    from .curl_options import Option

_FORM = "--data-urlencode 'name=value' for a form of text fields, or send JSON with --json."
_BASIC = "use Basic authentication (-u without this option), a bearer token, or an API key in a header."
_PLAIN = "remove the option, and add the header that it makes with -H."
_PROXY_SERVICE = "call a service of your own that does this and forwards the request."
# What the request would be without, so that it could not work.
_IMPOSSIBLE = {
    "form": ("sends multipart/form-data", f"if the service accepts it, write {_FORM}"),
    "form-string": ("sends multipart/form-data", f"if the service accepts it, write {_FORM}"),
    "upload-file": (
        "uploads a file",
        "write --data-binary with the text, or send a link to the file instead.",
    ),
    "digest": ("needs Digest authentication, which answers a challenge", _BASIC),
    "ntlm": ("needs NTLM authentication, which answers a challenge", _BASIC),
    "ntlm-wb": ("needs NTLM authentication, which answers a challenge", _BASIC),
    "negotiate": ("needs Kerberos authentication, which answers a challenge", _BASIC),
    "anyauth": ("negotiates the authentication", _BASIC),
    "aws-sigv4": ("signs each request for AWS", f"{_PROXY_SERVICE}"),
    "cert": (
        "authenticates with a client certificate",
        f"use a token if the service has one, or {_PROXY_SERVICE}",
    ),
    "key": (
        "authenticates with a client certificate",
        f"use a token if the service has one, or {_PROXY_SERVICE}",
    ),
    "unix-socket": ("connects to a Unix socket", "use the service's URL on the network."),
    "abstract-unix-socket": ("connects to a Unix socket", "use the service's URL on the network."),
    "config": ("reads options from a file", "write these options on the command line."),
    "netrc": ("reads user and password from a file", 'write -u with a variable: -u "$USER:$PASSWORD".'),
    "netrc-file": ("reads user and password from a file", 'write -u with a variable: -u "$USER:$PASSWORD".'),
    "netrc-optional": ("may read user and password from a file", "remove it, or write -u with a variable."),
    "variable": ("sets a variable of curl", "write its value in place of the variable."),
    "time-cond": ("makes a header of a date", "write the header: -H 'If-Modified-Since: …'."),
    "continue-at": ("continues a download", "write the header: -H 'Range: …'."),
    "tr-encoding": ("asks for a compressed transfer", _PLAIN),
    "etag-compare": ("reads a header from a file", "write the header: -H 'If-None-Match: …'."),
    "quote": ("sends commands of FTP", "import a command with an http or https URL."),
}
_PROXY = "Kustomer connects directly. To use a proxy here only, set proxy in a profile."
_TRUST = "Kustomer verifies certificates. To trust a private CA here only, set ca_file in a profile."
_HOSTS = "Kustomer looks the host up. To send requests elsewhere here only, set hosts in a profile."
_VERSION = "nothing to do: the request is sent over HTTP/1.1."
_TIMES = "nothing to do: Kustomer has a timeout and retries of its own."
_TRANSPORT = {
    **dict.fromkeys(("proxy", "preproxy", "proxy-user", "proxytunnel", "proxy1.0", "proxy-header"), _PROXY),
    **dict.fromkeys(("socks4", "socks4a", "socks5", "socks5-hostname"), _PROXY),
    **dict.fromkeys(("insecure", "cacert", "capath", "pinnedpubkey"), _TRUST),
    **dict.fromkeys(("resolve", "connect-to", "interface", "doh-url"), _HOSTS),
    **dict.fromkeys(("http2", "http2-prior-knowledge", "http3", "http3-only", "http1.0"), _VERSION),
    **dict.fromkeys(("max-time", "connect-timeout", "retry", "retry-all-errors", "retry-delay"), _TIMES),
}
# These make no difference that an author must know.
_HARMLESS = frozenset({"http2", "http1.0", "http3", "max-time", "connect-timeout", "retry", "retry-delay"})


def problems_of(options: Iterable[Option]) -> list[Diagnostic]:
    """Return an error for each option that an action cannot express.

    Example:
        >>> from kustomer_nb.convert.curl_options import Option
        >>> [str(error) for error in problems_of([Option("digest", "on")])][0][:70]
        'KNB905 --digest needs Digest authentication, which answers a challenge'
    """
    names = dict.fromkeys(option.name for option in options if option.value)
    return [
        problem(
            Code.NOT_EXPRESSIBLE,
            f"--{name} {_IMPOSSIBLE[name][0]}; rest_api cannot do that.",
            _IMPOSSIBLE[name][1],
        )
        for name in names
        if name in _IMPOSSIBLE
    ]


def transport_of(options: Iterable[Option]) -> tuple[str, ...]:
    """Return the names of the options that change the connection and not the request."""
    return tuple(
        dict.fromkeys(option.name for option in options if option.value and option.name in _TRANSPORT)
    )


def notes_of_transport(names: Iterable[str]) -> list[Diagnostic]:
    """Return a note for each option of the connection, which has no effect in Kustomer."""
    return [
        note(
            Code.TRANSPORT_DIFFERS,
            f"--{name} was left out.",
            _TRANSPORT[name],
            Severity.HINT if name in _HARMLESS else Severity.WARNING,
        )
        for name in names
    ]
