"""The stages from a response to the next step: what each lost, and the value behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import literal_text
from kustomer_nb.schema.conversions import kind_of

from .losses import excerpt, excerpt_text, expected_types, path_mistake

if TYPE_CHECKING:
    from .result import Run

MOST_LOSSES = 100
LONGEST = 200
Loss = dict[str, Any]


def cell(value: Any) -> dict[str, Any] | None:
    """Return what a table shows of a value, however large that is; None for no value.

    ``size`` is the number of members of an object or array, or of characters of a string. ``text`` is JSON,
    empty for an object or array that has members, which have rows of their own.

    Example:
        >>> cell("x" * 300)["text"][-3:], cell([1, 2]), cell(None)
        ('xx…', {'type': 'array', 'size': 2, 'text': ''}, {'type': 'null', 'size': 0, 'text': 'null'})
    """
    if value is UNDEFINED:
        return None
    if isinstance(value, (dict, list)):
        text = "" if value else "{}" if isinstance(value, dict) else "[]"
        return {"type": kind_of(value), "size": len(value), "text": text}
    size = len(value) if isinstance(value, str) else 0
    # Shortened first: writing a long string as JSON would take its time for nothing.
    text = literal_text(value) if size <= LONGEST else f"{literal_text(value[: LONGEST - 1])[:-1]}…"
    return {"type": kind_of(value), "size": size, "text": text}


def stages(run: Run) -> list[dict[str, Any]]:
    """Return the stages of a run as plain JSON: name, losses, their count, and the value as a `cell`.

    They are response, outputTemplate, outputSchema and next step; of a run without a response, sample,
    outputSchema and next step. A loss has ``pointer``, ``kind`` (dropped, converted, not-converted, no-value
    or required), ``words`` and, if a value was lost, ``value`` as a `cell`. At most 100 losses are listed;
    ``count`` counts all.

    Example:
        >>> from kustomer_nb import load
        >>> app = load({"sampleOutputContext": {"a": 1}, "outputSchema": {"additionalProperties": False}})
        >>> [(stage["name"], stage["count"]) for stage in stages(app.action().run(mode="sample"))]
        [('sample', 0), ('outputSchema', 1), ('next step', 0)]
    """
    first = "sample" if run.response is None else "response"
    by_stage = {first: [], "outputTemplate": _template_losses(run), "outputSchema": list(_schema_losses(run))}
    if run.response is None:
        del by_stage["outputTemplate"]
    return [
        {
            "name": name,
            "losses": losses[:MOST_LOSSES],
            "count": len(losses),
            "value": cell(stage_value(run, name)),
        }
        for name, losses in {**by_stage, "next step": []}.items()
    ]


def stage_value(run: Run, name: str) -> Any:
    """Return the value behind a stage, UNDEFINED if there is none.

    Raises:
        LookupError: there is no such stage.
    """
    output = UNDEFINED if run.mapped is UNDEFINED else run.output
    values = {"outputTemplate": run.mapped, "outputSchema": output, "next step": output}
    if run.response is None:
        values = {**values, "sample": run.definition.sample_output_context}
        del values["outputTemplate"]
    else:
        values["response"] = run.response.body
    if name not in values:
        raise LookupError(name)
    return values[name]


def losses_by_pointer(run: Run) -> dict[str, list[Loss]]:
    """Return the losses on the way to the output, by their pointer into the output."""
    by_pointer: dict[str, list[Loss]] = {}
    for loss in (*_template_losses(run), *_schema_losses(run)):
        by_pointer.setdefault(loss["pointer"], []).append(loss)
    return by_pointer


def _template_losses(run: Run) -> list[Loss]:
    misses = {(miss.pointer.removeprefix("/outputTemplate"), miss.path): None for miss in run.output_missing}
    return [
        _loss(pointer, "no-value", path_mistake(run, pointer, path) or f"`{path}` is not in this response")
        for pointer, path in misses
    ]


def _schema_losses(run: Run) -> Iterator[Loss]:
    for drop in run.dropped:
        yield _loss(drop.pointer, "dropped", "not declared in outputSchema", drop.value)
    for conversion in run.converted:
        before = excerpt_text(literal_text(conversion.before))
        words = f"{before} to {kind_of(conversion.after)} by outputSchema"
        if kind_of(conversion.before) == kind_of(conversion.after):
            words = f"{before} to {excerpt(conversion.after)} by outputSchema"
        yield _loss(conversion.pointer, "converted", words, conversion.before)
    for unconverted in run.unconverted:
        words = f"outputSchema expects {expected_types(unconverted)} - passed through unchanged"
        yield _loss(unconverted.pointer, "not-converted", words)
    without_value = {miss.pointer.removeprefix("/outputTemplate") for miss in run.output_missing}
    for pointer in run.absent:
        if pointer not in without_value:
            yield _loss(pointer, "required", "required by outputSchema, but it is missing")


def _loss(pointer: str, kind: str, words: str, value: Any = UNDEFINED) -> Loss:
    loss = {"pointer": pointer, "kind": kind, "words": words}
    return loss if value is UNDEFINED else {**loss, "value": cell(value)}
