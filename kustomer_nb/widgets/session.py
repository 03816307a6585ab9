"""The state that the widgets of a workbench share: an action, its options, and typed secrets."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from secrets import randbits
from typing import TYPE_CHECKING, Any, cast

from kustomer_nb.config import Profile
from kustomer_nb.errors import KustomerNbError, TemplateError
from kustomer_nb.faces import Face, read_in
from kustomer_nb.options import WorkbenchOptions, require_known
from kustomer_nb.platform import SAMPLE_ENV
from kustomer_nb.run import CoercedInputs, Prepared, Run, RunContext, coerce_inputs
from kustomer_nb.secrets import Secret
from kustomer_nb.template import references

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.definition import ActionDefinition


class Session:
    """The shared state of the widgets of a workbench."""

    def __init__(self, action: Action, options: WorkbenchOptions | None = None) -> None:
        self.action = action
        # A copy of its own: the values of settings are wrapped in it.
        passed = {name: value for name, value in (options or {}).items() if value is not None}
        self._options = cast(WorkbenchOptions, passed)
        if "confirm" in self._options:
            msg = "a widget has no option 'confirm': a person types the name to confirm"
            raise TypeError(msg)
        require_known(self._options, WorkbenchOptions, "workbench")
        context = action.context(**self._options)
        if self._options.get("settings"):
            self._options["settings"] = context.settings
        if self._options.get("accounts"):
            self._options["accounts"] = context.accounts
        if "allow_missing" in self._options:
            # Read once: it may be an iterator.
            self._options["allow_missing"] = context.allow_missing
        self._typed: dict[str, Secret] = {}
        self._env = dict(context.env)
        # Whether the latest request has a method that changes nothing.
        self.is_safe = True
        # The time and random seed of the previewed request, until it is sent.
        # So that what is sent is what was shown, also if a template reads the clock.
        self._pinned: WorkbenchOptions = {}

    @property
    def definition(self) -> ActionDefinition:
        """The action's model."""
        return self.action.definition

    @property
    def context(self) -> RunContext:
        """The context of a run, with typed values of settings."""
        settings = {**(self._options.get("settings") or {}), **self._typed}
        options: WorkbenchOptions = {**self._pinned, **self._options, "settings": settings, "env": self._env}
        return self.action.context(**options)

    def type_in(self, key: str, value: str) -> None:
        """Store the typed value of a setting in memory; an empty one clears it."""
        if value:
            self._typed[key] = Secret(value, source="typed in")
        else:
            self._typed.pop(key, None)

    def is_entered(self, key: str) -> bool:
        """Return whether the value of a setting was typed here."""
        return key in self._typed

    @property
    def env(self) -> dict[str, str | None]:
        """The variables of ``_env`` that inputTemplate reads, with their values; None for a sample value."""
        values: dict[str, str | None] = {}
        with suppress(TemplateError):
            template = self.definition.input_template
            env = {**SAMPLE_ENV, **self.context.given_env}
            for reference in references(template.model_dump(by_alias=True) if template else {}):
                if reference.segments[:1] == ("_env",):
                    names = reference.segments[1:2] or tuple(SAMPLE_ENV)
                    values |= {name: env.get(name) for name in names}
        return {name: None if SAMPLE_ENV.get(name) == value else value for name, value in values.items()}

    def type_env(self, name: str, value: str) -> None:
        """Store a value of ``_env``; an empty one restores the sample value."""
        if value:
            self._env[name] = value
        else:
            self._env.pop(name, None)

    def prepare(self, inputs: Mapping[str, Any]) -> Prepared:
        """Return the request and the problems of the inputs; nothing is sent."""
        with read_in(Face.WIDGET):
            return self.action.prepare(inputs, self.context)

    def coerce(self, inputs: Mapping[str, Any]) -> CoercedInputs:
        """Return inputs as the preview coerces them; without a profile if none can be read."""
        try:
            return self.action.coerce_inputs(inputs, self.context)
        except KustomerNbError:
            # The preview shows that error.
            return coerce_inputs(self.definition, inputs, self.context.resolve(Profile()))

    def input_schema(self) -> Any:
        """Return the schema of the form; without a profile if none can be read."""
        try:
            return self.action.input_schema(self.context)
        except KustomerNbError:
            return self.definition.input_schema

    def preview(self, inputs: Mapping[str, Any]) -> Prepared:
        """Return the same as `prepare`, with a time and seed that `run` uses again for what it sends."""
        seed = self._pinned.get("seed") or randbits(32)
        self._pinned = {"now": datetime.now(UTC), "seed": seed}
        prepared = self.prepare(inputs)
        if prepared.mode == "replay":
            # A replay has the time and seed of its recording.
            self._pinned = {}
            prepared = self.prepare(inputs)
        return prepared

    async def run(self, inputs: Mapping[str, Any], confirm: str | None, mode: str | None = None) -> Run:
        """Return the run for these inputs, in ``mode`` if it is given; raises as `Action.arun` does."""
        context = self.context if mode is None else replace(self.context, mode=mode)
        with read_in(Face.WIDGET):
            prepared = self.action.prepare(inputs, context)
            self.is_safe = prepared.request.is_safe
            run = await self.action.run_prepared(prepared, confirm)
        # The next request gets a new time and new random values.
        self._pinned = {}
        return run


def as_session(action: Action | Session, options: WorkbenchOptions) -> Session:
    """Return the session that a widget is given, or one of its own for an action with these options."""
    return action if isinstance(action, Session) else Session(action, options)
