"""Templates, rendered character by character as handlebars.js 4.7 renders them.

handlebars.js is MIT, github.com/handlebars-lang/handlebars.js; what it does is measured there, and every line
here is written anew. Partials and decorators are refused: an action has no place to register one. What only
previews and lint need is imported when they ask for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.javascript import string

from .ast import Places, Program
from .builtins import BUILTINS
from .compiler import RenderMode, compiled, filled, slots_of
from .errors import TOO_MUCH, fault, refused
from .parser import parse
from .runtime import FEW, OUTPUT, Find, Frame, Helper, Run, State, too_long

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic

    from .provenance import Notes, Scope, Text
    from .tracing import Tracer
    from .variables import HelperCall, TemplateReferences, Variable

# Of a text this long a parsed template takes about a megabyte; a longer one is parsed anew each time.
_KEPT = 4_000
# As most are; an action of many fields has more of these than are kept of the others.
_SHORT = 200


class Template:
    """A parsed template.

    Example:
        >>> Template.parse("/orders/{{id}}?q={{{q}}}").render({"id": 7, "q": "a&b"})
        '/orders/7?q=a&b'
    """

    __slots__ = ("_names", "_places", "_programs", "_read", "_slots", "_uses_depths", "text", "tree")

    def __init__(self, text: str, tree: Program) -> None:
        self.text = text
        self.tree = tree
        self._programs: dict[tuple[bool, bool, bool], Run] = {}
        self._slots = slots_of(tree)
        self._places = Places(text)
        self._read: TemplateReferences | None = None
        self._names: tuple[bool, frozenset[str]] | None = None
        self._uses_depths = ".." in text

    @staticmethod
    def parse(text: str) -> Template:
        """Return the template of ``text``; parsed ones are kept.

        Raises:
            TemplateError: with the line and column of what cannot be read.
        """
        if len(text) <= _SHORT:
            return _kept_short(text)
        return _kept(text) if len(text) <= _KEPT else _parsed(text)

    @property
    def references(self) -> tuple[Variable, ...]:
        """The variables the template reads, in order; those that a block gives are marked as local."""
        return self._reading.variables

    @property
    def helper_calls(self) -> tuple[HelperCall, ...]:
        """The helpers the template calls with arguments, but for those of Handlebars itself."""
        return self._reading.calls

    @property
    def faults(self) -> tuple[Diagnostic, ...]:
        """What can only fail when it is rendered, as ``{{#if}}`` without an argument."""
        return self._reading.faults

    @property
    def _reading(self) -> TemplateReferences:
        if self._read is None:
            from .variables import read

            self._read = read(self.text, self.tree)
        return self._read

    def may_call(self, names: Collection[str]) -> bool:
        """Return whether the template calls a helper, Handlebars' own apart, or may call one of these.

        Example:
            >>> Template.parse("{{date}}").may_call({"date"}), Template.parse("{{name}}").may_call({"date"})
            (True, False)
        """
        if self._names is None:
            alone = [one.segments[0] for one in self.references if one.may_call]
            self._names = bool(self.helper_calls), frozenset(alone)
        calls, alone_in_tags = self._names
        return calls or not alone_in_tags.isdisjoint(names)

    @property
    def nodes(self) -> tuple[str | Variable, ...]:
        """The text of the template, and each tag or block as one `Variable` with what it says as its path."""
        from .variables import printing

        return printing(self.text, self.tree)

    def render(
        self,
        context: Any,
        *,
        helpers: Mapping[str, Helper] | None = None,
        find_helper: Find | None = None,
        strict: bool = False,
        no_escape: bool = False,
        adds_numbers: bool = True,
    ) -> str:
        """Return the rendered text; a missing or null value gives nothing.

        ``helpers`` are called as ``helper(options, *args)``; ``find_helper`` is asked for one that is called
        with arguments and is not among them. Those of Kustomer come with `render_value`. ``adds_numbers``
        keeps handlebars.js 4.7's sum of adjacent numbers at the head of a template.

        Raises:
            TemplateError: handlebars.js fails here too, a helper failed, the text grows without end, or
                ``strict`` is on and a tag names nothing.

        Example:
            >>> Template.parse("{{#each l}}{{@index}}={{this}} {{/each}}").render({"l": ["a", "b"]})
            '0=a 1=b '
            >>> Template.parse("{{{a}}}{{{b}}}").render({"a": 1, "b": 2})
            '3'
        """
        mode = (strict, no_escape, adds_numbers)
        try:
            if self._slots is not None and type(context) is dict and not (helpers or strict or no_escape):
                return self._gathered(filled(*self._slots, context))
            state = self._state(helpers, find_helper, uses_depths=self._uses_depths)
            frame = Frame(context, {"root": context}, (None, None), (context, None), state)
            program = self._programs.get(mode)
            if program is None:
                program = self._programs[mode] = compiled(self.tree, RenderMode(*mode))
            text = program(frame)
            if type(text) is not str:
                text = string(text)
        except RecursionError:
            raise self._too_deep() from None
        except (TypeError, ValueError, ArithmeticError) as error:
            raise self._foreign(error) from error
        if state.faults:
            raise TemplateError(self._missing(state))
        return self._gathered([text])

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
    ) -> Text:
        """Return the rendered text in pieces, each with its origin; the text is the one `render` gives.

        ``scope`` is the context, or a `Scope` that also says which of it are app settings.

        ``pointer`` is where the template stands in the action. ``notes`` collects what named nothing and
        which settings were read; what helpers report to its ``found`` is given its place.

        Raises:
            TemplateError: as `render` does.

        Example:
            >>> text = Template.parse("Hi {{#if name}}{{name}}{{/if}}!").origins({"name": "Ann"})
            >>> [(piece.text, piece.kind.value) for piece in text.pieces]
            [('Hi ', 'literal'), ('Ann', 'input'), ('!', 'literal')]
        """
        make_notes, make_scope, make_text, make_tracer = _tracing()
        mode = RenderMode(no_escape=no_escape, adds_numbers=adds_numbers)
        state = self._state(helpers, find_helper, uses_depths=False)
        scope = make_scope(scope) if isinstance(scope, Mapping) else scope
        notes = make_notes() if notes is None else notes
        tracer = make_tracer(state, scope, mode, pointer, notes, self._places)
        try:
            printed = tracer.root(self.tree)
        except RecursionError:
            raise self._too_deep() from None
        except (TypeError, ValueError, ArithmeticError) as error:
            raise self._foreign(error) from error
        return make_text(printed.pieces)

    def _state(self, helpers: Mapping[str, Helper] | None, find: Find | None, *, uses_depths: bool) -> State:
        known = BUILTINS if not helpers else {**BUILTINS, **helpers}
        return State(self.text, known, find, uses_depths=uses_depths)

    def _missing(self, state: State) -> list[Any]:
        return [
            fault(self._places.span(*place), path, "names nothing here", "give it a value")
            for place, path in state.faults.items()
        ]

    def _too_deep(self) -> TemplateError:
        what = "or what it reads is nested too deep to be rendered"
        return refused(self.text, 0, len(self.text), what, "nest less", code=TOO_MUCH)

    def _foreign(self, error: Exception) -> TemplateError:
        # Values of JSON raise none of these.
        what = f"reads a value that is not JSON, and failed with {type(error).__name__}"
        return refused(self.text, 0, len(self.text), what, "pass what json.loads gives")

    def _gathered(self, parts: list[str]) -> str:
        if len(parts) > FEW and sum(map(len, parts)) > OUTPUT:
            raise self._too_long()
        text = "".join(parts)
        if len(text) > OUTPUT:
            raise self._too_long()
        return text

    def _too_long(self) -> TemplateError:
        return refused(self.text, 0, len(self.text), *too_long(), code=TOO_MUCH)

    def __repr__(self) -> str:
        return f"<Template: {self.text!r}>"


@cache
def _tracing() -> tuple[type[Notes], type[Scope], type[Text], type[Tracer]]:
    """Return what only previews need; once, because an import costs as much as a short template."""
    from .provenance import Notes, Scope, Text
    from .tracing import Tracer

    return Notes, Scope, Text, Tracer


def _parsed(text: str) -> Template:
    try:
        return Template(text, parse(text))
    except RecursionError:
        what = "is nested too deep to be read from here"
        raise refused(text, 0, len(text), what, "nest it less", code=TOO_MUCH) from None


_kept = lru_cache(maxsize=512)(_parsed)
_kept_short = lru_cache(maxsize=4096)(_parsed)
