"""A hazard as a test case: the inputs that show it, with the request and the output that come of them now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.storage.cassette import RecordedResponse
from kustomer_nb.testing.case import Case, CaseExchange
from kustomer_nb.testing.replay import replay
from kustomer_nb.testing.saving import definition_path, save_case, save_rejected

from .result import HazardKind
from .values import exemplified, fields

if TYPE_CHECKING:
    from kustomer_nb.action import Action

    from .result import Arrived, Hazard

_RESPONSE = RecordedResponse(200, (("content-type", "application/json"),), b"{}")
# A file is named by words alone.
_IN_WORDS = {
    "&": "an ampersand",
    "=": "an equals sign",
    "+": "a plus",
    "../": "two dots",
    "/": "a slash",
    "?": "a question mark",
    "#": "a number sign",
    "%": "a percent sign",
    ";": "a semicolon",
    "{{x}}": "a tag",
    "/#x": "a reference",
}


def save_hazard(
    action: Action, hazard: Hazard, name: str = "", *, path: str | Path | None = None, overwrite: bool = False
) -> Path:
    """Write the first value of a hazard as a test case, and return its path.

    Raises:
        SaveError: the definition has no file, there is a case of that name, or it cannot be written.
    """
    app_path = definition_path(action.app.path)
    value = hazard.values[0]
    name = name or _name(hazard, value)
    case = Case(name=name, path=app_path, action=action.name, app_path=app_path, inputs=hazard.inputs)
    if value.body is not UNDEFINED:
        content = (stringify(value.body) or "null").encode("utf-8", "surrogatepass")
        response = replace(_RESPONSE, content=content)
        case = replace(case, inputs=_needed(action), exchange=CaseExchange(None, response))
    elif action.definition.sample_output_context is None or hazard.kind is HazardKind.REFUSED:
        # Sample mode needs a sample, and sends nothing that could be refused.
        case = replace(case, exchange=CaseExchange(None, _RESPONSE))
    run = replay(case).run
    if run is None:
        return save_rejected(case, path=path, overwrite=overwrite)
    return save_case(run, name, path=path, overwrite=overwrite)


def _needed(action: Action) -> dict[str, Any]:
    """Return values for the required inputs."""
    schema = action.definition.input_schema or {}
    required = schema.get("required")
    inputs = exemplified(fields(schema))
    return {name: value for name, value in inputs.items() if name in (required or ())}


def _name(hazard: Hazard, value: Arrived) -> str:
    """Return a name for a case that its file can have too."""
    if value.value is UNDEFINED:
        return f"without {hazard.input}"
    return f"{hazard.input} with {_IN_WORDS.get(value.name, value.name)}"
