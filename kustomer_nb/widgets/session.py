"""One action, the circumstances it runs in, and the secrets typed for it; what the widgets ask."""

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
    """What the leaves of one workbench share; it has no face of its own."""

    def __init__(self, action: Action, arguments: Mapping[str, Any] | None = None) -> None:
        self.action = action
        self._arguments = dict(arguments or {})
        if "confirm" in self._arguments:
            msg = "confirm: a widget asks a person to type the name, so it takes none as an argument"
            raise TypeError(msg)
        # What is no argument is refused now, and the values of settings are wrapped.
        checked = action.circumstances(**self._arguments)
        for name in self._arguments.keys() & {"settings", "accounts"}:
            self._arguments[name] = getattr(checked, name)
        self._typed: dict[str, Secret] = {}
        self._env = {name: checked.platform.env[name] for name in self._arguments.get("env") or {}}
        # Whether the latest request that was made changes nothing.
        self.is_safe = True
        # The time and chance of what was previewed, until it is sent.
        self._pinned: dict[str, Any] = {}

    @property
    def definition(self) -> ActionDefinition:
        """The action's model."""
        return self.action.definition

    @property
    def circumstances(self) -> RunContext:
        """What decides a run, the typed values of settings with it."""
        settings = {**(self._arguments.get("settings") or {}), **self._typed}
        given = {**self._pinned, **self._arguments, "settings": settings, "env": self._env}
        return self.action.circumstances(**given)

    def type_in(self, key: str, value: str) -> None:
        """Keep the typed value of a setting in memory; an empty one forgets it."""
        if value:
            self._typed[key] = Secret(value, source="typed in")
        else:
            self._typed.pop(key, None)

    @property
    def env(self) -> dict[str, str | None]:
        """What the inputTemplate reads of ``_env``, each with its value, None for a sample one."""
        found: dict[str, str | None] = {}
        with suppress(TemplateError):
            template = self.definition.input_template
            for one in references(template.model_dump(by_alias=True) if template else {}):
                if one.segments[:1] == ("_env",):
                    names = one.segments[1:2] or tuple(SAMPLE_ENV)
                    found |= {name: self.circumstances.platform.env.get(name) for name in names}
        return {name: None if SAMPLE_ENV.get(name) == value else value for name, value in found.items()}

    def type_env(self, name: str, value: str) -> None:
        """Keep a value of ``_env``; an empty one gives way to the sample again."""
        if value:
            self._env[name] = value
        else:
            self._env.pop(name, None)

    def prepare(self, inputs: Mapping[str, Any]) -> Prepared:
        """Return the request and the faults of the inputs; nothing is sent."""
        return self.action.prepare(inputs, self.circumstances)

    def preview(self, inputs: Mapping[str, Any]) -> Prepared:
        """Return what `prepare` does, made so that `run` sends the very same."""
        seed = self._pinned.get("seed", randbits(32))
        self._pinned = {"now": datetime.now(UTC), "seed": seed}
        ready = self.prepare(inputs)
        if ready.mode == "replay":
            # What is replayed has the time and chance of its recording.
            self._pinned = {}
            ready = self.prepare(inputs)
        return ready

    async def run(self, inputs: Mapping[str, Any], confirm: str | None, mode: str | None = None) -> Run:
        """Return the run of the inputs, in another mode where one is named; errors as of `Action.arun`."""
        circumstances = self.circumstances if mode is None else replace(self.circumstances, mode=mode)
        ready = self.action.prepare(inputs, circumstances)
        self.is_safe = ready.request.is_safe
        run = await self.action.run_prepared(ready, confirm)
        # The next request has another time and other random identifiers.
        self._pinned = {}
        return run
