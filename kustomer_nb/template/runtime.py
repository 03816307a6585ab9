"""The runtime of a template: the state of one rendering, frames, and the options that a helper receives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.errors import TemplateError
from kustomer_nb.faces import alternatives, how_to_pass
from kustomer_nb.jsontext.javascript import UNDEFINED, string

from .errors import template_error
from .js_semantics import is_equal, is_nullish
from .mistakes import BRACES_AS_TEXT, is_code

if TYPE_CHECKING:
    from .ast import Call, Path

# The maximum depth of nested blocks and subexpressions.
DEPTH = 100
# The maximum length of an {{else if}} chain: each is a block nested in the inverse of the one before.
CHAIN = 120
# The maximum length of the rendered text.
OUTPUT = 10_000_000
# The maximum number of statements run in blocks, unless another is passed; a large value or long argument
# counts as well.
WORK = 5_000_000
# The same for all templates of a request, which are rendered with the origin of each piece: a step takes ten
# times as long, and real templates run a few hundred.
TRACED_WORK = 200_000
# Up to this many texts are joined before their total length is checked.
FEW = 32


def _why_suspected(name: str) -> str | None:
    # Imported late: only for a call that fails.
    from .helpers import suspected

    return suspected(name)


def output_limit() -> tuple[str, str]:
    """Return the problem and the fix for a template whose output is too long."""
    return f"renders more than {OUTPUT} characters", "render less text"


NEEDS_BLOCK = ("calls a helper that needs a block", "write it as {{#name}} ... {{/name}}")
Helper = Callable[..., Any]
# Finds a helper that is called with arguments and is not in the mapping.
Find = Callable[[str], Helper | None]
Run = Callable[["Frame"], Any]
Rows = Callable[["State", list[Any]], str | None]


class Body(NamedTuple):
    """The compiled form of a block: for one frame and, if possible, for a list of objects at once."""

    run: Run
    rows: Rows | None = None


# The block of a call and its inverse (after ``{{else}}``), if it has them.
Blocks = tuple[Body | None, Body | None]


class State:
    """The state that all frames of one rendering share; ``nothing`` is ``this`` for a null context."""

    __slots__ = (
        "find",
        "helpers",
        "limit",
        "missing",
        "nothing",
        "spent_before",
        "text",
        "uses_depths",
        "work",
    )

    def __init__(
        self,
        text: str,
        helpers: Mapping[str, Helper],
        find: Find | None,
        *,
        uses_depths: bool,
        steps: int | None = None,
    ) -> None:
        self.text = text
        self.helpers = helpers
        self.find = find
        self.uses_depths = uses_depths
        self.limit = self.work = WORK if steps is None else steps
        self.spent_before = 0
        self.nothing: dict[str, Any] = {}
        self.missing: dict[tuple[int, int], str] = {}

    def resume(self, spent: int) -> None:
        """Count the steps of the templates that were rendered before."""
        self.spent_before = spent
        self.work = self.limit - spent

    @property
    def spent(self) -> int:
        """The steps that were taken, those before included."""
        return self.limit - max(self.work, 0)

    def helper(self, name: str, call: Call) -> Helper | None:
        """Return the helper that a call names; None if there is none."""
        helper = self.helpers.get(name)
        if helper is None and self.find is not None and (call.params or call.pairs or call.is_sexpr):
            return self.find(name)
        return helper

    def error(
        self, call: Call | Path | None, problem: str, fix: str, *, code: str = Code.TEMPLATE_SYNTAX
    ) -> TemplateError:
        """Return the error for a tag or for the whole template."""
        start, end = (0, len(self.text)) if call is None else (call.start, call.end)
        return template_error(self.text, start, end, problem, fix, code=code)

    def unknown_helper_error(self, call: Call) -> TemplateError:
        """Return the error for a call of a helper that does not exist."""
        name = string(call.path.original)
        own = how_to_pass("helpers", name)
        if (why := _why_suspected(name)) is not None:
            problem = f"cannot be computed here: {why}"
            return self.error(call, problem, own, code=Code.HELPER_NOT_KNOWN_HERE)
        problem = f"calls a helper `{name}` that does not exist"
        fix = alternatives("use a known helper", "write a variable without arguments", own).removesuffix(".")
        if is_code(self.text[call.start :], name):
            fix = BRACES_AS_TEXT
        return self.error(call, problem, fix, code=Code.UNKNOWN_HELPER)

    def record_missing(self, path: Path) -> Any:
        """Record a path without a value, where strict mode requires one."""
        self.missing.setdefault((path.start, path.end), string(path.original))
        return UNDEFINED

    def work_limit_error(self, call: Call | None) -> TemplateError:
        """Return the error for a template that takes too many steps."""
        others = " with the templates before it" if self.spent_before else ""
        problem = f"takes more than {self.limit:,} steps{others}; Node has no limit and would go on"
        fix = "loop over fewer items, or raise template_steps of Platform"
        return self.error(call, problem, fix, code=Code.TEMPLATE_LIMIT)

    def count_work(self, size: int, call: Call | None) -> None:
        """Count the work of producing this many characters."""
        self.work -= size >> 4
        if self.work < 0:
            raise self.work_limit_error(call)

    def require_room(self, size: int, call: Call | None) -> None:
        """Raise an error if the output is too long."""
        if size > OUTPUT:
            raise self.error(call, *output_limit(), code=Code.TEMPLATE_LIMIT)


class Frame:
    """A context with its ``@`` data, block parameters and parent contexts.

    ``params`` and ``depths`` are linked lists ``(innermost, outer)``.
    """

    __slots__ = ("context", "data", "depths", "params", "state")

    def __init__(self, context: Any, data: dict[str, Any], params: Any, depths: Any, state: State) -> None:
        self.context = context
        self.data = data
        self.params = params
        self.depths = depths
        self.state = state

    def inner(self, context: Any, data: dict[str, Any] | None, params: Sequence[Any] | None) -> Frame:
        """Return the frame for a block that is rendered with a context."""
        depths = self.depths_within(context)
        return Frame(context, data or self.data, (params, self.params), depths, self.state)

    def depths_within(self, context: Any) -> Any:
        """Return the contexts within a block; unchanged for a template that does not use ``../``."""
        state, depths = self.state, self.depths
        if not state.uses_depths:
            return depths
        above = depths[0]
        # handlebars.js compares with !=, so that 1 within "1" does not open a context.
        is_same = is_equal(context, above) or (context is state.nothing and above is None)
        return depths if is_same else (context, depths)

    def listed_params(self) -> list[Any]:
        """Return the block parameters of all enclosing blocks, innermost first, as in handlebars.js."""
        listed, params = [], self.params
        while params[1] is not None:
            listed.append(UNDEFINED if params[0] is None else params[0])
            params = params[1]
        return listed


class Rendered(str):
    """The text of a block whose value is not a string; ``value`` is that value."""

    __slots__ = ("value",)
    value: Any


class Options:
    """The first argument of a helper: the context of the call, its arguments and its blocks.

    ``name`` is the name of the helper, ``hash`` holds its ``key=value`` arguments.
    """

    __slots__ = ("_blocks", "_call", "_frame", "hash", "name")

    def __init__(
        self,
        frame: Frame,
        call: Call,
        name: str,
        pairs: dict[str, Any],
        blocks: Blocks | None,
    ) -> None:
        self._frame = frame
        self._call = call
        self._blocks = blocks
        self.name = name
        self.hash = pairs

    @property
    def this(self) -> Any:
        """The context of the call; an empty object if it is null."""
        context = self._frame.context
        return self._frame.state.nothing if is_nullish(context) else context

    @property
    def data(self) -> dict[str, Any]:
        """The ``@`` variables: ``root``, and in a loop ``index``, ``key``, ``first`` and ``last``."""
        return self._frame.data

    def fn(self, context: Any, data: dict[str, Any] | None = None, block_params: Sequence[Any] = ()) -> str:
        """Return the text of the block, rendered with a context.

        Raises:
            TemplateError: the helper is called in a tag, which does not have a block.
        """
        # handlebars.js tells an empty list from no block parameters; the default () is neither.
        has_params = not isinstance(block_params, tuple) or bool(block_params)
        return as_rendered(self.run(context, data, block_params if has_params else None))

    def inverse(self, context: Any) -> str:
        """Return the text of the block after ``{{else}}``, rendered with a context."""
        return as_rendered(self.run_inverse(context))

    def run(
        self, context: Any, data: dict[str, Any] | None = None, params: Sequence[Any] | None = None
    ) -> Any:
        """Return the value of the block: its text, or another type if the block is a single value."""
        program, _ = self._require_blocks()
        return "" if program is None else program.run(self._frame.inner(context, data, params))

    def run_inverse(self, context: Any) -> Any:
        """Return the value of the block after ``{{else}}``."""
        _, inverse = self._require_blocks()
        return "" if inverse is None else inverse.run(self._frame.inner(context, None, None))

    def loop(self, items: list[tuple[Any, Any]]) -> str:
        """Return the text of the block for each key and item, with ``@index`` and the like."""
        body, _ = self._require_blocks()
        if body is None:
            return ""
        if body.rows is not None:
            text = body.rows(self._frame.state, [item for _, item in items])
            if text is not None:
                return text
        program = body.run
        outer, last = self._frame, len(items) - 1
        # One frame and one data object for all items, as in handlebars.js, where a helper can see it change.
        data = {**outer.data, "_parent": outer.data}
        frame = outer.inner(outer.context, data, None)
        uses_depths = outer.state.uses_depths
        parts = []
        size = 0
        for index, (key, item) in enumerate(items):
            data["key"], data["index"] = key, index
            data["first"], data["last"] = index == 0, index == last
            frame.context = item
            frame.params = ((item, key), outer.params)
            if uses_depths:
                frame.depths = outer.depths_within(item)
            text = program(frame)
            if type(text) is not str:
                text = string(text)
            parts.append(text)
            size += len(text)
            if size > OUTPUT:
                self.require_room(size)
        return "".join(parts)

    def swapped(self) -> Options:
        """Return the same options with the block and its inverse swapped."""
        blocks = None if self._blocks is None else (self._blocks[1], self._blocks[0])
        return Options(self._frame, self._call, self.name, self.hash, blocks)

    def _require_blocks(self) -> Blocks:
        if self._blocks is None:
            raise self.error(*NEEDS_BLOCK)
        return self._blocks

    def require_room(self, size: int) -> None:
        """Raise an error if the output is too long."""
        self._frame.state.require_room(size, self._call)

    def count_work(self, size: int) -> None:
        """Count the work of producing this many characters."""
        self._frame.state.count_work(size, self._call)

    def error(self, problem: str, fix: str) -> TemplateError:
        """Return the error for the tag that calls the helper."""
        return self._frame.state.error(self._call, problem, fix)

    def failure(self, description: str, cause: Exception | None) -> TemplateError:
        """Return the error for the tag whose helper raised; its cause is the exception that may be shown."""
        problem = f"calls a helper that raised {description}"
        error = self.error(
            problem, "correct the helper or its arguments; it is called with the options first"
        )
        return TemplateError(replace(diagnostic, cause=cause) for diagnostic in error.diagnostics)


def as_rendered(value: Any) -> str:
    """Return the value of a block as text that keeps the value."""
    if isinstance(value, str):
        return value
    rendered = Rendered(string(value))
    rendered.value = value
    return rendered


def invoke(
    helper: Helper, options: Options, args: list[Any], *, reads_setting: Callable[[], bool] = lambda: False
) -> Any:
    """Return the result of a helper; ``reads_setting`` tells whether it has read a setting when it fails.

    Raises:
        TemplateError: the helper raised; the message says what and where, without secrets.
    """
    try:
        result = helper(options, *args)
    except (TemplateError, RecursionError):
        raise
    except Exception as error:
        failure = error
    else:
        return result.value if isinstance(result, Rendered) else result
    # Imported late: what only a failure needs. Not in the except, where the failure would be its context.
    from .helper_errors import describe

    arguments = [*args, *options.hash.values()]
    description, is_shown = describe(failure, helper, arguments, reads_setting=reads_setting())
    raise options.failure(description, failure if is_shown else None)
