"""One action, the circumstances it runs in, and the secrets typed for it; what the widgets ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from secrets import randbits
from typing import Any

from kustomer_nb.app import Action
from kustomer_nb.definition import ActionDefinition
from kustomer_nb.run import Circumstances, Prepared, Run
from kustomer_nb.secret import Secret


def _chance() -> int:
    return randbits(64)


class Session:
    """What the leaves of one workbench share; it has no face of its own."""

    def __init__(self, action: Action, arguments: Mapping[str, Any] | None = None) -> None:
        self.action = action
        self._arguments = dict(arguments or {})
        if "confirm" in self._arguments:
            msg = "confirm: a widget asks a person to type the name, so it takes none as an argument"
            raise TypeError(msg)
        self._typed: dict[str, Secret] = {}
        self._seed = _chance()

    @property
    def definition(self) -> ActionDefinition:
        """The action's model."""
        return self.action.definition

    @property
    def circumstances(self) -> Circumstances:
        """What decides a run, the typed values of settings with it."""
        settings = {**(self._arguments.get("settings") or {}), **self._typed}
        return self.action.circumstances(**{"seed": self._seed, **self._arguments, "settings": settings})

    def type_in(self, key: str, value: str) -> None:
        """Keep the typed value of a setting in memory; an empty one forgets it."""
        if value:
            self._typed[key] = Secret(value, source="typed in")
        else:
            self._typed.pop(key, None)

    def prepare(self, inputs: Mapping[str, Any]) -> Prepared:
        """Return the request and the faults of the inputs; nothing is sent."""
        return self.action.prepare(inputs, self.circumstances)

    async def run(self, inputs: Mapping[str, Any], confirm: str | None) -> Run:
        """Return the run of the inputs; errors are those of `Action.arun`."""
        circumstances = replace(self.circumstances, confirm=confirm)
        # What was previewed is sent, and the next run has other random identifiers.
        self._seed = _chance()
        return await self.action.run_prepared(self.action.prepare(inputs, circumstances), circumstances)
