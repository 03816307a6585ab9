"""Which values of a call are proposed as inputs, with name, type and example."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from kustomer_nb.codes import Code
from kustomer_nb.errors import ConversionError
from kustomer_nb.jsontext.javascript import SAFE_INTEGER
from kustomer_nb.printable import quoted, shortened

from .http_call import BodyKind, HttpCall
from .names import camel_case, singular, unique
from .notes import problem
from .places import IN_JSON, Part, Place, PlacedValue, parse_place, placed_values
from .words import MARKER

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,10})?")
_DIGITS = re.compile(r"[0-9]+")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_VERSION = re.compile(r"v[0-9]+(?:\.[0-9]+)*|[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?", re.IGNORECASE)
# Digits within letters, as in cus_NffrFeUfNV2Hbl, and what documentation writes in place of an id.
_ID = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_.~-]{8,}|[0-9a-f]{16,}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]+")
_STANDS_FOR = re.compile(
    r":(?P<colon>[A-Za-z]\w*)|<(?P<angle>[\w -]+)>|\[(?P<square>[\w -]+)\]"
    r"|(?P<capitals>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|ID|YOUR\w+)"
)
# Their values say how to answer, and not about what.
_CONSTANT = re.compile(
    r"type|object|kind|version|api[-_]?version|format|grant_type|response_type|method|jsonrpc|alt|encoding"
    r"|fields|include|expand|embed|event|schema|\$?schema|model|currency|locale|lang|language|pretty",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z][A-Za-z_-]+")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
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
    the command does not show one. ``is_selected`` is whether it is an input now.
    """

    name: str
    where: str
    type: str
    example: Any
    is_selected: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Input:
    """An input: its name and type, and its place; that of a variable is where it is used first."""

    name: str
    type: str
    place: Place
    index: int = 0
    is_required: bool = True
    marker: str = ""


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
        self._values = [item for item in values if item.place not in self._secret_places]
        self._variables = self._of_variables(values, markers, set(settings))
        self._names = {*settings, *(item.name for item in self._variables)}
        self._chosen: dict[Place, Input] = {}
        self._numbers: dict[str, int] = {}

    def _written_name(self, marker: str, item: PlacedValue | None) -> str:
        """Return the name of a variable of the command as that of an input, or one of its place."""
        return camel_case(self._call.variables[marker].name) or (self._name(item) if item else "value")

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
            if name in self._names or not _IDENTIFIER.fullmatch(name):
                reason = (
                    "is used already" if name in self._names else "is not a name of letters, digits and _"
                )
                problems.append(
                    problem(Code.INPUT_PLACE, f"the input {quoted(name)} {reason}.", "use another name.")
                )
                continue
            item = self._item(where)
            if item is None:
                problems.append(self._no_place(name, where))
            else:
                self._names.add(name)
                self._chosen[item.place] = _input(name, item)
        if problems:
            raise ConversionError(problems)

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
        inputs, proposals = list(self._variables), []
        for variable in self._variables:
            proposals.append(
                Proposal(variable.name, str(variable.place), variable.type, None, is_selected=True)
            )
        for item in self._values:
            if MARKER.search(_text(item.value)):
                continue
            chosen = self._chosen.get(item.place)
            if chosen is None:
                chosen = _input(self._unique_name(item), item)
                is_selected = is_default and len(inputs) < MOST_SELECTED and _varies(item, self._call)
            else:
                is_selected = True
            if is_selected:
                inputs.append(chosen)
            proposals.append(_proposal(chosen, item, is_selected=is_selected))
        leaves = {item.place for item in self._values}
        for place, chosen in self._chosen.items():
            if place not in leaves:
                inputs = [other for other in inputs if not _is_below(other.place, place)]
                inputs.append(chosen)
                proposals.append(Proposal(chosen.name, str(place), chosen.type, None, is_selected=True))
        return Choice(tuple(inputs), tuple(proposals))

    def _unique_name(self, item: PlacedValue) -> str:
        name = self._name(item)
        # From the latest number on: a list may have thousands of members of one name.
        start = self._numbers.get(name, 0) + 1
        unique_name = unique(name, self._names, start)
        self._numbers[name] = int(unique_name[len(name) :] or 1)
        self._names.add(unique_name)
        return unique_name

    def _name(self, item: PlacedValue) -> str:
        keys = item.place.keys
        if item.place.part is Part.PATH:
            match = _STANDS_FOR.fullmatch(item.value)
            if match or item.value in self._call.url.placeholders:
                label = next(filter(None, match.groups()), item.value) if match else item.value
                return camel_case(label) or "id"
            is_word = _WORD.fullmatch(item.value) and not _VERSION.fullmatch(item.value)
            return camel_case(item.value) if is_word else self._name_of_segment(item.index)
        names = [key for key in keys if isinstance(key, str)]
        name = camel_case(names[-1]) if names else ""
        is_vague = name in ("id", "value", "name", "") and len(names) > 1
        return camel_case(f"{singular(camel_case(names[-2]))}_{names[-1]}") if is_vague else name or "value"

    def _name_of_segment(self, index: int) -> str:
        before = [segment for segment in self._call.url.segments[:index] if _WORD.fullmatch(segment)]
        noun = singular(camel_case(before[-1])) if before else ""
        return f"{noun}Id" if noun else "id"


def _is_below(place: Place, container: Place) -> bool:
    return place.part is container.part and place.keys[: len(container.keys)] == container.keys


def _comparable(place: Place) -> tuple[str, tuple[str, ...]]:
    keys = tuple(str(key) for key in place.keys)
    return place.part, tuple(key.lower() for key in keys) if place.part is Part.HEADER else keys


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _input(name: str, item: PlacedValue) -> Input:
    # What is left out of a query or a header is not sent; a path would have a gap.
    is_required = item.place.part is not Part.QUERY
    return Input(name, _type(item), item.place, item.index, is_required)


def _type(item: PlacedValue) -> str:
    value = item.value
    if not isinstance(value, str):
        return _KINDS.get(type(value), "")
    # In a JSON body it is a string already.
    return "number" if item.is_text and is_number(value) else "string"


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


def _proposal(chosen: Input, item: PlacedValue, *, is_selected: bool) -> Proposal:
    value = item.value
    example = float(value) if chosen.type == "number" and isinstance(value, str) and "." in value else value
    if chosen.type == "number" and isinstance(value, str) and "." not in value:
        example = int(value)
    return Proposal(chosen.name, str(item.place), chosen.type, example, is_selected)


def _varies(item: PlacedValue, call: HttpCall) -> bool:
    value, part = item.value, item.place.part
    if part is Part.HEADER or value is None or isinstance(value, bool) or value == "":
        return False
    if part is Part.PATH:
        return _is_id(value) or value in call.url.placeholders
    name = next((key for key in reversed(item.place.keys) if isinstance(key, str)), "")
    if _CONSTANT.fullmatch(name) or name.startswith(("$", "_")):
        return False
    # No known helper encodes a value in a text: one that needs it is not a good input.
    return not (item.is_raw and unquote_plus(value) != value)


def _is_id(text: str) -> bool:
    if _VERSION.fullmatch(text):
        return False
    patterns = (_DIGITS, _UUID, _ID, _EMAIL, _STANDS_FOR)
    return any(pattern.fullmatch(text) for pattern in patterns)


def _has_member(value: Any, key: str | int) -> bool:
    if isinstance(value, dict):
        return key in value
    return isinstance(value, list) and isinstance(key, int) and key < len(value)
