"""Inputs and circumstances to the request that would be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kustomer_nb.definition import ActionDefinition, AppDefinition
from kustomer_nb.diagnostics import Diagnostic, Diagnostics
from kustomer_nb.errors import InputError, TemplateError
from kustomer_nb.kustomer import Platform
from kustomer_nb.profile import Profile, load_profile
from kustomer_nb.request import UNSET, Request, build_request
from kustomer_nb.schema import Change, coerce
from kustomer_nb.settings import Prompt, resolve, sources
from kustomer_nb.template import Missing, Notes, Scope, trace_value
from kustomer_nb.template.traced import real

from .circumstances import Circumstances, mode_of


@dataclass(frozen=True)
class Prepared:
    """All that is known before anything is sent; ``faults`` are those of the inputs."""

    inputs: Any
    converted: tuple[Change, ...]
    faults: Diagnostics
    request: Request
    profile: Profile
    mode: str


def prepare(
    definition: ActionDefinition, app: AppDefinition, inputs: Mapping[str, Any], circumstances: Circumstances
) -> Prepared:
    """Return the coerced inputs and the request; the faults of both are values, so a preview can show them.

    Raises:
        NameNotFoundError: there is no such profile.
        SettingError: ``settings`` names none of the action's settings.
    """
    profile = load_profile(circumstances.profile, circumstances.root)
    mode = mode_of(circumstances, profile)
    platform = circumstances.platform
    faults = Diagnostics()
    converted: tuple[Change, ...] = ()
    taken, missing, found = _resolved(inputs, circumstances)
    try:
        coerced = coerce(taken, input_schema(definition, platform), conversions=platform.conversions)
        taken, converted = coerced.value, coerced.converted
    except InputError as error:
        faults = Diagnostics(_with_cause(one, missing) for one in error.diagnostics)
    if found:
        faults = Diagnostics([*found, *faults])
    where = sources(circumstances.root, given=circumstances.settings, profile=profile.settings)
    keys = definition.setting_keys

    def build(prompt: Prompt | None) -> Request:
        values = resolve(keys.values(), where, app, prompt=prompt)
        return build_request(
            definition,
            taken if isinstance(taken, Mapping) else {},
            {name: values[key] for name, key in keys.items()},
            platform=platform,
            rendering=circumstances.rendering("request"),
            hosts={**profile.hosts, **circumstances.hosts},
            accounts=circumstances.accounts,
            allow_missing=circumstances.allow_missing,
        )

    request = build(None)
    # Nobody is asked for a token for a run that will not be sent.
    if mode == "live" and not faults and set(request.diagnostics.errors.codes) == {UNSET}:
        request = build(_asking(circumstances.prompt, request.unset))
    request = replace(request, converted=converted, missing=(*missing, *request.missing))
    return Prepared(taken, converted, faults, request, profile, mode)


def input_schema(definition: ActionDefinition, platform: Platform) -> Any:
    """Return the schema that inputs are held against; one that takes none where the platform takes none."""
    if definition.input_schema is None and not platform.absent_input_schema_takes_all:
        return {"additionalProperties": False}
    return definition.input_schema


def _with_cause(fault: Diagnostic, missing: tuple[Missing, ...]) -> Diagnostic:
    """Return the fault of an input that is absent because an earlier step has no such output, saying so."""
    path = next((one.path for one in missing if one.pointer == f"/inputs{fault.pointer}"), None)
    if path is None:
        return fault
    message = fault.message.removesuffix(".")
    return replace(
        fault, message=f"{message}: `/#{path}` has no value.", fix="look at what that step put out."
    )


def _resolved(
    inputs: Any, circumstances: Circumstances
) -> tuple[Any, tuple[Missing, ...], tuple[Diagnostic, ...]]:
    """Return inputs with what they read of earlier steps, what named nothing, and what is at fault."""
    if circumstances.steps is None:
        return inputs, (), ()
    notes = Notes()
    scope = Scope({"steps": dict(circumstances.steps)})
    try:
        read = trace_value(inputs, scope, "/inputs", rendering=circumstances.rendering("inputs"), notes=notes)
    except TemplateError as error:
        return inputs, (), tuple(error.diagnostics)
    return real(read), tuple(notes.missing), tuple(notes.found)


def _asking(prompt: Prompt | None, keys: tuple[str, ...]) -> Prompt | None:
    """Return a prompt that asks for these settings alone."""
    return None if prompt is None else lambda key: prompt(key) if key in keys else ""
