"""One action of an app, the handle that renders its request and runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kustomer_nb import views
from kustomer_nb.definition import ActionDefinition, ReadAction
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Span
from kustomer_nb.errors import InputError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.kustomer import Platform
from kustomer_nb.profile import project_root
from kustomer_nb.request import Request
from kustomer_nb.run import Circumstances, Prepared, Run, prepare, run_prepared
from kustomer_nb.secret import kept
from kustomer_nb.settings import person
from kustomer_nb.transport import wait

if TYPE_CHECKING:
    from kustomer_nb.app import App


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

    def circumstances(self, **given: Any) -> Circumstances:
        """Return what decides a run besides its inputs, with this app's project root."""
        unknown = given.keys() - Circumstances.__dataclass_fields__.keys() - {"env"}
        if unknown:
            msg = f"{', '.join(sorted(unknown))}: there is no such argument; see help(Action.arun)"
            raise TypeError(msg)
        chosen = {key: value for key, value in given.items() if value is not None}
        if env := chosen.pop("env", None):
            platform = chosen.get("platform", Platform())
            chosen["platform"] = replace(platform, env={**platform.env, **env})
        _require_kinds(chosen, now=datetime, seed=int, steps=Mapping, parse_limit=int)
        if "steps" in chosen:
            chosen["steps"] = {
                name: one.output if isinstance(one, Run) else one for name, one in chosen["steps"].items()
            }
        if "allow_missing" in chosen:
            names = chosen["allow_missing"]
            chosen["allow_missing"] = frozenset([names] if isinstance(names, str) else names)
        for name in chosen.keys() & {"settings", "accounts"}:
            # Wrapped here at the door, so that no traceback further in shows a value.
            chosen[name] = {key: kept(value, source=f"{name}=") for key, value in chosen[name].items()}
        return Circumstances(root=project_root(self.app.path), **chosen)

    def prepare(self, inputs: Mapping[str, Any], circumstances: Circumstances) -> Prepared:
        """Return the request and the faults of the inputs, raising for neither; what a live preview shows."""
        ready = prepare(self.definition, self.app.model, inputs, circumstances)
        found = self._placed(ready.request.diagnostics)
        request = replace(ready.request, diagnostics=found, locate=self._locate)
        return replace(ready, request=request)

    def _placed(self, found: Diagnostics, within: str = "/") -> Diagnostics:
        """Return findings about the strings of this action with their place in the author's text."""
        return Diagnostics(self._placed_one(one) if one.pointer.startswith(within) else one for one in found)

    def _placed_one(self, found: Diagnostic) -> Diagnostic:
        return replace(found, span=self._locate(found.pointer, found.span))

    def _locate(self, pointer: str, inner: Span | None) -> Span | None:
        """Return the place in the author's text of a value of this action, or of a part of a string."""
        written = pointers.resolve(self.value, pointer)
        text = written if isinstance(written, str) else ""
        return self.app.document.place(f"{self.pointer}{pointer}", text, inner)

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
        ready = self.prepare(inputs or {}, circumstances)
        if ready.faults:
            raise InputError(ready.faults)
        return ready.request

    def run(self, inputs: Mapping[str, Any] | None = None, **arguments: Any) -> Run:
        """Return the run of these inputs; arguments and errors are those of `arun`."""
        # Prepared here and not on the transport's thread: a prompt needs the thread of the cell.
        ready, circumstances = self._ready(inputs, arguments)
        return wait(self.run_prepared(ready, circumstances))

    async def arun(self, inputs: Mapping[str, Any] | None = None, **arguments: Any) -> Run:
        """Return the run of these inputs: sent once in live mode, from the sample in sample mode.

        The arguments are those of `render`, and ``mode`` (``live`` or ``sample``; None asks the variable
        KUSTOMER_NB_MODE, then the profile), ``confirm`` (the profile's or host's name, for unsafe methods to
        anything but loopback), ``parse_limit`` (an answer of more bytes stays text; 8 MB) and ``transport``
        (an httpx transport in the network's place).

        Raises:
            InputError: the platform would reject the inputs.
            SettingError: a setting has no value; the message names the variable to set.
            RequestError: the request must not be sent as it is.
            GuardError: an unsafe method to anything but loopback was not confirmed.
            TransportError: no answer came.
        """
        ready, circumstances = self._ready(inputs, arguments)
        return await self.run_prepared(ready, circumstances)

    def _ready(
        self, inputs: Mapping[str, Any] | None, arguments: dict[str, Any]
    ) -> tuple[Prepared, Circumstances]:
        circumstances = self.circumstances(prompt=person(), **arguments)
        return self.prepare(inputs or {}, circumstances), circumstances

    async def run_prepared(self, ready: Prepared, circumstances: Circumstances) -> Run:
        """Return the run of what `prepare` made; errors are those of `arun`."""
        run = await run_prepared(self.definition, self.app.model, ready, circumstances)
        return replace(run, diagnostics=self._placed(run.diagnostics, "/outputTemplate"))

    def _repr_html_(self) -> str:
        return views.html(self.read)

    def __repr__(self) -> str:
        return f"<Action: {self.name or self.pointer or 'without a name'}>"


def _require_kinds(given: Mapping[str, Any], **kinds: type) -> None:
    for name, kind in kinds.items():
        if name in given and not isinstance(given[name], kind):
            msg = f"{name}: {given[name]!r} is no {kind.__name__}"
            raise TypeError(msg)
