"""What a template runs in: the state of one rendering, frames, and the options a helper is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.javascript import UNDEFINED, string

from .ast import Call, Path
from .errors import FAULT, NO_HELPER, TOO_MUCH, refused
from .js_semantics import is_equal, is_nullish

# Blocks and sub-expressions within one another.
DEPTH = 100
# Objects and arrays within one another that templates stand in; a response is parsed as deep.
LEVELS = 200
# {{else if}} one after the other, which nest too: each is a block in the else of the one before.
CHAIN = 120
# Characters of one rendered text.
OUTPUT = 10_000_000
# Statements of blocks carried out, an element of a loop counting as one.
WORK = 1_000_000
# Texts so few that they are put together before their length is looked at.
FEW = 32


def too_long() -> tuple[str, str]:
    """Return what is wrong with a template whose text grows too long, and the way out."""
    return f"makes a text of more than {OUTPUT} characters", "render less"


NEEDS_BLOCK = ("calls a helper that needs a block", "write it as {{#name}} ... {{/name}}")
Helper = Callable[..., Any]
# Asked for a helper that is called with arguments and is in no mapping.
Find = Callable[[str], Helper | None]
Run = Callable[["Frame"], Any]
Rows = Callable[["State", list[Any]], str | None]


class Body(NamedTuple):
    """What renders a block: in one frame, and where it can, for a list of objects at once."""

    run: Run
    rows: Rows | None = None


# The block of a call and the one after ``{{else}}``, as far as it has them.
Blocks = tuple[Body | None, Body | None]


class State:
    """What all frames of one rendering share; ``nothing`` stands for a null context as ``this``."""

    __slots__ = ("faults", "find", "helpers", "nothing", "text", "uses_depths", "work")

    def __init__(
        self, text: str, helpers: Mapping[str, Helper], find: Find | None, *, uses_depths: bool
    ) -> None:
        self.text = text
        self.helpers = helpers
        self.find = find
        self.uses_depths = uses_depths
        self.work = WORK
        self.nothing: dict[str, Any] = {}
        self.faults: dict[tuple[int, int], str] = {}

    def helper(self, name: str, call: Call) -> Helper | None:
        """Return the helper that a call names, None where there is none."""
        found = self.helpers.get(name)
        if found is None and self.find is not None and (call.params or call.pairs or call.is_sexpr):
            return self.find(name)
        return found

    def refused(self, call: Call | Path | None, what: str, fix: str, *, code: str = FAULT) -> TemplateError:
        """Return the error about a tag, or about the whole template."""
        start, end = (0, len(self.text)) if call is None else (call.start, call.end)
        return refused(self.text, start, end, what, fix, code=code)

    def no_helper(self, call: Call) -> TemplateError:
        """Return the error about a call of a helper there is none of."""
        what = f"calls a helper `{string(call.path.original)}` there is none of"
        fix = "write the name of one, a variable alone, or pass helpers= with one of your own"
        return self.refused(call, what, fix, code=NO_HELPER)

    def miss(self, path: Path) -> Any:
        """Note a path that names nothing where a value is asked for."""
        self.faults.setdefault((path.start, path.end), string(path.original))
        return UNDEFINED

    def overworked(self, call: Call | None) -> TemplateError:
        """Return the error about a template that does too much."""
        return self.refused(call, f"does more than {WORK} steps", "loop over less", code=TOO_MUCH)

    def charge(self, size: int, call: Call | None) -> None:
        """Count the work of making a text of this many characters."""
        self.work -= size >> 4
        if self.work < 0:
            raise self.overworked(call)

    def require_room(self, size: int, call: Call | None) -> None:
        """Stop a template whose text grows too long."""
        if size > OUTPUT:
            raise self.refused(call, *too_long(), code=TOO_MUCH)


class Frame:
    """One context and what is seen from it: ``@`` data, block parameters and the contexts above.

    ``params`` and ``depths`` are linked: the innermost, and the rest behind it.
    """

    __slots__ = ("context", "data", "depths", "params", "state")

    def __init__(self, context: Any, data: dict[str, Any], params: Any, depths: Any, state: State) -> None:
        self.context = context
        self.data = data
        self.params = params
        self.depths = depths
        self.state = state

    def inner(self, context: Any, data: dict[str, Any] | None, params: Sequence[Any] | None) -> Frame:
        """Return the frame of a block that is run with a context."""
        depths = self.depths_within(context)
        return Frame(context, data or self.data, (params, self.params), depths, self.state)

    def depths_within(self, context: Any) -> Any:
        """Return the contexts seen from within a block; kept only for a template that looks up.

        Handlebars compares with !=, so that 1 within "1" is one context.
        """
        state, depths = self.state, self.depths
        if not state.uses_depths:
            return depths
        above = depths[0]
        is_same = is_equal(context, above) or (context is state.nothing and above is None)
        return depths if is_same else (context, depths)

    def listed_params(self) -> list[Any]:
        """Return the block parameters of all blocks around, as the list that JavaScript keeps."""
        found, params = [], self.params
        while params[1] is not None:
            found.append(UNDEFINED if params[0] is None else params[0])
            params = params[1]
        return found


class Rendered(str):
    """The text of a block whose value is a number or the like; ``value`` is that value."""

    __slots__ = ("value",)
    value: Any


class Options:
    """What a helper is given first: where it was called, with what, and the blocks it may render.

    ``name`` is the helper's, ``hash`` its ``key=value`` pairs.
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
        """The context the helper was called in; an empty object where that is null."""
        context = self._frame.context
        return self._frame.state.nothing if is_nullish(context) else context

    @property
    def data(self) -> dict[str, Any]:
        """The ``@`` data: ``root``, and in a loop ``index``, ``key``, ``first`` and ``last``."""
        return self._frame.data

    def fn(self, context: Any, data: dict[str, Any] | None = None, block_params: Sequence[Any] = ()) -> str:
        """Return the text of the block, rendered with a context.

        Raises:
            TemplateError: the helper is called in a tag, which has no block.
        """
        is_given = not isinstance(block_params, tuple) or bool(block_params)
        return as_rendered(self.run(context, data, block_params if is_given else None))

    def inverse(self, context: Any) -> str:
        """Return the text of the block after ``{{else}}``, rendered with a context."""
        return as_rendered(self.run_inverse(context))

    def run(
        self, context: Any, data: dict[str, Any] | None = None, params: Sequence[Any] | None = None
    ) -> Any:
        """Return the value of the block: its text, or a number or the like if it is that alone."""
        program, _ = self._require_blocks()
        return "" if program is None else program.run(self._frame.inner(context, data, params))

    def run_inverse(self, context: Any) -> Any:
        """Return the value of the block after ``{{else}}``."""
        _, inverse = self._require_blocks()
        return "" if inverse is None else inverse.run(self._frame.inner(context, None, None))

    def loop(self, items: list[tuple[Any, Any]]) -> str:
        """Return the text of the block for each key and item, with ``@index`` and the like.

        One frame serves all, as one object does in handlebars.js.
        """
        body, _ = self._require_blocks()
        if body is None:
            return ""
        if body.rows is not None:
            text = body.rows(self._frame.state, [item for _, item in items])
            if text is not None:
                return text
        program = body.run
        around, last = self._frame, len(items) - 1
        data = {**around.data, "_parent": around.data}
        frame = around.inner(around.context, data, None)
        uses_depths = around.state.uses_depths
        parts = []
        size = 0
        for index, (key, item) in enumerate(items):
            data["key"], data["index"] = key, index
            data["first"], data["last"] = index == 0, index == last
            frame.context = item
            frame.params = ((item, key), around.params)
            if uses_depths:
                frame.depths = around.depths_within(item)
            text = program(frame)
            if type(text) is not str:
                text = string(text)
            parts.append(text)
            size += len(text)
            if size > OUTPUT:
                self.require_room(size)
        return "".join(parts)

    def swapped(self) -> Options:
        """Return the same with the block and its else exchanged."""
        blocks = None if self._blocks is None else (self._blocks[1], self._blocks[0])
        return Options(self._frame, self._call, self.name, self.hash, blocks)

    def _require_blocks(self) -> Blocks:
        if self._blocks is None:
            raise self.refused(*NEEDS_BLOCK)
        return self._blocks

    def require_room(self, size: int) -> None:
        """Stop a template whose text grows too long."""
        self._frame.state.require_room(size, self._call)

    def charge(self, size: int) -> None:
        """Count the work of making a text of this many characters."""
        self._frame.state.charge(size, self._call)

    def refused(self, what: str, fix: str) -> TemplateError:
        """Return the error about the tag that calls the helper."""
        return self._frame.state.refused(self._call, what, fix)


def as_rendered(value: Any) -> str:
    """Return the value of a block as text that remembers it."""
    if isinstance(value, str):
        return value
    found = Rendered(string(value))
    found.value = value
    return found


def invoke(helper: Helper, options: Options, args: list[Any]) -> Any:
    """Return what a helper gives.

    Raises:
        TemplateError: the helper raised anything else, which may hold a secret and is named by its type.
    """
    try:
        found = helper(options, *args)
    except (TemplateError, RecursionError):
        raise
    except Exception as error:
        what = f"calls a helper that failed with {type(error).__name__}"
        fix = "look at its arguments; it is given the options of the call first"
        raise options.refused(what, fix) from error
    return found.value if isinstance(found, Rendered) else found
