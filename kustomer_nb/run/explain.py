"""Backwards from a place of the output: through outputSchema and outputTemplate to the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, overload

from kustomer_nb.display import Displayable
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.output import dotted_path
from kustomer_nb.printable import one_line
from kustomer_nb.template import references

from .losses import listed, short

if TYPE_CHECKING:
    from .result import Run

MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage did to the place: its name, the pointer into the action or the answer, and words."""

    name: str
    pointer: str
    words: str
    is_cause: bool = False


class Why(Sequence[Stage], Displayable):
    """The stages from a place of the output back to the answer; the one that lost or changed it is marked."""

    def __init__(self, pointer: str, stages: Sequence[Stage]) -> None:
        self.pointer = pointer
        self._stages = tuple(stages)

    @overload
    def __getitem__(self, index: int) -> Stage: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Stage]: ...
    def __getitem__(self, index: int | slice) -> Stage | Sequence[Stage]:
        return self._stages[index]

    def __len__(self) -> int:
        return len(self._stages)

    @property
    def cause(self) -> Stage | None:
        """The stage that lost or changed the value; None when it came through as the answer has it."""
        return next((one for one in self._stages if one.is_cause), None)

    def __repr__(self) -> str:
        found = self.cause
        ends = f"{found.name} {found.words}" if found else "as it came"
        return one_line(f"<Why: {dotted_path(self.pointer)}, {ends}>")


def why(run: Run, pointer: object) -> Why:
    """Return the way of a place of the output back through the stages.

    ``pointer`` is a JSON pointer into the output, or a path as authors write it (``body.status``).

    Raises:
        TypeError: it is no text.
    """
    if not isinstance(pointer, str):
        msg = f"a place of the output is text, as in 'body.status' or '/body/status', and not {pointer!r}"
        raise TypeError(msg)
    if pointer and not pointer.startswith("/"):
        pointer = pointers.join("", *pointer.split("."))
    stages = [_output(run, pointer), *_schema(run, pointer)]
    if run.response is None:
        stages.append(_sample(run, pointer))
    else:
        stages += _template(run, pointer)
    return Why(pointer, stages)


def _output(run: Run, pointer: str) -> Stage:
    value = pointers.resolve(run.output, pointer)
    words = "it is not in the output" if value is UNDEFINED else f"is {short(value)}"
    return Stage("output", pointer, words)


def _around(place: str, pointer: str) -> bool:
    """Whether ``place`` is that of ``pointer`` or of something it lies in."""
    return f"{pointer}/".startswith(f"{place}/")


def _schema(run: Run, pointer: str) -> Iterator[Stage]:
    schema = run.definition.output_schema
    place = "/outputSchema"
    if schema is None:
        yield Stage("outputSchema", place, "there is none, so everything passes (assumed)")
        return
    before = pointers.resolve(run.mapped, pointer)
    for drop in run.dropped:
        if _around(drop.pointer, pointer):
            path = dotted_path(drop.pointer)
            words = f"drops {path}: it is not declared, and additionalProperties is false there"
            yield Stage("outputSchema", place, words, is_cause=True)
            return
    for change in run.converted:
        if change.pointer == pointer:
            words = f"converts it from {short(change.before)} to {short(change.after)}"
            yield Stage("outputSchema", place, words, is_cause=True)
            return
    for kept in run.unconverted:
        if kept.pointer == pointer:
            words = f"wants {kept.wanted}, which it cannot become; it is kept as it is (assumed)"
            yield Stage("outputSchema", place, words, is_cause=True)
            return
    if within := "; ".join(_within(run, pointer)):
        yield Stage("outputSchema", place, f"changes what is in it: {within}", is_cause=True)
    elif before is UNDEFINED:
        required = " and requires it" if pointer in run.absent else ""
        yield Stage("outputSchema", place, f"gets nothing there{required}, so nothing is passed on")
    else:
        yield Stage("outputSchema", place, "passes it on unchanged")


def _within(run: Run, pointer: str) -> Iterator[str]:
    """Yield in words what became of the members of a place that itself is passed on."""
    for words, changes in (
        ("drops", run.dropped),
        ("converts", run.converted),
        ("cannot convert", run.unconverted),
    ):
        places = [one.pointer for one in changes if _around(pointer, one.pointer)]
        if places:
            yield f"{words} {listed(places, run.mapped)}"


def _sample(run: Run, pointer: str) -> Stage:
    place = f"/sampleOutputContext{pointer}"
    value = pointers.resolve(run.definition.sample_output_context, pointer)
    if value is UNDEFINED:
        return Stage("sampleOutputContext", place, "holds nothing there", is_cause=True)
    return Stage("sampleOutputContext", place, f"holds {short(value)}")


def _template(run: Run, pointer: str) -> Iterator[Stage]:
    template = run.output_template
    keys = pointers.split(pointer)
    for at, key in enumerate(keys):
        if isinstance(template, str):
            break
        below = pointers.resolve(template, [key])
        if below is UNDEFINED:
            yield Stage("outputTemplate", _place(keys[:at]), _no_key(template, key), is_cause=True)
            return
        template = below
    else:
        at = len(keys)
    place = _place(keys[:at])
    if not isinstance(template, str):
        kind = "written there as it is" if not isinstance(template, (dict, list)) else "put together there"
        gone = ", ".join(dict.fromkeys(one.path for one in run.missing if _around(place, one.pointer)))
        lacks = f"; in it {gone} has no value" if gone else ""
        yield Stage("outputTemplate", place, f"{kind}: {short(template)}{lacks}", is_cause=bool(gone))
        return
    yield from _written(run, template, place, keys[at:])


def _place(keys: Sequence[str]) -> str:
    return pointers.join("/outputTemplate", *keys)


def _no_key(template: Any, key: str) -> str:
    if not isinstance(template, (dict, list)):
        return f"has {short(template)} there, which has no `{key}`"
    return f"has no `{key}`{_near(key, template)}"


def _near(key: str, value: Any) -> str:
    """Return words for what is there instead of a key."""
    if isinstance(value, list):
        return f"; the array has {len(value)} item{'' if len(value) == 1 else 's'}"
    if not isinstance(value, dict):
        return f"; it is {short(value)}"
    near = get_close_matches(key, value, n=1)
    if near:
        return f"; did you mean `{near[0]}`?"
    listed = ", ".join(f"`{one}`" for one in list(value)[:MOST_NAMES])
    return f"; there is {listed}" if listed else "; it is empty"


def _written(run: Run, text: str, place: str, rest: Sequence[str]) -> Iterator[Stage]:
    """Yield what a string of outputTemplate reads; ``rest`` are the keys within what it gives."""
    yield Stage("outputTemplate", place, f"writes {short(text)}")
    for one in references(text):
        yield _answer(run, (*one.segments, *(rest if one.form == "reference" else ())))


def _answer(run: Run, keys: Sequence[str]) -> Stage:
    assert run.response is not None  # noqa: S101 - only asked of a run that was answered
    told = run.response.to_json()
    value: Any = {"response": told, **({"body": told["body"]} if "body" in told else {})}
    for at, key in enumerate(keys):
        below = len(value) if key == "length" and isinstance(value, list) else pointers.resolve(value, [key])
        if below is UNDEFINED:
            return Stage("answer", pointers.join("", *keys[:at]), _gone(run, keys[:at], key, value), True)
        value = below
    return Stage("answer", pointers.join("", *keys), f"{'.'.join(keys)} is {short(value)}")


def _gone(run: Run, keys: Sequence[str], key: str, value: Any) -> str:
    if not keys:
        return "the answer has no body" if key == "body" else f"there is no `{key}`; body and response are"
    if isinstance(value, str) and list(keys) in (["body"], ["response", "body"]):
        return f"body is text, not JSON, so it has no `{key}`: {short(value)}"
    return f"{'.'.join(keys)} has no `{key}`{_near(key, value)}"
