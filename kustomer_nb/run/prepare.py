"""Inputs and circumstances to the request that would be sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kustomer_nb.config import SENDING, Profile, load_profile, mode_of
from kustomer_nb.config.settings import PLACEHOLDER, Prompt, Sources, placeholder, resolve, sources, variables
from kustomer_nb.definition import ActionDefinition, AppDefinition
from kustomer_nb.diagnostics import Diagnostic, Diagnostics
from kustomer_nb.errors import InputError, TemplateError
from kustomer_nb.platform import SAMPLE_ENV, Platform
from kustomer_nb.request import BEARER, UNSET, AccountToken, Request, build_request
from kustomer_nb.schema import Conversion, coerce
from kustomer_nb.schema.from_python import plain
from kustomer_nb.secrets import Secret
from kustomer_nb.storage.cassette import Cassette, Exchange, RecordedRequest
from kustomer_nb.template import MissingReference, Notes, Scope, trace_value
from kustomer_nb.template.traced_values import real

from .context import RunContext
from .guards import chosen_host, is_denied
from .recordable import asked, tape_path
from .sent_secrets import secret_sent

_FIRST = re.compile(r"\s*(?:/#|\{\{\{?&?\s*)([^\s.}]+)")


def with_placeholders(
    values: Mapping[str, Secret | None],
    definition: ActionDefinition,
    app: AppDefinition,
    recorded: Exchange | None,
) -> dict[str, Secret | None]:
    """Return the values of settings with those a cassette keeps, and placeholders for what has none.

    What the uri begins with is an address.
    """
    kept = {} if recorded is None else recorded.asked.settings
    base = _base(definition)
    found: dict[str, Secret | None] = {}
    for key, value in values.items():
        declared = app.setting(key)
        stand_in = placeholder(key, declared.type if declared else None)
        if key == base:
            stand_in = Secret(f"https://{stand_in.reveal()}.invalid", source=stand_in.source)
        found[key] = value or (Secret(kept[key], source="cassette") if key in kept else stand_in)
    return found


def has_placeholder(request: Request) -> bool:
    """Return whether a request hangs on a value that nobody gave."""
    secrets = (request.secrets.get(f"${key}") for key in request.reads)
    return any(one is not None and one.source == PLACEHOLDER for one in secrets)


def _base(definition: ActionDefinition) -> str:
    """Return the key of the setting that the uri begins with, empty where it begins with none."""
    uri = definition.input_template.uri if definition.input_template else None
    first = _FIRST.match(uri or "")
    return definition.setting_keys.get(first[1], "") if first else ""


def account_tokens(
    definition: ActionDefinition,
    profile: Profile,
    circumstances: RunContext,
    where: Sources,
    *,
    is_sent: bool,
) -> dict[str, AccountToken]:
    """Return the token of each app account and the header for it: as given, else as the profile says."""
    found = {
        name: AccountToken(token, account.header)
        for name, account in profile.accounts.items()
        if (token := where.read(account.token)) is not None
    }
    for name, token in circumstances.accounts.items():
        header = profile.accounts[name].header if name in profile.accounts else BEARER
        found[name] = AccountToken(token, header)
    account = definition.app_account_name
    if account and account not in found and not is_sent:
        header = profile.accounts[account].header if account in profile.accounts else BEARER
        found[account] = AccountToken(placeholder(f"account.{account}", "secret"), header)
    return found


@dataclass(frozen=True)
class Prepared:
    """All that is known before anything is sent; ``faults`` are those of the inputs.

    ``secret_sent`` names a secret that goes along with the request, empty where none does. ``guessed`` are
    the read errors of the file in what the run is made of: with one, nothing is run. ``circumstances`` are
    those given with what the profile says; ``exchange`` is what a replay answers with,
    ``superseded`` the same request as it was recorded at another time, or with another chance.
    """

    inputs: Any
    converted: tuple[Conversion, ...]
    faults: Diagnostics
    request: Request
    profile: Profile
    mode: str
    circumstances: RunContext
    secret_sent: str = ""
    exchange: Exchange | None = None
    superseded: RecordedRequest | None = None
    guessed: Diagnostics = field(default_factory=Diagnostics)


Guessed = Callable[[Request], Iterable[Diagnostic]]


def prepare(
    definition: ActionDefinition,
    app: AppDefinition,
    inputs: Mapping[str, Any],
    circumstances: RunContext,
    guessed: Guessed = lambda request: (),
) -> Prepared:
    """Return the coerced inputs and the request; the faults of both are values, so a preview can show them.

    ``guessed`` tells of a request what of it the reader of the file had to guess.

    Raises:
        NameNotFoundError: there is no such profile.
        LoadError: ``kustomer-nb.toml`` or the cassette cannot be read.
        RequestError: there is no such mode.
        SettingError: ``settings`` names none of the action's settings.
    """
    profile = load_profile(circumstances.profile, circumstances.root)
    mode = mode_of(circumstances.mode, profile)
    preparation = _Preparation(definition, app, inputs, profile, mode, guessed)
    if mode == "replay":
        return preparation.replayed(circumstances)
    ready = preparation.made(circumstances.settled(profile))
    return preparation.recorded(ready, circumstances) if mode == "record" else ready


@dataclass(frozen=True)
class _Preparation:
    """What stays the same however often a request is made: a replay tries it at each recorded time."""

    definition: ActionDefinition
    app: AppDefinition
    inputs: Mapping[str, Any]
    profile: Profile
    mode: str
    guessed: Guessed

    def replayed(self, circumstances: RunContext) -> Prepared:
        """Return the request whose answer is recorded, with that answer; the one of now where none is."""
        tape = Cassette(tape_path(circumstances))
        tried: list[Prepared] = []
        for one in (None, *tape.exchanges):
            if one is not None and one.action != (self.definition.name or ""):
                continue
            ready = self.made(_as_recorded(circumstances, one).settled(self.profile), one)
            exchange = None if ready.faults else tape.find(asked(self.app, ready))
            if exchange is not None:
                return replace(ready, exchange=exchange)
            tried.append(ready)
        # With a recorded setting in the place of a placeholder the refusal tells what really differs.
        return tried[1 if len(tried) > 1 and has_placeholder(tried[0].request) else 0]

    def recorded(self, ready: Prepared, circumstances: RunContext) -> Prepared:
        """Return a request to record, with the recorded one that is the same but for time and chance."""
        if not ready.circumstances.read or ready.faults:
            return ready
        for one in Cassette(tape_path(circumstances)).exchanges:
            if one.action != (self.definition.name or "") or (one.now is None and one.seed is None):
                continue
            then = self.made(_as_recorded(circumstances, one).settled(self.profile), one)
            if asked(self.app, then).key == one.asked.key:
                return replace(ready, superseded=one.asked)
        return ready

    def made(self, circumstances: RunContext, recorded: Exchange | None = None) -> Prepared:
        """Return the request as it is under these circumstances."""
        definition, platform = self.definition, circumstances.platform
        faults = Diagnostics()
        converted: tuple[Conversion, ...] = ()
        taken, missing, found = _resolved(self.inputs, circumstances)
        try:
            coerced = coerce(taken, input_schema(definition, platform), conversions=platform.conversions)
            taken, converted = coerced.value, coerced.converted
        except InputError as error:
            faults = Diagnostics(_with_cause(one, missing) for one in error.diagnostics)
            # What can be shown of them: nothing in it is too deep for a template.
            taken = plain(taken).value
        if found:
            faults = Diagnostics([*found, *faults])
        request = self._request(taken if isinstance(taken, Mapping) else {}, circumstances, faults, recorded)
        request = replace(request, converted=converted, missing=(*missing, *request.missing))
        sent = secret_sent(request, self.app)
        ready = Prepared(
            taken,
            converted,
            faults,
            request,
            self.profile,
            self.mode,
            circumstances,
            sent,
            guessed=Diagnostics(self.guessed(request)),
        )
        warning = chosen_host(ready) if self.mode in SENDING else None
        if warning is None:
            return ready
        return replace(
            ready, request=replace(request, diagnostics=Diagnostics([*request.diagnostics, warning]))
        )

    def _request(
        self,
        inputs: Mapping[str, Any],
        circumstances: RunContext,
        faults: Diagnostics,
        recorded: Exchange | None,
    ) -> Request:
        profile = self.profile
        where = sources(circumstances.root, settings=circumstances.settings, profile=profile.settings)
        keys = self.definition.setting_keys
        is_sent = self.mode in SENDING

        def build(prompt: Prompt | None) -> Request:
            values = resolve(keys.values(), where, self.app, prompt=prompt)
            if not is_sent:
                values = with_placeholders(values, self.definition, self.app, recorded)
            return build_request(
                self.definition,
                inputs,
                {name: values[key] for name, key in keys.items()},
                platform=circumstances.platform,
                rendering=circumstances.rendering("request"),
                hosts=circumstances.hosts,
                accounts=account_tokens(self.definition, profile, circumstances, where, is_sent=is_sent),
                allow_missing=circumstances.allow_missing,
                is_sent=is_sent,
                variables=variables(keys.values(), where),
            )

        request = build(None)
        # Nobody is asked for a token for a run that will not be sent.
        is_refused = bool(faults) or is_denied(request, profile) or any(self.guessed(request))
        if is_sent and not is_refused and set(request.diagnostics.errors.codes) == {UNSET}:
            request = build(_asking(circumstances.prompt, request.unset))
        return request


def _as_recorded(circumstances: RunContext, exchange: Exchange | None) -> RunContext:
    """Return the circumstances in which an exchange was recorded, where others were not given."""
    if exchange is None:
        return circumstances
    platform = circumstances.platform
    given = {name: value for name, value in platform.env.items() if SAMPLE_ENV.get(name) != value}
    return replace(
        circumstances,
        now=circumstances.now or exchange.now,
        seed=exchange.seed if circumstances.seed is None else circumstances.seed,
        platform=replace(platform, env={**SAMPLE_ENV, **exchange.env, **given}),
    )


def input_schema(definition: ActionDefinition, platform: Platform) -> Any:
    """Return the schema that inputs are held against; one that takes none where the platform takes none."""
    if definition.input_schema is None and not platform.absent_input_schema_takes_all:
        return {"additionalProperties": False}
    return definition.input_schema


def _with_cause(fault: Diagnostic, missing: tuple[MissingReference, ...]) -> Diagnostic:
    """Return the fault of an input that is absent because an earlier step has no such output, saying so."""
    path = next((one.path for one in missing if one.pointer == f"/inputs{fault.pointer}"), None)
    if path is None:
        return fault
    message = fault.message.removesuffix(".")
    return replace(
        fault, message=f"{message}: `/#{path}` has no value.", fix="look at what that step put out."
    )


def _resolved(
    inputs: Any, circumstances: RunContext
) -> tuple[Any, tuple[MissingReference, ...], tuple[Diagnostic, ...]]:
    """Return inputs with what they read of earlier steps, what named nothing, and what is at fault."""
    if circumstances.steps is None:
        return inputs, (), ()
    given = plain(inputs)
    if given.faults:
        return given.value, (), given.faults
    notes = Notes()
    scope = Scope({"steps": dict(circumstances.steps)})
    try:
        read = trace_value(
            given.value, scope, "/inputs", rendering=circumstances.rendering("inputs"), notes=notes
        )
    except TemplateError as error:
        return inputs, (), tuple(error.diagnostics)
    return real(read), tuple(notes.missing), tuple(notes.diagnostics)


def _asking(prompt: Prompt | None, keys: tuple[str, ...]) -> Prompt | None:
    """Return a prompt that asks for these settings alone."""
    return None if prompt is None else lambda key: prompt(key) if key in keys else ""
