"""What a run hangs on that no public source settles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kustomer_nb.kustomer import Assumption

if TYPE_CHECKING:
    from .result import Run

_BY_CODE = {
    "KNB404": "string_qs_is_query",
    "KNB708": "escape_html",
    "KNB711": "decompresses",
}


def assumed(run: Run) -> tuple[Assumption, ...]:
    """Return the assumptions about the platform that this run would be another without."""
    names = set(_names(run))
    return tuple(one for one in run.platform.assumptions() if one.name in names)


def _names(run: Run) -> Iterator[str]:
    definition = run.definition
    yield from (name for code, name in _BY_CODE.items() if code in run.diagnostics.codes)
    if run.inputs_converted or run.converted or run.unconverted:
        yield "conversions"
    if definition.input_schema is None and run.inputs:
        yield "absent_input_schema_takes_all"
    if definition.output_template is None and run.response is not None:
        yield "default_output_template"
    if definition.output_schema is None:
        yield "absent_output_schema_keeps_all"
    if any(one.pointer.count("/") > 1 for one in run.dropped):
        yield "output_schema_at_every_depth"
    if isinstance(run.inputs, dict) and run.inputs.keys() & definition.setting_keys.keys():
        yield "setting_beats_input"
