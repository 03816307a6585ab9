"""From inputs and context to the request that would be sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.config import SENDING, Profile, fence, is_live_by_default, load_profile, mode_of
from kustomer_nb.config.settings import (
    Prompt,
    Sources,
    named_variables,
    placeholder,
    resolve,
    sources,
)
from kustomer_nb.diagnostics import Diagnostic, Diagnostics
from kustomer_nb.errors import InputError, RequestError, TemplateError
from kustomer_nb.request import (
    UNSET,
    Request,
    build_request,
    deferred,
    is_plain_setting,
    request_secrets,
)
from kustomer_nb.schema import Conversion, coerce, compile_once, find_conversions
from kustomer_nb.schema.from_python import plain
from kustomer_nb.secrets import PLACEHOLDER, Secret
from kustomer_nb.storage.cassette import Cassette, Exchange, RecordedRequest
from kustomer_nb.template import MissingReference, Scope
from kustomer_nb.template.traced_values import real
from kustomer_nb.template.values import Tracing, compile_value

from .guards import chosen_host, is_denied, stays_here
from .recordable import proxy_secrets, shown_request, to_recorded_request
from .recorded_times import RecordedTimes
from .sent_secrets import secret_sent

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition, AppDefinition, Locator
    from kustomer_nb.platform import Platform
    from kustomer_nb.request.provenance import Locate

    from .context import RunContext

_FIRST_VARIABLE = re.compile(r"\s*(?:/#|\{\{\{?&?\s*)([^\s.}]+)")


_NONE = Diagnostics()


def with_placeholders(
    values: Mapping[str, Secret | None],
    definition: ActionDefinition,
    app: AppDefinition,
    exchange: Exchange | None,
) -> dict[str, Secret | None]:
    """Return the values of settings, filled up from a recorded exchange and then with placeholders.

    The placeholder of a setting that the uri begins with is a URL.
    """
    recorded = {} if exchange is None else exchange.request.settings
    filled: dict[str, Secret | None] = {}
    for key, value in values.items():
        if value is not None:
            filled[key] = value
        elif key in recorded:
            filled[key] = Secret(recorded[key], source="cassette")
        else:
            declared = app.setting(key)
            stand_in = placeholder(key, declared.type if declared else None)
            if key == _base_key(definition):
                stand_in = Secret(f"https://{stand_in.reveal()}.invalid", source=stand_in.source)
            filled[key] = stand_in
    return filled


def has_placeholder(request: Request) -> bool:
    """Return whether a request reads a setting that only has a placeholder."""
    secrets = (request.secrets.get(f"${key}") for key in request.reads)
    return any(secret is not None and secret.source == PLACEHOLDER for secret in secrets)


def first_variable(definition: ActionDefinition) -> str:
    """Return the name of the variable that the uri begins with, empty if it begins with none."""
    uri = definition.input_template.uri if definition.input_template else None
    variable = _FIRST_VARIABLE.match(uri or "")
    return variable[1] if variable else ""


def _base_key(definition: ActionDefinition) -> str:
    return definition.setting_keys.get(first_variable(definition), "")


def _account_variables(profile: Profile) -> dict[str, str]:
    """Return the environment variable of each token that the profile names, as one of a setting."""
    return {f"account.{name}": account.token.name for name, account in profile.accounts.items()}


@dataclass(frozen=True)
class Prepared:
    """All that is known before a request is sent.

    ``input_errors`` is why the platform would reject the inputs. ``read_errors`` are errors in the part of
    the file that the run is made of: with one, nothing is run. ``context`` is resolved against the profile.
    ``exchange`` is the recorded response of a replay, ``superseded`` the same request recorded at another
    time or with another seed. ``fence`` is the variable because of which the request must not leave this
    machine, empty if it may, and ``replay`` returns what is run in its place, None if nothing is.
    """

    inputs: Any
    converted: tuple[Conversion, ...]
    input_errors: Diagnostics
    request: Request
    profile: Profile
    mode: str
    context: RunContext
    app: AppDefinition
    exchange: Exchange | None = None
    superseded: RecordedRequest | None = None
    read_errors: Diagnostics = field(default_factory=Diagnostics)
    fence: str = ""
    replay: Callable[[], Prepared] | None = field(default=None, compare=False, repr=False)

    # Asked only where inputs choose the host: to know it every text of the request is looked through.
    @cached_property
    def secret_sent(self) -> str:
        """The label of a secret that the request carries, or words for it; empty if there is none."""
        return secret_sent(self.request, self.app)

    @cached_property
    def secrets(self) -> dict[str, Secret]:
        """The secrets of the run by label, for a `Redactor`."""
        secrets = request_secrets(self.app, self.request)
        return secrets if self.profile.proxy is None else {**secrets, **proxy_secrets(self)}

    def require_runnable(self) -> None:
        """Refuse to run an action that cannot run in any mode.

        Raises:
            InputError: the platform would reject the inputs.
            RequestError: the reader had to guess a part of the file.
        """
        if self.read_errors:
            # In sample mode too: a workflow would get another output if the guess is wrong.
            raise RequestError(self.request.diagnostics.errors)
        if self.input_errors:
            raise InputError(self.input_errors)

    def behind_fence(self, confirm: str | None) -> Prepared:
        """Return what is run: under pytest and in CI, a recorded response instead of sending.

        Raises:
            GuardError: none is recorded.
        """
        if not self.fence:
            return self
        # Imported only behind a fence.
        from .fence import behind_fence

        return behind_fence(self, confirm)

    def with_request(self, request: Request) -> Prepared:
        """Return the same with another request."""
        # What was made of the other request stays behind.
        own = vars(self)
        return _prepared({name: own[name] for name in self.__dataclass_fields__}, request=request)

    def with_exchange(self, exchange: Exchange) -> Prepared:
        """Return the same with a recorded response."""
        return _prepared(vars(self), exchange=exchange)


def _prepared(fields: Mapping[str, Any], **others: Any) -> Prepared:
    """Return a `Prepared` in a quarter of the time of its __init__, which sets one field after the other."""
    prepared = object.__new__(Prepared)
    vars(prepared).update(fields, **others)
    return prepared


class CoercedInputs(NamedTuple):
    """Inputs as the templates see them: references to steps resolved, values coerced by inputSchema.

    ``errors`` is why the platform would reject them; ``value`` then holds what can still be shown, as it was
    passed, and ``convertible`` are the conversions of its other values.
    """

    value: Any
    converted: tuple[Conversion, ...] = ()
    errors: Diagnostics = _NONE
    missing: tuple[MissingReference, ...] = ()
    convertible: tuple[Conversion, ...] = ()


ReadErrors = Callable[[Request], Iterable[Diagnostic]]


def prepare(
    definition: ActionDefinition,
    app: AppDefinition,
    inputs: Mapping[str, Any],
    context: RunContext,
    read_errors: ReadErrors = lambda request: (),
    locate: Locate | None = None,
    finish: Callable[[Prepared], Request] | None = None,
) -> Prepared:
    """Return the coerced inputs and the request. Errors of both are values, so that a preview can show them.

    ``read_errors`` returns the errors in the part of the file that a request is made of, ``locate`` the
    position of a part of the action there; ``finish`` returns the request as the caller wants it. In sample
    mode the request is built, and finished, when somebody looks at it.

    Raises:
        NameNotFoundError: there is no such profile.
        LoadError: ``kustomer-nb.toml`` or the cassette cannot be read.
        RequestError: there is no such mode.
        SettingError: ``settings`` names something that is not a setting of the action.
    """
    profile = load_profile(context.profile, context.root)
    mode = mode_of(context.mode, profile)
    preparation = Preparation(definition, app, inputs, profile, mode, read_errors, locate)
    if mode == "replay":
        prepared = preparation.find_recorded(context)
    else:
        prepared = preparation.build(context.resolve(profile))
        if mode == "record":
            prepared = preparation.mark_superseded(prepared, context)
        if prepared.fence and is_live_by_default(context.mode, profile):
            replaying = replace(context, mode="replay")
            replay = partial(prepare, definition, app, inputs, replaying, read_errors, locate, finish)
            prepared = replace(prepared, replay=replay)
    if finish is None:
        return prepared
    if preparation.defers(context):
        return prepared.with_request(deferred(partial(finish, prepared)))
    request = finish(prepared)
    return prepared if request is prepared.request else prepared.with_request(request)


def prepare_alone(
    definition: ActionDefinition,
    app: AppDefinition,
    inputs: Mapping[str, Any],
    context: RunContext,
    profile: Profile,
    read_errors: ReadErrors = lambda request: (),
    locate: Locate | None = None,
    finish: Callable[[Prepared], Request] | None = None,
) -> Prepared:
    """Return what `prepare` returns of the arguments alone: it reads no file, no environment and no keyring.

    Settings without a value in the context have their default or a placeholder. The mode is replay or sample;
    a replay gets its response from the caller.

    Raises:
        SettingError: ``settings`` names something that is not a setting of the action.
    """
    where = Sources(settings=context.settings)
    mode = context.mode or "sample"
    preparation = Preparation(definition, app, inputs, profile, mode, read_errors, locate, where)
    prepared = preparation.build(context.resolve(profile))
    return prepared if finish is None else prepared.with_request(finish(prepared))


def located_request(prepared: Prepared, locate: Locator, context: RunContext) -> Request:
    """Return the request with the read errors, each diagnostic with its position in the author's text.

    ``context`` is what the caller set of it.
    """
    request = prepared.request
    # First, as a request that is built when somebody looks at it reads the time then.
    is_clean = not request.diagnostics
    unset = {name for name in prepared.context.read if getattr(context, name) is None}
    if unset:
        request = replace(request, is_timed=True)
    if prepared.profile.mask:
        # Late: few profiles mask anything.
        from kustomer_nb.secrets.masking import Masking

        masking = Masking(prepared.profile.mask, lambda: {"inputs": prepared.inputs})
        request = replace(request, masking=masking)
    if is_clean and not prepared.read_errors:
        return request
    # A finding about a guessed value is about the source text, not about what would be sent.
    guesses = tuple(f"{error.pointer}/" for error in prepared.read_errors if error.pointer)
    known = [problem for problem in request.diagnostics if not f"{problem.pointer}/".startswith(guesses)]
    return replace(request, diagnostics=Diagnostics([*prepared.read_errors, *locate.located(known)]))


def input_schema(definition: ActionDefinition, platform: Platform) -> Any:
    """Return the schema that inputs must match; without inputSchema, what the platform is assumed to do."""
    if definition.input_schema is None and not platform.absent_input_schema_takes_all:
        return {"additionalProperties": False}
    return definition.input_schema


def coerce_inputs(definition: ActionDefinition, inputs: Any, context: RunContext) -> CoercedInputs:
    """Return inputs as a resolved context coerces them; the form and the preview both ask this function."""
    value, missing, step_errors = _resolve_steps(inputs, context)
    schema, conversions = input_schema(definition, context.platform), context.platform.conversions
    if definition.input_schema:
        schema = compile_once(schema)
    try:
        coerced = coerce(value, schema, conversions=conversions)
    except InputError as error:
        reasons = [*step_errors, *(_with_cause(diagnostic, missing) for diagnostic in error.diagnostics)]
        # Plain, so that nothing in what is shown is too deep for a template.
        convertible = find_conversions(value, schema, conversions=conversions)
        return CoercedInputs(plain(value).value, (), Diagnostics(reasons), missing, convertible)
    errors = Diagnostics(step_errors) if step_errors else _NONE
    return CoercedInputs(coerced.value, coerced.converted, errors, missing)


class Preparation(NamedTuple):
    """What every request that is built shares: a replay builds one for each recorded time and seed."""

    definition: ActionDefinition
    app: AppDefinition
    inputs: Mapping[str, Any]
    profile: Profile
    mode: str
    read_errors: ReadErrors
    locate: Locate | None
    # None for those of the machine.
    where: Sources | None = None

    def defers(self, context: RunContext) -> bool:
        """Return whether the request is built when somebody looks at it: a sample needs none."""
        # A helper of the user's own may do anything, so it is called when the user expects it.
        return self.mode == "sample" and not context.helpers and self.where is None

    def find_recorded(self, context: RunContext) -> Prepared:
        """Return the request with its recorded response; without one, the request of now."""
        cassette = Cassette(context.require_cassette())
        first = self.build(context.resolve(self.profile))
        match = self._match(cassette, first)
        if match is not None:
            return first.with_exchange(match)
        second: Prepared | None = None
        for _, prepared in self._recorded_times(cassette, context).requests():
            match = self._match(cassette, prepared)
            if match is not None:
                return prepared.with_exchange(match)
            second = second or prepared
        # With a recorded setting instead of a placeholder, the error names only what really differs.
        return first if second is None or not has_placeholder(first.request) else second

    def _match(self, cassette: Cassette, prepared: Prepared) -> Exchange | None:
        if prepared.input_errors:
            return None
        # What is recorded as it is shown has nothing in it to hide, so nothing is searched for. With
        # a mask, it was recorded before the mask was added.
        is_masked = bool(self.profile.mask)
        equal = None if is_masked else cassette.find_equal(shown_request(self.app, prepared.request))
        return equal or cassette.find(to_recorded_request(self.app, prepared))

    def mark_superseded(self, prepared: Prepared, context: RunContext) -> Prepared:
        """Return a request to record, with the recorded one that differs only by time and seed."""
        if not prepared.context.read or prepared.input_errors:
            return prepared
        times = self._recorded_times(Cassette(context.require_cassette()), context)
        for exchange, earlier in times.requests():
            if not exchange.is_timed:
                continue
            if to_recorded_request(self.app, earlier).key == exchange.request.key:
                return replace(prepared, superseded=exchange.request)
        return prepared

    def _recorded_times(self, cassette: Cassette, context: RunContext) -> RecordedTimes:
        def build(recorded: RunContext, exchange: Exchange | None) -> Prepared:
            return self.build(recorded.resolve(self.profile), exchange)

        return RecordedTimes(self.definition, cassette, context, build)

    def build(self, context: RunContext, exchange: Exchange | None = None) -> Prepared:
        """Return the request of a resolved context."""
        inputs = coerce_inputs(self.definition, self.inputs, context)
        request = self._request(inputs, context, exchange)
        prepared = _prepared(
            {},
            inputs=inputs.value,
            converted=inputs.converted,
            input_errors=inputs.errors,
            request=request,
            profile=self.profile,
            mode=self.mode,
            context=context,
            app=self.app,
            exchange=None,
            superseded=None,
            read_errors=Diagnostics(errors) if (errors := tuple(self.read_errors(request))) else _NONE,
            fence=self._fence(context),
            replay=None,
        )
        warning = chosen_host(prepared) if self.mode in SENDING else None
        if warning is None:
            return prepared
        diagnostics = Diagnostics([*request.diagnostics, warning])
        return replace(prepared, request=replace(request, diagnostics=diagnostics))

    def _fence(self, context: RunContext) -> str:
        """Return the variable because of which a request must not leave this machine; empty if it may."""
        return fence() if self.mode in SENDING and context.transport is None else ""

    def _request(self, inputs: CoercedInputs, context: RunContext, exchange: Exchange | None) -> Request:
        profile = self.profile
        where = self.where or sources(context.root, settings=context.settings, profile=profile.settings)
        keys = self.definition.setting_keys
        is_sent = self.mode in SENDING

        def build(prompt: Prompt | None) -> Request:
            values = resolve(
                keys.values(), where, self.app, prompt=prompt, variables=keys, app_keys=context.app_keys
            )
            if not is_sent:
                values = with_placeholders(values, self.definition, self.app, exchange)
            make = partial(
                build_request,
                self.definition,
                inputs.value if isinstance(inputs.value, Mapping) else {},
                {name: values[key] for name, key in keys.items()},
                platform=context.platform,
                hosts=context.hosts,
                accounts=context.account_tokens(self.definition, profile, where, is_sent=is_sent),
                allow_missing=context.allow_missing,
                is_sent=is_sent,
                variables={**named_variables(keys.values(), where), **_account_variables(profile)},
                converted=inputs.converted,
                missing=inputs.missing,
                locate=self.locate,
                is_plain=partial(is_plain_setting, self.app),
            )
            if self.defers(context):
                return deferred(lambda: make(rendering=context.rendering("request")))
            return make(rendering=context.rendering("request"))

        request = build(None)
        if not is_sent:
            return request
        # A person is only asked for a token if the request would be sent with it.
        is_refused = bool(inputs.errors) or is_denied(request, profile) or any(self.read_errors(request))
        is_refused = is_refused or (bool(self._fence(context)) and not stays_here(request, profile))
        if not is_refused and set(request.diagnostics.errors.codes) == {UNSET}:
            request = build(_prompt_for(context.prompt, request.unset))
        return request


def _with_cause(diagnostic: Diagnostic, missing: tuple[MissingReference, ...]) -> Diagnostic:
    """Return the error of a missing input, naming the reference to a step that has no value."""
    path = next(
        (reference.path for reference in missing if reference.pointer == f"/inputs{diagnostic.pointer}"), None
    )
    if path is None:
        return diagnostic
    message = f"{diagnostic.message.removesuffix('.')}: `/#{path}` has no value."
    return replace(diagnostic, message=message, fix="check the output of that step.")


def _resolve_steps(
    inputs: Any, context: RunContext
) -> tuple[Any, tuple[MissingReference, ...], tuple[Diagnostic, ...]]:
    """Return inputs with references to steps resolved, the references without a value, and the errors."""
    if context.steps is None:
        return inputs, (), ()
    read = plain(inputs)
    if read.faults:
        return read.value, (), read.faults
    # Numbers are converted, and reported, by the schema.
    tracing = Tracing(Scope({"steps": dict(context.steps)}), context.rendering("inputs"), keeps_numbers=True)
    try:
        value = tracing.trace(compile_value(read.value, "/inputs"))
    except TemplateError as error:
        return inputs, (), tuple(error.diagnostics)
    return real(value), tuple(tracing.notes.missing), tuple(tracing.notes.diagnostics)


def _prompt_for(prompt: Prompt | None, keys: tuple[str, ...]) -> Prompt | None:
    """Return a prompt that asks only for these settings."""
    return None if prompt is None else lambda key: prompt(key) if key in keys else ""
