"""The names that a template of an action can read, as a tree: inputs, app settings, _env and the response."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.linting.context import ENV, reference_path
from kustomer_nb.platform import Platform
from kustomer_nb.schema.conversions import kind_of
from kustomer_nb.template.read_paths import ITEM, Item

if TYPE_CHECKING:
    from .items import Kind

# npm request 2.88: what toJSON() of a response has.
_RESPONSE = {"statusCode": 200, "headers": {}, "request": {}}


class Name(NamedTuple):
    """One name: what it is, a few words on it, and the schema or the value that it has."""

    name: str
    kind: Kind
    detail: str
    schema: Any = UNDEFINED
    value: Any = UNDEFINED

    @property
    def type(self) -> str | None:
        """The type of its value, None if nobody knows."""
        if self.value is not UNDEFINED:
            return kind_of(self.value)
        kind = self.schema.get("type") if isinstance(self.schema, dict) else None
        return kind if isinstance(kind, str) else None

    def children(self) -> Iterator[Name]:
        """Yield the names within it."""
        if isinstance(self.value, dict):
            for key, item in self.value.items():
                yield Name(key, self.kind, _type_of(item), value=item)
        elif isinstance(self.value, list):
            yield Name("0", self.kind, "the first item", value=self.value[0] if self.value else UNDEFINED)
        elif isinstance(self.schema, dict):
            if isinstance(self.schema.get("items"), dict):
                yield Name("0", self.kind, "the first item", schema=self.schema["items"])
            yield from _declared(self.schema, self.kind)

    def child(self, key: str | Item) -> Name | None:
        """Return one name within it, or any item of an array."""
        if key is ITEM or str(key).isdecimal():
            if isinstance(self.value, list) and self.value:
                return Name("0", self.kind, "", value=self.value[0])
            if isinstance(self.schema, dict) and "items" in self.schema:
                return Name("0", self.kind, "", schema=self.schema["items"])
        return next((name for name in self.children() if name.name == key), None)


def _declared(schema: Mapping[str, Any], kind: Kind) -> Iterator[Name]:
    properties, required = schema.get("properties"), schema.get("required")
    required = required if isinstance(required, list) else []
    for key, inner in properties.items() if isinstance(properties, dict) else ():
        parts = [
            _text(inner, "type"),
            "required" if key in required else "",
            _text(inner, "description"),
        ]
        yield Name(key, kind, "; ".join(part for part in parts if part), schema=inner)


def _text(schema: Any, key: str) -> str:
    text = schema.get(key) if isinstance(schema, dict) else None
    return text if isinstance(text, str) else ""


def _type_of(value: Any) -> str:
    # Never the value itself: a response may hold what nobody should see in a list.
    kind = "null" if value is None else kind_of(value)
    return f"{kind} of {len(value)}" if isinstance(value, list) else kind


def input_names(action: Mapping[str, Any], app: Mapping[str, Any]) -> list[Name]:
    """Return what an inputTemplate can read, in the order inputs, settings, _env.

    Example:
        >>> schema = {"properties": {"id": {"type": "number"}}, "required": ["id"]}
        >>> [(name.name, name.detail) for name in input_names({"inputSchema": schema}, {})]
        [('id', 'number; required'), ('_env', 'from the platform')]
    """
    schema, settings = action.get("inputSchema"), action.get("appSettings")
    names = list(_declared(schema, "input")) if isinstance(schema, dict) else []
    for variable, setting in settings.items() if isinstance(settings, dict) else ():
        names.append(Name(variable, "setting", f"app setting {_text(setting, 'key')}".rstrip()))
    env = dict.fromkeys(Platform().env, "")
    names.append(Name(ENV, "env", "from the platform", value=env))
    return names


def output_names(
    action: Mapping[str, Any], body: Any = UNDEFINED, shape: Mapping[str, Any] | None = None
) -> list[Name]:
    """Return what an outputTemplate can read of a body, or else of one of that shape, or that of the sample.

    Example:
        >>> action = {"outputTemplate": {"id": "/#body.id"}, "sampleOutputContext": {"id": 7}}
        >>> [[child.name for child in name.children()] for name in output_names(action)][0]
        ['id']
    """
    if body is UNDEFINED and shape is not None:
        return _shaped_names(shape)
    body = _sampled_body(action) if body is UNDEFINED else body
    response = {**_RESPONSE, "body": None if body is UNDEFINED else body}
    return [
        Name("body", "body", "the body of the response", value=body),
        Name("response", "body", "the response", value=response),
    ]


def _shaped_names(shape: Mapping[str, Any]) -> list[Name]:
    properties: dict[str, Any] = {name: {"type": kind_of(value)} for name, value in _RESPONSE.items()}
    response = {"type": "object", "properties": {**properties, "body": shape}}
    return [
        Name("body", "body", "the body of the response", schema=shape),
        Name("response", "body", "the response", schema=response),
    ]


def _sampled_body(action: Mapping[str, Any]) -> Any:
    """Return the body that gives the sample of an action, of what outputTemplate reads."""
    template, sample = action.get("outputTemplate"), action.get("sampleOutputContext")
    pending: list[tuple[Any, Any]] = [(template, sample)]
    body: Any = UNDEFINED
    while pending:
        node, value = pending.pop()
        if isinstance(node, dict) and isinstance(value, dict):
            pending += [(node[key], value[key]) for key in reversed(node) if key in value]
        elif (path := reference_path(node)) is not None and f"{path}.".startswith("body."):
            keys = path.split(".")[1:]
            # One that is being typed ends in a dot.
            body = _with_value(body, keys, value) if all(keys) else body
    return body


def _with_value(container: Any, keys: Sequence[str], value: Any) -> Any:
    if not keys:
        # What is read within it was put there before.
        return {**container, **value} if isinstance(container, dict) and isinstance(value, dict) else value
    members = container if isinstance(container, dict) else {}
    return {**members, keys[0]: _with_value(members.get(keys[0], UNDEFINED), keys[1:], value)}


def at_route(names: Sequence[Name], route: Sequence[str | Item]) -> Name | None:
    """Return the name at a route, None if there is none that is known."""
    name: Name | None = Name("", "input", "", schema={})
    for depth, key in enumerate(route):
        if depth == 0:
            name = next((root for root in names if root.name == key), None)
        elif name is not None:
            name = name.child(key)
    return name


def undeclared(action: Mapping[str, Any], reads: Sequence[str]) -> list[str]:
    """Return the variables that templates read and neither inputSchema nor appSettings has."""
    known = {name.name for name in input_names(action, {})}
    return [name for name in dict.fromkeys(reads) if name not in known]


def setting_keys(app: Any) -> list[str]:
    """Return the keys of the settings that an app declares: ``<app>.<category>.<name>``.

    Example:
        >>> setting_keys({"app": "shop", "settings": {"default": {"token": {"type": "secret"}}}})
        ['shop.default.token']
    """
    declared, name = pointers.resolve(app, ["settings"]), pointers.resolve(app, ["app"])
    if not isinstance(declared, dict) or not isinstance(name, str):
        return []
    return [
        f"{name}.{category}.{setting}"
        for category, settings in declared.items()
        for setting in (settings if isinstance(settings, dict) else ())
    ]
