"""What one run touched: its templates are rendered once more, with what it was given and what it got."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.template import Notes, Rendering, Scope
from kustomer_nb.template.tracing import Tracer
from kustomer_nb.template.values import Tracing, compile_members, compile_value

from .sites import ELSE, THEN, Key, branch_key, reference_key

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.run import Run
    from kustomer_nb.template.ast import Block, Path
    from kustomer_nb.template.ast import Program as Body
    from kustomer_nb.template.traced_values import Fragment, TrackedValue
    from kustomer_nb.template.tracing import View


@dataclass(slots=True)
class TouchedNotes(Notes):
    """What rendering records, with the sites that it touched."""

    touched: set[Key] = field(default_factory=set)


class WatchingTracer(Tracer):
    """Renders a template, and notes each read of a value and each branch."""

    notes: TouchedNotes

    def path(self, node: Path, view: View, *, is_falsy_end: bool = False) -> TrackedValue:
        """Return the value at a path."""
        tracked = super().path(node, view, is_falsy_end=is_falsy_end)
        if tracked.value is not UNDEFINED:
            self.notes.touched.add(reference_key(self.pointer, node.start))
        return tracked

    def run(self, block: Block, program: Body | None, view: View) -> Fragment:
        """Render the program of a block."""
        branch = THEN if program is not None and program is block.program else ELSE
        self.notes.touched.add(branch_key(self.pointer, block.start, branch))
        return super().run(block, program, view)


class WatchingTracing(Tracing):
    """Renders the strings of a definition, and notes what each touched."""

    notes: TouchedNotes

    def template(self, node: Any) -> Any:
        """Return the text of a template; what it touched before an error stays noted."""
        try:
            template, _ = node.parsed()
            options = self.helper_set.options(template)
            tracer = WatchingTracer
            return template.origins(
                self.scope, pointer=node.pointer, notes=self.notes, tracer=tracer, **options
            )
        except TemplateError:
            return UNDEFINED

    def reference(self, node: Any) -> Any:
        """Return the value of a reference."""
        try:
            traced = super().reference(node)
        except TemplateError:
            return UNDEFINED
        if traced is not UNDEFINED:
            self.notes.touched.add(reference_key(node.pointer, 0))
        return traced


def touched(action: Action, run: Run) -> set[Key]:
    """Return the keys of the sites that a run touched.

    Example:
        >>> from kustomer_nb import load
        >>> template = {"uri": "https://a.b/{{#if id}}{{{id}}}{{/if}}", "method": "get"}
        >>> action = load({"inputTemplate": template, "sampleOutputContext": {}}).action()
        >>> keys = touched(action, action.run({"id": 7}, mode="sample"))
        >>> ("branch", "/inputTemplate/uri", "12", "then") in keys
        True
    """
    keys = set(_inputs_touched(run)) | set(_output_touched(run))
    keys |= _of_request(action, run)
    if run.response is not None:
        keys.add(("status", f"{run.response.status_code // 100}xx"))
        keys |= _of_response(action, run)
    return keys


def _rendering(run: Run) -> Rendering:
    return Rendering.from_platform(run.platform, previews=True)


def _of_request(action: Action, run: Run) -> set[Key]:
    definition = action.definition
    if definition.input_template is None:
        return set()
    labels = {name: f"${key}" for name, key in definition.setting_keys.items()}
    secrets = run.request.secrets
    settings = {
        name: secret.reveal() for name, label in labels.items() if (secret := secrets.get(label)) is not None
    }
    inputs = run.inputs if isinstance(run.inputs, Mapping) else {}
    values = {**inputs, **settings} if run.platform.setting_beats_input else {**settings, **inputs}
    scope = Scope({**values, "_env": dict(run.platform.env)}, labels)
    tracing = WatchingTracing(scope, _rendering(run), notes := TouchedNotes())
    for compiled in compile_members(definition.input_template.as_written, "/inputTemplate").values():
        tracing.trace(compiled)
    return notes.touched


def _of_response(action: Action, run: Run) -> set[Key]:
    template = action.definition.output_template
    if template is None or run.response is None:
        return set()
    response = run.response.to_json()
    context = {"response": response, **({"body": response["body"]} if "body" in response else {})}
    tracing = WatchingTracing(Scope(context), _rendering(run), notes := TouchedNotes())
    tracing.trace(compile_value(template, "/outputTemplate"))
    return notes.touched


def _inputs_touched(run: Run) -> Iterator[Key]:
    paths = set(_paths(run.inputs, ""))
    yield from (("input", path, "given") for path in paths)
    inputs = run.inputs if isinstance(run.inputs, Mapping) else {}
    properties = (run.definition.input_schema or {}).get("properties")
    for name in properties if isinstance(properties, Mapping) else ():
        if name not in inputs:
            yield ("input", name, "absent")
    for conversion in run.inputs_converted:
        if isinstance(conversion.before, str):
            yield ("conversion", _path_of(conversion.pointer, run.inputs))


def _output_touched(run: Run) -> Iterator[Key]:
    yield from (("output", path) for path in _paths(run.output, ""))


def _paths(value: Any, path: str) -> Iterator[str]:
    """Yield the path of each member of a value: ``lines[].sku``."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            inner = f"{path}.{name}" if path else name
            yield inner
            yield from _paths(item, inner)
    elif isinstance(value, list):
        for item in value:
            yield from _paths(item, f"{path}[]")


def _path_of(pointer: str, value: Any) -> str:
    path = ""
    for name in pointers.split(pointer):
        if isinstance(value, list):
            path, value = f"{path}[]", value[int(name)] if int(name) < len(value) else None
        else:
            path = f"{path}.{name}" if path else name
            value = value.get(name) if isinstance(value, Mapping) else None
    return path
