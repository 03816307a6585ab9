"""Response to output: through outputTemplate, then outputSchema, with what was lost on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kustomer_nb.definition import ActionDefinition
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.platform import Platform
from kustomer_nb.schema import Projected, project
from kustomer_nb.template import MissingReference, Notes, Rendering, Scope, trace_value
from kustomer_nb.template.traced_values import html_escape_warnings, pieces, real


@dataclass(frozen=True)
class Output:
    """What the next step gets (``projected.value``), what named nothing, and what helpers found wrong.

    ``mapped`` is what outputTemplate made, before outputSchema.
    """

    projected: Projected
    missing: tuple[MissingReference, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    mapped: Any = None

    @property
    def is_broken(self) -> bool:
        """Whether outputTemplate failed, so that there is no output."""
        return any(one.severity is Severity.ERROR for one in self.diagnostics)


def map_output(
    definition: ActionDefinition,
    response: dict[str, Any],
    platform: Platform | None = None,
    *,
    rendering: Rendering | None = None,
) -> Output:
    """Return the output of an action for a response in the shape of ``toJSON()``.

    Without an outputTemplate the output is ``{response, body}``, as `Platform.default_output_template` says.
    ``rendering`` is the one of ``platform`` where it is None.

    Raises:
        TemplateError: a template in outputTemplate cannot be parsed, or fails on this response.

    Example:
        >>> template = {"id": "/#body.id", "name": "/#body.name"}
        >>> definition = ActionDefinition.read({"outputTemplate": template}).model
        >>> found = map_output(definition, {"statusCode": 200, "body": {"id": 7}})
        >>> found.projected.value, [one.path for one in found.missing]
        ({'id': 7}, ['body.name'])
    """
    platform = platform or Platform()
    context = {"response": response}
    if "body" in response:
        context["body"] = response["body"]
    notes = Notes()
    traced = trace_value(
        output_template(definition, platform),
        Scope(context),
        "/outputTemplate",
        rendering=rendering or Rendering.from_platform(platform),
        notes=notes,
    )
    notes.diagnostics.extend(html_escape_warnings(pieces(traced)))
    mapped = real(traced)
    missing = () if definition.output_template is None else tuple(notes.missing)
    return Output(_projected(mapped, definition, platform), missing, tuple(notes.diagnostics), mapped)


def output_template(definition: ActionDefinition, platform: Platform) -> Any:
    """Return the outputTemplate that is in force, the platform's own where the action has none."""
    own = definition.output_template
    return dict(platform.default_output_template) if own is None else own


def map_sample(definition: ActionDefinition, platform: Platform | None = None) -> Output:
    """Return the output that sampleOutputContext stands for: the sample through outputSchema alone.

    Example:
        >>> action = {"sampleOutputContext": {"a": 1, "b": 2}, "outputSchema": {"properties": {"a": {}}}}
        >>> map_sample(ActionDefinition.read(action).model).projected.value
        {'a': 1, 'b': 2}
    """
    sample = definition.sample_output_context
    return Output(_projected(sample, definition, platform or Platform()), mapped=sample)


def _projected(value: Any, definition: ActionDefinition, platform: Platform) -> Projected:
    if value is UNDEFINED:
        # Nothing was made, so nothing is converted: null would become "" or 0.
        return Projected(None)
    schema = definition.output_schema
    if schema is None and not platform.absent_output_schema_keeps_all:
        schema = {"additionalProperties": False}
    return project(
        value,
        schema,
        every_depth=platform.output_schema_at_every_depth,
        conversions=platform.conversions,
    )


def said(pointer: str) -> str:
    """Return a pointer as authors write paths: ``/body/items/0`` is ``body.items.0``.

    Example:
        >>> said("/body/items/0")
        'body.items.0'
    """
    return ".".join(pointers.split(pointer)) or "(the whole value)"
