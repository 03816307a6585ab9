"""One action end to end: inputs to request to response to output to diff, each stage kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from kustomer_nb.definition import ActionDefinition, AppDefinition
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.difference import Diff, diff
from kustomer_nb.errors import GuardError, InputError, RequestError, TemplateError
from kustomer_nb.jsontext.javascript import stringify
from kustomer_nb.kustomer import Platform
from kustomer_nb.output import Output, map_output, map_sample, said
from kustomer_nb.profile import Profile, load_profile
from kustomer_nb.request import NOT_REST_API, UNSET, Request, build_request
from kustomer_nb.response import Response
from kustomer_nb.schema import Change, Drop, Projected, Unconverted, coerce
from kustomer_nb.secret import Redactor
from kustomer_nb.settings import Prompt, resolve, sources
from kustomer_nb.show import Shown
from kustomer_nb.template import Missing, Rendering
from kustomer_nb.transport import send

MODES = ("live", "sample")
LATER_MODES = ("record", "replay", "fault")


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """Everything but the inputs that decides what a run sends, as DESIGN names the arguments.

    ``profile`` is a name from ``kustomer-nb.toml`` in ``root``; ``transport`` stands in for the network.
    ``helpers``, ``now`` and ``seed`` are what templates call, the time they read and what their chance
    starts from; None is the present, and chance.
    """

    root: Path
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    profile: str | None = None
    hosts: Mapping[str, str] = field(default_factory=dict)
    mode: str | None = None
    confirm: str | None = None
    accounts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    allow_missing: frozenset[str] = frozenset()
    platform: Platform = field(default_factory=Platform)
    helpers: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    now: datetime | None = None
    seed: int | None = None
    prompt: Prompt | None = None
    transport: Any = None

    def rendering(self, stage: str) -> Rendering:
        """Return how the templates of a stage are rendered; each stage has a chance of its own."""
        now = self.now or datetime.now(UTC)
        random = None if self.seed is None else Random(f"{stage} {self.seed}")  # noqa: S311 - as random as the platform
        return Rendering.on(self.platform, helpers=self.helpers, now=lambda: now, random=random)


@dataclass(frozen=True)
class Prepared:
    """All that is known before anything is sent; ``faults`` are those of the inputs."""

    inputs: Any
    converted: tuple[Change, ...]
    faults: Diagnostics
    request: Request
    profile: Profile
    mode: str


@dataclass(frozen=True, repr=False)
class Run(Shown):
    """One run with every stage. Settings are shown as ``$<key>`` everywhere, in the output too.

    ``elapsed`` is in seconds, 0 when nothing was sent; ``response`` is None in sample mode.
    """

    action: str
    mode: str
    inputs: Any
    request: Request
    response: Response | None
    output: Any
    diff: Diff | None
    inputs_converted: tuple[Change, ...] = ()
    converted: tuple[Change, ...] = ()
    dropped: tuple[Drop, ...] = ()
    unconverted: tuple[Unconverted, ...] = ()
    absent: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    elapsed: float = 0.0
    diagnostics: Diagnostics = field(default_factory=Diagnostics)

    @property
    def is_good(self) -> bool:
        """Whether the answer, if one was asked for, is below 400."""
        return self.response is None or self.response.is_good

    @property
    def losses(self) -> tuple[str, ...]:
        """In words, what was converted, dropped or missing on the way; empty when nothing was.

        Example:
            >>> from kustomer_nb import load
            >>> keeps_a = {"properties": {"a": {"type": "string"}}, "additionalProperties": False}
            >>> app = load({"sampleOutputContext": {"a": 1, "b": 2}, "outputSchema": keeps_a})
            >>> app.action().run(mode="sample").losses
            ('outputSchema converted a from 1 to "1"', 'outputSchema dropped b')
        """
        return tuple(_words(self))

    def __repr__(self) -> str:
        came = "from the sample" if self.response is None else f"answered {self.response.status_code}"
        compared = "no sample" if self.diff is None else f"beside the sample {self.diff.summary}"
        return f"<Run: {self.request.method} {self.request.url} {came}, {compared}>"


def _words(run: Run) -> list[str]:
    def change(stage: str, one: Change) -> str:
        return f"{stage} converted {said(one.pointer)} from {stringify(one.before)} to {stringify(one.after)}"

    return [
        *(change("inputSchema", one) for one in run.inputs_converted),
        *(f"{one.pointer.split('/')[1]} reads {one.path}, which has no value" for one in run.missing),
        *(change("outputSchema", one) for one in run.converted),
        *(f"outputSchema dropped {said(one.pointer)}" for one in run.dropped),
        *(
            f"outputSchema wants {said(one.pointer)} to be {one.wanted}; it is kept as it is"
            for one in run.unconverted
        ),
        *(f"outputSchema requires {said(one)}, which is not there" for one in run.absent),
    ]


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
    faults = Diagnostics()
    taken: Any = inputs
    converted: tuple[Change, ...] = ()
    try:
        coerced = coerce(inputs, definition.input_schema)
        taken, converted = coerced.value, coerced.converted
    except InputError as error:
        faults = error.diagnostics
    where = sources(circumstances.root, given=circumstances.settings, profile=profile.settings)
    keys = definition.setting_keys

    def build(prompt: Prompt | None) -> Request:
        values = resolve(keys.values(), where, app, prompt=prompt)
        return build_request(
            definition,
            taken if isinstance(taken, Mapping) else {},
            {name: values[key] for name, key in keys.items()},
            platform=circumstances.platform,
            rendering=circumstances.rendering("request"),
            hosts={**profile.hosts, **circumstances.hosts},
            accounts=circumstances.accounts,
            allow_missing=circumstances.allow_missing,
        )

    request = build(None)
    # Nobody is asked for a token for a run that will not be sent.
    if mode == "live" and not faults and set(request.diagnostics.errors.codes) == {UNSET}:
        request = build(_asking(circumstances.prompt, request.unset))
    return Prepared(taken, converted, faults, request, profile, mode)


def _asking(prompt: Prompt | None, keys: tuple[str, ...]) -> Prompt | None:
    """Return a prompt that asks for these settings alone."""
    return None if prompt is None else lambda key: prompt(key) if key in keys else ""


def mode_of(circumstances: Circumstances, profile: Profile) -> str:
    """Return the mode of a run: the argument, then KUSTOMER_NB_MODE, then the profile, then live.

    Raises:
        RequestError: there is no such mode.
    """
    mode = circumstances.mode or os.environ.get("KUSTOMER_NB_MODE") or profile.mode or "live"
    if mode in MODES:
        return mode
    later = " comes later" if mode.partition(":")[0] in LATER_MODES else " is not a mode"
    fix = f"use {' or '.join(MODES)}."
    raise RequestError([Diagnostic("KNB807", Severity.ERROR, "", f"mode {mode!r}{later}.", fix)])


async def run_prepared(
    definition: ActionDefinition, app: AppDefinition, ready: Prepared, circumstances: Circumstances
) -> Run:
    """Return the run of one action: sent once in live mode, made of the sample in sample mode.

    Where outputTemplate fails on what came back, the output is None and the diagnostics hold the error.

    Raises:
        InputError: the platform would reject the inputs.
        SettingError: a setting has no value.
        RequestError: the request must not be sent as it is, or there is no sample.
        GuardError: an unsafe method to anything but loopback was not confirmed.
        TransportError: no answer came.
    """
    if ready.faults:
        raise InputError(ready.faults)
    if ready.mode == "sample":
        return _sample_run(definition, ready, circumstances.platform)
    ready.request.check()
    guard(ready.request, ready.profile, circumstances.confirm)
    wire = ready.request.wire()
    answer = await send(wire, timeout=circumstances.platform.timeout, transport=circumstances.transport)
    response = Response.of(
        answer.status_code,
        answer.headers,
        answer.content,
        parses_json=ready.request.parses_json,
        request=ready.request.to_json(),
        redactor=redactor(app, ready.request),
    )
    rendering = circumstances.rendering("output")
    try:
        output = map_output(definition, response.to_json(), circumstances.platform, rendering=rendering)
    except TemplateError as error:
        # The request was sent: what came back is kept, and what is wrong is said.
        output = Output(Projected(None), diagnostics=tuple(error.diagnostics))
    return _run(definition, ready, response, output, elapsed=answer.elapsed)


def redactor(app: AppDefinition, request: Request) -> Redactor:
    """Return what removes the secrets of a request from its answer.

    A setting the app declares as string, number or boolean is no secret: an answer may well hold it.
    """
    hidden = {}
    for label, secret in request.secrets.items():
        declared = app.setting(label.removeprefix("$"))
        if secret is not None and (declared is None or declared.type in (None, "secret")):
            hidden[label] = secret
    return Redactor(hidden)


def guard(request: Request, profile: Profile, confirm: str | None) -> None:
    """Refuse an unsafe method to anything but loopback, unless it was confirmed by name.

    Raises:
        GuardError: with the name to confirm with.
    """
    if not needs_name(request, profile):
        return
    # A label such as $shop.default.region would confirm every region: the real host is asked for.
    if confirm is not None and confirm == (profile.name or request.real_host):
        return
    name = profile.name or request.host
    message = f"{request.method} {request.url} may change something, and was not confirmed; nothing was sent."
    given = "" if confirm is None else f" {confirm!r} is not that name."
    fix = f'pass confirm="{name}", or --confirm {name}.{given}'
    if not profile.name and request.host != request.real_host:
        fix = f"pass confirm= with the real name of the host, or use a profile.{given}"
    raise GuardError([Diagnostic("KNB809", Severity.ERROR, "", message, fix)])


def needs_name(request: Request, profile: Profile) -> str:
    """Return the name to confirm a request with, as it may be shown; empty when none is needed."""
    if request.is_safe or request.is_loopback or profile.guard == "none":
        return ""
    return profile.name or request.host


def _sample_run(definition: ActionDefinition, ready: Prepared, platform: Platform) -> Run:
    if elsewhere := [one for one in ready.request.diagnostics if one.code == NOT_REST_API]:
        raise RequestError(elsewhere)
    if definition.sample_output_context is None:
        message, fix = "the action has no sampleOutputContext.", "write one, or run it live."
        raise RequestError([Diagnostic("KNB808", Severity.ERROR, "/sampleOutputContext", message, fix)])
    return _run(definition, ready, None, map_sample(definition, platform))


def _run(
    definition: ActionDefinition,
    ready: Prepared,
    response: Response | None,
    output: Output,
    *,
    elapsed: float = 0.0,
) -> Run:
    sample = definition.sample_output_context
    projected = output.projected
    asked = ready.request.diagnostics.warnings
    note = [_no_json(response.note)] if response and response.note else []
    return Run(
        action=definition.name or "",
        mode=ready.mode,
        inputs=ready.inputs,
        request=ready.request,
        response=response,
        output=projected.value,
        diff=None if sample is None or output.is_broken else diff(sample, projected.value),
        inputs_converted=ready.converted,
        converted=projected.converted,
        dropped=projected.dropped,
        unconverted=projected.unconverted,
        absent=projected.absent,
        missing=(*ready.request.missing, *output.missing),
        elapsed=elapsed,
        diagnostics=Diagnostics([*asked, *output.diagnostics, *note]),
    )


def _no_json(note: str) -> Diagnostic:
    fix = 'read response.text: a login page or a wrong uri answers so; for text, leave out "json": true.'
    return Diagnostic("KNB710", Severity.WARNING, "/body", note, fix)
