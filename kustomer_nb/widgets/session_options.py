"""The options of a session: those that it began with, and what was chosen in the page since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import randbits
from typing import TYPE_CHECKING, Any, Literal, cast

from kustomer_nb.config import Profile, load_profile, project_root
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.options import WorkbenchOptions, require_known
from kustomer_nb.secrets import Secret

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.run import RunContext

    from .typed_values import TypedValues


class SessionOptions:
    """The options of the next run.

    The time and random seed of the previewed request stay until it is sent, so that what is sent is what was
    shown, also if a template reads the clock.

    Example:
        >>> from kustomer_nb import load
        >>> action = load({"inputTemplate": {"uri": "http://a.b/", "method": "get"}}).action()
        >>> options = SessionOptions(action, {"mode": "sample"})
        >>> options.choose("mode", None)
        >>> options.mode is None
        True
    """

    def __init__(self, action: Action, options: WorkbenchOptions) -> None:
        # A copy of its own: the values of settings are wrapped in it.
        passed = {name: value for name, value in options.items() if value is not None}
        self._chosen = cast(WorkbenchOptions, passed)
        self._pinned: WorkbenchOptions = {}
        if "confirm" in self._chosen:
            msg = "a widget has no option 'confirm': a person confirms each request in the page"
            raise TypeError(msg)
        require_known(self._chosen, WorkbenchOptions, "workbench")
        context = action.context(**self._chosen)
        if self._chosen.get("settings"):
            self._chosen["settings"] = context.settings
        if self._chosen.get("accounts"):
            self._chosen["accounts"] = context.accounts
        if self._chosen.get("steps"):
            # The outputs of runs: a form resolves references to them, too.
            self._chosen["steps"] = context.steps
        if "allow_missing" in self._chosen:
            # Read once: it may be an iterator.
            self._chosen["allow_missing"] = context.allow_missing
        self.env = dict(context.env)

    @property
    def profile(self) -> str | None:
        """The name of the profile, None for the default one."""
        return self._chosen.get("profile")

    def load_profile(self, path: Path | None) -> Profile | str:
        """Return the profile as the file of the definition's project has it, or why there is none."""
        try:
            return load_profile(self.profile, project_root(path))
        except KustomerNbError as error:
            return str(error)

    @property
    def mode(self) -> str | None:
        """The mode as it was chosen; None leaves it to the profile."""
        return self._chosen.get("mode")

    @property
    def steps(self) -> Mapping[str, Any]:
        """The outputs of earlier steps, by the names that inputs use for them."""
        return self._chosen.get("steps") or {}

    def passed_names(self, kind: str) -> Iterable[str]:
        """Return the names of the settings, or of the accounts, whose value was passed in a cell."""
        passed = self._chosen.get("settings") if kind == "setting" else self._chosen.get("accounts")
        return tuple(passed or ())

    def choose(self, name: Literal["profile", "mode", "steps"], value: Any) -> None:
        """Set an option for the next run; None leaves it out."""
        self.unpin()
        if value is None:
            self._chosen.pop(name, None)
        else:
            self._chosen[name] = value

    def use_service(self, hosts: Mapping[str, str], settings: Mapping[str, str]) -> None:
        """Send requests to these hosts, with these values of settings, which stay in memory."""
        self._chosen["hosts"] = {**(self._chosen.get("hosts") or {}), **hosts}
        passed = {name: Secret(value, source="the demo store") for name, value in settings.items()}
        self._chosen["settings"] = {**(self._chosen.get("settings") or {}), **passed}

    def pin(self) -> None:
        """Give the next request the present time, and the random seed of the one before that was not sent."""
        self._pinned = {"now": datetime.now(UTC), "seed": self._pinned.get("seed") or randbits(32)}

    def unpin(self) -> None:
        """Give the next request a new time and a new random seed."""
        self._pinned = {}

    def context(self, action: Action, typed: TypedValues) -> RunContext:
        """Return the context of a run of an action with what was typed."""
        settings = {**(self._chosen.get("settings") or {}), **typed.settings}
        accounts = {**(self._chosen.get("accounts") or {}), **typed.accounts}
        options: WorkbenchOptions = {
            **self._pinned,
            **self._chosen,
            "settings": settings,
            "env": typed.env,
        }
        if accounts:
            options["accounts"] = accounts
        # A name that was typed for one request is none of the next: the page asks each time.
        return replace(action.context(**options), confirmed_hosts=None)
