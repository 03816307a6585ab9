"""Which values of a call are proposed as inputs, with name, type and example."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.errors import ConversionError
from kustomer_nb.jsontext.javascript import SAFE_INTEGER
from kustomer_nb.printable import quoted, shortened

from .body_lists import is_of_any_length, outer_lists
from .http_call import BodyKind, HttpCall
from .input_names import InputNames
from .names import RESERVED, camel_case, unique
from .notes import problem
from .path_segments import Role, segments_of
from .places import IN_JSON, Part, Place, PlacedValue, parse_place, placed_values
from .varying import Variation, variation_of
from .words import MARKER

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,10})?")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# Texts of digits, which a number would change: a leading zero, for example.
_OF_DIGITS = re.compile(
    r"(?:.*[-_.])?(?:phone|mobile|fax|zip|postal|postcode|sku|ean|isbn|version)(?:[-_]?(?:number|code))?",
    re.I,
)
_KINDS = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}
_MOST_LISTED = 12
# More inputs than these are chosen, and not proposed.
MOST_SELECTED = 20
# A shorter credential may be a part of anything.
LONG_ENOUGH = 8


@dataclass(frozen=True)
class Proposal:
    """A value of a request that may be an input of the action.

    ``where`` is its place, such as ``path[1]``; ``type`` is empty if any value fits, and ``example`` None if
    the command does not show one. ``is_selected`` is whether it is an input now. ``is_fixed`` is true for
    what belongs to the API, such as a version, a word of the path or a technical header.
    """

    name: str
    where: str
    type: str
    example: Any
    is_selected: bool = False
    is_fixed: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Input:
    """An input: its name and type, and its place; that of a variable is where it is used first."""

    name: str
    type: str
    place: Place
    index: int = 0
    is_required: bool = True
    marker: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Choice:
    """The inputs of an action, and everything that may be one."""

    inputs: tuple[Input, ...]
    proposals: tuple[Proposal, ...]


def choose_inputs(
    call: HttpCall,
    chosen_places: Mapping[str, str] | None,
    secret_places: Collection[Place],
    markers: Collection[str],
    settings: Mapping[str, str],
) -> Choice:
    """Return the inputs that were chosen, by name, or else those that usually vary.

    ``settings`` are the values of the settings by their names, empty if unknown: what contains one is never
    proposed. ``markers`` are the variables of the command that are inputs, whatever was chosen.

    Raises:
        ConversionError: a chosen place is not in the call, is a credential, or a name is not valid.
    """
    chooser = _Chooser(call, secret_places, markers, settings)
    if chosen_places is not None:
        chooser.use(chosen_places)
    return chooser.choice(is_default=chosen_places is None)


class _Chooser:
    def __init__(
        self,
        call: HttpCall,
        secret_places: Collection[Place],
        markers: Collection[str],
        settings: Mapping[str, str],
    ) -> None:
        self._call = call
        self._secret_places = set(secret_places)
        secret_texts = [text for text in settings.values() if len(text) >= LONG_ENOUGH]
        values = placed_values(call)
        self._secret_places |= {
            item.place for item in values if any(text in _text(item.value) for text in secret_texts)
        }
        self._segments = segments_of(call.url.segments, call.url.placeholders, call.method)
        # In the order of the request, each with the value alone: of a segment, without the text around it.
        self._values = [self._value_alone(item) for item in values if item.place not in self._secret_places]
        self._variables = self._of_variables(values, markers, set(settings))
        self._names = {*settings, *(item.name for item in self._variables)}
        self._chosen: dict[Place, Input] = {}

    def _value_alone(self, item: PlacedValue) -> PlacedValue:
        if item.place.part is not Part.PATH:
            return item
        return replace(item, value=self._segments[item.index].value)

    def _written_name(self, marker: str, item: PlacedValue | None) -> str:
        """Return the name of a variable of the command as that of an input, or one of its place."""
        if name := camel_case(self._call.variables[marker].name):
            return name
        return InputNames(self._segments, set()).candidates(item)[0] if item else "value"

    def _of_variables(
        self, values: list[PlacedValue], markers: Collection[str], names: set[str]
    ) -> list[Input]:
        inputs = []
        for marker in markers:
            item = next((item for item in values if marker in _text(item.value)), None)
            place = item.place if item else Place(Part.BODY, ())
            name = unique(self._written_name(marker, item), names)
            names.add(name)
            is_whole = item is not None and item.value == marker
            # Outside quotes it may be of any type.
            is_any = is_whole and place.part is Part.BODY and self._is_bare(marker)
            inputs.append(Input(name, "" if is_any else "string", place, marker=marker))
        return inputs

    def _is_bare(self, marker: str) -> bool:
        body = self._call.body
        return body is not None and body.kind is BodyKind.JSON and f'"{marker}"' not in body.text

    def use(self, chosen_places: Mapping[str, str]) -> None:
        """Make the values at these places inputs."""
        problems: list[Diagnostic] = []
        for name, where in chosen_places.items():
            item = self._item(where)
            if problem_of_name := self._problem_of_name(name):
                problems.append(problem_of_name)
            elif item is None:
                problems.append(self._no_place(name, where))
            elif name in RESERVED and item.is_text:
                message = f"{quoted(name)} is the name of a helper, which a template would call."
                problems.append(problem(Code.INPUT_PLACE, message, "use another name."))
            else:
                self._names.add(name)
                self._chosen[item.place] = self._input(name, item)
        if problems:
            raise ConversionError(problems)

    def _problem_of_name(self, name: str) -> Diagnostic | None:
        if name in self._names:
            reason = "is used already"
        elif not _IDENTIFIER.fullmatch(name):
            reason = "is not a name of letters, digits and _"
        else:
            return None
        return problem(Code.INPUT_PLACE, f"the input {quoted(name)} {reason}.", "use another name.")

    def _item(self, where: str) -> PlacedValue | None:
        parsed = parse_place(where)
        if parsed is None:
            return None
        part, keys = parsed
        wanted = _comparable(Place(Part(part), keys))
        for item in self._values:
            if _comparable(item.place) == wanted:
                return item
        body = self._call.body
        if part == Part.BODY and body is not None and body.kind is BodyKind.JSON:
            return self._container(body.value, Place(Part.BODY, keys))
        return None

    def _container(self, value: Any, place: Place) -> PlacedValue | None:
        for key in place.keys:
            if not _has_member(value, key):
                return None
            value = value[key]
        # An object with a credential in it would have that as a part of an input.
        holds_secret = any(other.keys[: len(place.keys)] == place.keys for other in self._secret_places)
        return None if holds_secret or not place.keys else PlacedValue(place, value, IN_JSON, is_text=False)

    def _no_place(self, name: str, where: str) -> Diagnostic:
        listed = [str(item.place) for item in self._values][:_MOST_LISTED]
        label = shortened(where) if re.fullmatch(r"[\w.\[\]'\"-]{1,60}", where) else "it"
        message = f"the input {quoted(name)} has no value: {label} is not a place of this request."
        fix = (
            f"use one of {', '.join(map(shortened, listed))}."
            if listed
            else "remove it: the request has no values."
        )
        return problem(Code.INPUT_PLACE, message, fix)

    def choice(self, *, is_default: bool) -> Choice:
        """Return the inputs; by default the values that usually vary."""
        items = [item for item in self._values if not MARKER.search(_text(item.value))]
        variations = {item.place: self._variation(item) for item in items}
        lists = self._lists(items, variations)
        count = len(self._variables)
        selected = self._usual(items, lists, variations, count) if is_default else set(self._chosen)
        # In a list that is an input, nothing else is one.
        containers = {item.place for item in lists if item.place in selected}
        inputs = [item for item in self._variables if not _is_within(item.place, containers)]
        items = [item for item in _with_lists(items, lists) if not _is_within(item.place, containers)]
        names = self._names_of(items, variations, selected)
        proposals = [_proposal_of_variable(variable) for variable in self._variables]
        for item in items:
            chosen = self._chosen.get(item.place) or self._input(names[item.place], item)
            is_selected = item.place in selected
            if is_selected:
                inputs.append(chosen)
            is_fixed = not is_selected and variations[item.place] is Variation.NEVER
            proposals.append(_proposal(chosen, item, is_selected=is_selected, is_fixed=is_fixed))
        return Choice(tuple(inputs), tuple(proposals))

    def _lists(self, items: list[PlacedValue], variations: dict[Place, Variation]) -> list[PlacedValue]:
        """Return what may be an input as a whole: outer lists, and what was chosen; note how each varies."""
        inner = _variations_in_lists(items, variations)
        value = self._call.json_value
        lists = {place: members for place, members in _placed_lists(value) if place in inner}
        for place, members in lists.items():
            is_usual = Variation.USUAL in inner[place] and is_of_any_length(place.keys, members)
            variations[place] = Variation.USUAL if is_usual else Variation.RARE
        others = [place for place in self._chosen if place not in variations]
        variations |= dict.fromkeys(others, Variation.RARE)
        containers = [self._container(value, place) for place in (*lists, *others)]
        return [container for container in containers if container is not None]

    def _variation(self, item: PlacedValue) -> Variation:
        return variation_of(item, self._segments[item.index] if item.place.part is Part.PATH else None)

    def _usual(
        self,
        items: list[PlacedValue],
        lists: list[PlacedValue],
        variations: Mapping[Place, Variation],
        count: int,
    ) -> set[Place]:
        containers = {item.place for item in lists if variations[item.place] is Variation.USUAL}
        usual = [
            item.place
            for item in _with_lists(items, lists)
            if variations[item.place] is Variation.USUAL and not _is_within(item.place, containers)
        ]
        return set(usual[: max(0, MOST_SELECTED - count)])

    def _names_of(
        self, items: list[PlacedValue], variations: Mapping[Place, Variation], selected: Collection[Place]
    ) -> dict[Place, str]:
        """Return a name for each value that was not chosen by one: the plain ones for what varies."""
        names = InputNames(self._segments, self._names)
        order = list(Variation)
        ranked = sorted(
            items, key=lambda item: (item.place not in selected, order.index(variations[item.place]))
        )
        return {item.place: names.name(item) for item in ranked if item.place not in self._chosen}

    def _input(self, name: str, item: PlacedValue) -> Input:
        # What is left out of a query or a header is not sent; a path would have a gap.
        is_required = item.place.part is not Part.QUERY
        segment = self._segments[item.index] if item.place.part is Part.PATH else None
        before, after = (segment.before, segment.after) if segment else ("", "")
        return Input(name, self._type(item), item.place, item.index, is_required, before=before, after=after)

    def _type(self, item: PlacedValue) -> str:
        value = item.value
        if not isinstance(value, str):
            return _KINDS.get(type(value), "")
        if self._stays_text(item):
            return "string"
        if value in ("true", "false") and item.place.part is not Part.PATH:
            return "boolean"
        return "number" if is_number(value) else "string"

    def _stays_text(self, item: PlacedValue) -> bool:
        """Return whether a text is a string whatever it looks like."""
        # In a JSON body it is a string already; digits of a header or a phone number are no number.
        if not item.is_text or item.place.part is Part.HEADER or _OF_DIGITS.fullmatch(item.last_name):
            return True
        return item.place.part is Part.PATH and self._segments[item.index].role is Role.VERSION


def _is_within(place: Place, containers: Collection[Place]) -> bool:
    """Return whether a place is in a list or object of these; not whether it is one of them."""
    return any(Place(place.part, place.keys[:length]) in containers for length in range(len(place.keys)))


def _outer_list(place: Place) -> Place | None:
    """Return the place of the list of a JSON body around a value that is in no other list."""
    length = next((at for at, key in enumerate(place.keys) if isinstance(key, int)), 0)
    return Place(place.part, place.keys[:length]) if length and place.part is Part.BODY else None


def _proposal_of_variable(variable: Input) -> Proposal:
    return Proposal(variable.name, str(variable.place), variable.type, None, is_selected=True)


def _variations_in_lists(
    items: list[PlacedValue], variations: Mapping[Place, Variation]
) -> dict[Place, set[Variation]]:
    """Return how the values in each outer list vary."""
    inner: dict[Place, set[Variation]] = {}
    for item in items:
        if (place := _outer_list(item.place)) is not None:
            inner.setdefault(place, set()).add(variations[item.place])
    return inner


def _placed_lists(value: Any) -> Iterator[tuple[Place, list[Any]]]:
    """Yield the outer lists of a JSON body; one that has a variable is proposed by the values in it."""
    for keys, members in outer_lists(value):
        if not _has_marker(members):
            yield Place(Part.BODY, keys), members


def _with_lists(items: list[PlacedValue], lists: list[PlacedValue]) -> list[PlacedValue]:
    """Return values with each list or object before the first value in it."""
    remaining = {item.place: item for item in lists}
    ordered = []
    for item in items:
        keys = item.place.keys
        for length in range(1, len(keys)):
            container = remaining.pop(Place(item.place.part, keys[:length]), None)
            ordered += [container] if container is not None else []
        ordered.append(item)
    return [*ordered, *remaining.values()]


def _has_marker(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_marker, value.values()))
    return (
        any(map(_has_marker, value)) if isinstance(value, list) else MARKER.search(_text(value)) is not None
    )


def _comparable(place: Place) -> tuple[str, tuple[str, ...]]:
    keys = tuple(str(key) for key in place.keys)
    return place.part, tuple(key.lower() for key in keys) if place.part is Part.HEADER else keys


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def is_number(text: str) -> bool:
    """Return whether a text is what JavaScript writes for a number.

    Example:
        >>> [is_number(text) for text in ("42", "1.5", "1.50", "007", "12345678901234567890")]
        [True, True, False, False, False]
    """
    if not _NUMBER.fullmatch(text) or text == "-0":
        return False
    return (
        repr(float(text)) == text and not text.endswith(".0")
        if "." in text
        else abs(int(text)) <= SAFE_INTEGER
    )


def _proposal(chosen: Input, item: PlacedValue, *, is_selected: bool, is_fixed: bool) -> Proposal:
    example = None if _has_marker(item.value) else item.value
    if isinstance(example, str) and chosen.type == "number":
        example = float(example) if "." in example else int(example)
    elif isinstance(example, str) and chosen.type == "boolean":
        example = example == "true"
    return Proposal(chosen.name, str(item.place), chosen.type, example, is_selected, is_fixed)


def _has_member(value: Any, key: str | int) -> bool:
    if isinstance(value, dict):
        return key in value
    return isinstance(value, list) and isinstance(key, int) and key < len(value)
