"""What changed in the inputs that an action accepts, after the conversions of the platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kustomer_nb.difference.equality import equal
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.serialization import literal_text
from kustomer_nb.schema.nodes import DEPTH

from .collector import Collector, name_in_text
from .constraints import Direction, changed_constraints
from .renames import Uses, renamed_members
from .result import ChangeKind
from .schema_view import PROBES, REJECTED, SchemaView, converted, has_references, types_in_words

_MOST_VISITS = 20_000
_KEPT = "keep the old schema, or release a major version."
_UNKNOWN_KEYWORD = "Kustomer does not document whether it applies it"


@dataclass
class _Level:
    """A place in the inputs: its path for messages, and the pointer of its schema in the new definition."""

    path: str
    pointer: str
    depth: int = 0

    @property
    def noun(self) -> str:
        return f"the input {name_in_text(self.path)}" if self.path else "inputSchema"

    def member(self, name: str) -> _Level:
        path = f"{self.path}.{name}" if self.path else name
        return _Level(path, pointers.join(self.pointer, "properties", name), self.depth + 1)

    @property
    def item(self) -> _Level:
        return _Level(f"{self.path}[]", pointers.join(self.pointer, "items"), self.depth + 1)

    @property
    def extras(self) -> _Level:
        return _Level(
            f"{self.path}.*" if self.path else "*", f"{self.pointer}/additionalProperties", self.depth + 1
        )


class InputComparison:
    """Compares two inputSchemas; ``renamed`` then has the old names of inputs with their new ones.

    ``lost`` are the names of the inputs that are removed or renamed. ``uses`` say where the request reads
    each input, by which a renamed one is recognized.
    """

    def __init__(self, collector: Collector, uses: tuple[Uses, Uses] = ({}, {})) -> None:
        self._collector = collector
        self._uses = uses
        self._visits_left = _MOST_VISITS
        self._compared: set[tuple[int, int]] = set()
        self.renamed: dict[str, str] = {}
        self.lost: set[str] = set()

    def compare(self, old: Any, new: Any, pointer: str) -> None:
        """Add the changes from one inputSchema to another, which is at ``pointer`` of the new definition."""
        if equal(old, new):
            return
        if not (_is_schema(old) and _is_schema(new)):
            message = "inputSchema is not an object, so it was not compared."
            self._add(ChangeKind.SCHEMA_NOT_COMPARED, pointer, message, "compare it by hand.")
            return
        old_view, new_view = SchemaView(old, old, is_root=True), SchemaView(new, new, is_root=True)
        if new is not None and new_view.takes_objects and not old_view.takes_objects:
            message = "inputSchema accepts the inputs, which are an object; before, every run was rejected."
            self._add(ChangeKind.INPUT_WIDENED, pointer, message)
            return
        self._compare(old_view, new_view, _Level("", pointer))

    def _add(self, kind: ChangeKind, pointer: str, message: str, fix: str = "") -> None:
        self._collector.add(kind, pointer, message, fix)

    def _compare(self, old: SchemaView, new: SchemaView, level: _Level) -> None:
        if level.depth > DEPTH or self._is_compared(old, new) or not self._has_visits_left(level):
            return
        if new.is_never != old.is_never:
            kind = ChangeKind.INPUT_NARROWED if new.is_never else ChangeKind.INPUT_WIDENED
            self._add(kind, level.pointer, f"{level.noun} accepts {'no' if new.is_never else 'a'} value now.")
        elif self._compare_references(old, new, level) and self._compare_types(old, new, level):
            self._compare_constraints(old, new, level)
            self._compare_parts(old, new, level)

    def _compare_parts(self, old: SchemaView, new: SchemaView, level: _Level) -> None:
        """Add what changed in the members of objects and the items of arrays."""
        if old.takes_objects and new.takes_objects:
            self._compare_members(old, new, level)
        if "array" in old.kinds and "array" in new.kinds:
            self._compare(old.items, new.items, level.item)

    def _has_visits_left(self, level: _Level) -> bool:
        self._visits_left -= 1
        if self._visits_left == 0:
            message = "inputSchema is too large to be compared as a whole."
            self._add(ChangeKind.SCHEMA_NOT_COMPARED, level.pointer, message, "compare it by hand.")
        return self._visits_left > 0

    def _is_compared(self, old: SchemaView, new: SchemaView) -> bool:
        """Return whether two subschemas are equal, or were compared where another reference led to them."""
        if old.uses_references or new.uses_references:
            pair = id(old.value), id(new.value)
            is_compared = pair in self._compared
            self._compared.add(pair)
            return is_compared
        if has_references(old.value) or has_references(new.value):
            return False
        return equal(old.value, new.value)

    def _compare_references(self, old: SchemaView, new: SchemaView, level: _Level) -> bool:
        """Add what changed in the references; return whether both schemas can be read."""
        fix = "write the schema in its place."
        if new.unresolved != old.unresolved:
            message = f"{level.noun} has a $ref that leads to no schema of its file, so it was not compared."
            self._add(ChangeKind.SCHEMA_NOT_COMPARED, level.pointer, message, fix)
            return False
        if new.uses_references and not old.uses_references:
            message = f"{level.noun} uses $ref, which Kustomer is not known to resolve."
            self._add(ChangeKind.SCHEMA_REFERENCE, level.pointer, message, fix)
        return True

    def _compare_types(self, old: SchemaView, new: SchemaView, level: _Level) -> bool:
        """Add what changed in the types; return whether values of the old types are accepted unchanged."""
        if old.types == new.types:
            return True
        change = _type_change(old, new)
        pointer = pointers.join(level.pointer, "type")
        types = f"was {types_in_words(old.types)} and is now {types_in_words(new.types)}"
        if change is None:
            if set(old.types) != set(new.types):
                self._add(ChangeKind.INPUT_WIDENED, pointer, f"{level.noun} {types}, which accepts as much.")
            return True
        probe, result = change
        if result is REJECTED:
            message = f"{level.noun} {types}: a run with {literal_text(probe)} is rejected."
            self._add(ChangeKind.INPUT_NARROWED, pointer, message, _KEPT)
        else:
            message = f"{level.noun} {types}: {literal_text(probe)} becomes {literal_text(result)}."
            self._add(ChangeKind.INPUT_TYPE_CHANGED, pointer, message, _KEPT)
        return False

    def _compare_constraints(self, old: SchemaView, new: SchemaView, level: _Level) -> None:
        for keyword, direction in changed_constraints(old.others, new.others):
            pointer = pointers.join(level.pointer, keyword)
            if direction is Direction.NARROWED:
                message = f"{keyword} of {level.noun} is stricter; {_UNKNOWN_KEYWORD}."
                self._add(ChangeKind.INPUT_NARROWED, pointer, message, _KEPT)
            elif direction is Direction.WIDENED:
                message = f"{keyword} of {level.noun} accepts more."
                self._add(ChangeKind.INPUT_WIDENED, pointer, message)
            else:
                message = f"{keyword} of {level.noun} is another one, which may reject what was accepted."
                self._add(ChangeKind.SCHEMA_NOT_COMPARED, pointer, message, "compare it by hand.")
        if not equal(old.texts, new.texts):
            message = f"a title, description or default of {level.noun} changed."
            self._add(ChangeKind.SCHEMA_TEXT_CHANGED, level.pointer, message)

    def _compare_members(self, old: SchemaView, new: SchemaView, level: _Level) -> None:
        renamed = renamed_members(old, new, self._uses if not level.path else ({}, {}))
        if not level.path:
            self.renamed = renamed
        self._compare_openness(old, new, level)
        for name in old.properties:
            self._compare_member(name, renamed.get(name), old, new, level)
        # That the new name of an input is required says nothing more: no step passes it yet.
        for name in new.properties:
            if name not in {*old.properties, *new.required, *renamed.values()}:
                member = level.member(name)
                self._add(ChangeKind.INPUT_ADDED, member.pointer, f"{member.noun} is new and optional.")
        for name in new.required:
            if name not in {*old.required, *renamed.values()}:
                self._require(name, level, is_declared=name in old.properties)

    def _compare_openness(self, old: SchemaView, new: SchemaView, level: _Level) -> None:
        pointer = f"{level.pointer}/additionalProperties"
        if new.is_closed and not old.is_closed:
            message = f"{level.noun} rejects names that are not declared, which were accepted before."
            fix = "declare the names that workflows pass, or release a major version."
            self._add(ChangeKind.INPUT_NARROWED, pointer, message, fix)
        elif old.is_closed and not new.is_closed:
            message = f"{level.noun} accepts names that are not declared."
            self._add(ChangeKind.INPUT_WIDENED, pointer, message)
        elif not new.is_closed:
            self._compare(old.extras, new.extras, level.extras)

    def _compare_member(
        self, name: str, new_name: str | None, old: SchemaView, new: SchemaView, level: _Level
    ) -> None:
        member = level.member(name)
        if name in new.properties:
            self._compare(old.properties[name], new.properties[name], member)
            if name in old.required and name not in new.required:
                message = f"{member.noun} is optional now."
                self._add(ChangeKind.INPUT_WIDENED, member.pointer, message)
            return
        if not level.path:
            self.lost.add(name)
        if new_name is not None:
            renamed = level.member(new_name)
            message = f"{member.noun} is now {name_in_text(renamed.path)}: workflows pass the old name."
            fix = f"keep {name_in_text(member.path)} beside it, or release a major version."
            self._add(ChangeKind.INPUT_RENAMED, renamed.pointer, message, fix)
            self._compare(old.properties[name], new.properties[new_name], renamed)
            return
        effect = "a run that passes it is rejected" if new.is_closed else "it is no longer declared"
        fix = f"declare {name_in_text(member.path)} again, or release a major version."
        self._add(ChangeKind.INPUT_REMOVED, member.pointer, f"{member.noun} is removed: {effect}.", fix)

    def _require(self, name: str, level: _Level, *, is_declared: bool) -> None:
        member = level.member(name)
        kind = ChangeKind.INPUT_REQUIRED if is_declared else ChangeKind.INPUT_REQUIRED_ADDED
        reason = "is required now" if is_declared else "is new and required"
        owner = "an object" if level.path else "a run"
        fix = "make it optional, or release a major version."
        self._add(kind, member.pointer, f"{member.noun} {reason}: {owner} without it is rejected.", fix)


def _is_schema(value: Any) -> bool:
    """Return whether it is a schema that can be compared, or none."""
    return value is None or isinstance(value, dict)


def _type_change(old: SchemaView, new: SchemaView) -> tuple[Any, Any] | None:
    """Return a value that was accepted, and what becomes of it now, if that is not what it was."""
    accepted = [probe for probe in PROBES if converted(probe, old.types) is not REJECTED]
    own = [probe for probe in accepted if converted(probe, old.types) is probe]
    # A value that was converted is such as a template gives: "true" for a boolean.
    return _rejected(own, new) or _converted(own, new) or _rejected(accepted, new)


def _rejected(probes: list[Any], schema: SchemaView) -> tuple[Any, Any] | None:
    return next(((probe, REJECTED) for probe in probes if converted(probe, schema.types) is REJECTED), None)


def _converted(probes: list[Any], schema: SchemaView) -> tuple[Any, Any] | None:
    results = ((probe, converted(probe, schema.types)) for probe in probes)
    return next(((probe, result) for probe, result in results if result is not probe), None)
