"""What changed in the output that later steps of a workflow read."""

from __future__ import annotations

from typing import Any

from kustomer_nb.difference import diff
from kustomer_nb.difference.equality import equal
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import literal_text
from kustomer_nb.near_names import near_miss
from kustomer_nb.schema.conversions import kind_of

from .collector import Collector, name_in_text
from .output_shape import DEPTH, Shape, normalized, output_shape, source_text
from .result import ChangeKind
from .schema_view import PROBES, REJECTED, converted, types_in_words

_MOST_VISITS = 20_000
_KEPT = "keep the old path beside it, or release a major version."
# The parts of a response that always are objects, or text where the request does not ask for JSON.
_RESPONSE_PARTS = frozenset({"/#body", "/#response"})
_Path = tuple[str, ...]


class OutputComparison:
    """Compares the outputs of an action; ``moved`` are the paths whose value is another one or is gone."""

    def __init__(self, collector: Collector, old: Any, new: Any, pointer: str) -> None:
        self._collector = collector
        self._pointer = pointer
        self.old, self.new = (_shape_of(value) for value in (old, new))
        self.moved: list[_Path] = []
        self._visits_left = _MOST_VISITS

    def compare(self) -> None:
        """Add the changes of the output."""
        self._compare(self.old, self.new, ())

    def is_lost(self, path: _Path) -> bool:
        """Return whether a path that was emitted is not any more, or moved."""
        if not self.old.emits(path):
            return False
        return not self.new.emits(path) or any(path[: len(moved)] == moved for moved in self.moved)

    def _add(self, kind: ChangeKind, path: _Path, message: str, fix: str = "") -> None:
        template = pointers.join(self._pointer, "outputTemplate", *path)
        self._collector.add(kind, template, message, fix)

    def _compare(self, old: Shape, new: Shape, path: _Path) -> None:
        self._visits_left -= 1
        if len(path) > DEPTH or self._visits_left < 0:
            return
        if old.is_constant and new.is_constant:
            self._compare_constants(old, new, path)
        elif self._compare_types(old, new, path) and self._compare_sources(old, new, path):
            self._compare_members(old, new, path)

    def _compare_constants(self, old: Shape, new: Shape, path: _Path) -> None:
        if equal(old.source, new.source) and old.types == new.types:
            return
        if old.types != new.types:
            types = f"was {types_in_words(old.types)} and is now {types_in_words(new.types)}"
            self._add(ChangeKind.OUTPUT_TYPE_CHANGED, path, f"{_noun(path)} {types}.", _KEPT)
            self.moved.append(path)
            return
        message = f"{_noun(path)} is another constant, with which a workflow may compare it."
        self._add(ChangeKind.OUTPUT_CONSTANT_CHANGED, path, message, "change what compares it.")

    def _compare_types(self, old: Shape, new: Shape, path: _Path) -> bool:
        """Add what changed in the type; return whether it is the same."""
        kind = type_change(old, new)
        if kind is None:
            return True
        types = f"was {_types(old)} and is now {_types(new)}"
        may = "which may be" if not new.types else "and may have been"
        if kind is ChangeKind.OUTPUT_TYPE_CHANGED:
            self.moved.append(path)
            self._add(kind, path, f"{_noun(path)} {types}.", "keep the type, or release a major version.")
            return False
        self._add(kind, path, f"{_noun(path)} {types}, {may} another type.", _CHECK)
        return True

    def _compare_sources(self, old: Shape, new: Shape, path: _Path) -> bool:
        """Add what changed in the source; return whether the paths below it can be compared."""
        if _have_one_source(old, new):
            return True
        have_paths = _have_paths(old, new)
        # If the schemas list all paths, the service moved and the template follows it.
        are_listed = not old.is_open and not new.is_open
        if have_paths and not are_listed and _lost_in_sample(old.sample, new.sample):
            self.moved.append(path)
            sources = f"{_source(new)} instead of {_source(old)}"
            message = f"{_noun(path)} is made from {sources}: the paths below it move."
            self._add(ChangeKind.OUTPUT_SOURCE_CHANGED, path, message, _KEPT)
            return False
        self._template_changed(path)
        return have_paths and are_listed

    def _template_changed(self, path: _Path) -> None:
        message = f"{_noun(path)} is made in another way."
        self._add(ChangeKind.OUTPUT_TEMPLATE_CHANGED, path, message)

    def _compare_members(self, old: Shape, new: Shape, path: _Path) -> None:
        renamed = _renamed(old, new)
        for name, member in old.members.items():
            after = new.member(name)
            if after is None:
                self._lose(path, name, renamed.get(name), member, new)
            elif name in new.members or not _is_elsewhere(member, after):
                self._compare(member, after, (*path, name))
            else:
                self._lose(path, name, None, member, new)
        explained = {*old.members, *renamed.values()}
        for name, member in new.members.items():
            if name not in explained:
                self._compare_new_member(old.member(name), member, (*path, name))
        self._compare_openness(old, new, path)

    def _compare_new_member(self, before: Shape | None, member: Shape, path: _Path) -> None:
        """Add what changed at a path that only the new output writes; the old one may have had it as well."""
        if before is None:
            self._add(ChangeKind.OUTPUT_ADDED, path, f"{_noun(path)} is new.")
        elif not _is_elsewhere(before, member):
            self._compare(before, member, path)

    def _lose(self, path: _Path, name: str, new_name: str | None, member: Shape, new: Shape) -> None:
        lost = (*path, name)
        self.moved.append(lost)
        if new_name is not None:
            renamed = (*path, new_name)
            message = f"{_noun(lost)} is now {name_in_text('.'.join(renamed))}: workflows read the old path."
            self._add(ChangeKind.OUTPUT_RENAMED, renamed, message, _KEPT)
            if kind := type_change(member, new.members[new_name]):
                self._add(
                    kind, renamed, f"{_noun(renamed)} has another type than {name_in_text(name)} had.", _KEPT
                )
            return
        message = f"{_noun(lost)} is not emitted any more."
        self._add(ChangeKind.OUTPUT_REMOVED, lost, message, "emit it again, or release a major version.")

    def _compare_openness(self, old: Shape, new: Shape, path: _Path) -> None:
        if not old.may_be_object or not new.may_be_object:
            # A number never had a path below it, whatever the reference may give.
            return
        if old.is_open and not new.is_open:
            self._close(old, new, path)
        elif new.is_open and not old.is_open:
            self._add(ChangeKind.OUTPUT_ADDED, path, f"{_noun(path)} has all paths of {_source(new)} now.")

    def _close(self, old: Shape, new: Shape, path: _Path) -> None:
        """Add that an output which had all paths of its source has only those that it writes."""
        names = ", ".join(name_in_text(name) for name in [*new.members][:5])
        message = f"{_noun(path)} has only {names or 'no'} paths now; all others are not emitted any more."
        self.moved += [(*path, name) for name in _keys(old.sample) if name not in new.members]
        self._add(ChangeKind.OUTPUT_REMOVED, path, message, "emit them again, or release a major version.")


_NEVER_CONVERTED = frozenset({"object", "array"})
_CHECK = "declare the type in outputSchema, or add the value to the sample."


def type_change(old: Shape, new: Shape) -> ChangeKind | None:
    """Return how the type of a value changed, None if readers get what they got.

    Example:
        >>> old = output_shape("/#body.total", None, 9.5)
        >>> type_change(old, output_shape("{{body.total}}", None, 9.5)).value
        'output-type-changed'
        >>> type_change(old, output_shape("/#body.sum", None, 9.5)) is None
        True
    """
    match old.types, new.types:
        case (), ():
            return _sampled_change(old, new)
        case before, ():
            return _type_lost(before, new)
        case (), after:
            return _type_gained(old, new, after)
        case before, after:
            is_another = before != after and _is_another(before, after)
            return ChangeKind.OUTPUT_TYPE_CHANGED if is_another else None


def _type_lost(before: tuple[str, ...], new: Shape) -> ChangeKind | None:
    """Return how the type changed of a value whose type was known."""
    if set(before) <= _NEVER_CONVERTED:
        return None
    is_likely = _sampled(new) in before
    # Below an open object nothing was promised but by the schema that declared it.
    return ChangeKind.OUTPUT_TYPE_UNCERTAIN if is_likely else ChangeKind.OUTPUT_TYPE_CHANGED


def _type_gained(old: Shape, new: Shape, after: tuple[str, ...]) -> ChangeKind | None:
    """Return how the type changed of a value whose type was not known."""
    kind = _sampled(old) or _sampled(new)
    if kind:
        return None if kind in after else ChangeKind.OUTPUT_TYPE_CHANGED
    return None if set(after) <= _NEVER_CONVERTED else ChangeKind.OUTPUT_TYPE_UNCERTAIN


def _sampled_change(old: Shape, new: Shape) -> ChangeKind | None:
    """Return how the type changed of a value that is made from another part of the response."""
    kinds = {_sampled(old), _sampled(new)} - {""}
    is_another = len(kinds) == 2 and not equal(old.source, new.source)
    return ChangeKind.OUTPUT_TYPE_CHANGED if is_another else None


def _is_another(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Return whether values of the types before get another type, or may."""
    if not set(after) <= set(before):
        return True
    # Fewer types: only what is converted to them changes, and an object never is.
    own = [probe for probe in PROBES if kind_of(probe) in before]
    return any(
        converted(probe, after) not in (REJECTED,) and converted(probe, after) is not probe for probe in own
    )


def _sampled(shape: Shape) -> str:
    kind = "" if shape.sample is UNDEFINED else kind_of(shape.sample)
    return "" if kind == "null" else kind


def _is_container(shape: Shape) -> bool:
    """Return whether a value is known to have paths below it."""
    if shape.types or shape.members:
        return shape.may_be_object
    return isinstance(shape.sample, (dict, list)) or shape.source in _RESPONSE_PARTS


def _have_one_source(old: Shape, new: Shape) -> bool:
    """Return whether two values are made from the same, or one of them by an object of the template."""
    return old.source is UNDEFINED or new.source is UNDEFINED or equal(old.source, new.source)


def _have_paths(old: Shape, new: Shape) -> bool:
    """Return whether two values may have paths below them, and one is known to."""
    return old.may_be_object and new.may_be_object and (_is_container(old) or _is_container(new))


def _lost_in_sample(old: Any, new: Any) -> bool:
    """Return whether the new sample lacks a path of the old one, has another type there, or tells nothing."""
    if not isinstance(old, (dict, list)) or not isinstance(new, (dict, list)):
        return True
    return any(difference.expected is not UNDEFINED for difference in diff(old, new, mode="shape"))


def _is_elsewhere(old: Shape, new: Shape) -> bool:
    """Return whether two values are made from different parts of the response."""
    return source_text(old) != source_text(new)


def _renamed(old: Shape, new: Shape) -> dict[str, str]:
    """Return the new name of each path that was renamed: it has the same source, or names that are alike."""
    removed = {name: member for name, member in old.members.items() if new.member(name) is None}
    added = {name: member for name, member in new.members.items() if old.member(name) is None}
    renamed: dict[str, str] = {}
    for name, member in removed.items():
        text = source_text(member)
        same = [other for other, shape in added.items() if source_text(shape) == text]
        near = near_miss(
            name, [other for other, shape in added.items() if type_change(member, shape) is None]
        )
        if new_name := next(iter(same), near):
            renamed[name] = new_name
            del added[new_name]
    return renamed


def _keys(sample: Any) -> list[str]:
    return list(sample) if isinstance(sample, dict) else []


def _noun(path: _Path) -> str:
    return f"the output {name_in_text('.'.join(path))}" if path else "the output"


def _source(shape: Shape) -> str:
    return name_in_text(shape.source if isinstance(shape.source, str) else literal_text(shape.source))


def _types(shape: Shape) -> str:
    return types_in_words(normalized(shape.types)) if shape.types else "whatever the response has"


def _shape_of(value: Any) -> Shape:
    members = value if isinstance(value, dict) else {}
    parts = (members.get(key, UNDEFINED) for key in ("outputTemplate", "outputSchema", "sampleOutputContext"))
    return output_shape(*parts)
