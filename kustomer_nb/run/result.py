"""A run: one action end to end, each stage kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kustomer_nb.definition import ActionDefinition
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.difference import Diff
from kustomer_nb.kustomer import Assumption, Platform
from kustomer_nb.profile import Profile
from kustomer_nb.request import Request
from kustomer_nb.response import Response
from kustomer_nb.schema import Change, Drop, Unconverted
from kustomer_nb.show import Shown, one_line
from kustomer_nb.template import Missing

from .assumed import assumed
from .losses import losses
from .why import Why, why


@dataclass(frozen=True, repr=False)
class Run(Shown):
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
    inputs_converted: tuple[Change, ...] = ()
    converted: tuple[Change, ...] = ()
    dropped: tuple[Drop, ...] = ()
    unconverted: tuple[Unconverted, ...] = ()
    absent: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    elapsed: float = 0.0
    attempts: int = 0
    profile: Profile = field(default_factory=Profile)
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    mapped: Any = None
    definition: ActionDefinition = field(default_factory=ActionDefinition)
    output_template: Any = None
    platform: Platform = field(default_factory=Platform)

    @property
    def is_good(self) -> bool:
        """Whether the answer, if one was asked for, is below 400."""
        return self.response is None or self.response.is_good

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
        came = "from the sample" if self.response is None else f"answered {self.response.status_code}"
        compared = "no sample" if self.diff is None else f"beside the sample {self.diff.summary}"
        return one_line(f"<Run: {self.request.method} {self.request.url} {came}, {compared}>")
