"""Where an output value comes from: back through outputSchema and outputTemplate to the response."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from kustomer_nb.display import Displayable
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED, number, number_text
from kustomer_nb.jsontext.json_styles import path_of
from kustomer_nb.jsontext.serialization import literal_text
from kustomer_nb.near_names import near_miss
from kustomer_nb.output import dotted_path
from kustomer_nb.printable import one_line
from kustomer_nb.template import references

from .losses import excerpt, expected_types, path_list, path_mistake, quoted_path

if TYPE_CHECKING:
    from kustomer_nb.jsontext.json_styles import Rounded

    from .result import Run

MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage did to a value: its name, a pointer into the action or the response, and a sentence."""

    name: str
    pointer: str
    words: str
    is_cause: bool = False


class Why(Sequence[Stage], Displayable):
    """The stages from an output value back to the response; the one that lost or changed it is marked."""

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
        """The stage that lost or changed the value; None if it is the response's own value."""
        return next((stage for stage in self._stages if stage.is_cause), None)

    def __repr__(self) -> str:
        cause = self.cause
        effect = f"{cause.name} {cause.words}" if cause else "unchanged"
        return one_line(f"<Why: {dotted_path(self.pointer)}, {effect}>")


def why(run: Run, pointer: object) -> Why:
    """Return the stages that an output value went through, from the output back to the response.

    ``pointer`` is a JSON pointer into the output, or a path as in a template (``body.status``).

    Raises:
        TypeError: it is not a string.
    """
    if not isinstance(pointer, str):
        msg = f"pointer must be a string such as 'body.status' or '/body/status', got {pointer!r}"
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
    words = "has no value at this path" if value is UNDEFINED else f"is {excerpt(value)}"
    return Stage("output", pointer, words)


def _contains(outer: str, pointer: str) -> bool:
    """Return whether one pointer is another one or points to a value that contains it."""
    # With the slash: /a does not contain /ab.
    return f"{pointer}/".startswith(f"{outer}/")


def _schema(run: Run, pointer: str) -> Iterator[Stage]:
    name, location = "outputSchema", "/outputSchema"
    if run.definition.output_schema is None:
        # Platform.absent_output_schema_keeps_all: no public source says so.
        yield Stage(name, location, "is not defined, so every value passes through (assumed)")
    elif change := _schema_change(run, pointer):
        yield Stage(name, location, change, is_cause=True)
    elif nested := "; ".join(_nested_changes(run, pointer)):
        yield Stage(name, location, f"changes values inside it: {nested}", is_cause=True)
    elif pointers.resolve(run.mapped, pointer) is UNDEFINED:
        # Not the cause: the template before it produced nothing to pass on.
        is_required = pointer in run.absent
        words = "requires a value, but receives none" if is_required else "receives no value to pass through"
        yield Stage(name, location, words)
    else:
        yield Stage(name, location, "passes it through unchanged")


def _schema_change(run: Run, pointer: str) -> str:
    """Return what outputSchema did to a value itself; empty if nothing."""
    for drop in run.dropped:
        # What is inside a dropped object was dropped with it.
        if _contains(drop.pointer, pointer):
            path = quoted_path(drop.pointer)
            return f"drops {path}: it is not declared and additionalProperties is false"
    for conversion in run.converted:
        if conversion.pointer == pointer:
            return f"converts it from {excerpt(conversion.before)} to {excerpt(conversion.after)}"
    for unconverted in run.unconverted:
        if unconverted.pointer == pointer:
            # ajv reports an error here; what Kustomer does with it is not documented.
            return f"expects {expected_types(unconverted)} - passed through unchanged (assumed)"
    return ""


def _nested_changes(run: Run, pointer: str) -> Iterator[str]:
    """Yield what outputSchema did to the members of a value that it passes through."""
    for verb, changes in (
        ("drops", run.dropped),
        ("converts", run.converted),
        ("cannot convert", run.unconverted),
    ):
        inner = [change.pointer for change in changes if _contains(pointer, change.pointer)]
        if inner:
            yield f"{verb} {path_list(inner, run.mapped)}"


def _sample(run: Run, pointer: str) -> Stage:
    location = f"/sampleOutputContext{pointer}"
    value = pointers.resolve(run.definition.sample_output_context, pointer)
    if value is UNDEFINED:
        return Stage("sampleOutputContext", location, "has no value at this path", is_cause=True)
    if rounded := _rounded_literal(value):
        return Stage("sampleOutputContext", location, f"is {rounded}", is_cause=True)
    return Stage("sampleOutputContext", location, f"is {excerpt(value)}")


def _rounded_literal(value: Any) -> str:
    """Return an integer of the definition and what JavaScript rounds it to; empty if it is kept."""
    if type(value) is not int or number_text(number(value)) == literal_text(value):
        return ""
    return f"{literal_text(value)}, which JavaScript rounds to {number_text(number(value))}"


def _template(run: Run, pointer: str) -> Iterator[Stage]:
    """Yield what outputTemplate has for a value, and what that reads of the response."""
    template = run.output_template
    keys = pointers.split(pointer)
    for depth, key in enumerate(keys):
        # A string is evaluated: the other keys are inside its result.
        if isinstance(template, str):
            break
        member = pointers.resolve(template, [key])
        if member is UNDEFINED:
            words = _no_template_key(template, key)
            yield Stage("outputTemplate", _template_pointer(keys[:depth]), words, is_cause=True)
            return
        template = member
    else:
        depth = len(keys)
    location = _template_pointer(keys[:depth])
    if isinstance(template, str):
        yield from _string_template(run, template, location, keys[depth:])
        return
    if rounded := _rounded_literal(template):
        yield Stage("outputTemplate", location, f"is the static value {rounded}", is_cause=True)
        return
    yield _written_value(run, template, location)


def _written_value(run: Run, template: Any, location: str) -> Stage:
    """Return the stage of a template that is no string: an object, an array or a static value."""
    verb = "builds" if isinstance(template, (dict, list)) else "is the static value"
    inner = dict.fromkeys(miss.path for miss in run.missing if _contains(location, miss.pointer))
    missing = "".join(f"; `{path}` has no value" for path in inner)
    return Stage("outputTemplate", location, f"{verb} {excerpt(template)}{missing}", is_cause=bool(inner))


def _string_template(run: Run, text: str, location: str, keys: Sequence[str]) -> Iterator[Stage]:
    """Yield a string of outputTemplate and each value that it reads; ``keys`` are those inside its result."""
    yield Stage("outputTemplate", location, f"is {excerpt(text)}")
    for reference in references(text):
        # Only /#path gives the value as it is; the result of a template or function has no such keys.
        inner = keys if reference.form == "reference" else ()
        path, pointer = ".".join(reference.segments), location.removeprefix("/outputTemplate")
        if reference.form == "reference" and (mistake := path_mistake(run, pointer, path)):
            yield Stage("outputTemplate", location, f"reads nothing: {mistake}", is_cause=True)
            continue
        yield _response(run, (*reference.segments, *inner))


def _template_pointer(keys: Sequence[str]) -> str:
    return pointers.join("/outputTemplate", *keys)


def _no_template_key(template: Any, key: str) -> str:
    if not isinstance(template, (dict, list)):
        return f"is {excerpt(template)} here, which has no `{key}`"
    return f"has no `{key}`{_alternatives(key, template)}"


def _alternatives(key: str, value: Any) -> str:
    """Return what a value has in place of a missing key, as the end of a sentence."""
    if isinstance(value, list):
        return f"; the array has {len(value)} item{'' if len(value) == 1 else 's'}"
    if not isinstance(value, dict):
        return f"; it is {excerpt(value)}"
    if near := near_miss(key, value):
        return f"; did you mean `{near}`?"
    names = ", ".join(f"`{name}`" for name in list(value)[:MOST_NAMES])
    return f"; available: {names}" if names else "; it is empty"


def _response(run: Run, keys: Sequence[str]) -> Stage:
    assert run.response is not None  # noqa: S101 - in sample mode no template is evaluated
    response = run.response.to_json()
    # Like the context of outputTemplate: an empty body is undefined, so there is no key for it.
    value: Any = {"response": response, **({"body": response["body"]} if "body" in response else {})}
    for depth, key in enumerate(keys):
        # JavaScript arrays have a length, which JSON does not show.
        is_length = key == "length" and isinstance(value, list)
        member = len(value) if is_length else pointers.resolve(value, [key])
        if member is UNDEFINED:
            words = _no_response_key(keys[:depth], key, value)
            return Stage("response", pointers.join("", *keys[:depth]), words, is_cause=True)
        value = member
    rounding = _rounding(run.response.rounded, keys)
    words = f"`{'.'.join(keys)}` is {excerpt(value)}{rounding}"
    return Stage("response", pointers.join("", *keys), words, is_cause=bool(rounding))


def _rounding(rounded: Sequence[Rounded], keys: Sequence[str]) -> str:
    """Return which digits of a value of the response JavaScript does not keep, as the end of a sentence."""
    within = [*keys[1:]] if keys[0] == "response" else [*keys]
    if within[:1] not in ([], ["body"]):
        return ""
    pointer = pointers.join("", *within[1:])
    for digits in rounded:
        path = pointers.join("", *map(str, digits.keys))
        if path == pointer:
            return f", rounded by JavaScript from {digits.literal}"
        if _contains(pointer, path):
            inner = path_of(("body", *digits.keys))
            return f"; in it, `{inner}` is rounded by JavaScript from {digits.literal}"
    return ""


def _no_response_key(keys: Sequence[str], key: str, value: Any) -> str:
    if not keys:
        return "has no body" if key == "body" else f"has no `{key}`; available: `body` and `response`"
    if isinstance(value, str) and list(keys) in (["body"], ["response", "body"]):
        return f"`body` is a string, not JSON, so it has no `{key}`: {excerpt(value)}"
    return f"`{'.'.join(keys)}` has no `{key}`{_alternatives(key, value)}"
