"""Response to output: through outputTemplate, then outputSchema, with the losses of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.caches import ValueCache
from kustomer_nb.jsontext.javascript import UNDEFINED, as_doubles
from kustomer_nb.platform import Platform
from kustomer_nb.schema import Projected, compile_once, project, project_json
from kustomer_nb.template import MissingReference, Rendering, Scope
from kustomer_nb.template.traced_values import html_escape_warnings, pieces, real
from kustomer_nb.template.values import CompiledValue, Tracing, compile_value

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition


class Output(NamedTuple):
    """The output for the next step (``projected.value``), the missing references, and the diagnostics.

    ``mapped`` is the result of outputTemplate, before outputSchema.
    """

    projected: Projected
    missing: tuple[MissingReference, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    mapped: Any = None

    @property
    def is_broken(self) -> bool:
        """Whether outputTemplate failed, so that there is no output."""
        return any(diagnostic.severity is Severity.ERROR for diagnostic in self.diagnostics)


def _compile_template(template: Any) -> CompiledValue:
    return compile_value(template, "/outputTemplate")


# An action has one outputTemplate, which each of its runs renders.
_COMPILED = ValueCache(_compile_template)


def map_output(
    definition: ActionDefinition,
    response: dict[str, Any],
    platform: Platform | None = None,
    *,
    rendering: Rendering | None = None,
) -> Output:
    """Return the output of an action for a response in the shape of ``toJSON()``.

    Without an outputTemplate the output is ``{response, body}``: see `Platform.default_output_template`.
    ``rendering`` None is that of ``platform``.

    Raises:
        TemplateError: a template in outputTemplate cannot be parsed, or fails on this response.

    Example:
        >>> from kustomer_nb.definition import ActionDefinition
        >>> template = {"id": "/#body.id", "name": "/#body.name"}
        >>> definition = ActionDefinition.read({"outputTemplate": template}).model
        >>> output = map_output(definition, {"statusCode": 200, "body": {"id": 7}})
        >>> output.projected.value, [reference.path for reference in output.missing]
        ({'id': 7}, ['body.name'])
    """
    platform = platform or Platform()
    context = {"response": response}
    # Absent, not null, if the response has none: a reference to it is missing then.
    if "body" in response:
        context["body"] = response["body"]
    tracing = Tracing(Scope(context), rendering or Rendering.from_platform(platform, previews=False))
    notes, authored = tracing.notes, definition.output_template
    traced = tracing.trace(compiled_output(definition, platform))
    printed = pieces(traced)
    notes.diagnostics.extend(html_escape_warnings(printed))
    if "[object" in "".join([piece.text for piece in printed]):
        from kustomer_nb.template.printed_objects import printed_object_warnings

        notes.diagnostics.extend(printed_object_warnings(printed, context))
    mapped = real(traced)
    # What the platform's own template does not find is not the author's loss.
    missing = () if authored is None else tuple(notes.missing)
    # Only a helper of the user's own returns what may have no end.
    is_json = rendering is None or not rendering.helpers
    projected = projected_output(mapped, definition, platform, is_json=is_json)
    return Output(projected, missing, tuple(notes.diagnostics), mapped)


def compiled_output(definition: ActionDefinition, platform: Platform) -> CompiledValue:
    """Return the compiled `output_template`."""
    # The platform's own template is a copy each time.
    compile_template = _compile_template if definition.output_template is None else _COMPILED.get
    return compile_template(output_template(definition, platform))


def output_template(definition: ActionDefinition, platform: Platform) -> Any:
    """Return the outputTemplate of an action, or the platform's default without one."""
    authored = definition.output_template
    return dict(platform.default_output_template) if authored is None else authored


def map_sample(definition: ActionDefinition, platform: Platform | None = None) -> Output:
    """Return the output for sampleOutputContext: only outputSchema is applied to the sample.

    Example:
        >>> from kustomer_nb.definition import ActionDefinition
        >>> action = {"sampleOutputContext": {"a": 1, "b": 2}, "outputSchema": {"properties": {"a": {}}}}
        >>> map_sample(ActionDefinition.read(action).model).projected.value
        {'a': 1, 'b': 2}
    """
    # A copy: the output is the user's to change, the definition is not.
    sample = as_doubles(definition.sample_output_context)
    # It is part of a document, so it is JSON.
    return Output(projected_output(sample, definition, platform or Platform(), is_json=True), mapped=sample)


def projected_output(
    value: Any, definition: ActionDefinition, platform: Platform, *, is_json: bool
) -> Projected:
    """Return what outputSchema makes of the result of outputTemplate, or of a sample."""
    if value is UNDEFINED:
        # There is no value to convert: null would become "" or 0.
        return Projected(None)
    schema = definition.output_schema
    # An empty closed schema drops every member.
    if schema is None and not platform.absent_output_schema_keeps_all:
        schema = {"additionalProperties": False}
    apply = project_json if is_json else project
    return apply(
        value,
        compile_once(schema) if definition.output_schema else schema,
        every_depth=platform.output_schema_at_every_depth,
        conversions=platform.conversions,
    )


def dotted_path(pointer: str) -> str:
    """Return a pointer as the path that authors write: ``body.items.0`` for ``/body/items/0``.

    Example:
        >>> dotted_path("/body/items/0")
        'body.items.0'
    """
    return ".".join(pointers.split(pointer)) or "(the whole value)"
