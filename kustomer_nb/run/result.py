"""A run: one action from inputs to output, with the result of each stage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.config import Profile
from kustomer_nb.definition import ActionDefinition
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.display import Displayable
from kustomer_nb.platform import Assumption, Platform
from kustomer_nb.printable import one_line

from .explain import Why, why
from .losses import losses

if TYPE_CHECKING:
    from kustomer_nb.definition import Changes
    from kustomer_nb.difference import Diff
    from kustomer_nb.request import Request
    from kustomer_nb.response import Response
    from kustomer_nb.schema import Conversion, Drop, Unconverted
    from kustomer_nb.template import MissingReference
    from kustomer_nb.transport.models import Redirect

    from .accept import Owner, Target
    from .prepare import Prepared

# A diagnostic that only exists because of a choice in Platform: another choice gives another run.
_ASSUMPTION_BY_CODE = {
    Code.QS_IS_TEXT: "string_qs_is_query",
    Code.HTML_ESCAPED: "escape_html",
    Code.RESPONSE_COMPRESSED: "decompresses",
    Code.JSON_NOT_BOOLEAN: "json_scalar_is_body",
    Code.REDIRECTED_AGAIN: "keeps_method_case",
}


def assumed(run: Run) -> tuple[Assumption, ...]:
    """Return the assumptions about the platform that affect the result of a run."""
    names = {name for code, name in _ASSUMPTION_BY_CODE.items() if code in run.diagnostics.codes}
    names |= {name for name, is_applied in _applied(run).items() if is_applied}
    return tuple(assumption for assumption in run.platform.assumptions() if assumption.name in names)


def _applied(run: Run) -> dict[str, Any]:
    """Return the assumptions that show in the values of a run, each with what makes it apply if not empty."""
    definition = run.definition
    return {
        "conversions": run.inputs_converted or run.converted or run.unconverted,
        "absent_input_schema_takes_all": definition.input_schema is None and run.inputs,
        "default_output_template": definition.output_template is None and run.response is not None,
        "absent_output_schema_keeps_all": definition.output_schema is None,
        # The docs speak only of top-level properties, so only a nested drop depends on this choice.
        "output_schema_at_every_depth": any(drop.pointer.count("/") > 1 for drop in run.dropped),
        "setting_beats_input": isinstance(run.inputs, dict) and run.inputs.keys() & definition.setting_keys,
    }


@dataclass(frozen=True, repr=False)
class Run(Displayable):
    """One run with the result of every stage. Settings appear as ``$<key>`` everywhere, also in the output.

    ``elapsed`` is in seconds, 0 if nothing was sent; ``response`` is None in sample mode. ``attempts`` is the
    number of times the request was sent. ``mapped`` is the output of ``output_template``, before
    outputSchema. ``redirected_to`` is the URL that the response came from after redirects, empty without one.
    ``fence`` is the variable because of which a live run was answered from the cassette (``PYTEST_VERSION``
    or ``CI``), empty if it was not.
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
    redirected_to: str = ""
    fence: str = ""
    redirects: tuple[Redirect, ...] = ()
    # What it was made of, for a case; not a part of the result, and without a repr: it holds the secrets.
    prepared: Prepared | None = field(default=None, compare=False, repr=False)
    # The action in its file, which `accept` edits; not a part of the result.
    owner: Owner | None = field(default=None, compare=False)

    @property
    def missing(self) -> tuple[MissingReference, ...]:
        """The references without a value, in the request and then in outputTemplate."""
        return (*self.request.missing, *self.output_missing)

    @property
    def diagnostics(self) -> Diagnostics:
        """The warnings of the request, and then what was reported of the response and of outputTemplate."""
        return Diagnostics([*self.request.diagnostics.warnings, *self.later_diagnostics])

    @property
    def ok(self) -> bool:
        """Whether the status of the response is below 400; true in sample mode, which has none."""
        return self.response is None or self.response.ok

    @property
    def losses(self) -> tuple[str, ...]:
        """A sentence for each value that was converted, dropped or missing; empty if none was.

        Example:
            >>> from kustomer_nb import load
            >>> keeps_a = {"properties": {"a": {"type": "string"}}, "additionalProperties": False}
            >>> app = load({"sampleOutputContext": {"a": 1, "b": 2}, "outputSchema": keeps_a})
            >>> app.action().run(mode="sample").losses
            ('outputSchema converted `a` from 1 to "1"', 'outputSchema dropped `b`')
        """
        return tuple(losses(self))

    @property
    def assumed(self) -> tuple[Assumption, ...]:
        """The assumptions, not settled by a public source, that affect this run: fields of `Platform`.

        Example:
            >>> from kustomer_nb import load
            >>> run = load({"sampleOutputContext": {"a": 1}}).action().run(mode="sample")
            >>> [assumption.name for assumption in run.assumed]
            ['absent_output_schema_keeps_all']
        """
        return assumed(self)

    def why(self, pointer: str) -> Why:
        """Return the stages that an output value went through, from the output back to the response.

        ``pointer`` is a JSON pointer into the output, or a path as in a template (``body.status``).

        Raises:
            TypeError: it is not a string.

        Example:
            >>> from kustomer_nb import load
            >>> keeps_a = {"properties": {"a": {}}, "additionalProperties": False}
            >>> app = load({"sampleOutputContext": {"a": 1, "b": 2}, "outputSchema": keeps_a})
            >>> app.action().run(mode="sample").why("b").cause.words
            'drops `b`: it is not declared and additionalProperties is false'
        """
        return why(self, pointer)

    def differences(self, *, mode: str = "value", ignore: Iterable[str] | None = None) -> Diff | None:
        """Return the output compared with the sample in another way than ``diff``; None without a sample.

        ``mode`` and ``ignore`` are those of `kustomer_nb.diff`. None ignores what ``kustomer-nb.toml`` lists
        for this action, as ``diff`` does; an empty list ignores nothing.

        Raises:
            ValueError: the mode is unknown, or an ignored pointer is malformed.

        Example:
            >>> from kustomer_nb import load
            >>> schema = {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}}
            >>> app = load({"sampleOutputContext": {"a": 1, "b": 2}, "outputSchema": schema})
            >>> run = app.action().run(mode="sample")
            >>> run.diff, run.differences(ignore=["/a"])
            (<Diff: 2 changed>, <Diff: 1 changed, 1 ignored>)
        """
        if self.diff is None:
            return None
        from kustomer_nb.difference import diff

        pointers = self.profile.ignored(self.action) if ignore is None else ignore
        return diff(self.diff.expected, self.diff.actual, mode=mode, ignore=pointers)

    def accept(self, pointer: Target | Iterable[Target], *, into: str = "sample") -> Changes:
        """Write values of the output into the definition, in memory; `App.save` writes the file.

        ``into="sample"`` makes sampleOutputContext what the output is at a pointer: an added value is
        inserted, a changed one replaced, a missing one removed; ``""`` is the whole output. A pointer is that
        of a `Difference`, and items of arrays go where ``diff`` aligns them. ``into="outputSchema"`` declares
        a member that outputSchema drops or does not name, at any depth, with the type that it has here, and
        changes nothing else. ``pointer`` may be one, several, or entries of ``diff`` and ``dropped``.

        The rest of the text stays the same. What the history would hide is never written: values of settings,
        cookies, and what ``mask`` names. A failure (a status of 400 or more, or a simulated one) is no sample
        as a whole, so that ``""`` and all of ``diff`` are refused; single values are not.

        Raises:
            EditError: there is no such value, it must not be written, or code puts the definition together.

        Example:
            >>> from kustomer_nb import load
            >>> schema = {"properties": {"a": {"type": "string"}}, "additionalProperties": False}
            >>> app = load({"sampleOutputContext": {"a": 1, "b": 2}, "outputSchema": schema})
            >>> run = app.action().run(mode="sample")
            >>> changes = run.accept("/b", into="outputSchema"), run.accept("/a")
            >>> app.action().definition.sample_output_context
            {'a': '1', 'b': 2}
            >>> app.action().definition.output_schema["properties"]
            {'a': {'type': 'string'}, 'b': {'type': 'number'}}
        """
        from .accept import accept

        return accept(self, pointer, into)

    def infer(self) -> Changes:
        """Write an outputSchema and a sample inferred from this response into the definition, in memory.

        The schema is what `kustomer_nb.infer` makes of the output before outputSchema, and the sample is that
        output. They replace those that the definition has.

        Raises:
            EditError: there is no response, it is a failure, or holds what must not be written; see `accept`.
        """
        from .accept import accept_inferred

        return accept_inferred(self)

    def save_case(self, name: str, *, path: str | Path | None = None, overwrite: bool = False) -> Path:
        """Write this run as a test case, and return the path: ``cases/<action>/<name>.case.json``.

        The file has all that decides the run, its request and response, and its output; `kustomer_nb.test`
        replays it without a network. It is redacted as a cassette is: no secret, and nothing that ``mask``
        names. Before it is written it is replayed, and must give the same output.

        Raises:
            SaveError: there is a case of that name, and ``overwrite`` is false; the definition has no file;
                no file can hold all that the run depends on, such as helpers of your own; or it cannot be
                written.

        Example:
            >>> import tempfile
            >>> from kustomer_nb import load, new_app
            >>> app = new_app("shop", path=Path(tempfile.mkdtemp(), "shop.json"))
            >>> changes = app.add_action("find", {"type": "rest_api", "sampleOutputContext": {"id": 7}})
            >>> changes = app.save()
            >>> app.action("find").run(mode="sample").save_case("an order").name
            'an-order.case.json'
        """
        # Above this package, and so by its name; see `display`.
        path_of_case: Path = import_module("kustomer_nb.testing.saving").save_case(
            self, name, path=path, overwrite=overwrite
        )
        return path_of_case

    def __repr__(self) -> str:
        # Without elapsed time and the real host: nbval compares this line.
        status = "in sample mode" if self.response is None else f"returned {self.response.status_code}"
        return one_line(f"<Run: {self.request.method} {self.request.url} {status}, {self._diff_summary()}>")

    def _diff_summary(self) -> str:
        if self.diff is None:
            return "no sample"
        if not self.diff:
            ignored = f" ({len(self.diff.ignored)} ignored)" if self.diff.ignored else ""
            return f"no differences from sample{ignored}"
        noun = "difference" if len(self.diff) == 1 else "differences"
        return f"{len(self.diff)} {noun} from sample ({self.diff.summary})"
