"""The context of a run: everything besides its inputs that decides what it sends."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.config.settings import placeholder
from kustomer_nb.errors import RequestError
from kustomer_nb.faces import how_to_pass
from kustomer_nb.jsontext.json_styles import PARSE_LIMIT
from kustomer_nb.platform import SAMPLE_ENV, Platform
from kustomer_nb.request import BEARER, AccountToken
from kustomer_nb.template import Rendering

from .option_values import checked

if TYPE_CHECKING:
    from kustomer_nb.config import Profile
    from kustomer_nb.config.settings import Prompt, Sources
    from kustomer_nb.definition import ActionDefinition

SEED_BITS = 32
# Seeded once, from the operating system: a question to that for each run takes longer than all else here.
_SEEDS = Random()  # noqa: S311 - not to be secret
if hasattr(os, "register_at_fork"):  # pragma: no branch - not on Windows, which does not fork
    os.register_at_fork(after_in_child=_SEEDS.seed)
# Frozen, so all runs without one of their own share it.
PLATFORM = Platform()


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """The options of a run as they were given, until `resolve` adds what the profile says.

    ``options.py`` tells what each option means. ``root`` is the folder of the project; ``prompt`` asks a
    person for a setting. ``read`` collects which of ``now`` and ``seed`` the templates used, so that a
    recording holds only these. ``app_keys`` returns the keys of the settings that the actions of the app
    read: ``settings`` may name those of any of them. ``confirmed_hosts`` are hosts that inputs chose and a
    person confirmed; an app shares them between its runs. With None, each run needs its confirmation.
    """

    root: Path
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    profile: str | None = None
    hosts: Mapping[str, str] = field(default_factory=dict)
    mode: str | None = None
    confirm: str | None = None
    accounts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    env: Mapping[str, str] = field(default_factory=dict)
    allow_missing: frozenset[str] = frozenset()
    platform: Platform = PLATFORM
    helpers: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    now: datetime | None = None
    seed: int | None = None
    # None if inputs are not read for references to steps; with an empty mapping they are.
    steps: Mapping[str, Any] | None = None
    parse_limit: int = PARSE_LIMIT
    cassette: Path | None = None
    retry: int = 0
    prompt: Prompt | None = None
    app_keys: Callable[[], Iterable[str]] = field(default=tuple, compare=False, repr=False)
    transport: Any = None
    read: set[str] = field(default_factory=set, compare=False, repr=False)
    confirmed_hosts: set[str] | None = field(default_factory=set, compare=False, repr=False)

    @classmethod
    def from_options(
        cls,
        options: Mapping[str, Any],
        *,
        root: Path,
        cassette: Path | None = None,
        prompt: Prompt | None = None,
        app_keys: Callable[[], Iterable[str]] = tuple,
        confirmed_hosts: set[str] | None = None,
    ) -> RunContext:
        """Return the context for options as a caller gives them; ``cassette`` is used if they name none.

        Raises:
            TypeError: a value is of another type than the option takes.
            ValueError: a value is out of range.
        """
        context = object.__new__(cls)
        # Its __init__, which sets one field after the other, takes five times as long.
        vars(context).update(
            _DEFAULTS,
            root=root,
            cassette=cassette,
            prompt=prompt,
            app_keys=app_keys,
            read=set(),
            confirmed_hosts=set() if confirmed_hosts is None else confirmed_hosts,
        )
        vars(context).update(checked(options))
        return context

    def resolve(self, profile: Profile) -> RunContext:
        """Return the context with what a profile says, and one time and one seed for all stages.

        An option that was given overrides the profile, even if it was given its default value.
        """
        passed = self.platform.passed
        from_profile = {name: value for name, value in profile.platform.items() if name not in passed}
        env = {**SAMPLE_ENV, **profile.env, **self.given_env}
        platform = self.platform
        if from_profile or env != platform.env:
            platform = replace(platform, **from_profile, env=env)
        resolved = object.__new__(type(self))
        # As dataclasses.replace() in a fifth of its time: every run resolves its context.
        vars(resolved).update(
            vars(self),
            hosts={**profile.hosts, **self.hosts},
            platform=platform,
            now=self.now or datetime.now(UTC),
            seed=_SEEDS.getrandbits(SEED_BITS) if self.seed is None else self.seed,
            read=set(),
        )
        return resolved

    def account_tokens(
        self, definition: ActionDefinition, profile: Profile, where: Sources, *, is_sent: bool
    ) -> dict[str, AccountToken]:
        """Return the token and header of each app account: as given, otherwise from the profile.

        The account of the action has a placeholder where nothing is sent.
        """
        if not (profile.accounts or self.accounts or definition.app_account_name):
            return {}

        def header(name: str) -> str:
            return profile.accounts[name].header if name in profile.accounts else BEARER

        tokens = {
            name: AccountToken(token, account.header)
            for name, account in profile.accounts.items()
            if (token := where.read(account.token)) is not None
        }
        tokens |= {name: AccountToken(token, header(name)) for name, token in self.accounts.items()}
        name = definition.app_account_name
        if name and name not in tokens and not is_sent:
            tokens[name] = AccountToken(placeholder(f"account.{name}", "secret"), header(name))
        return tokens

    def require_cassette(self) -> Path:
        """Return the path of the cassette.

        Raises:
            RequestError: none was passed, and the definition has no file to take it from.
        """
        if self.cassette is None:
            message = "the definition has no file, so there is no default path for the cassette."
            fix = f"{how_to_pass('cassette', 'shop.cassette.json')}."
            raise RequestError.from_code(Code.NO_CASSETTE_PATH, message, fix)
        return self.cassette

    @property
    def given_env(self) -> dict[str, str]:
        """The variables of ``_env`` that were given, by ``platform`` or by ``env``."""
        return {**(self.platform.env if "env" in self.platform.passed else {}), **self.env}

    def rendering(self, stage: str) -> Rendering:
        """Return how the templates of a stage are rendered; each stage has random numbers of its own."""
        now = self.now or datetime.now(UTC)
        random = None if self.seed is None else _NotedRandom(f"{stage} {self.seed}", self.read)
        return Rendering.from_platform(
            self.platform,
            previews=stage != "output",
            helpers=self.helpers,
            now=lambda: self._read_now(now),
            random=random,
        )

    def _read_now(self, now: datetime) -> datetime:
        self.read.add("now")
        return now


# Only the sets are changed by anyone, and each context has its own.
_DEFAULTS = vars(RunContext(root=Path()))


class _NotedRandom:
    """Random numbers for template helpers, noting that any were used. They need not be secure.

    It is a `Random` made at the first use: few templates ask for a random number, and seeding is slow.
    """

    def __init__(self, text: str, read: set[str]) -> None:
        self._text = text
        self._read = read
        self._random: Random | None = None

    def __getattr__(self, name: str) -> Any:
        self._read.add("seed")
        if self._random is None:
            self._random = Random(self._text)  # noqa: S311 - see above
        return getattr(self._random, name)
