"""The state that the widgets of a workbench share: an action, its options, and typed secrets."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from secrets import randbits
from typing import Any

from kustomer_nb.action import Action
from kustomer_nb.definition import ActionDefinition
from kustomer_nb.errors import TemplateError
from kustomer_nb.platform import SAMPLE_ENV
from kustomer_nb.run import Prepared, Run, RunContext
from kustomer_nb.secrets import Secret
from kustomer_nb.template import references


class Session:
    """The shared state of the widgets of a workbench."""

    def __init__(self, action: Action, arguments: Mapping[str, Any] | None = None) -> None:
        self.action = action
        self._arguments = dict(arguments or {})
        if "confirm" in self._arguments:
            msg = "confirm: not an argument of a widget, in which a person types the name to confirm"
            raise TypeError(msg)
        # What is no argument is refused now, and the values of settings are wrapped.
        checked = action.context(**self._arguments)
        for name in self._arguments.keys() & {"settings", "accounts"}:
            self._arguments[name] = getattr(checked, name)
        self._typed: dict[str, Secret] = {}
        self._env = {name: checked.platform.env[name] for name in self._arguments.get("env") or {}}
        # Whether the latest request has a method that changes nothing.
        self.is_safe = True
        # The time and random seed of the previewed request, until it is sent.
        self._pinned: dict[str, Any] = {}

    @property
    def definition(self) -> ActionDefinition:
        """The action's model."""
        return self.action.definition

    @property
    def context(self) -> RunContext:
        """The options of a run, with typed values of settings."""
        settings = {**(self._arguments.get("settings") or {}), **self._typed}
        arguments = {**self._pinned, **self._arguments, "settings": settings, "env": self._env}
        return self.action.context(**arguments)

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
            for reference in references(template.model_dump(by_alias=True) if template else {}):
                if reference.segments[:1] == ("_env",):
                    names = reference.segments[1:2] or tuple(SAMPLE_ENV)
                    values |= {name: self.context.platform.env.get(name) for name in names}
        return {name: None if SAMPLE_ENV.get(name) == value else value for name, value in values.items()}

    def type_env(self, name: str, value: str) -> None:
        """Store a value of ``_env``; an empty one restores the sample value."""
        if value:
            self._env[name] = value
        else:
            self._env.pop(name, None)

    def prepare(self, inputs: Mapping[str, Any]) -> Prepared:
        """Return the request and the problems of the inputs; nothing is sent."""
        return self.action.prepare(inputs, self.context)

    def preview(self, inputs: Mapping[str, Any]) -> Prepared:
        """Return the same as `prepare`, with a time and seed that `run` uses again for what it sends."""
        seed = self._pinned.get("seed", randbits(32))
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
        prepared = self.action.prepare(inputs, context)
        self.is_safe = prepared.request.is_safe
        run = await self.action.run_prepared(prepared, confirm)
        # The next request gets a new time and new random values.
        self._pinned = {}
        return run
