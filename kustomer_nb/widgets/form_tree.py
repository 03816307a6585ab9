"""An inputSchema as a tree of fields, at any depth; without a browser or a widget."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.platform import TYPES
from kustomer_nb.schema.conversions import kind_of

# What is typed for one field, as it travels to the page and back; see `form_entries`.
FormEntry: TypeAlias = dict[str, Any]

# The last key of the pointer of an object's other inputs. RFC 6901 section 3: a `~` that neither 0 nor 1
# follows is in no pointer, so no input has it.
OTHERS = "~"
# Deeper, and after this many fields, a part of a schema is one field of JSON text.
DEPTH = 40
MOST_FIELDS = 5_000
MOST_CHOICES = 1_000
_ROWS = frozenset({"object", "array", "any"})


@dataclass(frozen=True, slots=True)
class InputField:
    """One field of a form; ``type`` is one of Kustomer's five, or ``any``.

    ``members`` are the fields of an object, ``items`` is that of each item of an array. A field that has
    neither takes text. ``choices`` are the values of ``enum``, ``minimum`` and ``maximum`` are shown, and not
    checked: the platform does not either. ``is_open`` says that an object may have other members as well;
    ``is_unused`` that no template reads the input.
    """

    name: str = ""
    type: str = "any"
    required: bool = False
    description: str = ""
    choices: tuple[Any, ...] = ()
    has_default: bool = False
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    members: Mapping[str, InputField] = field(default_factory=dict)
    items: InputField | None = None
    is_open: bool = True
    is_unused: bool = False
    has_members: bool = field(default=False, repr=False)

    @property
    def is_group(self) -> bool:
        """Whether the field consists of fields."""
        return self.has_members or self.items is not None

    @property
    def is_text(self) -> bool:
        """Whether typed text is the value itself, so that empty text is a value."""
        return self.type == "string" and not self.choices

    @property
    def takes_json(self) -> bool:
        """Whether typed text is JSON."""
        return self.type in _ROWS


def read_fields(schema: Any, unused: Collection[str] = ()) -> InputField:
    """Return the field of all inputs, an object whose members are the fields of the form.

    Nothing in a schema is an error: what cannot be read is a field that takes JSON. ``unused`` are the names
    of the inputs that no template reads.

    Example:
        >>> schema = {"properties": {"id": {"type": "integer"}, "tags": {"type": ["array", "null"]}}}
        >>> root = read_fields(schema)
        >>> [(member.name, member.type) for member in root.members.values()]
        [('id', 'number'), ('tags', 'array')]
    """
    root = schema if isinstance(schema, dict) else {}
    reader = _Reader()
    properties = root.get("properties")
    members = reader.members(properties if isinstance(properties, dict) else {}, root.get("required"), 1)
    marked = {
        name: replace(member, is_unused=True) if name in unused else member
        for name, member in members.items()
    }
    is_open = root.get("additionalProperties") is not False
    return InputField(type="object", members=marked, is_open=is_open, has_members=True)


class _Reader:
    """Reads a schema once; one that contains itself ends at the limits."""

    def __init__(self) -> None:
        self._room = MOST_FIELDS

    def members(self, properties: Mapping[Any, Any], required: Any, depth: int) -> Mapping[str, InputField]:
        names = required if isinstance(required, list) else []
        return {
            name: self.field(name, schema, required=name in names, depth=depth)
            for name, schema in properties.items()
            # ajv skips the second, which JavaScript cannot set like others.
            if isinstance(name, str) and name != "__proto__"
        }

    def field(self, name: str, schema: Any, *, required: bool = False, depth: int) -> InputField:
        self._room -= 1
        if not isinstance(schema, dict):
            return InputField(name, required=required)
        choices = _choices(schema.get("enum"))
        kind = _type(schema.get("type"), choices)
        bare = InputField(
            name,
            kind,
            required,
            _text(schema.get("description")),
            choices,
            "default" in schema,
            schema.get("default"),
            _number(schema.get("minimum")),
            _number(schema.get("maximum")),
        )
        # A choice among whole objects is made as one.
        if choices or depth >= DEPTH or self._room < 0:
            return bare
        properties, items = schema.get("properties"), schema.get("items")
        if kind == "object" and isinstance(properties, dict) and properties:
            is_open = schema.get("additionalProperties") is not False
            members = self.members(properties, schema.get("required"), depth + 1)
            return replace(bare, members=members, is_open=is_open, has_members=True)
        if kind == "array" and isinstance(items, dict) and items:
            return replace(bare, items=self.field("", items, depth=depth + 1))
        return bare


def _type_of_choices(choices: tuple[Any, ...]) -> str:
    """Return the type of a field without one: its choices tell whether what is typed is text."""
    kinds = {kind_of(choice) for choice in choices} - {"null"}
    return kinds.pop() if len(kinds) == 1 and kinds <= {"string", "number", "boolean"} else "any"


def _type(declared: Any, choices: tuple[Any, ...]) -> str:
    """Return the type of a field: of several types the only one beside null, otherwise ``any``."""
    names = [declared] if isinstance(declared, str) else declared
    if not isinstance(names, list):
        return _type_of_choices(choices)
    types = {"number" if name == "integer" else name for name in names if isinstance(name, str)} - {"null"}
    only = next(iter(types)) if len(types) == 1 else ""
    return only if only in TYPES else "any"


def _choices(enum: Any) -> tuple[Any, ...]:
    return tuple(enum[:MOST_CHOICES]) if isinstance(enum, list) else ()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def field_at(root: InputField, pointer: str) -> InputField | None:
    """Return the field of a pointer, None if there is none; of an object's other inputs, one of JSON text.

    Example:
        >>> root = read_fields({"properties": {"lines": {"type": "array", "items": {"type": "number"}}}})
        >>> field_at(root, "/lines/3").type, field_at(root, "/~").type, field_at(root, "/line")
        ('number', 'object', None)
    """
    member: InputField | None = root
    for key in _keys(pointer):
        if member is None:
            return None
        if member.items is not None:
            member = member.items if key.isascii() and key.isdecimal() else None
        elif key == OTHERS and member.has_members:
            # Its own name is ~0 in a pointer.
            member = InputField(OTHERS, "object")
        else:
            member = member.members.get(pointers.split(f"/{key}")[0])
    return member


def _keys(pointer: str) -> list[str]:
    """Return the keys of a pointer, still escaped: the one of other inputs is no key."""
    return pointer.split("/")[1:]


def path_of(root: InputField, pointer: str) -> str:
    """Return a pointer as it is read: ``lines[1].quantity``.

    Example:
        >>> root = read_fields({"properties": {"lines": {"type": "array", "items": {"type": "number"}}}})
        >>> [path_of(root, pointer) for pointer in ("/lines/1", "/a~1b/0", "", "/~")]
        ['lines[1]', '["a/b"].0', 'Inputs', 'Other inputs']
    """
    member: InputField | None = root
    path = ""
    for key in _keys(pointer):
        name = pointers.split(f"/{key}")[0]
        if member is not None and member.items is not None:
            path, member = f"{path}[{name}]", member.items
        elif key == OTHERS:
            return f"{path}: other inputs" if path else "Other inputs"
        else:
            is_plain = name and not set(name) & set('."[]/ ')
            step = f".{name}" if path else name
            path += step if is_plain else f"[{stringify(name)}]"
            member = member.members.get(name) if member else None
    return path or "Inputs"
