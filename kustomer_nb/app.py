"""The handles users hold: an app definition, and the actions in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from kustomer_nb import views
from kustomer_nb.definition import (
    ActionDefinition,
    AppDefinition,
    Changes,
    Document,
    ReadAction,
    document_of,
    edited,
    open_document,
    read_document,
    removed,
    renamed,
    saved,
)
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.errors import InputError, NameNotFoundError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.kustomer import Platform
from kustomer_nb.profile import project_root
from kustomer_nb.request import Request
from kustomer_nb.rules import Selection, fix_document, lint_document, project_selection
from kustomer_nb.run import Circumstances, Prepared, Run, prepare, run_prepared
from kustomer_nb.secret import kept
from kustomer_nb.settings import person
from kustomer_nb.transport import wait

MOST_NAMES = 30


def load(source: str | Path | Mapping[str, Any] | list[Any]) -> App:
    """Return the app of a path or of a value already parsed: a whole app, one action, or a list of them.

    Raises:
        LoadError: the file cannot be read, or nothing can be made of its text.

    Example:
        >>> load({"app": "shop", "version": "1.0.0", "actions": []})
        <App: shop 1.0.0, no actions>
    """
    if isinstance(source, (str, Path)):
        return App(open_document(Path(source).expanduser()))
    return App(document_of(source))


def loads(text: str) -> App:
    """Return the app of a text, JSON as strict or as loose as authors write it.

    Raises:
        LoadError: nothing can be made of the text.

    Example:
        >>> app = loads("{app: 'shop', actions: [{name: 'kustomer.app.shop.find', type: 'rest_api',}]}")
        >>> app.action(), app.diagnostics
        (<Action: kustomer.app.shop.find>, <Diagnostics: 8 errors>)
    """
    return App(read_document(text))


class App:
    """A definition: ``text``, ``path``, ``model``, its actions, and what had to be mended to read it.

    `fix`, `edit`, `remove` and `rename` change the text in memory, and the actions held already with it;
    `save` writes it.
    """

    def __init__(self, document: Document) -> None:
        self.document = document

    @property
    def text(self) -> str:
        """The author's text, with what was changed since it was read."""
        return self.document.text

    @property
    def path(self) -> Path | None:
        """The file it was read from, None for a text or a value."""
        return self.document.path

    @property
    def model(self) -> AppDefinition:
        """The app's own properties; empty when the document holds only actions."""
        return self.document.app

    @property
    def diagnostics(self) -> Diagnostics:
        """What had to be mended to read the text, each with its place."""
        return self.document.reading.diagnostics

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        """The actions, in the order of the text."""
        return tuple(Action(self, read) for read in self.document.actions)

    def action(self, name: str | None = None) -> Action:
        """Return an action by its full name or any unambiguous tail of it; without a name, the only one.

        Raises:
            NameNotFoundError: no action fits, or several do.
        """
        if name is None:
            fits = self.actions
        else:
            fits = tuple(one for one in self.actions if one.name == name) or tuple(
                one for one in self.actions if one.name.endswith(f".{name}")
            )
        if len(fits) == 1:
            return fits[0]
        raise NameNotFoundError([self._unknown(name, fits)])

    def _unknown(self, name: str | None, fits: tuple[Action, ...]) -> Diagnostic:
        names = [one.name for one in self.actions]
        if not names:
            message, fix = "there is no action here.", 'add one to "actions".'
        elif len(fits) > 1:
            found = f"{name!r} fits" if name else "without a name there are"
            message, fix = (
                f"{found} {len(fits)} actions.",
                f"write one of {', '.join(one.name for one in fits[:MOST_NAMES])}.",
            )
        else:
            tails = {tail: full for full in names for tail in (full, full.rpartition(".")[2])}
            near = get_close_matches(name or "", tails, n=1)
            message = f"there is no action {name!r}."
            fix = (
                f"did you mean `{tails[near[0]]}`?" if near else f"there is {', '.join(names[:MOST_NAMES])}."
            )
        return Diagnostic("KNB203", Severity.ERROR, "/actions", message, fix)

    def lint(
        self, *, select: Iterable[str] | None = None, ignore: Iterable[str] | None = None
    ) -> Diagnostics:
        """Return everything that can be known to be wrong from the text alone, in its order.

        ``select`` and ``ignore`` are codes, or what they begin with (``KNB3``); they go before what the
        nearest ``pyproject.toml`` lists under ``[tool.kustomer-nb]``.

        Raises:
            NameNotFoundError: no rule has such a code.
            LoadError: the table of ``pyproject.toml`` cannot be read.

        Example:
            >>> loads('{"app": "shop", "version": "1", "title": "Shop"}').lint(ignore=["KNB213"])
            <Diagnostics: nothing found>
        """
        return lint_document(self.document, self._selection(select, ignore))

    def _selection(self, select: Iterable[str] | None, ignore: Iterable[str] | None) -> Selection:
        return project_selection(self.path).narrowed(select, ignore)

    def fix(
        self,
        *,
        unsafe: bool = False,
        select: Iterable[str] | None = None,
        ignore: Iterable[str] | None = None,
    ) -> Changes:
        """Mend in memory what can be mended without a decision, and return what changed; `save` writes it.

        Only how the text is written changes, never what it says. Mends that change what it says, such as
        triple braces, need ``unsafe`` or their own code in ``select``; what loses words of the author's,
        such as comments, needs it too.

        Raises:
            NameNotFoundError: no rule has such a code.
            LoadError: the table of ``pyproject.toml`` cannot be read.

        Example:
            >>> app = loads("{app: 'shop', version: '1.0.0', title: 'Shop'}")
            >>> app.fix().mended.codes
            ['KNB104', 'KNB115', 'KNB104', 'KNB115', 'KNB104', 'KNB115']
            >>> app.text
            '{"app": "shop", "version": "1.0.0", "title": "Shop"}'
        """
        document, changes = fix_document(self.document, self._selection(select, ignore), unsafe=unsafe)
        self._hold(document)
        return changes

    def edit(self, pointer: str, value: Any) -> Changes:
        """Set the value at a JSON pointer in memory, and return what changed; `save` writes it.

        A key that is not there is added; ``-`` as the last key adds to an array. Everything else in the text
        stays as it is: the order of keys, indentation, comments.

        Raises:
            EditError: the pointer names no place, or the value is not JSON.

        Example:
            >>> app = loads('{"app": "shop", "version": "1.0.0"}')
            >>> app.edit("/version", "1.0.1")
            <Changes: 1 line of the definition>
            >>> app.text
            '{"app": "shop", "version": "1.0.1"}'
        """
        return self._change(edited(self.document, pointer, value))

    def remove(self, pointer: str) -> Changes:
        """Take out what stands at a JSON pointer, in memory, and return what changed; `save` writes it.

        Raises:
            EditError: the pointer names no place.

        Example:
            >>> app = loads('{"app": "shop", "version": "1.0.0"}')
            >>> app.remove("/version")
            <Changes: 1 line of the definition>
            >>> app.text
            '{"app": "shop"}'
        """
        return self._change(removed(self.document, pointer))

    def rename(self, pointer: str, key: str) -> Changes:
        """Give the member at a JSON pointer another key in memory; `save` writes it.

        Raises:
            EditError: the pointer names no member of an object, or the key is taken.

        Example:
            >>> app = loads('{"app": "shop", "verson": "1.0.0"}')
            >>> app.rename("/verson", "version")
            <Changes: 1 line of the definition>
            >>> app.text
            '{"app": "shop", "version": "1.0.0"}'
        """
        return self._change(renamed(self.document, pointer, key))

    def save(self, path: str | Path | None = None) -> Path:
        """Write the text to its file, or to one that is not there yet, and return the path.

        The file holds the old text or the new one, whatever happens while it is written.

        Raises:
            SaveError: there is no path; the file changed since it was read, is there already, or cannot be
                written.
        """
        self.document = saved(self.document, None if path is None else Path(path).expanduser())
        return self.document.path or Path()

    def _change(self, document: Document) -> Changes:
        before = self.document
        self._hold(document)
        return Changes(before.text, document.text, before.name)

    def _hold(self, document: Document) -> None:
        """Take another document, and let the actions that are held already be those of it."""
        held = self.__dict__.pop("actions", ())
        self.document = document
        by_name = {one.definition.name: one for one in document.actions if one.definition.name}
        followed = {action: by_name[action.name] for action in held if action.name in by_name}
        # One that has another name now stands where it stood; what is gone keeps what it held.
        taken = {id(one) for one in followed.values()}
        by_pointer = {one.pointer: one for one in document.actions if id(one) not in taken}
        for action in held:
            action.read = followed.get(action) or by_pointer.get(action.pointer, action.read)
        same = {id(action.read): action for action in held}
        self.actions = tuple(same.get(id(one)) or Action(self, one) for one in document.actions)

    def _repr_html_(self) -> str:
        return views.html(self.document)

    def __repr__(self) -> str:
        title = " ".join(part for part in (self.model.app, self.model.version) if part) or "actions only"
        count = {0: "no actions", 1: "1 action"}.get(len(self.actions), f"{len(self.actions)} actions")
        mended = f", mended: {self.diagnostics.summary}" if self.diagnostics else ""
        return f"<App: {title}, {count}{mended}>"


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
        unknown = given.keys() - Circumstances.__dataclass_fields__.keys()
        if unknown:
            msg = f"{', '.join(sorted(unknown))}: there is no such argument; see help(Action.arun)"
            raise TypeError(msg)
        chosen = {key: value for key, value in given.items() if value is not None}
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
        platform: Platform | None = None,
    ) -> Request:
        """Return the request these inputs make; nothing is sent, and no setting needs a value.

        ``helpers`` are one's own, by name, where Kustomer's are not known here; see
        `kustomer_nb.template.Rendering`. ``now`` (UTC where it says no time zone) and ``seed`` stand in for
        the clock and for chance, so that ``date`` and ``randomId`` give the same in each run. ``steps`` are
        the outputs of earlier steps by id, each a value or a `Run`: inputs are then read as a workflow
        writes them, ``/#steps.find.body.id`` or ``{{steps.find.body.id}}``.

        Raises:
            InputError: the platform would reject the inputs; every fault is named.

        Example:
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


def lint(app: App) -> Diagnostics:
    """Return everything that can be known to be wrong with a definition from its text alone.

    Example:
        >>> lint(loads('{"app": "shop", "version": "1.0.0", "title": "Shop", "actions": []}'))
        <Diagnostics: nothing found>
    """
    return app.lint()
