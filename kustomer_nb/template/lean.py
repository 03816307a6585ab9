"""Compiled values rendered for thousands of contexts without origins: nobody looks at the origins of a batch.

The nodes and templates are those of `values`. What depends on app settings and ``_env`` alone is rendered
once, by `Tracing`, which also says what may be shown of it. Templates that do more than print variables are
left to `Tracing` for each context: it knows what they read, and what they miss.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.javascript import UNDEFINED

from .lookup import value_at
from .plain_tags import Tag
from .provenance import Piece, Scope, Text, Traced
from .values import CompiledValue, ReferenceNode, Rendering, TemplateNode, Tracing

_ENV = "_env"


class NotLeanError(Exception):
    """Only rendering with origins gives this exactly; the message says why."""


class LeanRow:
    """One context, and what renders with origins in it; that is made when a template needs it."""

    __slots__ = ("_make_rendering", "_tracing", "labels", "values")

    def __init__(
        self, values: dict[str, Any], labels: Mapping[str, str], make_rendering: Callable[[], Rendering]
    ) -> None:
        self.values = values
        self.labels = labels
        self._make_rendering = make_rendering
        self._tracing: Tracing | None = None

    @property
    def tracing(self) -> Tracing:
        """What renders with origins; one for all templates of the row, which share its random numbers."""
        if self._tracing is None:
            self._tracing = Tracing(Scope(self.values, self.labels), self._make_rendering())
        return self._tracing

    def require_clean(self, declared: Collection[str]) -> None:
        """Refuse a row for which rendering with origins reports an error, or reads a setting.

        Raises:
            NotLeanError: it does.
        """
        if self._tracing is None:
            return
        notes = self._tracing.notes
        if any(piece.label is not None for piece in notes.reads):
            raise NotLeanError("a template with blocks or helpers reads a setting")
        names = [reference.name for reference in notes.missing if reference.name]
        if not all(_may_be_missing(name, declared) for name in names):
            raise NotLeanError("a variable has no value")
        if any(diagnostic.severity == "error" for diagnostic in notes.diagnostics):
            raise NotLeanError("a helper reports an error")


class Constant:
    """A value that is the same in each row: as traced, as it is sent, and whether a setting is in it."""

    __slots__ = ("has_setting", "tree", "value")

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        self.has_setting = False
        self.value = tree
        if isinstance(tree, Traced):
            self.has_setting, self.value = tree.piece.label is not None, tree.value
        elif isinstance(tree, Text):
            self.has_setting, self.value = tree.has_setting, tree.real


Leaf: TypeAlias = Callable[[LeanRow], Any]


@dataclass
class LeanCompiler:
    """Makes the leaves of values; ``scope`` has the settings and ``_env``.

    ``declared`` are the names that may be without a value. ``checked`` collects the paths of all others: a
    row without a value for one of them has an error.
    """

    scope: Scope
    rendering: Rendering
    declared: Collection[str]
    checked: set[tuple[str, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.rendering.helpers or self.rendering.no_escape:
            raise NotLeanError("helpers of the user's own, or no HTML escapes")
        self._tracing = Tracing(self.scope, self.rendering)
        self._options: dict[str, Any] = {
            "adds_numbers": self.rendering.adds_numbers,
            "steps": self.rendering.steps,
        }

    def leaf(self, compiled: CompiledValue) -> Constant | Leaf:
        """Return the constant that a string, number, boolean or null is in each row, or what renders it.

        Raises:
            NotLeanError: it has an error, or mixes settings and inputs.
        """
        node = compiled.node
        try:
            if node is None:
                return Constant(compiled.value)
            if isinstance(node, ReferenceNode):
                return self._reference(node, compiled)
            if isinstance(node, TemplateNode):
                return self._template(node, compiled)
        except TemplateError as error:
            raise NotLeanError(str(error)) from error
        raise NotLeanError("an object, an array, or a number that JavaScript rounds")

    def varying(self, compiled: CompiledValue) -> Leaf:
        """Return what renders a value that is no constant.

        Raises:
            NotLeanError: it is one, or `leaf` raises.
        """
        leaf = self.leaf(compiled)
        if isinstance(leaf, Constant):
            raise NotLeanError("a constant")
        return leaf

    def is_fixed(self, name: str) -> bool:
        """Return whether a variable is the same in each row: a setting, or the workflow's environment."""
        return name == _ENV or name in self.scope.settings

    def constant(self, compiled: CompiledValue) -> Constant:
        """Return the constant of a value that only reads settings and the environment."""
        return self._constant_of(self._tracing.trace(compiled))

    def start(self, node: TemplateNode) -> Text:
        """Return what a template that only prints variables has before the first one that differs by row."""
        _, tags = node.parsed()
        parts = () if tags is None else tags.parts
        count = next((at for at, part in enumerate(parts) if self._differs(part)), len(parts))
        # Of these templates, each part is one piece.
        text = Text(self._tracing.template(node).pieces[:count])
        self._constant_of(text)
        return text

    def _differs(self, part: Piece | Tag) -> bool:
        return isinstance(part, Tag) and not self.is_fixed(part.segments[0])

    def _constant_of(self, tree: Any) -> Constant:
        """Return the constant of a value, every setting of which must have a value."""
        pieces = tree.pieces if isinstance(tree, Text) else [tree.piece] if isinstance(tree, Traced) else []
        labels = {piece.label for piece in (*pieces, *self._tracing.notes.reads)} - {None}
        with_value = {label for name, label in self.scope.settings.items() if name in self.scope.values}
        require(labels <= with_value, "a setting without a value")
        require(not self._tracing.notes.diagnostics, "a helper that reports something")
        return Constant(tree)

    def tags(self, node: TemplateNode) -> list[tuple[str, ...]] | None:
        """Return the paths of a template that only prints variables; None for any other."""
        template, tags = node.parsed()
        if template.diagnostics:
            raise NotLeanError("a template has an error")
        return None if tags is None else [tag.segments for tag in tags.tags]

    def _reference(self, node: ReferenceNode, compiled: CompiledValue) -> Constant | Leaf:
        reference, segments = node.parsed()
        if reference.function is not None:
            self._refuse_settings([segments])
            return lambda row: _unlabelled(row.tracing.reference(node))
        if segments and self.is_fixed(segments[0]):
            return self.constant(compiled)
        self.check(segments)
        if len(segments) == 1:
            (name,) = segments
            return lambda row: row.values.get(name, UNDEFINED)
        return lambda row: value_at(row.values, segments)

    def _template(self, node: TemplateNode, compiled: CompiledValue) -> Constant | Leaf:
        paths = self.tags(node)
        template, _ = node.parsed()
        if paths is None:
            self._refuse_settings(variable.segments for variable in template.references)
            return lambda row: _unlabelled(row.tracing.template(node))
        if all(self.is_fixed(path[0]) for path in paths):
            return self.constant(compiled)
        self._refuse_settings(paths)
        for path in paths:
            self.check(path)
        return self.render(node)

    def render(self, node: TemplateNode) -> Leaf:
        """Return what renders a template that only prints variables."""
        render, options = node.parsed()[0].render, self._options
        return lambda row: render(row.values, **options)

    def check(self, segments: tuple[str, ...]) -> None:
        """Have the path looked up in each row, unless it may be without a value."""
        if not (segments and _may_be_missing(segments[0], self.declared)):
            self.checked.add(segments)

    def _refuse_settings(self, paths: Iterable[tuple[str, ...]]) -> None:
        if any(path and path[0] in self.scope.settings for path in paths):
            raise NotLeanError("a setting and other variables, a helper or a block in one string")

    def require_values(self, row: LeanRow) -> None:
        """Refuse a row without a value for a variable that nothing declares.

        Raises:
            NotLeanError: it has none.
        """
        for path in self.checked:
            if value_at(row.values, path) is UNDEFINED:
                raise NotLeanError("a variable has no value")
        row.require_clean(self.declared)


def _may_be_missing(name: str, declared: Collection[str]) -> bool:
    """Return whether a variable without a value is no error; a name with a brace is one, declared or not."""
    return name in declared and "{" not in name


def _unlabelled(tree: Any) -> Any:
    """Return the value of what was traced, which no setting may be in."""
    constant = Constant(tree)
    if constant.has_setting:
        raise NotLeanError("a template with blocks or helpers prints a setting")
    return constant.value


def require(condition: object, why: str) -> None:
    """Refuse what is not lean.

    Raises:
        NotLeanError: the condition does not hold.

    Example:
        >>> require(True, "never")
    """
    if not condition:
        raise NotLeanError(why)
