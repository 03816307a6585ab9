"""An app definition: the handle that reads, lints, fixes and saves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from kustomer_nb.action import Action
from kustomer_nb.definition import (
    AppDefinition,
    Change,
    Changes,
    Document,
    UndoStack,
    edited,
    one_at_a_time,
    removed,
    renamed,
)
from kustomer_nb.diagnostics import Diagnostic, Diagnostics
from kustomer_nb.near_names import suggests_options
from kustomer_nb.opening import reopened, require_string, without_tokens_in_errors
from kustomer_nb.printable import one_line
from kustomer_nb.storage.definitions import save_document, taken_back
from kustomer_nb.user_paths import user_path

from . import display

# Imported by what needs them: loading a definition does not wait for the rules.
if TYPE_CHECKING:
    from kustomer_nb.batch import Batch
    from kustomer_nb.definition import ReadAction
    from kustomer_nb.linting import Selection
    from kustomer_nb.run import Run
    from kustomer_nb.storage.history import Entry, History


class App:
    """A definition: ``text``, ``path``, ``model``, its actions, and the syntax errors fixed while reading.

    `fix`, `edit`, `remove` and `rename` change the text in memory. Actions that were taken from the app
    before follow the change. `save` writes the text, and `undo` takes the latest change back.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self._undo_stack = UndoStack()
        # Those that the text has no more, as long as somebody holds them.
        self._gone: WeakValueDictionary[str, Action] = WeakValueDictionary()
        # Those that are gone as long as the text is half typed, whether somebody holds them or not.
        self._swallowed: dict[str, Action] = {}
        # Per app and not per run: in a notebook the same host would need its name in every cell.
        self.confirmed_hosts: set[str] = set()

    @property
    def text(self) -> str:
        """The author's text, with all changes since it was read."""
        return self.document.text

    @property
    def path(self) -> Path | None:
        """The file it was read from; None for a string or a value."""
        return self.document.path

    @property
    def model(self) -> AppDefinition:
        """The app's own properties; empty if the document has only actions."""
        return self.document.app

    @property
    def diagnostics(self) -> Diagnostics:
        """The syntax errors that were fixed in memory to read the text, each with its location."""
        from kustomer_nb.linting import conceal

        return conceal(self.document.reading.diagnostics, self.document.reading)

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        """The actions, in the order of the text."""
        return tuple(Action(self, read) for read in self.document.actions)

    def action(self, name: str | None = None) -> Action:
        """Return an action by its full name or an unambiguous tail of it; without a name, the only action.

        Raises:
            NameNotFoundError: no action matches, or several do.
        """
        if name is None:
            matches = self.actions
        else:
            require_string(name, "the name of an action must be a string")
            matches = matching_actions(self.actions, name)
        if len(matches) == 1:
            return matches[0]
        # Late: most names are right.
        from kustomer_nb.definition.action_names import name_not_found

        raise name_not_found(self.document, name, [action.name for action in matches])

    @suggests_options
    def lint(
        self, *, select: Iterable[str] | None = None, ignore: Iterable[str] | None = None
    ) -> Diagnostics:
        """Return all problems that can be found statically, in the order of the text.

        Problems of the project's ``kustomer-nb.toml`` follow. ``select`` and ``ignore`` are codes or prefixes
        of codes (``KNB3``); they take precedence over ``[tool.kustomer-nb]`` in the nearest
        ``pyproject.toml``.

        Raises:
            NameNotFoundError: no rule has such a code.
            LoadError: the table in ``pyproject.toml`` cannot be read.

        Example:
            >>> from kustomer_nb import loads
            >>> loads('{"app": "shop", "version": "1", "title": "Shop"}').lint(ignore=["KNB213"])
            <Diagnostics: no problems>
        """
        selection = self._selection(select, ignore)
        from kustomer_nb.rules import lint_document

        diagnostics = lint_document(self.document, selection)
        # kustomer-nb.toml is committed with the definition: a token in one is as public as in the other.
        profile_diagnostics = () if self.path is None else self._lint_profiles(self.path)
        selected = (diagnostic for diagnostic in profile_diagnostics if selection.includes(diagnostic.code))
        return Diagnostics([*diagnostics, *selected], text=diagnostics.text)

    def _lint_profiles(self, path: Path) -> Diagnostics:
        from kustomer_nb.config import check_profiles, project_root

        actions = [action.definition for action in self.document.actions]
        return check_profiles(project_root(path), self.model, actions, path=path)

    def _selection(self, select: Iterable[str] | None, ignore: Iterable[str] | None) -> Selection:
        from kustomer_nb.linting import project_selection

        return project_selection(self.path).narrowed(select, ignore)

    @suggests_options
    @one_at_a_time
    def fix(
        self,
        *,
        unsafe: bool = False,
        select: Iterable[str] | None = None,
        ignore: Iterable[str] | None = None,
    ) -> Changes:
        """Fix in memory what needs no decision, and return the changes; `save` writes the text.

        Safe fixes change only the syntax of the text, not its meaning. Fixes that change the meaning, such as
        triple braces, or that lose text of the author, such as comments, need ``unsafe`` or their code in
        ``select``.

        Raises:
            NameNotFoundError: no rule has such a code.
            LoadError: the table in ``pyproject.toml`` cannot be read.

        Example:
            >>> from kustomer_nb import loads
            >>> app = loads("{app: 'shop', version: '1.0.0', title: 'Shop'}")
            >>> app.fix().fixed.codes
            ['KNB104', 'KNB115', 'KNB104', 'KNB115', 'KNB104', 'KNB115']
            >>> app.text
            '{"app": "shop", "version": "1.0.0", "title": "Shop"}'
        """
        from kustomer_nb.rules import fix_document

        document, changes = fix_document(self.document, self._selection(select, ignore), unsafe=unsafe)
        return self.change_document(document, changes)

    @one_at_a_time
    def apply_fix(self, problem: Diagnostic) -> Changes:
        """Fix one problem that `lint` found, in memory, and return the changes; `save` writes the text.

        Raises:
            EditError: it has no fix, the fix would change or break something else, or the text has changed
                since the problem was found.

        Example:
            >>> from kustomer_nb import loads
            >>> app = loads("{app: 'shop', version: '1.0.0', title: 'Shop'}")
            >>> app.apply_fix(app.diagnostics[0])
            <Changes: 1 line of the definition>
            >>> print(app.text)
            {"app": 'shop', version: '1.0.0', title: 'Shop'}
        """
        from kustomer_nb.rules import fixed_problem

        return self.change_document(fixed_problem(self.document, problem))

    @one_at_a_time
    def edit(self, pointer: str, value: Any) -> Changes:
        """Set the value at a JSON pointer in memory, and return the changes; `save` writes the text.

        A missing key is added; ``-`` as the last key appends to an array. The rest of the text stays the
        same: the order of keys, indentation, comments.

        Raises:
            EditError: the pointer does not exist, or the value is not JSON.

        Example:
            >>> from kustomer_nb import loads
            >>> app = loads('{"app": "shop", "version": "1.0.0"}')
            >>> app.edit("/version", "1.0.1")
            <Changes: 1 line of the definition>
            >>> app.text
            '{"app": "shop", "version": "1.0.1"}'
        """
        return self.change_document(edited(self.document, pointer, value))

    @one_at_a_time
    def remove(self, pointer: str) -> Changes:
        """Remove the value at a JSON pointer in memory, and return the changes; `save` writes the text.

        Raises:
            EditError: the pointer does not exist.

        Example:
            >>> from kustomer_nb import loads
            >>> app = loads('{"app": "shop", "version": "1.0.0"}')
            >>> app.remove("/version")
            <Changes: 1 line of the definition>
            >>> app.text
            '{"app": "shop"}'
        """
        return self.change_document(removed(self.document, pointer))

    @one_at_a_time
    def rename(self, pointer: str, key: str) -> Changes:
        """Rename the key of the member at a JSON pointer in memory; `save` writes the text.

        Raises:
            EditError: the pointer is not that of a member of an object, or the object has the key already.

        Example:
            >>> from kustomer_nb import loads
            >>> app = loads('{"app": "shop", "verson": "1.0.0"}')
            >>> app.rename("/verson", "version")
            <Changes: 1 line of the definition>
            >>> app.text
            '{"app": "shop", "version": "1.0.0"}'
        """
        return self.change_document(renamed(self.document, pointer, key))

    @one_at_a_time
    def add_action(self, name: str, definition: Mapping[str, Any] | None = None) -> Changes:
        """Add an action at the end, in memory; `save` writes the text.

        Without ``definition`` it is the smallest one: a GET request without inputs. A short name gets the
        prefix of the other actions, or ``kustomer.app.<app>.``. A file of one action becomes an array.

        Raises:
            EditError: the name is in use or cannot be that of an action, or the file cannot be edited.

        Example:
            >>> from kustomer_nb import loads
            >>> app = loads('{"app": "shop", "version": "1.0.0", "title": "Shop"}')
            >>> app.add_action("findOrder"), app.actions
            (<Changes: 1 line of the definition>, (<Action: kustomer.app.shop.findOrder>,))
        """
        from kustomer_nb.authoring import with_action

        return self.change_document(with_action(self.document, name, definition))

    @one_at_a_time
    def duplicate_action(self, name: str, new: str) -> Changes:
        """Add a copy of an action at the end, under another name, in memory; `save` writes the text.

        Raises:
            NameNotFoundError: no action matches ``name``, or several do.
            EditError: as `add_action`.

        Example:
            >>> from kustomer_nb import loads
            >>> app = loads('[{"name": "kustomer.app.shop.find", "type": "rest_api"}]')
            >>> app.duplicate_action("find", "search"), app.actions[-1]
            (<Changes: 1 line of the definition>, <Action: kustomer.app.shop.search>)
        """
        from kustomer_nb.authoring import duplicated_action

        return self.change_document(duplicated_action(self.document, self.action(name).read, new))

    @one_at_a_time
    def rename_action(self, name: str, new: str) -> Changes:
        """Rename an action, also in the steps of the app's workflows, in memory; `save` writes the text.

        Cassettes, tests, examples and the history are other files: they keep the old name.

        Raises:
            NameNotFoundError: no action matches ``name``, or several do.
            EditError: as `add_action`.

        Example:
            >>> from kustomer_nb import loads
            >>> app = loads('[{"name": "kustomer.app.shop.find", "type": "rest_api"}]')
            >>> app.rename_action("find", "search"), app.actions
            (<Changes: 1 line of the definition>, (<Action: kustomer.app.shop.search>,))
        """
        from kustomer_nb.authoring import renamed_action

        return self.change_document(renamed_action(self.document, self.action(name).read, new))

    @one_at_a_time
    def remove_action(self, name: str) -> Changes:
        """Remove an action in memory, and return the changes; `save` writes the text.

        ``diagnostics`` of the changes lists the steps of workflows that still run it.

        Raises:
            NameNotFoundError: no action matches, or several do.
            EditError: the file consists of this action, or cannot be edited.

        Example:
            >>> from kustomer_nb import loads
            >>> app = loads('[{"name": "kustomer.app.shop.find"}, {"name": "kustomer.app.shop.pay"}]')
            >>> app.remove_action("find"), app.text
            (<Changes: 1 line of the definition>, '[{"name": "kustomer.app.shop.pay"}]')
        """
        from kustomer_nb.authoring import remaining_steps, removed_action

        action = self.action(name)
        changes = self.change_document(removed_action(self.document, action.read))
        return replace(changes, diagnostics=remaining_steps(self.document, action.name))

    @one_at_a_time
    def save(self, path: str | Path | None = None) -> Path:
        """Write the text to its file, or to a new one, and return the path.

        The write is atomic: the file contains either the old text or the new one.

        Raises:
            SaveError: there is no path; the file changed since it was read, exists already, or cannot be
                written.
        """
        self.document = save_document(self.document, None if path is None else user_path(path))
        return self.document.path or Path()

    @property
    def is_saved(self) -> bool:
        """Whether the text is that of the file, as it was read or saved last.

        Example:
            >>> from kustomer_nb import loads
            >>> app = loads('{"app": "shop", "version": "1.0.0"}')
            >>> app.is_saved
            False
        """
        return self.document.is_saved

    @one_at_a_time
    def reload(self, *, discard: bool = False) -> Changes:
        """Read the file again, and return the changes; actions that were taken from the app follow them.

        Raises:
            LoadError: the file cannot be read, or its text is not a definition; the app stays as it was.
            SaveError: there is no file, or the app has changes that were not saved; ``discard`` drops them.
        """
        # Not a change that can be undone: that would write over what somebody else saved.
        return self._replaced_by(without_tokens_in_errors(lambda: reopened(self.document, discard=discard)))

    def history(self) -> History:
        """Return the runs of the project, newest first: to search with ``find``, run again, or compare.

        Each finished run adds a line to ``.kustomer-nb/history.jsonl`` in the project root, which git
        ignores. The line has no values of settings and nothing that a profile's ``mask`` covers. To turn the
        history off, write ``history = false`` in ``kustomer-nb.toml``, or set KUSTOMER_NB_HISTORY to ``off``.

        Raises:
            LoadError: the file exists and cannot be read.
        """
        from kustomer_nb.config import project_root
        from kustomer_nb.storage.history import read_history

        return read_history(project_root(self.path), rerun=self._run_again)

    def batches(self) -> list[Batch]:
        """Return what became of actions over many rows, the newest first; see `Action.map`.

        Each is a folder in ``.kustomer-nb/batches`` of the project root, which git ignores.
        """
        # Above this package, and so by its name; see `display`.
        batches: list[Batch] = import_module("kustomer_nb.batch.handles").batches(self)
        return batches

    def _run_again(self, entry: Entry, arguments: Mapping[str, Any]) -> Run:
        # None is not passed, as everywhere: the new run is like the recorded one.
        passed = {name: value for name, value in arguments.items() if value is not None}
        return self.action(entry.action or None).run(entry.inputs, **{**entry.options, **passed})

    @one_at_a_time
    def change_document(self, document: Document, changes: Changes | None = None) -> Changes:
        """Replace the document by an edited one, and return the changes, which can be undone."""
        before = self.document
        difference = self._replaced_by(document)
        changes = difference if changes is None else changes
        if not changes:
            return changes
        return replace(changes, take_back=partial(self._undo, self._undo_stack.add(before, document)))

    @one_at_a_time
    def type_document(self, document: Document) -> None:
        """Replace the document as typing does: what is typed in a row is one change that can be undone."""
        before = self.document
        if document.text != before.text:
            self._take(document)
            self._undo_stack.add(before, document, is_typing=True)

    @one_at_a_time
    def undo(self) -> Changes:
        """Take the latest change back, exactly, and return what that changed.

        If the change was saved since, the file is written too; otherwise only the text in memory changes.

        Raises:
            EditError: there is no change to undo.
            SaveError: the change was saved, and the file changed since, or cannot be written.

        Example:
            >>> from kustomer_nb import loads
            >>> app = loads('{"app":   "shop"}')
            >>> changes = app.edit("/app", "market"), app.edit("/version", "1.0.0")
            >>> app.undo(), app.undo(), app.text
            (<Changes: 1 line of the definition>, <Changes: 1 line of the definition>, '{"app":   "shop"}')
        """
        return self._undo()

    @one_at_a_time
    def _undo(self, change: Change | None = None) -> Changes:
        latest = self._undo_stack.latest(self.document, change)
        before = taken_back(latest, self.document)
        self._undo_stack.changes.pop()
        return self._replaced_by(before)

    def _replaced_by(self, document: Document) -> Changes:
        """Replace the document, and return what that changes in its text."""
        from kustomer_nb.linting import changes_between

        before = self.document
        self._take(document)
        return changes_between(before, document)

    def _take(self, document: Document) -> None:
        """Replace the document, and point the existing actions to their new definitions."""
        actions = self.__dict__.get("actions", ())
        # Late: a definition that is only read never changes.
        from kustomer_nb.definition.same_actions import same_actions

        reads = same_actions([action.read for action in actions], document, self.swallowed_reads)
        for action, read in zip(actions, reads, strict=True):
            action.read = read
        existing = {id(action.read): action for action in actions}
        # The same objects stay: a notebook holds them in variables.
        self.document = document
        self.actions = tuple(existing.get(id(read)) or self._returned(read) for read in document.actions)
        gone = {action.name or action.pointer: action for action in actions if action not in self.actions}
        self._gone.update(gone)
        swallowed = {key: action for key, action in self._swallowed.items() if action not in self.actions}
        self._swallowed = {**swallowed, **gone} if document.is_half_typed else {}

    @property
    def swallowed_reads(self) -> tuple[ReadAction, ...]:
        """The actions that a text has no more which is half typed, as they were."""
        return tuple(action.read for action in self._swallowed.values())

    def _returned(self, read: ReadAction) -> Action:
        """Return the action that is read: one that was gone, as between two keys, or a new one."""
        name = read.definition.name or read.pointer
        # One without a name is the one at its place.
        action = self._gone.pop(name, None) or self._gone.pop(read.pointer, None)
        if action is None:
            return Action(self, read)
        action.read = read
        return action

    def _repr_html_(self) -> str:
        return display.html(self.document)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return display.mimebundle(self, self.document)

    def __repr__(self) -> str:
        title = " ".join(part for part in (self.model.app, self.model.version) if part) or "actions only"
        count = {0: "no actions", 1: "1 action"}.get(len(self.actions), f"{len(self.actions)} actions")
        problems = self.document.reading.diagnostics
        fixed = f", fixed: {problems.summary}" if problems else ""
        return one_line(f"<App: {title}, {count}{fixed}>")


def matching_actions(actions: Sequence[Action], name: str) -> tuple[Action, ...]:
    """Return the actions that a name means: those with that full name, else those with that tail.

    Example:
        >>> from kustomer_nb import loads
        >>> app = loads('[{"name": "find"}, {"name": "kustomer.app.shop.find"}]')
        >>> matching_actions(app.actions, "find"), matching_actions(app.actions, "shop.find")
        ((<Action: find>,), (<Action: kustomer.app.shop.find>,))
    """
    # A full name first: it may be the tail of another one, as `find` is of `shop.find`.
    return tuple(action for action in actions if action.name == name) or tuple(
        action for action in actions if action.name.endswith(f".{name}")
    )
