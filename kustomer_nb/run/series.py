"""Many runs of one action with the same options: what decides them besides the inputs is found once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kustomer_nb.config import SENDING, load_profile, mode_of
from kustomer_nb.config.settings import resolve, sources

from .context import SEED_BITS
from .prepare import Preparation

if TYPE_CHECKING:
    from kustomer_nb.config import Profile
    from kustomer_nb.config.settings import Prompt
    from kustomer_nb.definition import ActionDefinition, AppDefinition
    from kustomer_nb.request.provenance import Locate

    from .context import RunContext
    from .prepare import Prepared, ReadErrors

# Any odd number: the seeds of the rows differ, and those of one batch are the same each time.
_STRIDE = 0x9E3779B1


class Series:
    """Prepares runs that differ in their inputs alone.

    ``context`` is resolved: profile, mode and settings are those of the time when the series was made. Each
    run has random numbers of its own, by its number, and the time when it is prepared.

    Raises:
        NameNotFoundError: there is no such profile.
        LoadError: ``kustomer-nb.toml`` cannot be read.
        RequestError: there is no such mode.
    """

    def __init__(
        self,
        definition: ActionDefinition,
        app: AppDefinition,
        context: RunContext,
        read_errors: ReadErrors,
        locate: Locate | None,
        finish: Callable[[Prepared], Any],
    ) -> None:
        self.definition, self.app = definition, app
        self.profile: Profile = load_profile(context.profile, context.root)
        self.mode = mode_of(context.mode, self.profile)
        self._given = context
        self.context = context.resolve(self.profile)
        self._read_errors, self._locate, self._finish = read_errors, locate, finish
        self._where = sources(context.root, settings=context.settings, profile=self.profile.settings)

    @property
    def sends(self) -> bool:
        """Whether its runs send a request."""
        return self.mode in SENDING

    def prepare(self, inputs: Mapping[str, Any], number: int) -> Prepared:
        """Return the request and the errors of inputs, and in replay mode the recorded response.

        Raises:
            LoadError: the cassette cannot be read.
            SettingError: ``settings`` names something that is not a setting of the action.
        """
        preparation = Preparation(
            self.definition,
            self.app,
            inputs,
            self.profile,
            self.mode,
            self._read_errors,
            self._locate,
            self._where,
        )
        if self.mode == "replay":
            return preparation.find_recorded(self._given)
        return preparation.build(self._context_of(number))

    def complete(self, prepared: Prepared, ask: Prompt) -> None:
        """Ask for the settings that a run of the series lacks, once for all of them.

        Raises:
            SettingError: one still has no value.
            RequestError: the request has another error.
        """
        if prepared.request.unset:
            keys = self.definition.setting_keys
            values = resolve(
                prepared.request.unset,
                self._where,
                self.app,
                prompt=ask,
                variables=keys,
                app_keys=self.context.app_keys,
            )
            answers = {key: secret for key, secret in values.items() if secret is not None}
            settings = {**answers, **self._given.settings}
            self._where = sources(self._given.root, settings=settings, profile=self.profile.settings)
            prepared = self.prepare(prepared.inputs, 1)
        prepared.request.check()

    def finished(self, prepared: Prepared) -> Any:
        """Return the request as `Action.prepare` shows it: with positions in the file, and masked."""
        return self._finish(prepared)

    def _context_of(self, number: int) -> RunContext:
        context = object.__new__(type(self.context))
        # As dataclasses.replace() in a fifth of its time.
        vars(context).update(
            vars(self.context),
            now=self._given.now or datetime.now(UTC),
            seed=((self.context.seed or 0) + number * _STRIDE) % 2**SEED_BITS,
            read=set(),
        )
        return context
