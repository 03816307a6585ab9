"""One action of an app, the handle that renders its request and runs it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.config import OFFLINE, SENDING, project_root
from kustomer_nb.config.settings import DEFAULT, EnvironmentVariable, person
from kustomer_nb.definition import ActionDefinition, ReadAction, guessed
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Span
from kustomer_nb.errors import InputError, TransportError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.bounds import require_end
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.platform import Platform
from kustomer_nb.printable import one_line
from kustomer_nb.request import Request
from kustomer_nb.run.context import RunContext
from kustomer_nb.run.offline import run_offline
from kustomer_nb.run.prepare import Prepared, prepare
from kustomer_nb.run.recording import AT_ONCE, keep_run, keep_unanswered
from kustomer_nb.run.result import Run
from kustomer_nb.schema.from_python import plain
from kustomer_nb.secrets import Secret, kept
from kustomer_nb.secrets.tracebacks import scrub_tracebacks
from kustomer_nb.storage.cassette import cassette_path

from . import display

if TYPE_CHECKING:
    from kustomer_nb.app import App

# What a caller may give; the rest of the circumstances is found out.
_ARGUMENTS = RunContext.__dataclass_fields__.keys() - {"root", "read", "confirmed_hosts"} | {"env"}


class Action:
    """One action of an app: renders its request, and runs it."""

    def __init__(self, app: App, read: ReadAction) -> None:
        self.app = app
        self.read = read

    @property
    def pointer(self) -> str:
        """The JSON pointer of the action in its file."""
        return self.read.pointer

    @property
    def definition(self) -> ActionDefinition:
        """The model of the action."""
        return self.read.definition

    @property
    def value(self) -> Any:
        """The action as it is written, as plain JSON."""
        return self.read.value

    @property
    def name(self) -> str:
        """The full name, empty when it has none."""
        return self.definition.name or ""

    def lint(
        self, *, select: Iterable[str] | None = None, ignore: Iterable[str] | None = None
    ) -> Diagnostics:
        """Return what `App.lint` finds in this action."""
        found = self.app.lint(select=select, ignore=ignore)
        mine = (one for one in found if f"{one.pointer}/".startswith(f"{self.pointer}/"))
        return Diagnostics(mine, text=found.text)

    @scrub_tracebacks
    def circumstances(self, **given: Any) -> RunContext:
        """Return what decides a run besides its inputs, with this app's project root."""
        unknown = given.keys() - _ARGUMENTS
        if unknown:
            msg = f"{', '.join(sorted(unknown))}: there is no such argument; see help(Action.arun)"
            raise TypeError(msg)
        chosen = {key: value for key, value in given.items() if value is not None}
        _require_kinds(chosen)
        chosen |= {name: _pairs(name, chosen[name]) for name in _MAPPINGS if name in chosen}
        _require_texts(chosen)
        if env := chosen.pop("env", None):
            platform = chosen.get("platform", Platform())
            chosen["platform"] = replace(platform, env={**platform.env, **env})
        if "steps" in chosen:
            chosen["steps"] = {
                name: one.output if isinstance(one, Run) else one for name, one in chosen["steps"].items()
            }
            require_end(chosen["steps"], "/steps", max_depth=DEEPEST_STEP)
        if "allow_missing" in chosen:
            names = chosen["allow_missing"]
            chosen["allow_missing"] = _names([names] if isinstance(names, str) else names)
        for name in chosen.keys() & {"settings", "accounts"}:
            # Wrapped here at the door, so that no traceback further in shows a value.
            secrets = {key: _kept(name, key, value) for key, value in chosen[name].items()}
            chosen[name] = {key: one for key, one in secrets.items() if one is not None or name == "settings"}
        if "cassette" in chosen:
            chosen["cassette"] = Path(os.path.expanduser(chosen["cassette"]))  # noqa: PTH111 - raises for no user
        elif self.app.path is not None:
            chosen["cassette"] = cassette_path(self.app.path)
        root = project_root(self.app.path)
        return RunContext(root=root, confirmed_hosts=self.app.confirmed_hosts, **chosen)

    @scrub_tracebacks
    def prepare(self, inputs: Mapping[str, Any], circumstances: RunContext) -> Prepared:
        """Return the request and the faults of the inputs, raising for neither; what a live preview shows."""
        ready = prepare(self.definition, self.app.model, inputs, circumstances, self._guessed)
        found = Diagnostics([*ready.guessed, *self._placed(ready.request.diagnostics)])
        request = replace(ready.request, diagnostics=found, locate=self._locate)
        return replace(ready, request=request)

    def _guessed(self, request: Request) -> tuple[Diagnostic, ...]:
        """Return the read errors of the file in what a request, and the run of it, are made of."""
        secrets = {key: request.secrets.get(f"${key}") for key in self.definition.setting_keys.values()}
        defaults = [key for key, one in secrets.items() if one is not None and one.source == DEFAULT]
        return guessed(self.app.document, self.read, defaults)

    def _placed(self, found: Diagnostics, within: str = "/") -> Diagnostics:
        """Return findings about the strings of this action with their place in the author's text."""
        return Diagnostics(self._placed_one(one) if one.pointer.startswith(within) else one for one in found)

    def _placed_one(self, found: Diagnostic) -> Diagnostic:
        return replace(found, span=self._locate(found.pointer, found.span))

    def _locate(self, pointer: str, inner: Span | None) -> Span | None:
        """Return the place in the author's text of a value of this action, or of a part of a string."""
        written = pointers.resolve(self.value, pointer)
        text = written if isinstance(written, str) else ""
        return self.app.document.span_within(f"{self.pointer}{pointer}", text, inner)

    @scrub_tracebacks
    def render(
        self,
        inputs: Mapping[str, Any] | None = None,
        *,
        settings: Mapping[str, Any] | None = None,
        profile: str | None = None,
        hosts: Mapping[str, str] | None = None,
        accounts: Mapping[str, Any] | None = None,
        allow_missing: Iterable[str] | None = None,
        helpers: Mapping[str, Callable[..., Any]] | None = None,
        now: datetime | None = None,
        seed: int | None = None,
        steps: Mapping[str, Any] | None = None,
        env: Mapping[str, str] | None = None,
        platform: Platform | None = None,
    ) -> Request:
        """Return the request these inputs make; nothing is sent, and no setting needs a value.

        ``helpers`` are one's own, by name, where Kustomer's are not known here; see
        `kustomer_nb.template.Rendering`. ``now`` (UTC where it says no time zone) and ``seed`` stand in for
        the clock and for chance, so that ``date`` and ``randomId`` give the same in each run. ``steps`` are
        the outputs of earlier steps by id, each a value or a `Run`: inputs are then read as a workflow
        writes them, ``/#steps.find.body.id`` or ``{{steps.find.body.id}}``. ``env`` are values of ``_env``
        (orgId, workflowId, appVersion) in the place of the sample ones, which are never sent.

        Raises:
            InputError: the platform would reject the inputs; every fault is named.

        Example:
            >>> from kustomer_nb import loads
            >>> shop = loads('{"inputTemplate": {"uri": "http://a.b/{{id}}", "method": "delete"}}')
            >>> shop.action().render({"id": 7})
            <Request: DELETE http://a.b/7>
        """
        circumstances = self.circumstances(
            settings=settings,
            profile=profile,
            hosts=hosts,
            accounts=accounts,
            allow_missing=allow_missing,
            helpers=helpers,
            now=now,
            seed=seed,
            steps=steps,
            env=env,
            platform=platform,
        )
        ready = self.prepare({} if inputs is None else inputs, circumstances)
        if ready.faults:
            raise InputError(ready.faults)
        return ready.request

    @scrub_tracebacks
    def run(self, inputs: Mapping[str, Any] | None = None, **arguments: Any) -> Run:
        """Return the run of these inputs; arguments and errors are those of `arun`."""
        # Prepared here and not on the transport's thread: a prompt needs the thread of the cell.
        ready, circumstances = self._ready(inputs, arguments)
        if ready.mode in OFFLINE:
            return self._run_offline(ready)
        # Imported by what sends alone: reading loads neither httpx nor asyncio.
        from kustomer_nb.transport.event_loop import wait

        try:
            return wait(partial(self.run_prepared, ready, circumstances.confirm))
        except KeyboardInterrupt as error:
            if not ready.request.is_safe and ready.mode in SENDING:
                method = ready.request.effective_method
                error.add_note(
                    f"Whether the {method} was carried out is unknown: look before sending it again."
                )
            raise

    @scrub_tracebacks
    async def arun(self, inputs: Mapping[str, Any] | None = None, **arguments: Any) -> Run:
        """Return the run of these inputs: sent once in live mode, from the sample in sample mode.

        The arguments are those of `render`, and:

        - ``mode``: ``live``; ``record`` (live, and kept in the cassette); ``replay`` (answered from it, the
          network is not touched); ``sample`` (no answer, the output is the sample); ``fault:429`` and its
          like (`kustomer_nb.transport.FAULTS`). None asks the variable KUSTOMER_NB_MODE, then the profile.
        - ``confirm``: the profile's or host's name, for unsafe methods to anything but loopback; the host's
          where an input chooses that and a secret goes along, once for each host.
        - ``cassette``: the file of recorded exchanges; ``shop.cassette.json`` beside ``shop.json`` if None.
        - ``retry``: how often more a request is sent that met a busy service or none; otherwise never.
        - ``parse_limit``: an answer of more bytes stays text; 8 MB.
        - ``transport``: an httpx transport in the network's place.

        Each finished run is added to the history of the project; see `App.history`.

        Raises:
            InputError: the platform would reject the inputs.
            RequestError: in every mode, a read error (KNB1xx) in the part of the file that is sent.
            SettingError: a setting has no value; the message names the variable to set.
            RequestError: the request must not be sent as it is.
            GuardError: it was not confirmed, or goes where the profile does not let it.
            TransportError: no answer came; a `ReplayError` where none is recorded.
        """
        ready, circumstances = self._ready(inputs, arguments)
        return await self.run_prepared(ready, circumstances.confirm)

    def _ready(
        self, inputs: Mapping[str, Any] | None, arguments: dict[str, Any]
    ) -> tuple[Prepared, RunContext]:
        circumstances = self.circumstances(prompt=person(), **arguments)
        return self.prepare({} if inputs is None else inputs, circumstances), circumstances

    @scrub_tracebacks
    async def run_prepared(self, ready: Prepared, confirm: str | None = None) -> Run:
        """Return the run of what `prepare` made; errors are those of `arun`."""
        import asyncio

        from kustomer_nb.run.execute import run_prepared

        try:
            run = await run_prepared(self.definition, self.app.model, ready, confirm)
        except (TransportError, asyncio.CancelledError) as error:
            keep_unanswered(self.app.model, ready, error)
            raise
        is_large = run.response is not None and run.response.size > AT_ONCE
        keep = partial(keep_run, self.app.model, ready, run)
        return self._kept(run, await asyncio.to_thread(keep) if is_large else keep())

    def _run_offline(self, ready: Prepared) -> Run:
        try:
            run = run_offline(self.definition, self.app.model, ready)
        except TransportError as error:
            keep_unanswered(self.app.model, ready, error)
            raise
        return self._kept(run, keep_run(self.app.model, ready, run))

    def _kept(self, run: Run, history_problems: Iterable[Diagnostic]) -> Run:
        """Return a finished run, its diagnostics with their place in the file."""
        placed = self._placed(run.diagnostics, "/outputTemplate")
        return replace(run, diagnostics=Diagnostics([*placed, *history_problems]))

    def _repr_html_(self) -> str:
        return display.html(self.read)

    def __repr__(self) -> str:
        return one_line(f"<Action: {self.name or self.pointer or 'without a name'}>")


# What each argument must be; those of several kinds are looked at where they are read.
_KINDS: dict[str, type | tuple[type, ...]] = {
    "settings": Mapping,
    "profile": str,
    "hosts": Mapping,
    "mode": str,
    "confirm": str,
    "accounts": Mapping,
    "env": Mapping,
    "helpers": Mapping,
    "now": datetime,
    "seed": int,
    "steps": Mapping,
    "parse_limit": int,
    "retry": int,
    "cassette": (str, Path),
    "platform": Platform,
}
_TEXTS = ("hosts", "env")
_MAPPINGS = tuple(name for name, kind in _KINDS.items() if kind is Mapping)
# More than any file of settings or workflow holds.
MOST_ENTRIES = 100_000
# A response is parsed down to 200 levels, and stands in an output.
DEEPEST_STEP = 300
MOST_RETRIES = 100
LARGEST_SEED = 2**63
# The bits of a number that is quoted as a whole.
_SHORT = 128


def _require_kinds(given: Mapping[str, Any]) -> None:
    for name, kinds in _KINDS.items():
        if name in given and (not isinstance(given[name], kinds) or isinstance(given[name], bool)):
            kind = " or ".join(one.__name__ for one in (kinds if isinstance(kinds, tuple) else (kinds,)))
            # What was given for a mapping of settings may be a token.
            said = "it" if name in ("settings", "accounts") else _said(given[name])
            msg = f"{name}: {said} is no {kind}"
            raise TypeError(msg)
    if not 0 <= given.get("retry", 0) <= MOST_RETRIES:
        msg = f"retry: {_said(given['retry'])} is not from 0 to {MOST_RETRIES}"
        raise ValueError(msg)
    if not -LARGEST_SEED <= given.get("seed", 0) < LARGEST_SEED:
        msg = "seed: it has more than 64 bits"
        raise ValueError(msg)


def _require_texts(given: Mapping[str, Any]) -> None:
    for name in _TEXTS:
        for key, value in given.get(name, {}).items():
            if not isinstance(value, str):
                msg = f"{name}: the value of {key!r} is no text"
                raise TypeError(msg)


def _said(value: Any) -> str:
    """Return a value as a message quotes it; of what may be long or raise its type alone."""
    kind = type(value)
    if kind in (str, float, bool) or (kind is int and value.bit_length() <= _SHORT):
        return f"{value!r:.80}"
    return f"a value of type {kind.__name__}"


def _pairs(name: str, given: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a mapping as a dict, read once: it may be of a class of the user's own."""
    try:
        pairs = list(islice(given.items(), MOST_ENTRIES + 1))
    except Exception as error:
        # What it says may be a value of it.
        msg = f"{name}: reading it raised {type(error).__name__}"
        raise TypeError(msg) from None
    if len(pairs) > MOST_ENTRIES:
        msg = f"{name}: it has more than {MOST_ENTRIES:,} entries"
        raise ValueError(msg)
    if others := [type(key).__name__ for key, _ in pairs if not isinstance(key, str)]:
        msg = f"{name}: a key is of type {others[0]}, and no text"
        raise TypeError(msg)
    return {str.__str__(key): value for key, value in pairs}


def _names(given: Any) -> frozenset[str]:
    try:
        names = list(islice(given, MOST_ENTRIES + 1))
    except Exception as error:
        msg = f"allow_missing: reading it raised {type(error).__name__}"
        raise TypeError(msg) from None
    if len(names) > MOST_ENTRIES or not all(isinstance(one, str) for one in names):
        msg = "allow_missing: it is no list of names"
        raise TypeError(msg)
    return frozenset(names)


def _kept(name: str, key: str, value: Any) -> Any:
    """Return the value of a setting as a secret; one of another source stays what it is."""
    if isinstance(value, (Secret, EnvironmentVariable)):
        return value
    read = plain(value)
    if read.faults or isinstance(read.value, (dict, list)):
        msg = f"{name}: the value of {key!r} is no text, number, true or false"
        raise TypeError(msg)
    return None if read.value is UNDEFINED else kept(read.value, source=f"{name}=")
