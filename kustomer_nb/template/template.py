"""Templates, with exactly the output of handlebars.js 4.7.

handlebars.js is MIT, github.com/handlebars-lang/handlebars.js; its behavior was measured, and none of its
code is copied. Partials and decorators are rejected, because an action cannot register them. Modules
that only previews and lint need are imported on demand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal

from kustomer_nb.codes import Code
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.javascript import string

from .ast import LineIndex, Program
from .builtins import BUILTINS
from .compiler import RenderMode, compile_program, fill_slots, find_slots
from .errors import make_diagnostic, template_error
from .parser import parse
from .runtime import FEW, OUTPUT, TRACED_WORK, Find, Frame, Helper, Run, State, output_limit

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic

    from .plain_tags import PlainTags
    from .provenance import Notes, Scope, Text
    from .tracing import Tracer
    from .variables import HelperCall, TemplateReferences, Variable

# A parsed template of this length takes about a megabyte; longer ones are not cached.
_CACHED_LENGTH = 4_000
# Most templates are shorter than this, and a large action has more of them than the other cache holds.
_SHORT_LENGTH = 200


class Template:
    """A parsed template.

    Example:
        >>> Template.parse("/orders/{{id}}?q={{{q}}}").render({"id": 7, "q": "a&b"})
        '/orders/7?q=a&b'
    """

    __slots__ = (
        "_called_names",
        "_lines",
        "_plain_tags",
        "_programs",
        "_references",
        "_slots",
        "_uses_depths",
        "text",
        "tree",
    )

    def __init__(self, text: str, tree: Program) -> None:
        self.text = text
        self.tree = tree
        self._programs: dict[tuple[bool, bool, bool], Run] = {}
        self._slots = find_slots(tree)
        self._lines = LineIndex(text)
        # None until it is needed, False for a template that has other statements.
        self._plain_tags: PlainTags | Literal[False] | None = None
        self._references: TemplateReferences | None = None
        self._called_names: tuple[bool, frozenset[str]] | None = None
        self._uses_depths = ".." in text

    @staticmethod
    def parse(text: str) -> Template:
        """Return the template of ``text``; parsed templates are cached.

        Raises:
            TemplateError: the text has a syntax error; the error has its line and column.
        """
        if len(text) <= _SHORT_LENGTH:
            return _cached_short(text)
        return _cached(text) if len(text) <= _CACHED_LENGTH else _parse(text)

    @property
    def references(self) -> tuple[Variable, ...]:
        """The variables that the template reads, in order; those that a block defines are marked as local."""
        return self._template_references.variables

    @property
    def helper_calls(self) -> tuple[HelperCall, ...]:
        """The helpers that the template calls with arguments, without the built-in ones."""
        return self._template_references.calls

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Errors that every rendering would raise, such as ``{{#if}}`` without an argument."""
        return self._template_references.diagnostics

    @property
    def _template_references(self) -> TemplateReferences:
        if self._references is None:
            from .variables import find_references

            self._references = find_references(self.text, self.tree)
        return self._references

    def may_call(self, names: Collection[str]) -> bool:
        """Return whether the template calls a helper that is not built in, or may call one of these.

        Example:
            >>> Template.parse("{{date}}").may_call({"date"}), Template.parse("{{name}}").may_call({"date"})
            (True, False)
        """
        if self._called_names is None:
            bare_names = [variable.segments[0] for variable in self.references if variable.may_call]
            self._called_names = bool(self.helper_calls), frozenset(bare_names)
        has_calls, called_names = self._called_names
        return has_calls or not called_names.isdisjoint(names)

    @property
    def nodes(self) -> tuple[str | Variable, ...]:
        """The text of the template, and each tag or block as a `Variable` whose path is its content."""
        from .variables import list_nodes

        return list_nodes(self.text, self.tree)

    def render(
        self,
        context: Any,
        *,
        helpers: Mapping[str, Helper] | None = None,
        find_helper: Find | None = None,
        strict: bool = False,
        no_escape: bool = False,
        adds_numbers: bool = True,
        steps: int | None = None,
    ) -> str:
        """Return the rendered text; a missing or null value prints nothing.

        ``helpers`` are called as ``helper(options, *args)``; ``find_helper`` finds one that is called with
        arguments and is not among them. `render_value` provides the helpers of Kustomer. With
        ``adds_numbers`` adjacent numbers at the start of a template are added up, as in handlebars.js 4.7.
        ``steps`` is the maximum number of statements run in blocks; None is 5 million.

        Raises:
            TemplateError: handlebars.js fails as well, a helper failed, a limit was reached, or ``strict`` is
                on and a tag has no value.

        Example:
            >>> Template.parse("{{#each l}}{{@index}}={{this}} {{/each}}").render({"l": ["a", "b"]})
            '0=a 1=b '
            >>> Template.parse("{{{a}}}{{{b}}}").render({"a": 1, "b": 2})
            '3'
        """
        mode = (strict, no_escape, adds_numbers)
        try:
            # The fast path, for most templates: text and variables, without compiling.
            if self._slots is not None and type(context) is dict and not (helpers or strict or no_escape):
                return self._join(fill_slots(*self._slots, context))
            state = self._state(helpers, find_helper, uses_depths=self._uses_depths, steps=steps)
            frame = Frame(context, {"root": context}, (None, None), (context, None), state)
            program = self._programs.get(mode)
            if program is None:
                program = self._programs[mode] = compile_program(self.tree, RenderMode(*mode))
            text = program(frame)
            if type(text) is not str:
                text = string(text)
        except RecursionError:
            raise self._too_deep() from None
        except (TypeError, ValueError, ArithmeticError) as error:
            raise self._not_json(error) from error
        if state.missing:
            raise TemplateError(self._missing_values(state))
        return self._join([text])

    def origins(
        self,
        scope: Scope | Mapping[str, Any],
        *,
        pointer: str = "",
        notes: Notes | None = None,
        helpers: Mapping[str, Helper] | None = None,
        find_helper: Find | None = None,
        no_escape: bool = False,
        adds_numbers: bool = True,
        steps: int | None = None,
        tracer: type[Tracer] | None = None,
    ) -> Text:
        """Return the rendered text in pieces, each with its origin; the text is the same as from `render`.

        ``scope`` is the context, or a `Scope` that also names the app settings in it; ``pointer`` is the
        location of the template in the action. ``notes`` collects missing references and the settings that
        were read; diagnostics that helpers add to it get their location. It also counts the steps of all
        templates that share it, at most 200,000 unless ``steps`` is passed. ``tracer`` None is `Tracer`.

        Raises:
            TemplateError: as `render` does.

        Example:
            >>> text = Template.parse("Hi {{#if name}}{{name}}{{/if}}!").origins({"name": "Ann"})
            >>> [(piece.text, piece.kind.value) for piece in text.pieces]
            [('Hi ', 'literal'), ('Ann', 'input'), ('!', 'literal')]
        """
        make_notes, make_scope, make_text, make_tracer, _ = _tracing()
        scope = make_scope(scope) if isinstance(scope, Mapping) else scope
        notes = make_notes() if notes is None else notes
        if not helpers and not no_escape and tracer is None:
            # The fast path, for most templates.
            tags = self.plain_tags
            if tags is not None and (text := tags.at(pointer).trace(scope, notes)) is not None:
                return text
        mode = RenderMode(no_escape=no_escape, adds_numbers=adds_numbers)
        limit = TRACED_WORK if steps is None else steps
        state = self._state(helpers, find_helper, uses_depths=False, steps=limit)
        state.resume(min(notes.steps, limit))
        walk = (tracer or make_tracer)(state, scope, mode, pointer, notes, self._lines)
        try:
            to_text = walk.root(self.tree)
        except RecursionError:
            raise self._too_deep() from None
        except (TypeError, ValueError, ArithmeticError) as error:
            raise self._not_json(error) from error
        finally:
            notes.steps = state.spent
        return make_text(to_text.pieces)

    @property
    def plain_tags(self) -> PlainTags | None:
        """The texts and tags of a template that only prints variables, None for any other."""
        if self._plain_tags is None:
            *_, find_tags = _tracing()
            self._plain_tags = find_tags(self.text, self.tree, self._lines) or False
        return self._plain_tags or None

    def _state(
        self,
        helpers: Mapping[str, Helper] | None,
        find: Find | None,
        *,
        uses_depths: bool,
        steps: int | None,
    ) -> State:
        known = BUILTINS if not helpers else {**BUILTINS, **helpers}
        return State(self.text, known, find, uses_depths=uses_depths, steps=steps)

    def _missing_values(self, state: State) -> list[Any]:
        return [
            make_diagnostic(self._lines.span(*offsets), path, "has no value here", "give it a value")
            for offsets, path in state.missing.items()
        ]

    def _too_deep(self) -> TemplateError:
        problem = "or the data that it reads is nested too deep to render"
        return template_error(
            self.text, 0, len(self.text), problem, "reduce the nesting", code=Code.TEMPLATE_LIMIT
        )

    def _not_json(self, error: Exception) -> TemplateError:
        # JSON values do not raise these, so a caller passed something else.
        problem = f"reads a value that is not JSON, which raised {type(error).__name__}"
        return template_error(
            self.text, 0, len(self.text), problem, "pass only JSON values, as json.loads returns them"
        )

    def _join(self, parts: list[str]) -> str:
        if len(parts) > FEW and sum(map(len, parts)) > OUTPUT:
            raise self._too_long()
        text = "".join(parts)
        if len(text) > OUTPUT:
            raise self._too_long()
        return text

    def _too_long(self) -> TemplateError:
        return template_error(self.text, 0, len(self.text), *output_limit(), code=Code.TEMPLATE_LIMIT)

    def __repr__(self) -> str:
        return f"<Template: {self.text!r}>"


@cache
def _tracing() -> tuple[
    type[Notes],
    type[Scope],
    type[Text],
    type[Tracer],
    Callable[[str, Program, LineIndex], PlainTags | None],
]:
    """Import what only previews need; cached, because an import takes as long as a short template."""
    from .plain_tags import find_plain_tags
    from .provenance import Notes, Scope, Text
    from .tracing import Tracer

    return Notes, Scope, Text, Tracer, find_plain_tags


def _parse(text: str) -> Template:
    try:
        return Template(text, parse(text))
    except RecursionError:
        problem = "is nested too deep to parse"
        raise template_error(
            text, 0, len(text), problem, "reduce the nesting", code=Code.TEMPLATE_LIMIT
        ) from None


_cached = lru_cache(maxsize=512)(_parse)
_cached_short = lru_cache(maxsize=4096)(_parse)
