"""Which data of a run may be stored in a file: no secrets, and nothing that a profile masks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from kustomer_nb.config import SENDING
from kustomer_nb.config.settings import resolve_proxy
from kustomer_nb.jsontext.pointer_patterns import PointerPatterns
from kustomer_nb.request import Request, basic_auth, is_plain_setting, pair
from kustomer_nb.secrets import Redactor, Secret
from kustomer_nb.secrets.cookies import cookies_in
from kustomer_nb.secrets.masking import label_of, masked
from kustomer_nb.storage.cassette import Exchange, RecordedRequest
from kustomer_nb.storage.ignored_headers import read_headers
from kustomer_nb.template import Kind, Piece, Text

if TYPE_CHECKING:
    from kustomer_nb.definition import AppDefinition
    from kustomer_nb.transport.models import RawResponse

    from .prepare import Prepared
    from .result import Run


# What stands for the text of a helper, which may be another one at another time.
ANY = "<any>"
# The characters before and after a number in the JSON that JSON.stringify writes.
_BEFORE_NUMBER, _AFTER_NUMBER = (":", ",", "["), (",", "]", "}")


def describe_request(request: Request, mask: Iterable[str], *, hides_helpers: bool = False) -> dict[str, Any]:
    """Return method, URL, headers (names in lower case) and body of a request, with masked inputs covered.

    Elsewhere a masked value is found by its text. One that is too short for that (an age, a first name) is
    found only here, by the input that each piece of the request comes from. ``hides_helpers`` puts `ANY` in
    place of what helpers return.
    """
    patterns = PointerPatterns.from_pointers(mask, name="mask")
    inputs = None if patterns is None else patterns.under("inputs")

    def describe(text: Text) -> str:
        if inputs is None and not hides_helpers:
            return text.shown
        labels = (_label(piece, inputs, hides_helpers=hides_helpers) for piece in text.pieces)
        return "".join(_covered_piece(text.pieces, at, label) for at, label in enumerate(labels))

    url = request.address.text if request.address else request.uri
    body = request.body_text
    headers: dict[str, str] = {}
    for header, text in request.header_texts:
        name, value = header.lower(), describe(text)
        # RFC 9110 section 5.3: repeated headers mean the same as one with their values joined by commas.
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return {
        "method": request.method,
        "url": describe(url),
        "headers": headers,
        "body": None if body is None else describe(body),
    }


def _label(piece: Piece, inputs: PointerPatterns | None, *, hides_helpers: bool) -> str:
    """Return what is shown in place of a piece; empty if it is shown as it is."""
    if hides_helpers and piece.kind is Kind.HELPER:
        return ANY
    if inputs is None or piece.kind is not Kind.INPUT or piece.label or not piece.text:
        return ""
    return label_of("/inputs/" + piece.path.replace(".", "/")) if _is_masked(piece.path, inputs) else ""


def _covered_piece(pieces: Sequence[Piece], index: int, label: str) -> str:
    if not label:
        return pieces[index].shown
    following = pieces[(index + 1) % len(pieces)]
    is_bare = pieces[index - 1].text.endswith(_BEFORE_NUMBER) and following.text.startswith(_AFTER_NUMBER)
    # A label instead of a bare number or boolean needs quotes, or the body is no longer valid JSON.
    return f'"{label}"' if index and is_bare else label


def _is_masked(path: str, patterns: PointerPatterns | None) -> bool:
    for key in path.split("."):
        if patterns is None or patterns.covers:
            break
        patterns = patterns.under(key)
    return patterns is not None and patterns.covers


def proxy_secrets(prepared: Prepared) -> dict[str, Secret]:
    """Return user and password of the proxy in each form that its error pages may echo."""
    proxy = resolve_proxy(prepared.profile, prepared.context.root) if prepared.mode in SENDING else None
    if proxy is None:
        return {}
    url = str(proxy.reveal()) if isinstance(proxy, Secret) else proxy or ""
    # The last @ ends the credentials: a password may contain another one.
    auth = url.partition("://")[2].rpartition("@")[0]
    _, _, password = auth.partition(":")
    values = dict.fromkeys((auth, unquote(auth), password, unquote(password)))
    secrets: list[Secret] = [Secret(value, source="proxy") for value in values if value]
    secrets += pair(*basic_auth(auth), source="proxy", label="$proxy")
    return {f"$proxy{index or ''}": secret for index, secret in enumerate(secrets)}


def shown_request(app: AppDefinition, request: Request) -> RecordedRequest:
    """Return a request as it is shown, in the form of recorded requests: only labels hide what is secret."""
    plain_settings = {
        key: secret.reveal()
        for key in request.reads
        if (secret := request.secrets.get(f"${key}")) is not None and is_plain_setting(app, key)
    }
    return RecordedRequest.from_request(request, plain_settings)


def to_recorded_request(app: AppDefinition, prepared: Prepared) -> RecordedRequest:
    """Return the request of a run in the form that is compared with recorded requests."""
    request = prepared.request
    recorded_request = shown_request(app, request)
    names = {name.lower() for name, _ in request.header_texts}
    # Without a mask, and with each header once, the request is described by what it shows.
    if prepared.profile.mask or len(request.header_texts) > len(names):
        description = describe_request(request, prepared.profile.mask)
        recorded_request = _described(recorded_request, description)
    return _redacted(recorded_request, prepared)


def to_pattern(prepared: Prepared) -> RecordedRequest:
    """Return the request of a run as it may be recorded at another time: any text fits that of a helper."""
    description = describe_request(prepared.request, prepared.profile.mask, hides_helpers=True)
    recorded_request = _described(shown_request(prepared.app, prepared.request), description)
    return replace(_redacted(recorded_request, prepared), wildcards=frozenset({ANY}))


def _described(recorded_request: RecordedRequest, description: Mapping[str, Any]) -> RecordedRequest:
    """Return a request with the texts of its description."""
    headers = description["headers"]
    return replace(
        recorded_request,
        url=description["url"],
        headers={name: headers[name] for name in recorded_request.headers},
        body=description["body"],
    )


def _redacted(recorded_request: RecordedRequest, prepared: Prepared) -> RecordedRequest:
    redacted = recorded_request.hidden(_redactor_before_response(prepared))
    # A cookie is a secret without a label: its hash is stored, so that the same cookie still matches.
    return redacted.covered(list(prepared.profile.mask)).without_cookies()


def build_record(prepared: Prepared | Run, run: Run | None = None) -> dict[str, Any]:
    """Return the document that the pointers of ``mask`` point into; without a run, what precedes sending."""
    record: dict[str, Any] = {
        "inputs": prepared.inputs,
        "request": describe_request(prepared.request, prepared.profile.mask),
    }
    if run is None:
        return record
    response = {} if run.response is None else {"response": run.response.to_json()}
    return {**record, **response, "output": run.output}


def _redactor_before_response(prepared: Prepared) -> Redactor:
    """Return what hides all that is known of a run before its response.

    A request is matched by what this leaves of it. A replay has no response when it looks for one, so values
    that only the response reveals as masked must stay in the request on both sides.
    """
    if not prepared.profile.mask:
        return Redactor(prepared.secrets)
    return Redactor(_sensitive_values(prepared, build_record(prepared)))


def _sensitive_values(prepared: Prepared, record: Mapping[str, Any]) -> dict[str, Secret]:
    return {**prepared.secrets, **masked(prepared.profile.mask, record)}


def build_exchange(app: AppDefinition, prepared: Prepared, raw_response: RawResponse, run: Run) -> Exchange:
    """Return a request and its response in the form that a cassette stores."""
    record = build_record(prepared, run)
    # Time and seed that no template used have no effect on the request.
    used = prepared.context.read
    # From the record, not from the recorded request: that one has no cookies, which a service may echo.
    cookies = cookies_in(record, prepared.request.labels)
    return Exchange.from_response(
        action=prepared.request.action,
        request=to_recorded_request(app, prepared),
        response=raw_response,
        now=prepared.context.now if "now" in used else None,
        seed=prepared.context.seed if "seed" in used else None,
        env=_used_env(prepared),
        hide=Redactor({**_sensitive_values(prepared, record), **cookies}),
        hide_request=_redactor_before_response(prepared),
        mask=prepared.profile.mask,
        reads=read_headers(run.output_template),
    )


def _used_env(prepared: Prepared) -> dict[str, str]:
    """Return the values of ``_env`` that the request uses; all of them if it uses ``_env`` as a whole."""
    env = prepared.context.platform.env
    names = {
        path.partition(".")[2].partition(".")[0]
        for path in prepared.request.reads
        if f"{path}.".startswith("_env.")
    }
    # The path `_env` alone gives the empty name.
    return {name: value for name, value in env.items() if name in names or "" in names}
