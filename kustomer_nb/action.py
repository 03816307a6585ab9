"""One action of an app, the handle that renders its request and runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Unpack

from kustomer_nb.config import OFFLINE, SENDING, keeps_history, load_profile, project_root
from kustomer_nb.config.settings import DEFAULT, Prompt, ask_person
from kustomer_nb.definition import (
    ActionDefinition,
    Changes,
    Document,
    Locator,
    ReadAction,
    guessed,
    mistyped,
    one_at_a_time,
)
from kustomer_nb.diagnostics import Diagnostic, Diagnostics
from kustomer_nb.errors import InputError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.near_names import suggests_options
from kustomer_nb.options import MapOptions, RenderOptions, RunOptions, meanings, require_known, takes
from kustomer_nb.printable import one_line
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from . import display

# Imported by what needs them: who loads a definition, or lints it, does not wait for the stages of a run.
if TYPE_CHECKING:
    from kustomer_nb.app import App
    from kustomer_nb.authoring import Place
    from kustomer_nb.batch import Plan
    from kustomer_nb.config import Profile
    from kustomer_nb.request import Request
    from kustomer_nb.run.context import RunContext
    from kustomer_nb.run.prepare import CoercedInputs, Prepared
    from kustomer_nb.run.result import Run
    from kustomer_nb.run.series import Series

_RUN_OPTIONS = frozenset(meanings(RunOptions))


class Action:
    """One action of an app: renders its request, and runs it."""

    def __init__(self, app: App, read: ReadAction) -> None:
        self.app = app
        self.read = read
        self._latest_locator = Locator(app.document, read)

    @property
    def pointer(self) -> str:
        """The JSON pointer of the action in its file."""
        return self.read.pointer

    @property
    def document(self) -> Document:
        """The document of the app that contains the action."""
        return self.app.document

    def change_document(self, document: Document) -> Changes:
        """Replace the document of the app by an edited one, and return the changes, which can be undone."""
        return self.app.change_document(document)

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

    @suggests_options
    def lint(
        self, *, select: Iterable[str] | None = None, ignore: Iterable[str] | None = None
    ) -> Diagnostics:
        """Return what `App.lint` reports of this action."""
        diagnostics = self.app.lint(select=select, ignore=ignore)
        prefix = f"{self.pointer}/"
        inside = (diagnostic for diagnostic in diagnostics if f"{diagnostic.pointer}/".startswith(prefix))
        return Diagnostics(inside, text=diagnostics.text)

    def plan_rename(self, old: str, new: str) -> tuple[Place, ...]:
        """Return the places that `rename_input` or `rename_setting` would change, without changing any.

        Raises:
            EditError: as the rename.

        Example:
            >>> from kustomer_nb import loads
            >>> text = '{"inputSchema": {"properties": {"id": {}}}, "inputTemplate": {"uri": "/{{{id}}}"}}'
            >>> [(place.pointer, place.column) for place in loads(text).action().plan_rename("id", "key")]
            [('/inputSchema/properties/id', 33), ('/inputTemplate/uri', 75)]
        """
        from kustomer_nb.authoring import plan_rename

        return plan_rename(self.document, self.read, old, new)

    @one_at_a_time
    def rename_input(self, old: str, new: str) -> Changes:
        """Rename an input in memory: in inputSchema, and wherever a template or a workflow uses it.

        ``lines[].sku`` names a property within an input, as does its JSON pointer in the action. What only
        has the same name stays: text, and what a block defines, such as ``{{id}}`` in ``{{#each lines}}``.

        Raises:
            EditError: there is no such input; the new name is in use or cannot be written in a template; or
                the file cannot be edited.

        Example:
            >>> from kustomer_nb import loads
            >>> text = '{"inputSchema": {"properties": {"id": {}}}, "inputTemplate": {"uri": "/{{{id}}}"}}'
            >>> app = loads(text)
            >>> changes = app.action().rename_input("id", "key")
            >>> app.text
            '{"inputSchema": {"properties": {"key": {}}}, "inputTemplate": {"uri": "/{{{key}}}"}}'
        """
        from kustomer_nb.authoring import renamed_input

        return self.change_document(renamed_input(self.document, self.read, old, new))

    @one_at_a_time
    def rename_setting(self, old: str, new: str) -> Changes:
        """Rename a variable of appSettings in memory, with every template that uses it.

        Raises:
            EditError: as `rename_input`.
        """
        from kustomer_nb.authoring import renamed_setting

        return self.change_document(renamed_setting(self.document, self.read, old, new))

    @one_at_a_time
    def add_input(
        self,
        name: str,
        kind: str | None = "string",
        *,
        required: bool = False,
        default: Any = UNDEFINED,
        description: str = "",
    ) -> Changes:
        """Add an input to inputSchema in memory; ``lines[].sku`` adds a property to an input.

        ``kind`` is string, number, boolean, object or array; None declares no type.

        Raises:
            EditError: the name is in use or cannot be written in a template, or there is no such type.

        Example:
            >>> from kustomer_nb import new_app
            >>> app = new_app("shop")
            >>> action = (app.add_action("find"), app.action("find"))[1]
            >>> changes = action.add_input("orderId", "number", required=True)
            >>> action.definition.input_schema["properties"], action.definition.input_schema["required"]
            ({'orderId': {'type': 'number'}}, ['orderId'])
        """
        from kustomer_nb.authoring import with_input

        return self.change_document(
            with_input(
                self.document,
                self.read,
                name,
                kind,
                required=required,
                default=default,
                description=description,
            )
        )

    @one_at_a_time
    def remove_input(self, name: str) -> Changes:
        """Remove an input from inputSchema in memory.

        ``diagnostics`` of the changes lists the templates that still use it.

        Raises:
            EditError: there is no such input, or the file cannot be edited.

        Example:
            >>> from kustomer_nb import loads
            >>> text = '{"inputSchema": {"properties": {"id": {}}}, "inputTemplate": {"uri": "/{{{id}}}"}}'
            >>> loads(text).action().remove_input("id")
            <Changes: 1 line of the definition, left to do: 1 warning>
        """
        from kustomer_nb.authoring import remaining_uses, without_input

        changes = self.change_document(without_input(self.document, self.read, name))
        return replace(changes, diagnostics=remaining_uses(self.document, self.read, name))

    @one_at_a_time
    def declare(self, variable: str, inputs: Mapping[str, Any] | None = None) -> Changes:
        """Add to inputSchema a variable that templates read and nothing declares.

        Its type is that of its value in ``inputs``, or else that of its use.

        Raises:
            EditError: no template reads it, or it is declared already.

        Example:
            >>> from kustomer_nb import loads
            >>> app = loads('{"inputTemplate": {"data": "{{#each lines}}{{sku}}{{/each}}"}}')
            >>> changes = app.action().declare("lines")
            >>> app.action().definition.input_schema["properties"]["lines"]["items"]
            {'type': 'object', 'properties': {'sku': {'type': 'string'}}}
        """
        from kustomer_nb.authoring import with_declaration

        return self.change_document(with_declaration(self.document, self.read, variable, inputs))

    @one_at_a_time
    def add_output(self, key: str, reference: str, *, value: Any = UNDEFINED) -> Changes:
        """Add a key to outputTemplate in memory, and to an outputSchema that declares keys.

        ``key`` with a slash in front is a pointer into outputTemplate. ``value`` is what the reference has in
        a response, and gives outputSchema its type.

        Raises:
            EditError: the key is in use, outputTemplate is no object, or the reference cannot be read.

        Example:
            >>> from kustomer_nb import loads
            >>> app = loads('{"type": "rest_api", "outputTemplate": {}}')
            >>> changes = app.action().add_output("id", "/#body.id")
            >>> app.text
            '{"type": "rest_api", "outputTemplate": {"id": "/#body.id"}}'
        """
        from kustomer_nb.authoring import with_output

        return self.change_document(with_output(self.document, self.read, key, reference, value))

    @one_at_a_time
    def use_unescaped(self, pointer: str, variable: str) -> Changes:
        """Write ``{{{variable}}}`` where a template escapes a variable for HTML, in memory.

        ``pointer`` is that of the string in the action, such as ``/inputTemplate/uri``.

        Raises:
            EditError: there is no template, or no tag in it escapes the variable.

        Example:
            >>> from kustomer_nb import loads
            >>> app = loads('{"inputTemplate": {"uri": "/{{id}}"}}')
            >>> changes = app.action().use_unescaped("/inputTemplate/uri", "id")
            >>> app.text
            '{"inputTemplate": {"uri": "/{{{id}}}"}}'
        """
        from kustomer_nb.authoring import unescaped

        return self.change_document(unescaped(self.document, self.read, pointer, variable))

    @scrub_tracebacks
    def context(self, *, prompt: Prompt | None = None, **options: Unpack[RunOptions]) -> RunContext:
        """Return the context of a run with these options: what decides what is sent, besides the inputs.

        ``prompt`` is asked for the value of a setting that has none.

        Raises:
            TypeError: there is no such option, or its value is of another type.
            ValueError: a value is out of range.
        """
        from kustomer_nb.run.context import RunContext
        from kustomer_nb.storage.cassette.store import cassette_path

        if not options.keys() <= _RUN_OPTIONS:
            require_known(options, RunOptions, "run")
        path = self.app.path
        return RunContext.from_options(
            options,
            root=project_root(path),
            cassette=None if path is None else cassette_path(path),
            prompt=prompt,
            app_keys=self._app_keys,
            confirmed_hosts=self.app.confirmed_hosts,
        )

    def _app_keys(self) -> list[str]:
        """Return the keys of the settings that the actions of the app read, this one and the others."""
        actions = self.app.document.actions
        return [key for action in actions for key in action.definition.setting_keys.values()]

    @scrub_tracebacks
    def prepare(
        self, inputs: Mapping[str, Any], context: RunContext, *, alone: Profile | None = None
    ) -> Prepared:
        """Return the request and the errors of the inputs, raising for neither: what a live preview shows.

        With ``alone``, nothing decides but the inputs, the context and this profile: neither the project's
        file nor the environment, ``.env`` or the keyring is read.
        """
        from kustomer_nb.run.prepare import located_request, prepare, prepare_alone

        # Of the document as it is: a request may be looked at after an edit.
        locate = self._locator
        finish = partial(located_request, locate=locate, context=context)
        parts = self.definition, self.app.model, inputs, context
        if alone is not None:
            return prepare_alone(*parts, alone, self._read_errors, locate, finish)
        return prepare(*parts, self._read_errors, locate, finish)

    @scrub_tracebacks
    def series(self, context: RunContext) -> Series:
        """Return what prepares many runs with one context; see `kustomer_nb.run.series`."""
        from kustomer_nb.run.prepare import located_request
        from kustomer_nb.run.series import Series

        locate = self._locator
        finish = partial(located_request, locate=locate, context=context)
        return Series(self.definition, self.app.model, context, self._read_errors, locate, finish)

    @property
    def _locator(self) -> Locator:
        """What finds positions in the document; it stays the same until that is edited."""
        document, read = self.app.document, self.read
        locator = self._latest_locator
        if locator.document is not document or locator.read is not read:
            locator = self._latest_locator = Locator(document, read)
        return locator

    @scrub_tracebacks
    def coerce_inputs(self, inputs: Mapping[str, Any], context: RunContext) -> CoercedInputs:
        """Return inputs as `prepare` coerces them, without building a request.

        Raises:
            NameNotFoundError: there is no such profile.
            LoadError: ``kustomer-nb.toml`` cannot be read.
        """
        from kustomer_nb.run.prepare import coerce_inputs

        return coerce_inputs(self.definition, inputs, self._resolve(context))

    def input_schema(self, context: RunContext) -> Any:
        """Return the schema that inputs must match; raises as `coerce_inputs` does."""
        from kustomer_nb.run.prepare import input_schema

        return input_schema(self.definition, self._resolve(context).platform)

    def _resolve(self, context: RunContext) -> RunContext:
        return context.resolve(load_profile(context.profile, context.root))

    def _read_errors(self, request: Request) -> tuple[Diagnostic, ...]:
        """Return the errors in the part of the file that a request and its run are made of."""
        document = self.app.document
        mismatches = mistyped(document, self.read) if document.type_mismatches else ()
        if not document.reading.diagnostics:
            return mismatches
        secrets = {key: request.secrets.get(f"${key}") for key in self.definition.setting_keys.values()}
        defaults = [key for key, secret in secrets.items() if secret is not None and secret.source == DEFAULT]
        return (*guessed(document, self.read, defaults), *mismatches)

    @scrub_tracebacks
    @takes(RenderOptions)
    def render(self, inputs: Mapping[str, Any] | None = None, **options: Unpack[RenderOptions]) -> Request:
        """Return the request that these inputs make. Nothing is sent, and no setting needs a value.

        With ``steps``, each the output of a step or its `Run`, inputs may be written as in a workflow:
        ``/#steps.find.body.id`` or ``{{steps.find.body.id}}``. For ``helpers`` see
        `kustomer_nb.template.Rendering`.

        Raises:
            InputError: the platform would reject the inputs; it has a diagnostic for each problem.
            TypeError: there is no such option, or its value is of another type.

        Example:
            >>> from kustomer_nb import loads
            >>> shop = loads('{"inputTemplate": {"uri": "http://a.b/{{id}}", "method": "delete"}}')
            >>> shop.action().render({"id": 7})
            <Request: DELETE http://a.b/7>
        """
        require_known(options, RenderOptions, "render")
        prepared = self.prepare({} if inputs is None else inputs, self.context(**options))
        if prepared.input_errors:
            raise InputError(prepared.input_errors)
        return prepared.request

    @scrub_tracebacks
    @takes(RunOptions)
    def run(self, inputs: Mapping[str, Any] | None = None, **options: Unpack[RunOptions]) -> Run:
        """Return the run of these inputs: sent once in live mode, not at all in replay and sample mode.

        Each finished run is added to the history of the project; see `App.history`.

        Raises:
            InputError: the platform would reject the inputs.
            RequestError: the request must not be sent as it is, or the file has a read error (KNB1xx) in the
                part that the run is made of, which is refused in every mode.
            SettingError: a setting has no value; the message names the variable to set.
            GuardError: it was not confirmed, or goes where the profile does not allow.
            TransportError: there was no response; a `ReplayError` if none is recorded.

        Example:
            >>> from kustomer_nb import load
            >>> load({"sampleOutputContext": {"id": 7}}).action().run(mode="sample").output
            {'id': 7}
        """
        # Prepared here and not on the transport's thread: a prompt needs the thread of the cell.
        prepared = self._prepare_run(inputs, options)
        prepared = prepared.behind_fence(prepared.context.confirm)
        if prepared.mode in OFFLINE:
            return self.run_offline(prepared, keeps=keeps_history(prepared.profile))
        # Imported only by what sends: reading loads neither httpx nor asyncio.
        from kustomer_nb.transport.event_loop import wait

        try:
            return wait(partial(self.run_prepared, prepared, prepared.context.confirm))
        except KeyboardInterrupt as error:
            if not prepared.request.is_safe and prepared.mode in SENDING:
                method = prepared.request.effective_method
                error.add_note(f"The {method} may still have been processed; check before you send it again.")
            raise

    @scrub_tracebacks
    @takes(RunOptions)
    async def arun(self, inputs: Mapping[str, Any] | None = None, **options: Unpack[RunOptions]) -> Run:
        """Return what `run` returns, awaited on the caller's event loop.

        Raises:
            KustomerNbError: as `run`.

        Example:
            >>> import asyncio
            >>> from kustomer_nb import load
            >>> action = load({"sampleOutputContext": {"id": 7}}).action()
            >>> asyncio.run(action.arun(mode="sample")).output
            {'id': 7}
        """
        prepared = self._prepare_run(inputs, options)
        return await self.run_prepared(prepared, prepared.context.confirm)

    @scrub_tracebacks
    @takes(MapOptions)
    def map(
        self,
        rows: Any,
        *,
        columns: Mapping[str, str | None] | None = None,
        key: str | None = None,
        rate: str | Iterable[str] | None = None,
        empty: str | None = None,
        allow_changed: bool | Iterable[str] = False,
        **options: Unpack[MapOptions],
    ) -> Plan:
        """Return the plan of this action for many rows: what is wrong with which of them. Nothing is sent.

        ``rows`` is the path of a CSV, JSONL or Parquet file, a DataFrame or table of pandas, polars or Arrow,
        or an iterable of mappings. Files are read as text. ``columns`` gives the column of an input, where
        their names differ. ``key`` is a column that identifies each row. ``rate`` is such as ``"50/s"`` or
        ``"1000/min"``, or several of them. ``empty`` says what empty cells of a text file are: ``"absent"``
        or ``"text"``. ``allow_changed`` names inputs (True for all) whose numbers may be sent as other
        numbers, such as ``"007"`` as 7.

        What it keeps of each row is 27 bytes: a hash of it and one of its request.

        Raises:
            LoadError: the rows, ``kustomer-nb.toml`` or the cassette cannot be read.
            RequestError: the mode is not live, sample or replay.
            SettingError: ``settings`` names something that is not a setting of the action.
            TypeError: the rows are something else, or can be read only once.
            ValueError: the rate is not one.

        Example:
            >>> from kustomer_nb import load
            >>> template = {"uri": "http://127.0.0.1/orders/{{{id}}}", "method": "get"}
            >>> schema = {"properties": {"id": {"type": "number"}}}
            >>> action = load({"type": "rest_api", "inputSchema": schema, "inputTemplate": template}).action()
            >>> action.map([{"no": "7"}, {"no": "008"}], columns={"id": "no"}, rate="10/s")
            <Plan: action, 2 rows, 2 valid, 1 changed, 1 s at 10/s>
        """
        require_known(options, MapOptions, "map")
        # Above this package, and so by its name; see `display`.
        plan: Plan = import_module("kustomer_nb.batch.planning").plan_rows(
            self,
            rows,
            self.context(**options),
            columns=columns,
            key=key,
            rate=rate,
            empty=empty,
            allow_changed=allow_changed,
        )
        return plan

    def _prepare_run(self, inputs: Mapping[str, Any] | None, options: RunOptions) -> Prepared:
        if not options.keys() <= _RUN_OPTIONS:
            # Asked here as well, so that the name of a parameter of context() is not an option.
            require_known(options, RunOptions, "run")
        return self.prepare({} if inputs is None else inputs, self.context(prompt=ask_person, **options))

    @scrub_tracebacks
    async def run_prepared(
        self, prepared: Prepared, confirm: str | None = None, *, sending: Callable[[], object] = lambda: None
    ) -> Run:
        """Return the run of what `prepare` made; errors are those of `run`.

        ``sending`` is called before the first byte goes out: an error after that does not mean that nothing
        was sent.
        """
        from kustomer_nb.run.execute import run_with_history

        # As long as the response takes, the definition may be edited.
        locate = self._locator
        run, problems = await run_with_history(
            self.definition, self.app.model, prepared, confirm, sending=sending
        )
        return self._finished(run, locate, problems)

    @scrub_tracebacks
    def run_offline(self, prepared: Prepared, *, keeps: bool = False) -> Run:
        """Return the run of what `prepare` made for sample or replay; ``keeps`` adds it to the history."""
        from kustomer_nb.run.offline import run_offline, run_offline_with_history

        parts = self.definition, self.app.model, prepared
        if not keeps:
            return self._finished(run_offline(*parts), self._locator)
        run, problems = run_offline_with_history(*parts)
        return self._finished(run, self._locator, problems)

    def _finished(self, run: Run, locate: Locator, history_problems: Iterable[Diagnostic] = ()) -> Run:
        """Return a run whose diagnostics have their position in the file, and those of its history."""
        problems = tuple(history_problems)
        if run.later_diagnostics or problems:
            located = locate.located(run.later_diagnostics, "/outputTemplate")
            run = replace(run, later_diagnostics=Diagnostics([*located, *problems]))
        # Not by replace(), which would copy every field of every run for this.
        vars(run)["owner"] = self
        return run

    def _repr_html_(self) -> str:
        return display.html(self.read)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return display.mimebundle(self, self.read)

    def __repr__(self) -> str:
        return one_line(f"<Action: {self.name or self.pointer or 'without a name'}>")
