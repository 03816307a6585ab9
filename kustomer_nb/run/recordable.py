"""What of a run may be kept in a file: without secrets, and without what a profile masks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from kustomer_nb.codes import Code
from kustomer_nb.config import SENDING, Profile
from kustomer_nb.config.settings import EnvironmentVariable, sources
from kustomer_nb.definition import AppDefinition
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import RequestError, SettingError
from kustomer_nb.jsontext.pointer_patterns import PointerPatterns
from kustomer_nb.request import Request, basic_auth, pair
from kustomer_nb.secrets import Redactor, Secret
from kustomer_nb.secrets.cookies import cookies_in
from kustomer_nb.secrets.masking import label_of, masked
from kustomer_nb.storage.cassette import Exchange, RecordedRequest
from kustomer_nb.storage.volatile_headers import read_headers
from kustomer_nb.template import Kind, Piece, Text
from kustomer_nb.transport.models import RawResponse

from .context import RunContext

if TYPE_CHECKING:
    from .prepare import Prepared
    from .result import Run


_BEFORE, _BEHIND = (":", ",", "["), (",", "]", "}")


def told(request: Request, mask: Iterable[str]) -> dict[str, Any]:
    """Return method, url, headers (in lower case) and body of a request as they may be kept.

    A text is found anywhere by its value; what is too short for that is known here by where it came from.
    """
    rest = PointerPatterns.from_pointers(mask, name="mask")
    inputs = None if rest is None else rest.under("inputs")
    address = request.address.text if request.address else request.uri
    body = request.body_text
    headers: dict[str, str] = {}
    for written, text in request.header_texts:
        name, value = written.lower(), _shown(text, inputs)
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return {
        "method": request.method,
        "url": _shown(address, inputs),
        "headers": headers,
        "body": None if body is None else _shown(body, inputs),
    }


def _shown(text: Text, inputs: PointerPatterns | None) -> str:
    if inputs is None:
        return text.shown
    return "".join(_piece(text.pieces, at, inputs) for at in range(len(text.pieces)))


def _piece(pieces: Sequence[Piece], at: int, inputs: PointerPatterns) -> str:
    piece = pieces[at]
    if piece.kind is not Kind.INPUT or piece.label or not piece.text or not _covers(inputs, piece.path):
        return piece.shown
    label = label_of("/inputs/" + piece.path.replace(".", "/"))
    # In the place of a number of JSON a label is a string.
    is_bare = pieces[at - 1].text.endswith(_BEFORE) and pieces[(at + 1) % len(pieces)].text.startswith(
        _BEHIND
    )
    return f'"{label}"' if at and is_bare else label


def _covers(rest: PointerPatterns | None, path: str) -> bool:
    for key in path.split("."):
        if rest is None or rest.covers:
            break
        rest = rest.under(key)
    return rest is not None and rest.covers


def tape_path(context: RunContext) -> Path:
    """Return the file that exchanges are recorded in.

    Raises:
        RequestError: the definition has no file that it could stand beside.
    """
    if context.cassette is None:
        message = "a definition without a file has no cassette beside it."
        raise RequestError(
            [
                Diagnostic(
                    Code.NO_CASSETTE_PATH, Severity.ERROR, "", message, 'pass cassette="shop.cassette.json".'
                )
            ]
        )
    return context.cassette


def proxy_of(profile: Profile, root: Path) -> str | Secret | None:
    """Return the address of a profile's proxy, None where it has none.

    Raises:
        SettingError: the variable that holds it has no value; nothing goes around a proxy by itself.
    """
    named = profile.proxy
    if not isinstance(named, EnvironmentVariable):
        return named
    if (found := sources(root).read(named)) is None:
        message = f"the proxy of the profile is {named.name}, which has no value; nothing was sent."
        fix = f"set the environment variable {named.name}, or a line {named.name}=… in .env."
        raise SettingError([Diagnostic(Code.SETTING_UNSET, Severity.ERROR, "", message, fix)])
    return found


def _proxy_secrets(prepared: Prepared) -> dict[str, Secret]:
    """Return user and password of the proxy, which it may give back as anything else."""
    proxy = proxy_of(prepared.profile, prepared.context.root) if prepared.mode in SENDING else None
    text = str(proxy.reveal()) if isinstance(proxy, Secret) else proxy or ""
    auth = text.partition("://")[2].rpartition("@")[0]
    _, _, password = auth.partition(":")
    values = dict.fromkeys((auth, unquote(auth), password, unquote(password)))
    secrets: list[Secret] = [Secret(value, source="proxy") for value in values if value]
    secrets += pair(*basic_auth(auth), source="proxy", label="$proxy")
    return {f"$proxy{at or ''}": secret for at, secret in enumerate(secrets)}


def all_secrets_of(app: AppDefinition, prepared: Prepared) -> dict[str, Secret]:
    """Return the secrets of a run by label: those of its settings and of its proxy."""
    return {**secrets_of(app, prepared.request), **_proxy_secrets(prepared)}


def secrets_of(app: AppDefinition, request: Request) -> dict[str, Secret]:
    """Return the secrets of a request by label, what helpers made of them, and its credentials.

    A setting the app declares as string, number or boolean is no secret: an answer may well hold it.
    """
    found = {
        label: secret
        for label, secret in request.secrets.items()
        if secret is not None and not is_plain(app, label.removeprefix("$"))
    }
    return found | request.derived(found) | request.credentials_with(found)


def is_plain(app: AppDefinition, key: str) -> bool:
    """Return whether the app declares a setting as something that is no secret."""
    declared = app.setting(key)
    return declared is not None and declared.type not in (None, "secret")


def asked(app: AppDefinition, prepared: Prepared) -> RecordedRequest:
    """Return how the request of a run is matched with recorded ones."""
    request = prepared.request
    plain = {
        key: secret.reveal()
        for key in request.reads
        if (secret := request.secrets.get(f"${key}")) is not None and is_plain(app, key)
    }
    one = RecordedRequest.from_request(request, plain)
    kept = told(request, prepared.profile.mask)
    headers = {name.lower(): value for name, value in kept["headers"].items()}
    one = replace(
        one, url=kept["url"], headers={name: headers[name] for name in one.headers}, body=kept["body"]
    )
    hidden = one.hidden(_known_before(app, prepared)).covered(list(prepared.profile.mask))
    return hidden.without_cookies()


def record_of(prepared: Prepared, run: Run | None = None) -> dict[str, Any]:
    """Return what the pointers of ``mask`` name a part of; without a run, what is known before."""
    record: dict[str, Any] = {
        "inputs": prepared.inputs,
        "request": told(prepared.request, prepared.profile.mask),
    }
    if run is None:
        return record
    answered = {} if run.response is None else {"response": run.response.to_json()}
    return {**record, **answered, "output": run.output}


def _known_before(app: AppDefinition, prepared: Prepared) -> Redactor:
    """Return what hides all that is known of a run before its answer, which a replay does not know yet."""
    return Redactor(_hidden(app, prepared, record_of(prepared)))


def _hidden(app: AppDefinition, prepared: Prepared, record: Mapping[str, Any]) -> dict[str, Secret]:
    return {**all_secrets_of(app, prepared), **masked(prepared.profile.mask, record)}


def exchange_of(app: AppDefinition, prepared: Prepared, answer: RawResponse, run: Run) -> Exchange:
    """Return what a cassette keeps of a request and its answer."""
    record = record_of(prepared, run)
    read = prepared.context.read
    return Exchange.from_response(
        action=prepared.request.action,
        request=asked(app, prepared),
        response=answer,
        now=prepared.context.now if "now" in read else None,
        seed=prepared.context.seed if "seed" in read else None,
        env=_env_read(prepared),
        # Of the real record: the request that is matched has no cookie any more that a service may repeat.
        hide=Redactor({**_hidden(app, prepared, record), **cookies_in(record, prepared.request.labels)}),
        hide_request=_known_before(app, prepared),
        mask=prepared.profile.mask,
        reads=read_headers(run.output_template),
    )


def _env_read(prepared: Prepared) -> dict[str, str]:
    """Return the values of ``_env`` that a request reads; a path of one word reads all of them."""
    env = prepared.context.platform.env
    read = {
        path.partition(".")[2].partition(".")[0]
        for path in prepared.request.reads
        if f"{path}.".startswith("_env.")
    }
    return {name: value for name, value in env.items() if name in read or "" in read}
