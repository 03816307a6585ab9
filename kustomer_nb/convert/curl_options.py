"""The options of curl (curl 8), as ``curl --help all`` lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.errors import ConversionError
from kustomer_nb.near_names import near_miss

from .notes import problem

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic

_NAMES_WITH_VALUE = """
    abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout
    connect-to continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary
    data-raw data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url
    dump-header ech egd-file engine etag-compare etag-save expect100-timeout form form-string ftp-account
    ftp-alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip
    header help hostpubmd5 hostpubsha256 hsts interface ip-tos ipfs-gateway json keepalive-cnt
    keepalive-time key key-type krb libcurl limit-rate local-port login-options mail-auth mail-from
    mail-rcpt max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output output-dir
    parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert proxy-capath
    proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass
    proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword
    proxy-tlsuser proxy-user proxy1.0 pubkey quote random-file range rate referer request request-target
    resolve retry retry-delay retry-max-time sasl-authzid service-name sigalgs socks4 socks4a socks5
    socks5-gssapi-service socks5-hostname speed-limit speed-time stderr telnet-option tftp-blksize time-cond
    tls-max tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket
    upload-file upload-flags url url-query user user-agent variable vlan-priority write-out
"""
_NAMES_OF_FLAGS = """
    anyauth append basic ca-native cert-status compressed compressed-ssh create-dirs crlf digest disable
    disable-eprt disable-epsv eprt epsv disallow-username-in-url doh-cert-status doh-insecure fail
    fail-early fail-with-body false-start follow form-escape ftp-create-dirs ftp-pasv ftp-pret
    ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-control get globoff haproxy-protocol head http0.9 http1.0 http1.1
    http2 http2-prior-knowledge http3 http3-only ignore-content-length include insecure ipv4 ipv6
    junk-session-cookies list-only location location-trusted mail-rcpt-allowfails manual metalink mptcp
    negotiate netrc netrc-optional next no-alpn no-buffer no-clobber no-keepalive no-npn no-progress-meter
    no-sessionid ntlm ntlm-wb out-null parallel parallel-immediate path-as-is post301 post302 post303
    progress-bar proxy-anyauth proxy-basic proxy-ca-native proxy-digest proxy-http2 proxy-insecure
    proxy-negotiate proxy-ntlm proxy-ssl-allow-beast proxy-ssl-auto-client-cert proxy-tlsv1 proxytunnel raw
    remote-header-name remote-name remote-name-all remote-time remove-on-error retry-all-errors
    retry-connrefused sasl-ir show-error silent skip-existing socks5-basic socks5-gssapi socks5-gssapi-nec
    ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2 sslv3
    styled-output suppress-connect-headers tcp-fastopen tcp-nodelay tftp-no-options tls-earlydata tlsv1
    tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding trace-ids trace-time use-ascii verbose version xattr
"""
_SHORT_OPTIONS = """
    a=append E=cert K=config C=continue-at b=cookie c=cookie-jar d=data q=disable D=dump-header f=fail
    F=form P=ftp-port G=get g=globoff I=head H=header h=help 0=http1.0 i=include k=insecure 4=ipv4 6=ipv6
    j=junk-session-cookies l=list-only L=location M=manual m=max-time n=netrc :=next N=no-buffer o=output
    Z=parallel #=progress-bar x=proxy U=proxy-user p=proxytunnel Q=quote r=range e=referer
    J=remote-header-name O=remote-name R=remote-time X=request S=show-error s=silent Y=speed-limit
    y=speed-time 2=sslv2 3=sslv3 t=telnet-option z=time-cond 1=tlsv1 T=upload-file B=use-ascii u=user
    A=user-agent v=verbose V=version w=write-out
"""
_WITH_VALUE = frozenset(_NAMES_WITH_VALUE.split())
_FLAGS = frozenset(_NAMES_OF_FLAGS.split())
SHORT_NAMES = dict(pair.split("=", 1) for pair in _SHORT_OPTIONS.split())
_KNOWN = _WITH_VALUE | _FLAGS
_NO = "no-"
# What word processors make of a hyphen, or of two.
_DASHES = ("\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212")
# Only a name is quoted in a message: what follows it may be a token.
_NAME = re.compile(r"[a-z][a-z0-9.-]{0,40}")
_TOKEN = re.compile(r"(?=.*[0-9].*[0-9])(?=.*[a-z]).{13,}")


@dataclass(frozen=True, slots=True, repr=False)
class Option:
    """An option of a command line, or a URL, whose name is ``url``; a flag has the value ``on`` or empty."""

    name: str
    value: str = ""


def read_options(words: Sequence[str]) -> Iterator[Option]:
    """Yield the options of curl and the URLs in the order of a command line.

    Raises:
        ConversionError: an option is unknown, ambiguous, or has no value; all of them are in the error.

    Example:
        >>> [(option.name, option.value) for option in read_options(["-sXPOST", "a.b", "--data", "x"])]
        [('silent', 'on'), ('request', 'POST'), ('url', 'a.b'), ('data', 'x')]
    """
    reader = _Reader(words)
    options = list(reader.options())
    if reader.problems:
        raise ConversionError(reader.problems)
    yield from options


class _Reader:
    def __init__(self, words: Sequence[str]) -> None:
        self._words = iter(words)
        self.problems: list[Diagnostic] = []

    def options(self) -> Iterator[Option]:
        for word in self._words:
            if word == "--":
                break
            if word.startswith("--"):
                yield from self._long(word[2:])
            elif word.startswith("-") and len(word) > 1:
                yield from self._short(word[1:])
            elif word.startswith(_DASHES):
                self._report_dash(word[0])
            else:
                yield Option("url", word)
        # What follows a -- is no option, whatever it begins with.
        yield from (Option("url", word) for word in self._words)

    def _long(self, name: str) -> Iterator[Option]:
        full = self._full_name(name)
        if full is None:
            return
        if full in _WITH_VALUE:
            yield from self._with_value(full, f"--{full}")
        elif full in _FLAGS:
            yield Option(full, "on")
        else:
            yield Option(full.removeprefix(_NO), "")

    def _with_value(self, name: str, label: str) -> Iterator[Option]:
        value = next(self._words, None)
        if value is None:
            message = f"{label} is the last word of the command, but needs a value."
            self.problems.append(problem(Code.CURL_OPTION, message, "paste the whole command."))
            return
        yield Option(name, value)

    def _short(self, letters: str) -> Iterator[Option]:
        for at, letter in enumerate(letters):
            name = SHORT_NAMES.get(letter)
            if name is None:
                self._report_letter(letter)
                return
            if name in _WITH_VALUE:
                if at + 1 < len(letters):
                    yield Option(name, letters[at + 1 :])
                else:
                    yield from self._with_value(name, f"-{letter}")
                return
            yield Option(name.removeprefix(_NO), "" if name.startswith(_NO) else "on")

    def _report_dash(self, dash: str) -> None:
        message = f"an option begins with {dash} (U+{ord(dash):04X}), which is not the hyphen."
        fix = "a word processor changed the text: type -, and straight quotes, and import it again."
        self.problems.append(problem(Code.CURL_OPTION, message, fix))

    def _report_letter(self, letter: str) -> None:
        label = f"-{letter}" if letter.isascii() and letter.isprintable() else "a short option"
        other = letter.swapcase()
        fix = f"did you mean -{other} (--{SHORT_NAMES[other]})?" if other in SHORT_NAMES else "remove it."
        self.problems.append(problem(Code.CURL_OPTION, f"{label} is not an option of curl.", fix))

    def _full_name(self, name: str) -> str | None:
        """Return the name of a long option, which curl takes also if only its beginning is written."""
        bare = name.removeprefix(_NO)
        if name in _KNOWN or bare in _FLAGS:
            return name
        longer = sorted(known for known in _KNOWN if name and known.startswith(name))
        if len(longer) == 1:
            return longer[0]
        self.problems.append(_unknown(name, longer))
        return None


def _unknown(name: str, longer: list[str]) -> Diagnostic:
    before, equals, _ = name.partition("=")
    is_shown = _NAME.fullmatch(before) is not None and _TOKEN.fullmatch(before) is None
    label = f"--{before}" if is_shown else "a long option"
    if equals and before in _WITH_VALUE:
        message = f"curl does not accept --{before}=…: the value is the next word."
        return problem(
            Code.CURL_OPTION, message, f"write --{before} and the value with a space between them."
        )
    if longer:
        listed = ", ".join(f"--{known}" for known in longer[:4])
        return problem(Code.CURL_OPTION, f"{label} is ambiguous: {listed}.", "write the whole name.")
    near = _nearest(before)
    fix = f"did you mean --{near}?" if near else "remove it, or look it up with curl --help all."
    return problem(Code.CURL_OPTION, f"{label} is not an option of curl.", fix)


def _nearest(name: str) -> str | None:
    # The search looks at few names: those that begin alike come first.
    known = sorted(_KNOWN, key=lambda other: (other[:1] != name[:1], abs(len(other) - len(name)), other))
    return near_miss(name, known)
