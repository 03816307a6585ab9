"""What a template becomes with the inputs or the response of the last run; nothing is read, nothing sent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.config import Profile
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.linting import without_tokens
from kustomer_nb.platform import Platform
from kustomer_nb.run.context import RunContext
from kustomer_nb.run.prepare import coerce_inputs
from kustomer_nb.template import Rendering, Scope, trace_value
from kustomer_nb.template.traced_values import shown

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition

# More is not read in a tooltip.
LONGEST = 2_000


def rendered_input(definition: ActionDefinition, template: Any, inputs: Mapping[str, Any]) -> str | None:
    """Return what a part of inputTemplate becomes, as JSON; None if it cannot be rendered.

    Each setting is shown as its ``$key``: no value of one is known here.

    Example:
        >>> from kustomer_nb.definition import ActionDefinition
        >>> action = {"appSettings": {"token": {"key": "shop.default.token"}}}
        >>> rendered_input(ActionDefinition.read(action).model, "{{id}} {{token}}", {"id": 7})
        '"7 $shop.default.token"'
    """
    platform = Platform()
    coerced = coerce_inputs(definition, inputs, RunContext(root=Path()).resolve(Profile())).value
    labels = {name: f"${key}" for name, key in definition.setting_keys.items()}
    values = dict(coerced) if isinstance(coerced, Mapping) else {}
    return _rendered(template, Scope({**values, **labels, "_env": dict(platform.env)}, labels), platform)


def rendered_output(template: Any, body: Any) -> str | None:
    """Return what a part of outputTemplate becomes of a body, as JSON; None if it cannot be rendered.

    Example:
        >>> rendered_output({"id": "/#body.id"}, {"id": 7})
        '{"id":7}'
    """
    response = {"statusCode": 200, "headers": {}, "body": body}
    return _rendered(template, Scope({"response": response, "body": body}), Platform())


def _rendered(template: Any, scope: Scope, platform: Platform) -> str | None:
    try:
        value = shown(trace_value(template, scope, rendering=Rendering.from_platform(platform)))
    except (TemplateError, RecursionError):
        return None
    text = "no value" if value is UNDEFINED else stringify(value) or ""
    # A token that is written in the text is not repeated, as in a finding.
    text = without_tokens(text[: LONGEST + 1])
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
