"""A run: one action end to end, each stage kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.config import Profile
from kustomer_nb.definition import ActionDefinition
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.difference import Diff
from kustomer_nb.display import Displayable
from kustomer_nb.platform import Assumption, Platform
from kustomer_nb.printable import one_line
from kustomer_nb.request import Request
from kustomer_nb.response import Response
from kustomer_nb.schema import Conversion, Drop, Unconverted
from kustomer_nb.template import MissingReference

from .explain import Why, why
from .losses import losses

_BY_CODE = {
    Code.QS_IS_TEXT: "string_qs_is_query",
    Code.HTML_ESCAPED: "escape_html",
    Code.RESPONSE_COMPRESSED: "decompresses",
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


@dataclass(frozen=True, repr=False)
class Run(Displayable):
    """One run with every stage. Settings are shown as ``$<key>`` everywhere, in the output too.

    ``elapsed`` is in seconds, 0 when nothing was sent; ``response`` is None in sample mode. ``attempts``
    counts how often the request was sent. ``mapped`` is the output before outputSchema, as
    ``output_template`` made it.
    """

    action: str
    mode: str
    inputs: Any
    request: Request
    response: Response | None
    output: Any
    diff: Diff | None
    inputs_converted: tuple[Conversion, ...] = ()
    converted: tuple[Conversion, ...] = ()
    dropped: tuple[Drop, ...] = ()
    unconverted: tuple[Unconverted, ...] = ()
    absent: tuple[str, ...] = ()
    output_missing: tuple[MissingReference, ...] = ()
    elapsed: float = 0.0
    attempts: int = 0
    profile: Profile = field(default_factory=Profile)
    later_diagnostics: Diagnostics = field(default_factory=Diagnostics)
    mapped: Any = None
    definition: ActionDefinition = field(default_factory=ActionDefinition)
    output_template: Any = None
    platform: Platform = field(default_factory=Platform)

    @property
    def missing(self) -> tuple[MissingReference, ...]:
        """The references without a value, in the request and then in outputTemplate."""
        return (*self.request.missing, *self.output_missing)

    @property
    def diagnostics(self) -> Diagnostics:
        """The warnings of the request, and then what was reported of the response and of outputTemplate."""
        return Diagnostics([*self.request.diagnostics.warnings, *self.later_diagnostics])

    @property
    def is_good(self) -> bool:
        """Whether the answer, if one was asked for, is below 400."""
        return self.response is None or self.response.ok

    @property
    def losses(self) -> tuple[str, ...]:
        """In words, what was converted, dropped or missing on the way; empty when nothing was.

        Example:
            >>> from kustomer_nb import load
            >>> keeps_a = {"properties": {"a": {"type": "string"}}, "additionalProperties": False}
            >>> app = load({"sampleOutputContext": {"a": 1, "b": 2}, "outputSchema": keeps_a})
            >>> app.action().run(mode="sample").losses
            ('outputSchema converted a from 1 to "1"', 'outputSchema dropped b')
        """
        return tuple(losses(self))

    @property
    def assumed(self) -> tuple[Assumption, ...]:
        """What this run hangs on that no public source settles; each is a field of `Platform`.

        Example:
            >>> from kustomer_nb import load
            >>> run = load({"sampleOutputContext": {"a": 1}}).action().run(mode="sample")
            >>> [one.name for one in run.assumed]
            ['absent_output_schema_keeps_all']
        """
        return assumed(self)

    def why(self, pointer: str) -> Why:
        """Return what made a place of the output what it is, backwards from the output to the answer.

        ``pointer`` is a JSON pointer into the output, or a path as authors write it (``body.status``).

        Raises:
            TypeError: it is no text.

        Example:
            >>> from kustomer_nb import load
            >>> keeps_a = {"properties": {"a": {}}, "additionalProperties": False}
            >>> app = load({"sampleOutputContext": {"a": 1, "b": 2}, "outputSchema": keeps_a})
            >>> app.action().run(mode="sample").why("b").cause.words
            'drops b: it is not declared, and additionalProperties is false there'
        """
        return why(self, pointer)

    def __repr__(self) -> str:
        status = "in sample mode" if self.response is None else f"returned {self.response.status_code}"
        return one_line(f"<Run: {self.request.method} {self.request.url} {status}, {self._compared()}>")

    def _compared(self) -> str:
        if self.diff is None:
            return "no sample"
        if not self.diff:
            return "no differences from sample"
        noun = "difference" if len(self.diff) == 1 else "differences"
        return f"{len(self.diff)} {noun} from sample ({self.diff.summary})"
