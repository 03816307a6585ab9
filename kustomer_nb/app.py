"""An app definition, the handle that reads, lints, mends and saves it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from kustomer_nb.action import Action
from kustomer_nb.codes import Code
from kustomer_nb.config import check_profiles, project_root
from kustomer_nb.definition import (
    AppDefinition,
    Changes,
    Document,
    document_from_value,
    edited,
    read_document,
    removed,
    renamed,
)
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import LoadError, NameNotFoundError
from kustomer_nb.linting import Selection, changes_between, conceal, project_selection
from kustomer_nb.platform import SAMPLE_ENV
from kustomer_nb.printable import one_line
from kustomer_nb.rules import fix_document, lint_document
from kustomer_nb.run import Run
from kustomer_nb.storage.definitions import open_document, save_document
from kustomer_nb.storage.history import Entry, History, read_history

from . import display

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
        return _opened(lambda: open_document(Path(source).expanduser()))
    return _opened(lambda: document_from_value(source))


def loads(text: str) -> App:
    """Return the app of a text, JSON as strict or as loose as authors write it.

    Raises:
        LoadError: nothing can be made of the text.
        TypeError: it is no text.

    Example:
        >>> app = loads("{app: 'shop', actions: [{name: 'kustomer.app.shop.find', type: 'rest_api',}]}")
        >>> app.action(), app.diagnostics
        (<Action: kustomer.app.shop.find>, <Diagnostics: 8 errors>)
    """
    _require_text(text, "loads() takes a text, as load() takes a value")
    return _opened(lambda: read_document(text))


def _opened(read: Callable[[], Document]) -> App:
    """Return the app of a document; an error that quotes the text has its tokens masked."""
    try:
        return App(read())
    except LoadError as error:
        refusal = LoadError(conceal(error.diagnostics)).with_traceback(error.__traceback__)
        refusal.__cause__ = error.__cause__
    # Outside of the except, where the other error would become its context.
    raise refusal


def _require_text(given: object, what: str) -> None:
    if not isinstance(given, str):
        msg = f"{what}; this is of type {type(given).__name__}"
        raise TypeError(msg)


class App:
    """A definition: ``text``, ``path``, ``model``, its actions, and what had to be mended to read it.

    `fix`, `edit`, `remove` and `rename` change the text in memory, and the actions held already with it;
    `save` writes it.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        # Hosts that inputs chose and a person confirmed, until the process ends.
        self.confirmed_hosts: set[str] = set()

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
        return conceal(self.document.reading.diagnostics, self.document.reading)

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        """The actions, in the order of the text."""
        return tuple(Action(self, read) for read in self.document.actions)

    def action(self, name: str | None = None) -> Action:
        """Return an action by its full name or any unambiguous tail of it; without a name, the only one.

        Raises:
            NameNotFoundError: no action fits, or several do.
        """
        if name is not None:
            _require_text(name, "the name of an action is a text")
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
        return Diagnostic(Code.ACTION_NOT_FOUND, Severity.ERROR, "/actions", message, fix)

    def lint(
        self, *, select: Iterable[str] | None = None, ignore: Iterable[str] | None = None
    ) -> Diagnostics:
        """Return everything that can be known to be wrong from the text alone, in its order.

        What is wrong with the project's ``kustomer-nb.toml`` is named behind it. ``select`` and
        ``ignore`` are codes, or what they begin with (``KNB3``); they go before what the nearest
        ``pyproject.toml`` lists under ``[tool.kustomer-nb]``.

        Raises:
            NameNotFoundError: no rule has such a code.
            LoadError: the table of ``pyproject.toml`` cannot be read.

        Example:
            >>> loads('{"app": "shop", "version": "1", "title": "Shop"}').lint(ignore=["KNB213"])
            <Diagnostics: no problems>
        """
        selection = self._selection(select, ignore)
        found = lint_document(self.document, selection)
        # What stands beside the file goes into git with it.
        beside = () if self.path is None else self._lint_profiles(self.path)
        return Diagnostics([*found, *(one for one in beside if selection.takes(one.code))], text=found.text)

    def _lint_profiles(self, path: Path) -> Diagnostics:
        actions = [one.definition for one in self.document.actions]
        return check_profiles(project_root(path), self.model, actions)

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
            >>> app.fix().fixed.codes
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
        self.document = save_document(self.document, None if path is None else Path(path).expanduser())
        return self.document.path or Path()

    def history(self) -> History:
        """Return the runs of the project, newest first: searched with ``find``, run again, compared.

        Each finished run adds a line to ``.kustomer-nb/history.jsonl`` in the project's root, which git
        ignores, without the values of settings and without what a profile's ``mask`` names. ``history =
        false`` in ``kustomer-nb.toml``, or the variable KUSTOMER_NB_HISTORY set to ``off``, ends that.

        Raises:
            LoadError: the file is there, and cannot be read.
        """
        return read_history(project_root(self.path), rerun=self._run_again)

    def _run_again(self, entry: Entry, arguments: Mapping[str, Any]) -> Run:
        env = {name: value for name, value in entry.env.items() if SAMPLE_ENV.get(name) != value}
        kept = {"mode": entry.mode, "profile": entry.profile or None, "hosts": dict(entry.hosts), "env": env}
        given = {**kept, **arguments}
        return self.action(entry.action or None).run(entry.inputs, **given)

    def _change(self, document: Document) -> Changes:
        before = self.document
        self._hold(document)
        return changes_between(before, document)

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
        return display.html(self.document)

    def __repr__(self) -> str:
        title = " ".join(part for part in (self.model.app, self.model.version) if part) or "actions only"
        count = {0: "no actions", 1: "1 action"}.get(len(self.actions), f"{len(self.actions)} actions")
        faults = self.document.reading.diagnostics
        mended = f", mended: {faults.summary}" if faults else ""
        return one_line(f"<App: {title}, {count}{mended}>")


def lint(app: App) -> Diagnostics:
    """Return everything that can be known to be wrong with a definition from its text alone.

    Example:
        >>> lint(loads('{"app": "shop", "version": "1.0.0", "title": "Shop", "actions": []}'))
        <Diagnostics: no problems>
    """
    return app.lint()
