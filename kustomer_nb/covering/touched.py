"""What one run touched: its templates are rendered once more, with what it was given and what it got."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.run.prepare import with_placeholders
from kustomer_nb.template import Notes, Rendering, Scope
from kustomer_nb.template.tracing import Tracer
from kustomer_nb.template.value_syntax import REFERENCE
from kustomer_nb.template.values import Tracing, compile_members, compile_value

from .sites import ELSE, SAMPLE_KEY, THEN, Key, branch_key, reference_key

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.template.ast import Block, Path
    from kustomer_nb.template.ast import Program as Body
    from kustomer_nb.template.traced_values import Fragment, TrackedValue
    from kustomer_nb.template.tracing import View

    from .evidence import Evidence


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
        # An inverse section, {{^name}}, has no block for what is true.
        branch = THEN if program is block.program else ELSE
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


def touched(action: Action, evidence: Evidence) -> set[Key]:
    """Return the keys of the sites that a run touched.

    Example:
        >>> from kustomer_nb import load
        >>> from kustomer_nb.covering.evidence import Evidence
        >>> template = {"uri": "https://a.b/{{#if id}}{{{id}}}{{/if}}", "method": "get"}
        >>> action = load({"inputTemplate": template}).action()
        >>> ("branch", "/inputTemplate/uri", "12", "then") in touched(action, Evidence("a", "", {"id": 7}))
        True
    """
    if evidence.rejected:
        return {*evidence.rejected}
    keys = {*_inputs_touched(action, evidence), *_of_request(action, evidence)}
    keys |= {("output", path) for path in _paths(evidence.output, "")}
    if evidence.is_sample:
        keys.add(SAMPLE_KEY)
    if evidence.status is not None:
        keys.add(("status", f"{evidence.status // 100}xx"))
        keys |= _of_response(action, evidence)
    return keys


def _of_request(action: Action, evidence: Evidence) -> set[Key]:
    definition, platform = action.definition, evidence.platform
    if definition.input_template is None:
        return set()
    labels = {name: f"${key}" for name, key in definition.setting_keys.items()}
    known = {key: evidence.secrets.get(f"${key}") for key in definition.setting_keys.values()}
    secrets = with_placeholders(known, definition, action.app.model, None)
    settings = {
        name: secret.reveal()
        for name, key in definition.setting_keys.items()
        if (secret := secrets[key]) is not None
    }
    inputs = evidence.inputs if isinstance(evidence.inputs, Mapping) else {}
    values = {**inputs, **settings} if platform.setting_beats_input else {**settings, **inputs}
    scope = Scope({**values, "_env": dict(platform.env)}, labels)
    tracing = WatchingTracing(scope, _rendering(evidence), notes := TouchedNotes())
    for compiled in compile_members(definition.input_template.as_written, "/inputTemplate").values():
        tracing.trace(compiled)
    return notes.touched


def _rendering(evidence: Evidence) -> Rendering:
    return Rendering.from_platform(evidence.platform, previews=True)


def _of_response(action: Action, evidence: Evidence) -> set[Key]:
    template, response = action.definition.output_template, evidence.response
    if template is None:
        return set()
    if response is None:
        # What it read shows in the output alone, and only where that is the value of a reference.
        return set(_read_by_output(template, evidence.output, "/outputTemplate"))
    context = {"response": response, **({"body": response["body"]} if "body" in response else {})}
    tracing = WatchingTracing(Scope(context), _rendering(evidence), notes := TouchedNotes())
    tracing.trace(compile_value(template, "/outputTemplate"))
    return notes.touched


def _read_by_output(template: Any, output: Any, pointer: str) -> Iterator[Key]:
    if isinstance(template, str) and template.startswith(REFERENCE):
        yield reference_key(pointer, 0)
    elif isinstance(template, Mapping) and isinstance(output, Mapping):
        for name in template.keys() & output.keys():
            yield from _read_by_output(template[name], output[name], pointers.join(pointer, name))


def _inputs_touched(action: Action, evidence: Evidence) -> Iterator[Key]:
    yield from (("input", path, "given") for path in set(_paths(evidence.inputs, "")))
    inputs = evidence.inputs if isinstance(evidence.inputs, Mapping) else {}
    properties = (action.definition.input_schema or {}).get("properties")
    for name in properties if isinstance(properties, Mapping) else ():
        if name not in inputs:
            yield ("input", name, "absent")
    yield from (("conversion", path) for path in evidence.converted)


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
